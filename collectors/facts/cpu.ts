/** The CPUs as the kernel sees them (lscpu, /proc/cpuinfo), and their sockets. */
import { told } from "../placeholders.ts";
import { cpuReader } from "../tools/lscpu/cpu_list.ts";
import { countAbove0, decimal, vulnerabilityOf } from "../tools/lscpu/values.ts";
import { prune } from "../values.ts";
import { armCpu, armSignature, namesModel } from "./arm_cpus.ts";
import { CACHES, type CpuCache } from "./cpu_caches.ts";
import {
  CORE_COUNT,
  type CpuPackage,
  lshwCpu,
  MODEL,
  PACKAGE,
  packages,
  populatedPackages,
  processor,
  socketsOfSmbios,
} from "./cpu_packages.ts";
import { CORE_FIELDS, SOCKET_FIELDS, THREADS, topologyOf } from "./cpu_topology.ts";
import type { Machine } from "./machine.ts";
import { NUMA_NODES, type NumaNode } from "./numa.ts";
import { lscpu, lscpuFields } from "./places.ts";
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
