import type { CpuCache } from "../../facts/mod.ts";
import type { LscpuInfo } from "./mod.ts";
import { type UnparsedLine } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";
import { told } from "../../facts/placeholders.ts";
import { cpuReader } from "./cpu_list.ts";
import type { LscpuField } from "./fields.ts";

export interface Interpreted {
  info: Omit<LscpuInfo, "fields">;
  /** Fields that are known, with a value that is not understood. */
  unparsed: UnparsedLine[];
  /** How many fields are known. */
  known: number;
}

/** The typed part of lscpu's fields. Where it prints one for each kind of core, the first kind's counts. */
export function interpret(fields: readonly LscpuField[]): Interpreted {
  const unparsed: UnparsedLine[] = [];
  let known = 0;

  /** What `convert` makes of the fields that `isMeant`; a value that it makes nothing of is reported. */
  const all = <T>(isMeant: (field: LscpuField) => boolean, convert: (field: LscpuField) => T | undefined): T[] => {
    const understood: T[] = [];
    for (const field of fields.filter(isMeant)) {
      const converted = convert(field);
      if (converted === undefined) unparsed.push(field.source);
      else understood.push(converted);
      known++;
    }
    return understood;
  };
  /** The same by name, without the fields in which lscpu says that it does not know. */
  const named = <T>(name: string, convert: (value: string) => T | undefined): T[] =>
    all((field) => field.name === name && field.value !== "" && field.value !== "-", (field) => convert(field.value));
  const first = <T>(name: string, convert: (value: string) => T | undefined): T | undefined => named(name, convert)[0];

  const modelNames = named("Model name", (value) => value).flatMap((name) => told(name) ?? []);
  const onlineMask = first("On-line CPU(s) mask", cpuReader().mask);
  const nodes = cpuReader();
  const cpusOf = (value: string) =>
    value === "" ? [] : onlineMask || value.startsWith("0x") ? nodes.mask(value) : nodes.list(value);
  const socketsPerBook = first("Socket(s) per book", count);
  const books = first("Book(s)", count) ?? product(first("Book(s) per drawer", count), first("Drawer(s)", count));

  const cpu = prune<LscpuInfo["cpu"]>({
    architecture: first("Architecture", word),
    opModes: first("CPU op-mode(s)", (value) => value.split(/, */)),
    byteOrder: first("Byte Order", word),
    modelName: modelNames[0],
    vendorId: told(first("Vendor ID", word)),
    family: first("CPU family", word),
    model: first("Model", word),
    stepping: first("Stepping", word),
    // "CPU socket(s)" up to util-linux 2.20.
    sockets: first("Socket(s)", count) ?? first("CPU socket(s)", count) ?? product(socketsPerBook, books),
    coresPerSocket: first("Core(s) per socket", count),
    // 0, as the least of the clocks, where CPUs are offline.
    threadsPerCore: first("Thread(s) per core", count) || undefined,
    logicalCpus: first("CPU(s)", count),
    onlineCpus: (first("On-line CPU(s) list", cpuReader().list) ?? onlineMask)?.length,
    maxMHz: greatest(named("CPU max MHz", decimal)),
    minMHz: smallest(named("CPU min MHz", decimal).filter((clock) => clock > 0)),
    bogoMips: first("BogoMIPS", decimal),
    flags: first("Flags", (value) => value.split(/\s+/)),
    virtualization: first("Virtualization", word),
    hypervisorVendor: first("Hypervisor vendor", word),
    caches: nonEmpty(withOneMeaning(all((field) => CACHE.test(field.name), cache))),
    numaNodes: nonEmpty(all((field) => NUMA_NODE.test(field.name), (field) => {
      const cpus = cpusOf(field.value);
      return cpus && { id: Number(NUMA_NODE.exec(field.name)![1]), cpus };
    })),
    vulnerabilities: nonEmpty(all(isVulnerability, ({ name, value }) => ({
      name: name.replace(/^Vulnerability /, ""),
      status: value,
    }))),
  });
  const info = prune<Interpreted["info"]>({
    cpu,
    modelNames,
    virtualizationType: first("Virtualization type", word),
  });
  return { info, unparsed: unparsed.sort((a, b) => a.line - b.line), known };
}

/** "L1d cache", under "Caches (sum of all)" only "L1d". */
const CACHE = /^L(\d)([di]?)(?: cache)?$/;
const NUMA_NODE = /^NUMA node(\d{1,5}) CPU\(s\)$/;
/** "32K", "1280K", "64 KiB (2 instances)", "1.5 MiB", and with -B "98304 (2 instances)". */
const CACHE_SIZE = /^(\d{1,15}(?:[.,]\d{1,9})?) ?([KMGT]?)(i?B)?(?: \((\d{1,5}) instances?\))?$/;
const UNIT_BYTES: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
/** The beginnings of what the kernel writes there (Documentation/ABI/testing/sysfs-devices-system-cpu). */
const VULNERABILITY_STATUS = /^(?:Not affected|Vulnerable|Mitigation|Processor vulnerable|Unknown: |KVM: )/;

function cache({ name, value }: LscpuField): CpuCache | undefined {
  const [, level, kind] = CACHE.exec(name)!;
  const size = CACHE_SIZE.exec(value);
  if (!size) return undefined;
  const [, amount, unit, suffix, instances] = size;
  const bytes = Math.round(Number(amount!.replace(",", ".")) * UNIT_BYTES[unit!]!);
  // Before util-linux 2.34 the size of one, as "32K"; from then on the sum of all, as "64 KiB".
  const isOne = unit !== "" && suffix === undefined;
  return prune<CpuCache>({
    level: Number(level),
    type: kind === "d" ? "data" : kind === "i" ? "instruction" : "unified",
    totalBytes: isOne ? undefined : bytes,
    instances: instances === undefined ? undefined : Number(instances),
    instanceBytes: isOne ? bytes : undefined,
  });
}

/** Next to caches with instances (util-linux 2.37), one without is a cache whose number is unknown (s390's L3, L4). */
function withOneMeaning(caches: CpuCache[]): CpuCache[] {
  if (!caches.some((one) => one.instances !== undefined)) return caches;
  return caches.map(({ totalBytes, ...rest }) => {
    if (totalBytes === undefined) return rest;
    return rest.instances === undefined ? { ...rest, instanceBytes: totalBytes } : { ...rest, totalBytes };
  });
}

/** "Vulnerability Meltdown", under "Vulnerabilities" only "Meltdown". */
function isVulnerability({ name, value, section }: LscpuField): boolean {
  return name.startsWith("Vulnerability ") || section === "Vulnerabilities" || VULNERABILITY_STATUS.test(value);
}

function word(value: string): string {
  return value;
}

function count(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** Some locales print a comma. */
function decimal(value: string): number | undefined {
  return /^\d{1,15}(?:[.,]\d{1,15})?$/.test(value) ? Number(value.replace(",", ".")) : undefined;
}

function product(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

function greatest(numbers: number[]): number | undefined {
  return numbers.length > 0 ? numbers.reduce((a, b) => Math.max(a, b)) : undefined;
}

function smallest(numbers: number[]): number | undefined {
  return numbers.length > 0 ? numbers.reduce((a, b) => Math.min(a, b)) : undefined;
}
