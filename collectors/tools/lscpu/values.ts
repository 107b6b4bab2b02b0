/** Readers of the values of lscpu's fields: each gives what a value says, or undefined where it says nothing. */
import { bytesPerUnit } from "../units.ts";
import type { LscpuField } from "./fields.ts";

/** A whole number above 0: of sockets, cores and threads 0 is what lscpu prints where it does not know. */
export function countAbove0(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) || undefined : undefined;
}

/** A number with decimals; some locales print a comma. */
export function decimal(value: string): number | undefined {
  return /^\d{1,15}(?:[.,]\d{1,15})?$/.test(value) ? Number(value.replace(",", ".")) : undefined;
}

/** One line of lscpu about a cache. */
export interface LscpuCache {
  level: number;
  type: "data" | "instruction" | "unified";
  totalBytes?: number;
  instances?: number;
  instanceBytes?: number;
}

/** "L1d cache", under "Caches (sum of all)" only "L1d". */
const CACHE = /^L(\d)([di]?)(?: cache)?$/;
/** "32K", "1280K", "64 KiB (2 instances)", "1.5 MiB", and with -B "98304 (2 instances)". */
const CACHE_SIZE = /^(\d{1,15}(?:[.,]\d{1,9})?) ?([KMGT]?)(i?B)?(?: \((\d{1,5}) instances?\))?$/;

/** The field as a cache; undefined for one that is about none, or says no size ("unknown size", "0 B"). */
export function cache({ name, value }: Pick<LscpuField, "name" | "value">): LscpuCache | undefined {
  const [, level, kind] = CACHE.exec(name) ?? [];
  const [, amount, unit, suffix, instances] = CACHE_SIZE.exec(value) ?? [];
  if (level === undefined || amount === undefined) return undefined;
  const bytes = Math.round(Number(amount.replace(",", ".")) * bytesPerUnit(unit!)!);
  if (bytes === 0) return undefined;
  // Before util-linux 2.34 the size of one, as "32K"; from then on the sum of all, as "64 KiB".
  const isOne = unit !== "" && suffix === undefined;
  return {
    level: Number(level),
    type: kind === "d" ? "data" : kind === "i" ? "instruction" : "unified",
    ...isOne ? {} : { totalBytes: bytes },
    ...instances === undefined ? {} : { instances: Number(instances) },
    ...isOne ? { instanceBytes: bytes } : {},
  };
}

/** Next to caches with instances (util-linux 2.37), one without is a cache whose number is unknown (s390's L3, L4). */
export function withOneMeaning<T extends LscpuCache>(caches: readonly T[]): T[] {
  const haveInstances = caches.some((one) => one.instances !== undefined);
  return caches.map((one) => {
    if (!haveInstances || one.instances !== undefined || one.totalBytes === undefined) return one;
    const { totalBytes: instanceBytes, ...rest } = one;
    return { ...rest, instanceBytes } as T;
  });
}

/** The node of "NUMA node0 CPU(s)"; undefined for another field. */
export function numaNodeOf(name: string): number | undefined {
  const id = /^NUMA node(\d{1,5}) CPU\(s\)$/.exec(name)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** The beginnings of what the kernel writes there (Documentation/ABI/testing/sysfs-devices-system-cpu). */
const VULNERABILITY_STATUS = /^(?:Not affected|Vulnerable|Mitigation|Processor vulnerable|Unknown: |KVM: )/;

/** "Vulnerability Meltdown", under "Vulnerabilities" only "Meltdown": the name; undefined for another field. */
export function vulnerabilityOf({ name, value, section }: Pick<LscpuField, "name" | "value" | "section">) {
  const isOne = name.startsWith("Vulnerability ") || section === "Vulnerabilities" || VULNERABILITY_STATUS.test(value);
  return isOne ? name.replace(/^Vulnerability /, "") : undefined;
}
