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
import { told } from "../placeholders.ts";
import { makerOfId, makerOfModuleId, partNumberOf } from "./memory_makers.ts";
import { type MemorySlot, type Naming, namingOf, type SlotPlace, slotPlace } from "./memory_slots.ts";
import { type ErrorCounts, ERRORS, type JoinedErrors, joinErrors, type MemoryErrors } from "./memory_errors.ts";
import { dmi, dmiField, type LshwKey, lshwNode } from "./places.ts";
import { nonEmpty } from "../values.ts";
import { type Derived, derived, listOf, make, type Place, type Table, within } from "./table.ts";

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
  /** Slots with a module. */
  usedSlotCount?: number;
  /** Every slot, empty ones included. */
  slots?: MemorySlot[];
  /** The populated slots. */
  dimms?: Dimm[];
  /** Errors that are counted, but of a module that is not known. */
  edac?: MemoryErrors[];
  /** What the kernel can use of it. */
  usableBytes?: number;
  /** Size of all swap areas. */
  swapBytes?: number;
}

/** A memory module. */
export interface Dimm {
  /** What the board calls its slot: "A1". */
  locator?: string;
  /** Bank locator of SMBIOS. */
  bank?: string;
  /** Omitted where the firmware knows of the module, but not of its size. */
  sizeBytes?: number;
  /** Of `sizeBytes`, what is persistent memory, and no RAM (NVDIMM, Optane in App Direct mode). */
  nonVolatileBytes?: number;
  /** Of `sizeBytes`, what is a cache of other memory, and no RAM of its own (DRAM before Optane in Memory Mode). */
  cacheBytes?: number;
  /** DRAM, NVDIMM-N, Intel Optane persistent memory … (SMBIOS 3.2). */
  memoryTechnology?: string;
  /** "DIMM", "SODIMM". */
  formFactor?: string;
  /** DDR4, DDR5 … */
  type?: string;
  /** "Synchronous", "Registered (Buffered)". */
  typeDetail?: string[];
  /** What the module can do. */
  speedMTs?: number;
  /** What it runs at. */
  configuredSpeedMTs?: number;
  /** Voltage that the module runs at. */
  configuredVoltageV?: number;
  /** Maker of the module; a JEDEC ID is told as its name. */
  manufacturer?: string;
  /** Serial number of the module. */
  serialNumber?: string;
  /** Part number of the module. */
  partNumber?: string;
  /** Asset tag of the module. */
  assetTag?: string;
  /** Ranks of the module. */
  rank?: number;
  /** Width without the bits of ECC. */
  dataWidthBits?: number;
  /** With the bits for error correction. */
  totalWidthBits?: number;
  /** Errors since the kernel started that did no harm. Of change detection only their magnitude is part. */
  correctedErrors?: number;
  /** Errors since the kernel started that damaged data. */
  uncorrectedErrors?: number;
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
  errors?: ErrorCounts;
}

/** What SMBIOS has arrays of memory devices for besides RAM (DSP0134 7.17.2). */
const NOT_RAM = new Set(["Video Memory", "Flash Memory", "Non-volatile RAM", "Cache Memory"]);
/** The same arrays in lshw's words (src/core/dmi.cc). */
export const NOT_RAM_IN_LSHW = new Set(["Video Memory", "Flash Memory", "NVRAM", "Cache Memory"]);

const inArray = <T = string>(name: string, read?: Reader<T>) => dmiField("Physical Memory Array", name, read);
const inDevice = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  dmiField("Memory Device", names, read);

const SIZE = inDevice("Size", bytes), TYPE = inDevice("Type", word);
const CAPACITY = inArray("Maximum Capacity", bytes), DEVICES = inArray("Number Of Devices", count);

/** Memory that holds programs of the firmware, and none of the machine's; lshw has the types in capitals. */
const NOT_RAM_TYPES = new Set(["FLASH", "ROM", "EPROM", "EEPROM", "FEPROM"]);
/** What the chip of such memory is called where its type says nothing. */
const ROM_NAME = /(^|[^A-Z])(BIOS|FLASH|FWH|ROM|SPI)(?![A-Z])/i;

function isRom(type: string | undefined, names: readonly (string | undefined)[]): boolean {
  if (type === undefined || /^(Other|Unknown)$/i.test(type)) return names.some((name) => ROM_NAME.test(name ?? ""));
  return NOT_RAM_TYPES.has(type.toUpperCase());
}

/** What the sources say of RAM. */
export function memorySources(machine: Machine): MemorySources {
  const known = machine.smbios.all(16);
  const arrays = known.filter((array) => !NOT_RAM.has(USE.read(array) ?? ""));
  const devices = ramDevices(machine.smbios.all(17), known, arrays);
  if (devices.length > 0) return { machine, arrays, devices, lshwArrays: [], banks: [] };
  const lshwArrays = machine.lshw.all.filter((node) =>
    node.class === "memory" && /^memory(:\d+)?$/.test(node.id) && !NOT_RAM_IN_LSHW.has(node.description ?? "")
  );
  const banks = lshwArrays.flatMap(({ children = [] }) =>
    children.filter(({ id, slot, description }) => /^bank(:\d+)?$/.test(id) && !isRom(typeInLshw(description), [slot]))
  );
  return { machine, arrays, devices, lshwArrays, banks };
}

function ramDevices(
  all: readonly DmiStructure[],
  known: readonly DmiStructure[],
  arrays: readonly DmiStructure[],
): DmiStructure[] {
  const handles = new Set(known.map(({ handle }) => handle));
  const ofRam = new Set(arrays.map(({ handle }) => handle));
  // One whose array does not exist is an artefact, unless the firmware has lost all of them.
  const isLost = all.every((device) => !handles.has(ARRAY.read(device) ?? ""));
  return all.filter((device) => {
    const handle = ARRAY.read(device);
    const isOfRam = handle === undefined || isLost || ofRam.has(handle);
    return isOfRam && !isRom(TYPE.read(device), [LOCATOR.read(device), BANK.read(device)]);
  });
}

const USE = inArray("Use", word), ARRAY = inDevice("Array Handle");
const LOCATOR = inDevice("Locator"), BANK = inDevice("Bank Locator");

/** Whether there is a module: one with a size, or of an unknown size with a maker, a part or a serial number. */
function isPopulated({ device, bank }: DimmSources): boolean {
  if (bank) {
    return (bank.size ?? 0) > 0 || [bank.vendor, bank.product, bank.serial].some((text) => told(text) !== undefined);
  }
  if (SIZE.read(device!) !== undefined) return true;
  const isUnknown = /^Unknown$/i.test(fieldOf(device!.fields, ["Size"])?.value ?? "");
  return isUnknown && [SERIAL, PART, MAKER].some((place) => place.read(device!) !== undefined);
}

function slotsOf({ devices, banks }: MemorySources): DimmSources[] {
  return [...devices.map((device) => ({ device })), ...banks.map((bank) => ({ bank }))];
}

function dimmsOf(sources: MemorySources): DimmSources[] {
  return slotsOf(sources).filter(isPopulated);
}

/** Of persistent memory and of caches only what is set up as RAM, which may be less than the size. */
function ramBytes({ device, bank }: DimmSources): number | undefined {
  if (!device) return bank?.size;
  const size = SIZE.read(device);
  const isPersistent = NON_VOLATILE.read(device) !== undefined || TYPE.read(device) === "Logical non-volatile device" ||
    PERSISTENT.test(TECHNOLOGY.read(device) ?? "");
  const isCache = CACHE.read(device) !== undefined || TYPE_DETAIL.read(device)?.includes("Cache DRAM");
  if (isPersistent || isCache) return VOLATILE.read(device) ?? 0;
  return size;
}

const PERSISTENT = /optane|persistent|nvdimm-[fp]/i;
const NON_VOLATILE = inDevice("Non-Volatile Size", bytes), VOLATILE = inDevice("Volatile Size", bytes);
const CACHE = inDevice("Cache Size", bytes), TYPE_DETAIL = inDevice("Type Detail", typeDetails);
const TECHNOLOGY = inDevice("Memory Technology", word);
/** dmidecode before 3.2 does not print what persistent memory is set up as. */
const ALL_OF_IT: Place<DmiStructure, number> = {
  ...SIZE,
  read: (structure) => {
    const isSetUp = fieldOf(structure.fields, ["Non-Volatile Size", "Volatile Size"]) !== undefined;
    return !isSetUp && PERSISTENT.test(TECHNOLOGY.read(structure) ?? "") ? SIZE.read(structure) : undefined;
  },
};
const SERIAL = inDevice("Serial Number"), MAKER = inDevice("Manufacturer");
const PART = inDevice("Part Number", (field) => {
  const text = told(field.value);
  return text === undefined ? undefined : told(partNumberOf(text));
});

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
const SLOTS = ofAll(devices, LOCATOR);
const SIZES = ofAll(devices, SIZE);

const LSHW_MEMORY: Place<MemorySources, number> = within(
  ({ lshwArrays }) => lshwArrays[0],
  lshwNode("memory", "size", ({ size }) => size),
);

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
const DESCRIPTION = /^(?:(Row of chips|Proprietary Card|\S+) )?((?:LP)?DDR\d?|S?D?RAM|FLASH|(?:E|EE|FE)?P?ROM)\b/;
const described = (part: 1 | 2) => bank("description", ({ description = "" }) => DESCRIPTION.exec(description)?.[part]);

function typeInLshw(description = ""): string | undefined {
  return DESCRIPTION.exec(description)?.[2];
}

/** An id of a maker, or words about one that is not known. */
const LOOKS_LIKE_ID = /^(?:0x)?[0-9A-F]{4,}$|^JEDEC ID|^Unknown\b/i;

const DIMM: Table<DimmSources, Dimm> = {
  locator: [device(LOCATOR), bank("slot")],
  bank: [device(BANK)],
  sizeBytes: [device(SIZE), bank("size", ({ size }) => size || undefined)],
  nonVolatileBytes: [device(NON_VOLATILE), device(ALL_OF_IT)],
  cacheBytes: [device(CACHE)],
  memoryTechnology: [device(TECHNOLOGY)],
  formFactor: [device(inDevice("Form Factor", word)), described(1)],
  type: [device(TYPE), described(2)],
  typeDetail: [device(TYPE_DETAIL)],
  speedMTs: [device(inDevice("Speed", megahertz)), bank("clock", ({ clock }) => clock ? clock / 1e6 : undefined)],
  configuredSpeedMTs: [device(inDevice(["Configured Memory Speed", "Configured Clock Speed"], megahertz))],
  configuredVoltageV: [device(inDevice(["Configured Voltage", "Configured voltage"], volts))],
  manufacturer: derived(
    "the name of the maker; firmware that prints an id of JEP106 is translated, an id of nobody known stays",
    ({ device, bank }) => {
      const text = device ? MAKER.read(device) : told(bank?.vendor);
      const byModuleId = device && makerOfModuleId(fieldOf(device.fields, ["Module Manufacturer ID"])?.value);
      if (text === undefined) return byModuleId;
      return makerOfId(text) ?? (LOOKS_LIKE_ID.test(text) ? byModuleId : undefined) ?? text;
    },
    device(MAKER),
    device(inDevice("Module Manufacturer ID", word)),
    bank("vendor"),
  ),
  serialNumber: [device(SERIAL), bank("serial")],
  partNumber: [device(PART), bank("product")],
  assetTag: [device(inDevice("Asset Tag"))],
  rank: [device(inDevice("Rank", count))],
  dataWidthBits: [device(inDevice("Data Width", quantity("bits"))), bank("width", ({ width }) => width)],
  totalWidthBits: [device(inDevice("Total Width", quantity("bits")))],
  correctedErrors: errors("correctedErrors", "dimm_ce_count"),
  uncorrectedErrors: errors("uncorrectedErrors", "dimm_ue_count"),
};

function errors(key: keyof ErrorCounts, file: string): Derived<DimmSources, number> {
  return derived(
    "of the memory controller's counts those with the label of this slot, else those of its channel and place, or that all modules have; the ranks of a module together",
    ({ errors }) => errors?.[key],
    { words: `/sys/devices/system/edac/mc/mc*/*/${file}`, read: ({ errors }) => errors?.[key] },
  );
}

/** A slot, and how the board names its slots. */
interface SlotSources extends DimmSources {
  naming: Naming;
}

function namedSlots(sources: MemorySources): SlotSources[] | undefined {
  const slots = slotsOf(sources);
  if (slots.length === 0) return undefined;
  const locators = slots.map((slot) => LOCATOR_PLACES.map((place) => place.read(slot)).find((text) => text) ?? "");
  const naming = namingOf(locators, SYSTEM_MAKER.read(sources.machine));
  return slots.map((slot) => ({ ...slot, naming }));
}

const SYSTEM_MAKER = dmi(1, ["Manufacturer", "Vendor"]);
const LOCATOR_PLACES = [device(LOCATOR), bank("slot")] as const;
const BANK_LOCATOR = device(BANK);

const named = <K extends keyof SlotPlace>(key: K): Derived<SlotSources, NonNullable<SlotPlace[K]>> =>
  derived<SlotSources, NonNullable<SlotPlace[K]>>(
    "where the name of the slot tells it",
    (slot) => {
      const locator = LOCATOR_PLACES.map((place) => place.read(slot)).find((text) => text);
      return slotPlace(locator, BANK_LOCATOR.read(slot), slot.naming)[key] ?? undefined;
    },
    ...LOCATOR_PLACES,
    BANK_LOCATOR,
  );

const SLOT: Table<SlotSources, MemorySlot> = {
  locator: LOCATOR_PLACES,
  bank: [BANK_LOCATOR],
  populated: derived("a module with a size, a maker, a part or a serial number is in it", isPopulated, device(SIZE)),
  sizeBytes: [device(SIZE), bank("size", ({ size }) => size || undefined)],
  socket: named("socket"),
  channel: named("channel"),
  position: named("position"),
};

/** The kernel's counts of errors, and whose they are. */
function errorsOf(sources: MemorySources, slots: readonly SlotSources[]): JoinedErrors | undefined {
  const counted = sources.machine.kernel?.edac;
  return counted && joinErrors(counted, slots.map((slot) => make(SLOT, slot)!));
}

function dimmsWithErrors(sources: MemorySources): DimmSources[] | undefined {
  const slots = namedSlots(sources);
  const errors = slots && errorsOf(sources, slots)?.bySlot;
  return slots?.map((slot, i) => ({ ...slot, ...errors?.[i] && { errors: errors[i] } })).filter(isPopulated);
}

/** No board takes more, and none so little: firmware prints 6 kB and 4095 PB. */
const MOST_CAPACITY_BYTES = 2 ** 50, LEAST_CAPACITY_BYTES = 2 ** 26;

function totalBytes(sources: MemorySources): number | undefined {
  const sizes = dimmsOf(sources).map(ramBytes);
  const ofArrays = sum(sources.lshwArrays.map(({ size }) => size ?? 0));
  const isComplete = sizes.length > 0 && !sizes.includes(undefined);
  return (isComplete ? sum(sizes as number[]) : ofArrays || sum(sizes.map((size) => size ?? 0))) || undefined;
}

export const MEMORY: Table<MemorySources, Memory> = {
  totalBytes: derived(
    "the sum of the DIMMs, without what is persistent or a cache of them; where there are none what lshw says",
    totalBytes,
    SIZES,
    LSHW_MEMORY,
  ),
  maxCapacityBytes: derived(
    "the sum of the arrays, where all of them report it and it is not less than what is fitted",
    (sources) => {
      const capacities = [
        ...sources.arrays.map((array) => CAPACITY.read(array)),
        ...sources.arrays.length > 0 ? [] : sources.lshwArrays.map(({ capacity }) => capacity ?? 0),
      ];
      const total = capacities.includes(undefined) ? 0 : sum(capacities as number[]);
      const least = Math.max(LEAST_CAPACITY_BYTES, totalBytes(sources) ?? 0);
      return total >= least && total <= MOST_CAPACITY_BYTES ? total : undefined;
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
  slotCount: derived(
    "how many slots there are; without one in SMBIOS what its arrays have room for",
    (sources) => slotsOf(sources).length || sum(sources.arrays.map((array) => DEVICES.read(array) ?? 0)) || undefined,
    SLOTS,
    ofAll(({ arrays }) => arrays, DEVICES),
  ),
  usedSlotCount: derived(
    "how many of them are populated",
    (sources) => slotsOf(sources).length > 0 ? dimmsOf(sources).length : undefined,
    SIZES,
  ),
  slots: listOf("every slot, in the order of SMBIOS", namedSlots, SLOT),
  dimms: listOf(
    "the populated slots, in the order of SMBIOS",
    dimmsWithErrors,
    DIMM,
  ),
  edac: listOf(
    "the counts of modules that belong to no slot, and of controllers that cannot tell the module",
    (sources) => nonEmpty(errorsOf(sources, namedSlots(sources) ?? [])?.rest ?? []),
    ERRORS,
  ),
  usableBytes: [{ words: "/proc/meminfo: MemTotal", read: ({ machine }) => machine.kernel?.memory?.usableBytes }],
  swapBytes: [{ words: "/proc/meminfo: SwapTotal", read: ({ machine }) => machine.kernel?.memory?.swapBytes }],
};

const NOTHING = { name: "", value: "" };

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
