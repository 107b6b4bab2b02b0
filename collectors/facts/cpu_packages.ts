/** The sockets for CPUs (SMBIOS type 4, DSP0134 7.5; else lshw). */
import type { DmiField, DmiStructure } from "../tools/dmidecode/types.ts";
import { count, megahertz, type Reader, volts, word } from "../tools/dmidecode/values.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { setting } from "../tools/lshw/tree.ts";
import { told } from "../placeholders.ts";
import { nonEmpty } from "../values.ts";
import type { SmbiosSockets } from "./cpu_topology.ts";
import type { Machine } from "./machine.ts";
import { dmiField, type LshwKey, lshwNode } from "./places.ts";
import { derived, type Place, type Table, within } from "./table.ts";

/** One socket. */
export interface CpuPackage {
  /** What the board calls it; where it has no name the handle of its structure, or lshw's id. */
  socket: string;
  /** Whether a CPU is in the socket. */
  populated: boolean;
  /** Name of the CPU. */
  modelName?: string;
  /** Maker of the CPU. */
  manufacturer?: string;
  /** Family in the words of SMBIOS ("Xeon"). */
  familyName?: string;
  /** What the CPU sits in: "Socket LGA3647-1". */
  socketType?: string;
  /** Serial number, which few CPUs report. */
  serialNumber?: string;
  /** Part number. */
  partNumber?: string;
  /** Asset tag. */
  assetTag?: string;
  /** Highest clock that the socket supports. */
  maxMHz?: number;
  /** Clock at boot. */
  currentMHz?: number;
  /** Clock of the bus. */
  externalClockMHz?: number;
  /** Voltage of the CPU. */
  voltageV?: number;
  /** Cores in the package. */
  coreCount?: number;
  /** Cores that the firmware enabled. */
  coresEnabled?: number;
  /** Hardware threads in the package. */
  threadCount?: number;
}

/** What the sources say of one socket. */
export interface PackageSources {
  processor?: DmiStructure;
  node?: HardwareNode;
}

/** SMBIOS calls the socket "Processor Upgrade" (DSP0134 7.5.5). */
function socketType(field: DmiField): string | undefined {
  const type = word(field);
  return type === "Other" || type === "None" ? undefined : type;
}

/** What SMBIOS has sockets for besides CPUs (DSP0134 7.5.1); boards with ARM CPUs call theirs "Other". */
const COPROCESSORS = new Set(["Math Processor", "DSP Processor", "Video Processor"]);

/** The sockets of SMBIOS, else of lshw; no coprocessors. */
export function packages({ smbios, lshw }: Machine): PackageSources[] | undefined {
  const kind = inProcessor(["Type", "Processor Type"], word);
  const processors = smbios.all(4).filter((processor) => !COPROCESSORS.has(kind.read(processor) ?? ""));
  if (processors.length > 0) return processors.map((processor) => ({ processor }));
  // lshw's processors that stand in SMBIOS; without it lshw has a node for each logical CPU.
  const nodes = lshw.all.filter((node) => node.class === "processor" && node.handle?.startsWith("DMI:"));
  return nonEmpty(nodes.map((node) => ({ node })));
}

const inProcessor = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  dmiField("Processor Information", names, read);
/** A line of the structure of a socket. */
export const processor = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  within<PackageSources, DmiStructure, T>(({ processor }) => processor, inProcessor(names, read));
/** A value of lshw's node of a socket. */
export const lshwCpu = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<PackageSources, HardwareNode, T>(({ node }) => node, lshwNode("processor", key, read));
const lshwNumber = (name: string) =>
  lshwCpu(`configuration.${name}`, (node) => Number(setting(node, name)) || undefined);

const MANUFACTURER = processor(["Manufacturer", "Processor Manufacturer"]);
/** AppliedMicro has the stepping there: "A3". */
export const MODEL = processor(["Version", "Processor Version"], ({ value }) => {
  const model = told(value);
  return model !== undefined && /^[A-Z]\d$/.test(model) ? undefined : model;
});
const STATUS = processor("Status", word);
/** 0 is what firmware leaves that does not know. */
const above0: Reader<number> = (field) => count(field) || undefined;
export const CORE_COUNT = processor("Core Count", above0), CORES_ENABLED = processor("Core Enabled", above0);
const THREAD_COUNT = processor("Thread Count", above0);

/** Of a socket. */
export const PACKAGE: Table<PackageSources, CpuPackage> = {
  socket: [
    processor("Socket Designation"),
    { words: "its handle", read: ({ processor }) => processor?.handle },
    lshwCpu("slot"),
    lshwCpu("id", ({ id }) => id),
  ],
  populated: derived(
    "by its status; without one a socket with a maker or a model is populated",
    (sources) => {
      if (sources.node) return !sources.node.description?.includes("[empty]");
      const status = STATUS.read(sources);
      const isKnown = MANUFACTURER.read(sources) !== undefined || MODEL.read(sources) !== undefined;
      return status === undefined ? isKnown : status.startsWith("Populated");
    },
    STATUS,
    lshwCpu("description"),
  ),
  modelName: [MODEL, lshwCpu("product")],
  manufacturer: [MANUFACTURER, lshwCpu("vendor")],
  familyName: [processor(["Family", "Processor Family"], word)],
  socketType: [processor(["Upgrade", "Processor Upgrade"], socketType)],
  serialNumber: [processor("Serial Number"), lshwCpu("serial")],
  partNumber: [processor(["Part Number", "Vendor Part Number"])],
  assetTag: [processor("Asset Tag")],
  maxMHz: [
    processor("Max Speed", megahertz),
    lshwCpu("capacity", ({ units, capacity }) => units === "Hz" && capacity ? capacity / 1e6 : undefined),
  ],
  currentMHz: [processor("Current Speed", megahertz)],
  externalClockMHz: [
    processor("External Clock", megahertz),
    lshwCpu("clock", ({ clock }) => clock ? clock / 1e6 : undefined),
  ],
  voltageV: [processor("Voltage", volts)],
  coreCount: [CORE_COUNT, lshwNumber("cores")],
  coresEnabled: [CORES_ENABLED, lshwNumber("enabledcores")],
  threadCount: [THREAD_COUNT, lshwNumber("threads")],
};

/** The sockets with a CPU. */
export function populatedPackages(machine: Machine): PackageSources[] {
  return (packages(machine) ?? []).filter((one) =>
    (PACKAGE.populated as { read(s: PackageSources): boolean }).read(one)
  );
}

/** What SMBIOS says of the populated sockets: how many, and how many cores are in all of them. */
export function socketsOfSmbios(machine: Machine): SmbiosSockets {
  const populated = populatedPackages(machine);
  const total = (place: Place<PackageSources, number>) =>
    populated.reduce<number | undefined>((sum, one) => {
      const number = place.read(one);
      return sum === undefined || number === undefined ? undefined : sum + number;
    }, 0);
  return {
    sockets: populated.length,
    cores: total(CORE_COUNT),
    coresEnabled: total(CORES_ENABLED),
    threads: total(THREAD_COUNT),
  };
}
