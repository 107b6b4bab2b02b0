/** The CPUs: as the kernel sees them (lscpu, /proc/cpuinfo), and as sockets (SMBIOS type 4, DSP0134 7.5; else lshw). */
import type { DmiField, DmiStructure } from "../tools/dmidecode/types.ts";
import { count as dmiCount, megahertz, type Reader, volts, word } from "../tools/dmidecode/values.ts";
import { cpuReader } from "../tools/lscpu/cpu_list.ts";
import { countAbove0, decimal, vulnerabilityOf } from "../tools/lscpu/values.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { setting } from "../tools/lshw/tree.ts";
import { nonEmpty, prune } from "../values.ts";
import { CACHES, type CpuCache } from "./cpu_caches.ts";
import type { Machine } from "./machine.ts";
import { told } from "../placeholders.ts";
import { NUMA_NODES, type NumaNode } from "./numa.ts";
import { dmiField, lscpu, lscpuFields, type LshwKey, lshwNode } from "./places.ts";
import { armCpu, armSignature, namesModel } from "./arm_cpus.ts";
import { CORE_FIELDS, type SmbiosSockets, SOCKET_FIELDS, THREADS, topologyOf } from "./cpu_topology.ts";
import { asGiven, type AsPrinted, derived, listOf, type Place, type Table, within } from "./table.ts";

/** The CPUs of the machine. */
export interface Cpu {
  /** Architecture as the kernel names it ("x86_64", "aarch64"). */
  architecture?: string;
  /** "32-bit", "64-bit". */
  opModes?: string[];
  /** "Little Endian", "Big Endian". */
  byteOrder?: string;
  /** Where there are several kinds of cores, the first kind's. */
  modelName?: string;
  /** Maker as the CPU names itself ("GenuineIntel"). */
  vendorId?: string;
  /** Of ARM: who designed the core, as "0x41" (MIDR_EL1); of several kinds of cores the first kind's. */
  implementer?: string;
  /** Of ARM: which of the implementer's cores it is, as "0xd0c". */
  part?: string;
  /** The number of the family, in decimal. */
  family?: string;
  /** The number of the model within the family. */
  model?: string;
  /** Stepping of the model. */
  stepping?: string;
  /** Sockets with a CPU. */
  sockets?: number;
  /** Cores of one socket. */
  coresPerSocket?: number;
  /** Hardware threads of one core. */
  threadsPerCore?: number;
  /** Logical CPUs, those included that are offline. */
  logicalCpus?: number;
  /** Logical CPUs that are online. */
  onlineCpus?: number;
  /** Highest clock, boost included. */
  maxMHz?: number;
  /** Lowest clock. */
  minMHz?: number;
  /** The kernel's measure of its delay loop. */
  bogoMips?: number;
  /** Whether the kernel lets CPUs run faster than their base clock (boost of cpufreq). */
  frequencyBoost?: boolean;
  /** Features of the CPU, in the words of /proc/cpuinfo. */
  flags?: string[];
  /** VT-x, AMD-V: what the CPU offers to a hypervisor. */
  virtualization?: string;
  /** The hypervisor that the CPU belongs to. */
  hypervisorVendor?: string;
  /** Caches by level and type. */
  caches?: CpuCache[];
  /** NUMA nodes by number. */
  numaNodes?: NumaNode[];
  /** Known vulnerabilities of the CPU, and what the kernel does about each. */
  vulnerabilities?: Vulnerability[];
  /** As "0x5003604". */
  microcode?: string;
  /** One entry a logical CPU that is online. */
  logical?: LogicalCpu[];
  /** One entry a socket of the board, empty ones included. */
  packages?: CpuPackage[];
}

/** What the kernel says of a flaw of CPUs. */
export interface Vulnerability {
  /** "Meltdown" */
  name: string;
  /** "Not affected", "Mitigation: PTI", "Vulnerable" … */
  status: string;
}

/** A logical CPU. */
export interface LogicalCpu {
  /** Number of the logical CPU. */
  id: number;
  /** Only where the architecture has one for each (arm64 and s390x do not). */
  modelName?: string;
  /** Number of the package that it is in; only where /proc/cpuinfo has it (not on ARM). */
  packageId?: number;
  /** Number of its core within the package: the logical CPUs of one core share it. */
  coreId?: number;
}

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

const VULNERABILITY = ["lscpu -J: Vulnerability {name}", "/sys/devices/system/cpu/vulnerabilities"];

const asPrinted = (value: string) => value;
const ONLINE_LIST = lscpu("On-line CPU(s) list", (text) => cpuReader().list(text));
const ONLINE_MASK = lscpu("On-line CPU(s) mask", (text) => cpuReader().mask(text));

/** Of a field that is printed for each kind of core. */
const clocks = (name: string) => (machine: Machine) =>
  lscpuFields(machine, [name]).flatMap(({ value }) => decimal(value) || []);

/** The fact that a field of lscpu is, with its line. */
function withLine<T extends object>(fact: T, { name, value }: { name: string; value: string }): T & AsPrinted {
  return { ...fact, printed: () => ({ where: "lscpu -J", lines: [`${name}: ${value}`] }) };
}

function vulnerabilities(machine: Machine): (Vulnerability & AsPrinted)[] | undefined {
  const fromLscpu = machine.lscpu?.fields.flatMap((field) => {
    const name = vulnerabilityOf(field);
    return name === undefined ? [] : withLine({ name, status: field.value }, field);
  });
  if (fromLscpu && fromLscpu.length > 0) return fromLscpu;
  // The name of a file of the kernel's in lscpu's words: "spec_store_bypass" is "Spec store bypass".
  return machine.kernel?.cpu?.vulnerabilities?.map(({ name, status }) => ({
    name: name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " "),
    status,
  }));
}

/** What the sources say of one socket. */
interface PackageSources {
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

function packages({ smbios, lshw }: Machine): PackageSources[] | undefined {
  const kind = inProcessor(["Type", "Processor Type"], word);
  const processors = smbios.all(4).filter((processor) => !COPROCESSORS.has(kind.read(processor) ?? ""));
  if (processors.length > 0) return processors.map((processor) => ({ processor }));
  // lshw's processors that stand in SMBIOS; without it lshw has a node for each logical CPU.
  const nodes = lshw.all.filter((node) => node.class === "processor" && node.handle?.startsWith("DMI:"));
  return nonEmpty(nodes.map((node) => ({ node })));
}

const inProcessor = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  dmiField("Processor Information", names, read);
const processor = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  within<PackageSources, DmiStructure, T>(({ processor }) => processor, inProcessor(names, read));
const lshwCpu = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<PackageSources, HardwareNode, T>(({ node }) => node, lshwNode("processor", key, read));
const lshwNumber = (name: string) =>
  lshwCpu(`configuration.${name}`, (node) => Number(setting(node, name)) || undefined);

const MANUFACTURER = processor(["Manufacturer", "Processor Manufacturer"]);
/** AppliedMicro has the stepping there: "A3". */
const MODEL = processor(["Version", "Processor Version"], ({ value }) => {
  const model = told(value);
  return model !== undefined && /^[A-Z]\d$/.test(model) ? undefined : model;
});
const STATUS = processor("Status", word);
/** 0 is what firmware leaves that does not know. */
const above0: Reader<number> = (field) => dmiCount(field) || undefined;
const CORE_COUNT = processor("Core Count", above0), CORES_ENABLED = processor("Core Enabled", above0);
const THREAD_COUNT = processor("Thread Count", above0);

const PACKAGE: Table<PackageSources, CpuPackage> = {
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

function populatedPackages(machine: Machine): PackageSources[] {
  return (packages(machine) ?? []).filter((one) =>
    (PACKAGE.populated as { read(s: PackageSources): boolean }).read(one)
  );
}

/** What SMBIOS says of the populated sockets: how many, and how many cores are in all of them. */
function socketsOfSmbios(machine: Machine): SmbiosSockets {
  const populated = populatedPackages(machine);
  const total = (place: Place<PackageSources, number>) =>
    populated.reduce<number | undefined>((sum, one) => {
      const count = place.read(one);
      return sum === undefined || count === undefined ? undefined : sum + count;
    }, 0);
  return {
    sockets: populated.length,
    cores: total(CORE_COUNT),
    coresEnabled: total(CORES_ENABLED),
    threads: total(THREAD_COUNT),
  };
}

/** The name that the kernel or lscpu has for the first CPU; of ARM often that of the architecture alone. */
const CPUINFO: Place<Machine, string> = {
  words: "/proc/cpuinfo: model name",
  read: ({ kernel }) => kernel?.cpu?.logical?.[0]?.modelName,
};
const LSCPU_MODEL = lscpu("Model name", told);

function modelIn({ read, ...place }: Place<Machine, string>): Place<Machine, string> {
  const named = (model: string | undefined) => model !== undefined && namesModel(model) ? model : undefined;
  return { ...place, read: (machine) => named(read(machine)) };
}

/** One of the numbers of an ARM CPU: the kernel's, else those of the first socket in SMBIOS. */
function armNumber(key: "implementer" | "part"): Place<Machine, string>[] {
  const inSignature = processor("Signature", ({ value }) => armSignature(value)?.[key]);
  return [
    { words: `/proc/cpuinfo: CPU ${key}`, read: ({ kernel }) => kernel?.cpu?.[key] },
    within((machine) => populatedPackages(machine)[0], inSignature),
  ];
}
const IMPLEMENTER = armNumber("implementer"), PART = armNumber("part");

/** What the numbers of an ARM CPU stand for. */
function armNames(machine: Machine): ReturnType<typeof armCpu> {
  const first = (places: Place<Machine, string>[]) =>
    places.map(({ read }) => read(machine)).find((number) => number !== undefined);
  return armCpu(prune({ implementer: first(IMPLEMENTER), part: first(PART) }));
}

export const CPU: Table<Machine, Cpu> = {
  architecture: [lscpu("Architecture", asPrinted)],
  opModes: [lscpu("CPU op-mode(s)", (value) => value.split(/, */))],
  byteOrder: [lscpu("Byte Order", asPrinted)],
  modelName: [
    modelIn(LSCPU_MODEL),
    modelIn(CPUINFO),
    within((machine) => populatedPackages(machine)[0], MODEL),
    within((machine) => populatedPackages(machine)[0], lshwCpu("product")),
    lscpu("BIOS Model name", told),
    { words: "/proc/cpuinfo: CPU part", read: (machine) => armNames(machine)?.modelName },
    { words: "what it says of the architecture there", read: (m) => LSCPU_MODEL.read(m) ?? CPUINFO.read(m) },
  ],
  vendorId: [
    lscpu("Vendor ID", told),
    { words: "/proc/cpuinfo: CPU implementer", read: (machine) => armNames(machine)?.vendorId },
  ],
  implementer: IMPLEMENTER,
  part: PART,
  family: [lscpu("CPU family", asPrinted)],
  model: [lscpu("Model", asPrinted)],
  stepping: [lscpu("Stepping", asPrinted)],
  sockets: derived(
    "lscpu's, of s390x drawers × books × sockets; SMBIOS's populated ones where lscpu has none, or has as many cores in " +
      "another number of sockets; 1 of an ARM board with a device tree and no SMBIOS",
    (machine) => topologyOf(machine, socketsOfSmbios(machine)).sockets,
    ...SOCKET_FIELDS,
    within((machine) => populatedPackages(machine)[0], CORE_COUNT),
  ),
  coresPerSocket: derived(
    "of all kinds of cores and all clusters in a socket; by SMBIOS where the sockets are",
    (machine) => topologyOf(machine, socketsOfSmbios(machine)).coresPerSocket,
    ...CORE_FIELDS,
    within((machine) => populatedPackages(machine)[0], CORE_COUNT),
  ),
  threadsPerCore: derived(
    "of several kinds of cores the most",
    (machine) => topologyOf(machine, socketsOfSmbios(machine)).threadsPerCore,
    THREADS,
  ),
  logicalCpus: [lscpu("CPU(s)", countAbove0)],
  onlineCpus: derived(
    "how many they are",
    (machine) =>
      (ONLINE_LIST.read(machine) ?? ONLINE_MASK.read(machine))?.length ?? machine.kernel?.cpu?.logical?.length,
    lscpu("On-line CPU(s) list", asPrinted),
    lscpu("On-line CPU(s) mask", asPrinted),
    { words: "/proc/cpuinfo: processor", read: () => undefined },
  ),
  maxMHz: derived(
    "of several kinds of cores the fastest",
    (machine) => extreme(Math.max, clocks("CPU max MHz")(machine)),
    lscpu("CPU max MHz", decimal),
  ),
  minMHz: derived(
    "of several kinds of cores the slowest",
    (machine) => extreme(Math.min, clocks("CPU min MHz")(machine)),
    lscpu("CPU min MHz", decimal),
  ),
  bogoMips: [lscpu("BogoMIPS", (value) => decimal(value) || undefined)],
  frequencyBoost: [lscpu("Frequency boost", (value) => ({ enabled: true, disabled: false })[value])],
  flags: [
    lscpu("Flags", (value) => value.split(/\s+/)),
    { words: "/proc/cpuinfo: flags, Features", read: ({ kernel }) => kernel?.cpu?.flags },
  ],
  virtualization: [lscpu("Virtualization", asPrinted)],
  hypervisorVendor: [lscpu("Hypervisor vendor", asPrinted)],
  caches: CACHES,
  numaNodes: NUMA_NODES,
  vulnerabilities: listOf(
    "lscpu's, else the files in /sys/devices/system/cpu/vulnerabilities",
    vulnerabilities,
    asGiven<Vulnerability & AsPrinted, Vulnerability>({
      name: VULNERABILITY,
      status: VULNERABILITY,
    }),
  ),
  microcode: [{ words: "/proc/cpuinfo: microcode", read: ({ kernel }) => kernel?.cpu?.microcode }],
  logical: listOf(
    "the processors of /proc/cpuinfo",
    ({ kernel }) => kernel?.cpu?.logical,
    asGiven<LogicalCpu, LogicalCpu>({
      id: "/proc/cpuinfo: processor",
      modelName: "/proc/cpuinfo: model name",
      packageId: "/proc/cpuinfo: physical id",
      coreId: "/proc/cpuinfo: core id",
    }),
  ),
  packages: listOf("the sockets of SMBIOS, else of lshw; no coprocessors", packages, PACKAGE),
};

function extreme(choose: (a: number, b: number) => number, numbers: number[]): number | undefined {
  return numbers.length > 0 ? numbers.reduce((a, b) => choose(a, b)) : undefined;
}
