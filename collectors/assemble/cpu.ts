import type { DmiTable } from "../dmidecode.ts";
import type { Cpu, CpuPackage } from "../facts.ts";
import type { HostFs } from "../hostfs.ts";
import type { LscpuInfo } from "../lscpu.ts";
import { nonEmpty, prune } from "../parsing.ts";

/** lscpu's fields that change while nothing happens to the machine. */
const CHANGING_LSCPU_FIELDS = new Set(["CPU MHz", "CPU(s) scaling MHz", "CPU dynamic MHz"]);

/** True for a field of lscpu that changes from second to second. */
export function isChanging(field: { name: string }): boolean {
  return CHANGING_LSCPU_FIELDS.has(field.name);
}

export function cpu(
  lscpu: LscpuInfo | undefined,
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
): Cpu | undefined {
  const packages = dmi?.processors.filter((p) => p.type === undefined || p.type === "Central Processor");
  if (!lscpu && !host?.cpu && !packages?.length) return undefined;
  return prune<Cpu>({
    ...host?.cpu,
    ...lscpu?.cpu,
    packages: packages?.map(cpuPackage),
    lscpu: nonEmpty(lscpu?.fields.filter((field) => !isChanging(field)) ?? []),
  });
}

function cpuPackage(processor: DmiTable["processors"][number]): CpuPackage {
  return prune<CpuPackage>({
    socket: processor.socket ?? processor.handle,
    populated: processor.populated,
    model: processor.version,
    manufacturer: processor.manufacturer,
    family: processor.family,
    serialNumber: processor.serialNumber,
    partNumber: processor.partNumber,
    assetTag: processor.assetTag,
    maxSpeedMHz: processor.maxSpeedMHz,
    currentSpeedMHz: processor.currentSpeedMHz,
    externalClockMHz: processor.externalClockMHz,
    voltage: processor.voltageV,
    coreCount: processor.coreCount,
    coresEnabled: processor.coresEnabled,
    threadCount: processor.threadCount,
  });
}
