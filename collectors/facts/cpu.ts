/** The CPUs: as the kernel sees them (lscpu, /proc/cpuinfo), and as sockets (SMBIOS type 4, DSP0134 7.5; else lshw). */
import type { DmiField, DmiStructure } from "../tools/dmidecode/types.ts";
import { count as dmiCount, megahertz, type Reader, volts, word } from "../tools/dmidecode/values.ts";
import { cpuReader } from "../tools/lscpu/cpu_list.ts";
import { count, decimal, numaNodeOf, vulnerabilityOf } from "../tools/lscpu/values.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { setting } from "../tools/lshw/tree.ts";
import { nonEmpty } from "../values.ts";
import { CACHES, type CpuCache } from "./cpu_caches.ts";
import type { Machine } from "./machine.ts";
import { told } from "../placeholders.ts";
import { dmiField, lscpu, lscpuFields, type LshwKey, lshwNode } from "./places.ts";
import { asGiven, type AsPrinted, derived, listOf, type Place, type Table, within } from "./table.ts";

/** The CPUs of the machine. */
export interface Cpu {
  architecture?: string;
  /** "32-bit", "64-bit". */
  opModes?: string[];
  byteOrder?: string;
  /** Where there are several kinds of cores, the first kind's. */
  modelName?: string;
  vendorId?: string;
  /** The number of the family, in decimal. */
  family?: string;
  /** The number of the model within the family. */
  model?: string;
  stepping?: string;
  sockets?: number;
  coresPerSocket?: number;
  threadsPerCore?: number;
  /** Logical CPUs, those included that are offline. */
  logicalCpus?: number;
  /** Logical CPUs that are online. */
  onlineCpus?: number;
  maxMHz?: number;
  minMHz?: number;
  bogoMips?: number;
  /** Whether the kernel lets CPUs run faster than their base clock (boost of cpufreq). */
  frequencyBoost?: boolean;
  flags?: string[];
  /** VT-x, AMD-V: what the CPU offers to a hypervisor. */
  virtualization?: string;
  /** The hypervisor that the CPU belongs to. */
  hypervisorVendor?: string;
  caches?: CpuCache[];
  numaNodes?: NumaNode[];
  vulnerabilities?: Vulnerability[];
  /** As "0x5003604". */
  microcode?: string;
  /** One entry a logical CPU that is online. */
  logical?: LogicalCpu[];
  /** One entry a socket of the board, empty ones included. */
  packages?: CpuPackage[];
}

/** A NUMA node. */
export interface NumaNode {
  id: number;
  /** The logical CPUs of the node. */
  cpus: number[];
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
  id: number;
  /** Only where the architecture has one for each (arm64 and s390x do not). */
  modelName?: string;
}

/** One socket. */
export interface CpuPackage {
  /** What the board calls it; where it has no name the handle of its structure, or lshw's id. */
  socket: string;
  populated: boolean;
  modelName?: string;
  manufacturer?: string;
  familyName?: string;
  /** What the CPU sits in: "Socket LGA3647-1". */
  socketType?: string;
  serialNumber?: string;
  partNumber?: string;
  assetTag?: string;
  maxMHz?: number;
  currentMHz?: number;
  externalClockMHz?: number;
  voltageV?: number;
  coreCount?: number;
  coresEnabled?: number;
  threadCount?: number;
}

const VULNERABILITY = ["lscpu -J: Vulnerability {name}", "/sys/devices/system/cpu/vulnerabilities"];

const asPrinted = (value: string) => value;
// "CPU socket(s)" up to util-linux 2.20.
const SOCKETS = lscpu(["Socket(s)", "CPU socket(s)"], count);
const ONLINE_LIST = lscpu("On-line CPU(s) list", (text) => cpuReader().list(text));
const ONLINE_MASK = lscpu("On-line CPU(s) mask", (text) => cpuReader().mask(text));

function product(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

/** s390x has drawers of books of sockets. */
const BOOK_FIELDS = ["Socket(s) per book", "Book(s)", "Book(s) per drawer", "Drawer(s)"].map((name) =>
  lscpu(name, count)
);

function socketsOfBooks(machine: Machine): number | undefined {
  const [perBook, books, perDrawer, drawers] = BOOK_FIELDS.map((place) => place.read(machine));
  return product(perBook, books ?? product(perDrawer, drawers));
}

/** Of a field that is printed for each kind of core. */
const clocks = (name: string) => (machine: Machine) =>
  lscpuFields(machine, [name]).map(({ value }) => decimal(value)).filter((clock) => clock !== undefined);

/** The fact that a field of lscpu is, with its line. */
function withLine<T extends object>(fact: T, { name, value }: { name: string; value: string }): T & AsPrinted {
  return { ...fact, printed: () => ({ where: "lscpu -J", lines: [`${name}: ${value}`] }) };
}

function numaNodes(machine: Machine): (NumaNode & AsPrinted)[] | undefined {
  const isMask = ONLINE_MASK.read(machine) !== undefined;
  const cpus = cpuReader();
  const cpusOf = (value: string) =>
    value === "" ? [] : isMask || value.startsWith("0x") ? cpus.mask(value) : cpus.list(value);
  return nonEmpty((machine.lscpu?.fields ?? []).flatMap((field) => {
    const id = numaNodeOf(field.name), named = id === undefined ? undefined : cpusOf(field.value);
    return id === undefined || named === undefined ? [] : withLine({ id, cpus: named }, field);
  }));
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
const MODEL = processor(["Version", "Processor Version"]);
const STATUS = processor("Status", word);

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
  coreCount: [processor("Core Count", dmiCount), lshwNumber("cores")],
  coresEnabled: [processor("Core Enabled", dmiCount), lshwNumber("enabledcores")],
  threadCount: [processor("Thread Count", dmiCount), lshwNumber("threads")],
};

function populatedPackages(machine: Machine): PackageSources[] {
  return (packages(machine) ?? []).filter((one) =>
    (PACKAGE.populated as { read(s: PackageSources): boolean }).read(one)
  );
}

const CPUINFO: Place<Machine, string> = {
  words: "/proc/cpuinfo: model name",
  read: ({ kernel }) => kernel?.cpu?.logical?.[0]?.modelName,
};

export const CPU: Table<Machine, Cpu> = {
  architecture: [lscpu("Architecture", asPrinted)],
  opModes: [lscpu("CPU op-mode(s)", (value) => value.split(/, */))],
  byteOrder: [lscpu("Byte Order", asPrinted)],
  modelName: [
    lscpu("Model name", told),
    CPUINFO,
    within((machine) => populatedPackages(machine)[0], MODEL),
    within((machine) => populatedPackages(machine)[0], lshwCpu("product")),
  ],
  vendorId: [lscpu("Vendor ID", told)],
  family: [lscpu("CPU family", asPrinted)],
  model: [lscpu("Model", asPrinted)],
  stepping: [lscpu("Stepping", asPrinted)],
  sockets: derived(
    "of s390x drawers × books × sockets; without lscpu the populated sockets of SMBIOS",
    (machine) => SOCKETS.read(machine) ?? socketsOfBooks(machine) ?? (populatedPackages(machine).length || undefined),
    SOCKETS,
    ...BOOK_FIELDS,
  ),
  coresPerSocket: [lscpu("Core(s) per socket", count)],
  // 0, as the least of the clocks, where CPUs are offline.
  threadsPerCore: [lscpu("Thread(s) per core", (value) => count(value) || undefined)],
  logicalCpus: [lscpu("CPU(s)", count)],
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
    (machine) => extreme(Math.min, clocks("CPU min MHz")(machine).filter((clock) => clock > 0)),
    lscpu("CPU min MHz", decimal),
  ),
  bogoMips: [lscpu("BogoMIPS", decimal)],
  frequencyBoost: [lscpu("Frequency boost", (value) => ({ enabled: true, disabled: false })[value])],
  flags: [lscpu("Flags", (value) => value.split(/\s+/))],
  virtualization: [lscpu("Virtualization", asPrinted)],
  hypervisorVendor: [lscpu("Hypervisor vendor", asPrinted)],
  caches: CACHES,
  numaNodes: listOf(
    "lscpu's NUMA nodes, in its order",
    numaNodes,
    asGiven<NumaNode & AsPrinted, NumaNode>({
      id: "lscpu -J: NUMA node{id} CPU(s)",
      cpus: "lscpu -J: NUMA node{id} CPU(s)",
    }),
  ),
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
    }),
  ),
  packages: listOf("the sockets of SMBIOS, else of lshw; no coprocessors", packages, PACKAGE),
};

function extreme(choose: (a: number, b: number) => number, numbers: number[]): number | undefined {
  return numbers.length > 0 ? numbers.reduce((a, b) => choose(a, b)) : undefined;
}
