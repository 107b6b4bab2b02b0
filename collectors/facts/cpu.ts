import type { DmiTable } from "../tools/dmidecode/mod.ts";
import type { Cpu, CpuPackage, HardwareNode } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import type { LscpuInfo } from "../tools/lscpu/mod.ts";
import { nonEmpty, prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { allNodes, setting } from "../tools/lshw/tree.ts";

/** lscpu's fields that change while nothing happens to the machine. */
const CHANGING_LSCPU_FIELDS = new Set(["CPU MHz", "CPU(s) scaling MHz", "CPU dynamic MHz"]);

/** What SMBIOS has sockets for besides CPUs (DSP0134 7.5.1); boards with ARM CPUs call theirs "Other". */
const COPROCESSORS = new Set(["Math Processor", "DSP Processor", "Video Processor"]);

/** True for a field of lscpu that changes from second to second. */
export function isChanging(field: { name: string }): boolean {
  return CHANGING_LSCPU_FIELDS.has(field.name);
}

/** Of lscpu, with SMBIOS's packages, else those of lshw's tree. */
export function cpu(
  lscpu: LscpuInfo | undefined,
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
  tree: HardwareNode[],
): Cpu | undefined {
  const packages = dmi?.processors.filter(({ type }) => type === undefined || !COPROCESSORS.has(type));
  const known = packages?.length ? packages.map(cpuPackage) : lshwPackages(tree);
  if (!lscpu && !host?.cpu && known.length === 0) return undefined;
  const { logical, microcode, vulnerabilities } = host?.cpu ?? {};
  const read = lscpu?.cpu ?? {};
  const populated = known.filter((one) => one.populated);
  return prune<Cpu>({
    ...read,
    modelName: read.modelName ?? logical?.[0]?.modelName ?? populated[0]?.modelName,
    sockets: read.sockets ?? (populated.length || undefined),
    // /proc/cpuinfo has those that are online.
    onlineCpus: read.onlineCpus ?? logical?.length,
    vulnerabilities: read.vulnerabilities ??
      vulnerabilities?.map(({ name, status }) => ({ name: asInLscpu(name), status })),
    microcode,
    logical,
    packages: nonEmpty(known),
    lscpu: nonEmpty(lscpu?.fields.filter((field) => !isChanging(field)) ?? []),
  });
}

/** The name of a file of the kernel's in lscpu's words: "spec_store_bypass" is "Spec store bypass". */
function asInLscpu(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

function cpuPackage(processor: DmiTable["processors"][number]): CpuPackage {
  return prune<CpuPackage>({
    socket: processor.socket ?? processor.handle,
    populated: processor.populated,
    modelName: processor.version,
    manufacturer: processor.manufacturer,
    familyName: processor.family,
    serialNumber: processor.serialNumber,
    partNumber: processor.partNumber,
    assetTag: processor.assetTag,
    maxMHz: processor.maxSpeedMHz,
    currentMHz: processor.currentSpeedMHz,
    externalClockMHz: processor.externalClockMHz,
    voltageV: processor.voltageV,
    coreCount: processor.coreCount,
    coresEnabled: processor.coresEnabled,
    threadCount: processor.threadCount,
  });
}

/** lshw's processors that stand in SMBIOS; without it lshw has a node for each logical CPU. */
function lshwPackages(tree: HardwareNode[]): CpuPackage[] {
  const sockets = allNodes(tree).filter((node) => node.class === "processor" && node.handle?.startsWith("DMI:"));
  return sockets.map((node) => {
    const number = (name: string) => Number(setting(node, name)) || undefined;
    return prune<CpuPackage>({
      socket: told(node.slot) ?? node.id,
      populated: !node.description?.includes("[empty]"),
      modelName: told(node.product),
      manufacturer: told(node.vendor),
      serialNumber: told(node.serial),
      maxMHz: node.units === "Hz" && node.capacity ? node.capacity / 1e6 : undefined,
      externalClockMHz: node.clock ? node.clock / 1e6 : undefined,
      coreCount: number("cores"),
      coresEnabled: number("enabledcores"),
      threadCount: number("threads"),
    });
  });
}
