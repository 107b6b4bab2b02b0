/** The `cpus` of a GLPI inventory. */
import type { Cpu, CpuPackage } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import type { GlpiEntry } from "./entry.ts";

/** The names of architectures that the schema has; where the kernel has others the architecture is left out. */
function architecture(name: string | undefined): string | undefined {
  if (name?.startsWith("ppc64")) return "powerpc64";
  return name !== undefined && /^(x86_64|i\d86|arm.*|aarch64|mips|mips64|sparc64)$/.test(name) ? name : undefined;
}

/** One entry a populated socket; where no package is known, as many as lscpu counts. */
export function glpiCpus(cpu: Cpu): GlpiEntry[] {
  const common = {
    arch: architecture(cpu.architecture),
    familynumber: cpu.family,
    model: cpu.model,
    stepping: integer(cpu.stepping),
    cache: cacheKib(cpu),
  };
  const packages = cpu.packages?.filter(({ populated }) => populated) ?? [];
  if (packages.length > 0) return packages.map((each) => prune<GlpiEntry>({ ...common, ...packaged(each, cpu) }));
  return Array.from({ length: cpu.sockets ?? 0 }, () =>
    prune<GlpiEntry>({
      ...common,
      name: cpu.modelName,
      manufacturer: cpu.vendorId,
      core: cpu.coresPerSocket,
      thread: cpu.threadsPerCore,
      speed: rounded(cpu.maxMHz),
    }));
}

function packaged(each: CpuPackage, cpu: Cpu): { [key: string]: string | number | undefined } {
  const { coreCount, coresEnabled, threadCount } = each;
  const threads = coreCount && threadCount ? Math.round(threadCount / coreCount) : cpu.threadsPerCore;
  return {
    name: each.modelName ?? cpu.modelName,
    manufacturer: each.manufacturer ?? cpu.vendorId,
    familyname: each.familyName,
    serial: each.serialNumber,
    speed: rounded(each.currentMHz ?? each.maxMHz ?? cpu.maxMHz),
    external_clock: rounded(each.externalClockMHz),
    core: coresEnabled ?? coreCount ?? cpu.coresPerSocket,
    corecount: coreCount,
    thread: threads,
    description: each.socket,
  };
}

/** All caches of one socket. */
function cacheKib({ caches = [], sockets }: Cpu): string | undefined {
  const bytes = caches.map(({ totalBytes }) => totalBytes).filter((size) => size !== undefined);
  if (!sockets || bytes.length === 0 || bytes.length < caches.length) return undefined;
  return String(Math.round(bytes.reduce((sum, size) => sum + size, 0) / sockets / 1024));
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}
