/** Memory modules (SMBIOS type 17, DSP0134 7.18); lshw's banks where dmidecode reported none. */
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
import { told } from "../placeholders.ts";
import type { ErrorCounts } from "./memory_errors.ts";
import { makerOfId, makerOfModuleId, partNumberOf } from "./memory_makers.ts";
import { dmiField, type LshwKey, lshwNode } from "./places.ts";
import { type Derived, derived, type Place, type Table, within } from "./table.ts";

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

/** What the sources say of one module. */
export interface DimmSources {
  device?: DmiStructure;
  bank?: HardwareNode;
  errors?: ErrorCounts;
}

/** A line of a memory device. */
export const inDevice = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  dmiField("Memory Device", names, read);

export const SIZE = inDevice("Size", bytes), TYPE = inDevice("Type", word);
export const LOCATOR = inDevice("Locator"), BANK = inDevice("Bank Locator");

/** lshw's description is "DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)". */
const DESCRIPTION = /^(?:(Row of chips|Proprietary Card|\S+) )?((?:LP)?DDR\d?|S?D?RAM|FLASH|(?:E|EE|FE)?P?ROM)\b/;
export function typeInLshw(description = ""): string | undefined {
  return DESCRIPTION.exec(description)?.[2];
}

/** A place in the memory device. */
export const device = <T>(place: Place<DmiStructure, T>) =>
  within<DimmSources, DmiStructure, T>(({ device }) => device, place);
/** A place in lshw's bank. */
export const bank = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<DimmSources, HardwareNode, T>(({ bank }) => bank, lshwNode("bank", key, read));
const described = (part: 1 | 2) => bank("description", ({ description = "" }) => DESCRIPTION.exec(description)?.[part]);

/** Whether there is a module: one with a size, or of an unknown size with a maker, a part or a serial number. */
export function isPopulated({ device, bank }: DimmSources): boolean {
  if (bank) {
    return (bank.size ?? 0) > 0 || [bank.vendor, bank.product, bank.serial].some((text) => told(text) !== undefined);
  }
  if (SIZE.read(device!) !== undefined) return true;
  const isUnknown = /^Unknown$/i.test(fieldOf(device!.fields, ["Size"])?.value ?? "");
  return isUnknown && [SERIAL, PART, MAKER].some((place) => place.read(device!) !== undefined);
}

/** Of persistent memory and of caches only what is set up as RAM, which may be less than the size. */
export function ramBytes({ device, bank }: DimmSources): number | undefined {
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

/** An id of a maker, or words about one that is not known. */
const LOOKS_LIKE_ID = /^(?:0x)?[0-9A-F]{4,}$|^JEDEC ID|^Unknown\b/i;

/** Of a module. */
export const DIMM: Table<DimmSources, Dimm> = {
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
