/** From structures to typed values: the second half of reading dmidecode's output. */
import { prune } from "../../values.ts";
import { machineUuid, told } from "../../facts/placeholders.ts";
import type {
  DmiBaseboard,
  DmiBios,
  DmiChassis,
  DmiIpmiDevice,
  DmiMemoryArray,
  DmiMemoryDevice,
  DmiOnboardDevice,
  DmiPowerSupply,
  DmiProcessor,
  DmiSlot,
  DmiStructure,
  DmiSystem,
  DmiTable,
} from "./types.ts";
import {
  bytes,
  count,
  type Fields,
  flag,
  isoDate,
  items,
  megahertz,
  pciAddress,
  quantity,
  text,
  typeDetails,
  volts,
  watts,
  word,
} from "./values.ts";

/** Whether dmidecode only printed the bytes of a structure: every one with `-u`, which names none. */
function isRaw({ name, fields }: DmiStructure): boolean {
  return name === "" && fields[0]?.name === "Header and Data";
}

/**
 * Puts every structure into its place in a table; those that were not decoded are nothing but kept. Of types 0 and 1
 * the first that says something counts.
 */
export function typeStructures(structures: readonly DmiStructure[]): DmiTable {
  const byType = Map.groupBy(structures.filter((structure) => !isRaw(structure)), ({ type }) => type);
  const take = <T>(type: number, read: (fields: Fields, handle: string) => T): T[] => {
    const found = byType.get(type) ?? [];
    byType.delete(type);
    return found.map(({ fields, handle }) => read(fields, handle));
  };
  return prune<DmiTable>({
    bios: take(0, bios).find((known) => known !== undefined),
    system: take(1, system).find((known) => known !== undefined),
    baseboards: take(2, baseboard),
    chassis: take(3, chassis),
    processors: take(4, processor),
    slots: take(9, slot),
    oemStrings: take(11, oemStrings).flat(),
    memoryArrays: take(16, memoryArray),
    memoryDevices: take(17, memoryDevice),
    ipmiDevices: take(38, ipmiDevice),
    powerSupplies: take(39, powerSupply),
    onboardDevices: take(41, onboardDevice),
    // What nothing took.
    others: structures.filter((structure) => isRaw(structure) || byType.has(structure.type)),
  });
}

// The second and third names of a field are those of dmidecode 1.8 and 2.0 to 2.9, or those before 3.7.

function bios(fields: Fields): DmiBios | undefined {
  const characteristics = items(fields, "Characteristics");
  const read = prune<DmiBios>({
    vendor: text(fields, "Vendor"),
    version: text(fields, "Version"),
    releaseDate: isoDate(text(fields, "Release Date", "Release")),
    revision: text(fields, "Platform Firmware Revision", "BIOS Revision"),
    ecRevision: text(fields, "Embedded Controller Firmware Revision", "Firmware Revision"),
    romSizeBytes: bytes(fields, "ROM Size", "ROM size"),
    characteristics,
  });
  return Object.keys(read).length > 1 || characteristics.length > 0 ? read : undefined;
}

function system(fields: Fields): DmiSystem | undefined {
  const read = prune<DmiSystem>({
    manufacturer: text(fields, "Manufacturer", "Vendor"),
    productName: text(fields, "Product Name", "Product"),
    version: text(fields, "Version"),
    serialNumber: text(fields, "Serial Number"),
    uuid: machineUuid(text(fields, "UUID")),
    wakeUpType: word(fields, "Wake-up Type"),
    sku: text(fields, "SKU Number"),
    family: text(fields, "Family"),
  });
  return Object.keys(read).length > 0 ? read : undefined;
}

function baseboard(fields: Fields, handle: string): DmiBaseboard {
  return prune<DmiBaseboard>({
    handle,
    manufacturer: text(fields, "Manufacturer", "Vendor"),
    productName: text(fields, "Product Name", "Product"),
    version: text(fields, "Version"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    type: word(fields, "Type"),
  });
}

/** What 3.7 calls otherwise than all versions before: a type is the same fact, and tags match on the old words. */
const CHASSIS_TYPES_BEFORE: ReadonlyMap<string | undefined, string> = new Map([
  ["Blade Enclosure", "Blade Enclosing"],
  ["Compact PCI", "CompactPCI"],
  ["Advanced TCA", "AdvancedTCA"],
]);

function chassis(fields: Fields, handle: string): DmiChassis {
  const type = word(fields, "Type", "Chassis Type");
  return prune<DmiChassis>({
    handle,
    manufacturer: text(fields, "Manufacturer", "Vendor"),
    type: CHASSIS_TYPES_BEFORE.get(type) ?? type,
    version: text(fields, "Version"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    heightU: quantity(fields, ["Height", "Heigth"], "U"),
    sku: text(fields, "SKU Number"),
  });
}

function processor(fields: Fields, handle: string): DmiProcessor {
  const manufacturer = text(fields, "Manufacturer", "Processor Manufacturer");
  const version = text(fields, "Version", "Processor Version");
  const status = word(fields, "Status");
  return prune<DmiProcessor>({
    handle,
    socket: text(fields, "Socket Designation"),
    type: word(fields, "Type", "Processor Type"),
    family: word(fields, "Family", "Processor Family"),
    manufacturer,
    version,
    voltageV: volts(fields, "Voltage"),
    externalClockMHz: megahertz(fields, "External Clock"),
    maxSpeedMHz: megahertz(fields, "Max Speed"),
    currentSpeedMHz: megahertz(fields, "Current Speed"),
    status,
    populated: status === undefined
      ? manufacturer !== undefined || version !== undefined
      : status.startsWith("Populated"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    partNumber: text(fields, "Part Number", "Vendor Part Number"),
    coreCount: count(fields, "Core Count"),
    coresEnabled: count(fields, "Core Enabled"),
    threadCount: count(fields, "Thread Count"),
  });
}

function slot(fields: Fields, handle: string): DmiSlot {
  return prune<DmiSlot>({
    handle,
    designation: text(fields, "Designation", "Slot"),
    type: slotType(fields),
    usage: word(fields, "Current Usage", "Status"),
    length: word(fields, "Length"),
    pciAddress: pciAddress(fields, "Bus Address"),
  });
}

/** "x8 PCI Express 3 x8"; since 3.6 the width stands apart, as "8x or x8" or "32 bit" (a bare number is another one). */
function slotType(fields: Fields): string | undefined {
  const type = word(fields, "Type");
  const width = /^(?:\d+x or )?(x\d+|\d+ bit)$/.exec(word(fields, "Data Bus Width") ?? "")?.[1]?.replace(" ", "-");
  return type && width ? `${width} ${type}` : type;
}

function oemStrings(fields: Fields): string[] {
  return fields
    .filter((field) => field.name === "" || /^String \d+$/.test(field.name))
    .map((field) => told(field.value))
    .filter((value) => value !== undefined);
}

function memoryArray(fields: Fields, handle: string): DmiMemoryArray {
  return prune<DmiMemoryArray>({
    handle,
    location: word(fields, "Location"),
    use: word(fields, "Use"),
    errorCorrection: word(fields, "Error Correction Type"),
    maxCapacityBytes: bytes(fields, "Maximum Capacity"),
    deviceCount: count(fields, "Number Of Devices"),
  });
}

function memoryDevice(fields: Fields, handle: string): DmiMemoryDevice {
  return prune<DmiMemoryDevice>({
    handle,
    arrayHandle: text(fields, "Array Handle"),
    totalWidthBits: quantity(fields, ["Total Width"], "bits"),
    dataWidthBits: quantity(fields, ["Data Width"], "bits"),
    sizeBytes: bytes(fields, "Size"),
    nonVolatileBytes: bytes(fields, "Non-Volatile Size"),
    volatileBytes: bytes(fields, "Volatile Size"),
    formFactor: word(fields, "Form Factor"),
    locator: text(fields, "Locator"),
    bank: text(fields, "Bank Locator"),
    type: word(fields, "Type"),
    typeDetail: typeDetails(fields, "Type Detail"),
    speedMTs: megahertz(fields, "Speed"),
    manufacturer: text(fields, "Manufacturer"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    partNumber: text(fields, "Part Number"),
    rank: count(fields, "Rank"),
    configuredSpeedMTs: megahertz(fields, "Configured Memory Speed", "Configured Clock Speed"),
    minimumVoltageV: volts(fields, "Minimum Voltage", "Minimum voltage"),
    maximumVoltageV: volts(fields, "Maximum Voltage", "Maximum voltage"),
    configuredVoltageV: volts(fields, "Configured Voltage", "Configured voltage"),
  });
}

function ipmiDevice(fields: Fields, handle: string): DmiIpmiDevice {
  return prune<DmiIpmiDevice>({
    handle,
    interfaceType: word(fields, "Interface Type"),
    specificationVersion: text(fields, "Specification Version"),
    i2cAddress: text(fields, "I2C Slave Address"),
    baseAddress: text(fields, "Base Address"),
  });
}

function powerSupply(fields: Fields, handle: string): DmiPowerSupply {
  return prune<DmiPowerSupply>({
    handle,
    location: text(fields, "Location"),
    productName: text(fields, "Name"),
    manufacturer: text(fields, "Manufacturer"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    partNumber: text(fields, "Model Part Number"),
    revision: text(fields, "Revision"),
    maxPowerW: watts(fields, "Max Power Capacity"),
    status: word(fields, "Status"),
    plugged: flag(fields, "Plugged", "Yes", "No"),
    hotReplaceable: flag(fields, "Hot Replaceable", "Yes", "No"),
  });
}

function onboardDevice(fields: Fields, handle: string): DmiOnboardDevice {
  return prune<DmiOnboardDevice>({
    handle,
    designation: text(fields, "Reference Designation"),
    type: word(fields, "Type"),
    enabled: flag(fields, "Status", "Enabled", "Disabled"),
    instance: count(fields, "Type Instance"),
    busAddress: pciAddress(fields, "Bus Address"),
  });
}
