/** RAM (SMBIOS types 16 and 17, DSP0134 7.17 and 7.18); lshw where dmidecode reported none. */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import {
  bytes,
  count,
  fieldOf,
  megahertz,
  quantity,
  type Reader,
  typeDetails,
  volts,
  word,
} from "../tools/dmidecode/values.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { setting } from "../tools/lshw/tree.ts";
import type { Machine } from "./machine.ts";
import { dmiField, type LshwKey, lshwNode } from "./places.ts";
import { derived, listOf, type Place, type Table, within } from "./table.ts";

/** The machine's RAM. */
export interface Memory {
  /** The sum of the DIMMs without what is persistent of them. */
  totalBytes?: number;
  /** What the boards can take, all together. */
  maxCapacityBytes?: number;
  /** None, Parity, Single-bit ECC, Multi-bit ECC, CRC. */
  errorCorrection?: string;
  /** How many slots for DIMMs there are, empty ones included. */
  slotCount?: number;
  usedSlotCount?: number;
  /** The populated slots. */
  dimms?: Dimm[];
  /** What the kernel can use of it. */
  usableBytes?: number;
  swapBytes?: number;
}

/** A memory module. */
export interface Dimm {
  /** What the board calls its slot: "A1". */
  locator?: string;
  bank?: string;
  sizeBytes: number;
  /** Of `sizeBytes`, what is persistent memory, and no RAM (NVDIMM, Optane in App Direct mode). */
  nonVolatileBytes?: number;
  formFactor?: string;
  /** DDR4, DDR5 … */
  type?: string;
  typeDetail?: string[];
  /** What the module can do. */
  speedMTs?: number;
  /** What it runs at. */
  configuredSpeedMTs?: number;
  configuredVoltageV?: number;
  manufacturer?: string;
  serialNumber?: string;
  partNumber?: string;
  assetTag?: string;
  rank?: number;
  dataWidthBits?: number;
  /** With the bits for error correction. */
  totalWidthBits?: number;
}

/** What the sources say of the memory: SMBIOS's arrays and devices, or where it has none lshw's. */
export interface MemorySources {
  machine: Machine;
  arrays: readonly DmiStructure[];
  /** Slots, empty ones included. */
  devices: readonly DmiStructure[];
  lshwArrays: readonly HardwareNode[];
  banks: readonly HardwareNode[];
}

/** What the sources say of one module. */
interface DimmSources {
  device?: DmiStructure;
  bank?: HardwareNode;
}

/** What SMBIOS has arrays of memory devices for besides RAM (DSP0134 7.17.2). */
const NOT_RAM = new Set(["Video Memory", "Flash Memory", "Non-volatile RAM", "Cache Memory"]);
/** The same arrays in lshw's words (src/core/dmi.cc). */
export const NOT_RAM_IN_LSHW = new Set(["Video Memory", "Flash Memory", "NVRAM", "Cache Memory"]);

const inArray = <T = string>(name: string, read?: Reader<T>) => dmiField("Physical Memory Array", name, read);
const inDevice = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  dmiField("Memory Device", names, read);

const SIZE = inDevice("Size", bytes), TYPE = inDevice("Type", word);
const CAPACITY = inArray("Maximum Capacity", bytes);

/** What is RAM; undefined where no source reports any. */
export function memorySources(machine: Machine): MemorySources {
  const all = machine.smbios.all(17);
  if (all.length > 0) {
    const use = inArray("Use", word), arrayOf = inDevice("Array Handle");
    const known = machine.smbios.all(16);
    const arrays = known.filter((array) => !NOT_RAM.has(use.read(array) ?? ""));
    const others = new Set(known.filter((array) => !arrays.includes(array)).map(({ handle }) => handle));
    // `dmidecode -q` prints no handles: there only the type of a flash chip tells.
    const devices = all.filter((device) => {
      const handle = arrayOf.read(device);
      return handle === undefined ? others.size === 0 || TYPE.read(device) !== "Flash" : !others.has(handle);
    });
    return { machine, arrays, devices, lshwArrays: [], banks: [] };
  }
  const lshwArrays = machine.lshw.all.filter((node) =>
    node.class === "memory" && /^memory(:\d+)?$/.test(node.id) && !NOT_RAM_IN_LSHW.has(node.description ?? "")
  );
  const banks = lshwArrays.flatMap(({ children = [] }) => children.filter((node) => /^bank(:\d+)?$/.test(node.id)));
  return { machine, arrays: [], devices: [], lshwArrays, banks };
}

function dimmsOf({ devices, banks }: MemorySources): DimmSources[] {
  return [
    ...devices.filter((device) => SIZE.read(device) !== undefined).map((device) => ({ device })),
    ...banks.filter((bank) => (bank.size ?? 0) > 0).map((bank) => ({ bank })),
  ];
}

/** Of persistent memory only what is set up as RAM; it keeps a little for itself, so its parts are less than its size. */
function ramBytes({ device, bank }: DimmSources): number {
  if (!device) return bank?.size ?? 0;
  const isPersistent = NON_VOLATILE.read(device) !== undefined || TYPE.read(device) === "Logical non-volatile device";
  return (isPersistent ? VOLATILE.read(device) : SIZE.read(device)) ?? 0;
}

const NON_VOLATILE = inDevice("Non-Volatile Size", bytes), VOLATILE = inDevice("Volatile Size", bytes);

/** The same of all structures: what a sum or a number is made of. */
function ofAll<T>(
  of: (sources: MemorySources) => readonly DmiStructure[],
  place: Place<DmiStructure, T>,
): Place<MemorySources, T> {
  return {
    words: `${place.words}, of all`,
    read: () => undefined,
    raw: (sources) => {
      const lines = of(sources).flatMap((structure) => place.raw?.(structure)?.lines[0] ?? []);
      const counted = [...Map.groupBy(lines, (line) => line)].map(([line, same]) =>
        same.length > 1 ? `${line}  (${same.length} times)` : line
      );
      return counted.length > 0 ? { where: "dmidecode", lines: counted } : undefined;
    },
  };
}

const devices = ({ devices }: MemorySources) => devices;
const SLOTS = ofAll(devices, inDevice("Locator"));
const SIZES = ofAll(devices, SIZE);
const LSHW_MEMORY: Place<MemorySources, number> = within(
  ({ lshwArrays }) => lshwArrays[0],
  lshwNode("memory", "size", ({ size }) => size),
);

function slots<T extends { length: number }>(
  read: (sources: MemorySources) => T,
): (sources: MemorySources) => number | undefined {
  return (sources) => sources.devices.length + sources.banks.length > 0 ? read(sources).length : undefined;
}

/** lshw's "errordetection" in dmidecode's words. */
const ERROR_CORRECTION: ReadonlyMap<string, string> = new Map([
  ["none", "None"],
  ["parity", "Parity"],
  ["ecc", "Single-bit ECC"],
  ["multi-bit-ecc", "Multi-bit ECC"],
  ["crc", "CRC"],
]);

const device = <T>(place: Place<DmiStructure, T>) =>
  within<DimmSources, DmiStructure, T>(({ device }) => device, place);
const bank = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<DimmSources, HardwareNode, T>(({ bank }) => bank, lshwNode("bank", key, read));
/** lshw's description is "DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)". */
const described = (part: 1 | 2) =>
  bank("description", ({ description = "" }) => /^(\S+) ((?:LP)?DDR\d?|S?D?RAM)\b/.exec(description)?.[part]);

const DIMM: Table<DimmSources, Dimm> = {
  locator: [device(inDevice("Locator")), bank("slot")],
  bank: [device(inDevice("Bank Locator"))],
  sizeBytes: [device(SIZE), bank("size", ({ size }) => size)],
  nonVolatileBytes: [device(NON_VOLATILE)],
  formFactor: [device(inDevice("Form Factor", word)), described(1)],
  type: [device(TYPE), described(2)],
  typeDetail: [device(inDevice("Type Detail", typeDetails))],
  speedMTs: [device(inDevice("Speed", megahertz)), bank("clock", ({ clock }) => clock ? clock / 1e6 : undefined)],
  configuredSpeedMTs: [device(inDevice(["Configured Memory Speed", "Configured Clock Speed"], megahertz))],
  configuredVoltageV: [device(inDevice(["Configured Voltage", "Configured voltage"], volts))],
  manufacturer: [device(inDevice("Manufacturer")), bank("vendor")],
  serialNumber: [device(inDevice("Serial Number")), bank("serial")],
  partNumber: [device(inDevice("Part Number")), bank("product")],
  assetTag: [device(inDevice("Asset Tag"))],
  rank: [device(inDevice("Rank", count))],
  dataWidthBits: [device(inDevice("Data Width", quantity("bits"))), bank("width", ({ width }) => width)],
  totalWidthBits: [device(inDevice("Total Width", quantity("bits")))],
};

export const MEMORY: Table<MemorySources, Memory> = {
  totalBytes: derived(
    "the sum of the DIMMs, without what is persistent of them; where there are none what lshw says",
    (sources) => {
      const dimms = dimmsOf(sources);
      const sizes = dimms.length > 0 ? dimms.map(ramBytes) : sources.lshwArrays.map(({ size }) => size ?? 0);
      return sum(sizes) || undefined;
    },
    SIZES,
    LSHW_MEMORY,
  ),
  maxCapacityBytes: derived(
    "the sum of the arrays, where all of them report it",
    ({ arrays, lshwArrays }) => {
      const capacities = arrays.map((array) => CAPACITY.read(array));
      if (capacities.includes(undefined)) return undefined;
      return sum([...capacities as number[], ...lshwArrays.map(({ capacity }) => capacity ?? 0)]) || undefined;
    },
    ofAll(({ arrays }) => arrays, CAPACITY),
  ),
  errorCorrection: [
    within(
      ({ arrays }) => arrays.find(({ fields }) => word(fieldOf(fields, ["Error Correction Type"]) ?? NOTHING)),
      inArray("Error Correction Type", word),
    ),
    within(
      ({ lshwArrays }) => lshwArrays.find((array) => setting(array, "errordetection") !== undefined),
      lshwNode(
        "memory",
        "configuration.errordetection",
        (array) => ERROR_CORRECTION.get(setting(array, "errordetection") ?? ""),
      ),
    ),
  ],
  slotCount: derived("how many slots there are", slots(({ devices, banks }) => [...devices, ...banks]), SLOTS),
  usedSlotCount: derived("how many of them have a size", slots(dimmsOf), SIZES),
  dimms: listOf(
    "the slots with a size, in the order of SMBIOS",
    (sources) => sources.devices.length + sources.banks.length > 0 ? dimmsOf(sources) : undefined,
    DIMM,
  ),
  usableBytes: [{ words: "/proc/meminfo: MemTotal", read: ({ machine }) => machine.kernel?.memory?.usableBytes }],
  swapBytes: [{ words: "/proc/meminfo: SwapTotal", read: ({ machine }) => machine.kernel?.memory?.swapBytes }],
};

const NOTHING = { name: "", value: "" };

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
