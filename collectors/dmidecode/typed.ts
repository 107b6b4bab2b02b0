/** From structures to typed values: the second half of reading dmidecode's output. */
import { prune } from "../parsing.ts";
import { machineUuid, told } from "../placeholders.ts";
import type {
  DmiBaseboard,
  DmiBios,
  DmiChassis,
  DmiField,
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
  word,
} from "./values.ts";

/** Puts every structure into its place in a table. Of types 0 and 1 the first that says something counts. */
export function typeStructures(structures: readonly DmiStructure[]): DmiTable {
  const table: DmiTable = {
    baseboards: [],
    chassis: [],
    processors: [],
    slots: [],
    oemStrings: [],
    memoryArrays: [],
    memoryDevices: [],
    ipmiDevices: [],
    powerSupplies: [],
    onboardDevices: [],
    others: [],
  };
  for (const structure of structures) place(table, structure);
  return table;
}

function place(table: DmiTable, structure: DmiStructure): void {
  const { handle } = structure;
  switch (structure.type) {
    case 0: {
      const read = bios(byFieldName(structure));
      if (Object.keys(read).length > 1) table.bios ??= read;
      return;
    }
    case 1: {
      const read = system(byFieldName(structure));
      if (Object.keys(read).length > 0) table.system ??= read;
      return;
    }
    case 2:
      table.baseboards.push(baseboard(handle, byFieldName(structure)));
      return;
    case 3:
      table.chassis.push(chassis(handle, byFieldName(structure)));
      return;
    case 4:
      table.processors.push(processor(handle, byFieldName(structure)));
      return;
    case 9:
      table.slots.push(slot(handle, byFieldName(structure)));
      return;
    case 11:
      table.oemStrings.push(...oemStrings(structure));
      return;
    case 16:
      table.memoryArrays.push(memoryArray(handle, byFieldName(structure)));
      return;
    case 17:
      table.memoryDevices.push(memoryDevice(handle, byFieldName(structure)));
      return;
    case 38:
      table.ipmiDevices.push(ipmiDevice(handle, byFieldName(structure)));
      return;
    case 39:
      table.powerSupplies.push(powerSupply(handle, byFieldName(structure)));
      return;
    case 41:
      table.onboardDevices.push(onboardDevice(handle, byFieldName(structure)));
      return;
    default:
      table.others.push(structure);
  }
}

/** The fields by name; of a repeated name the first counts. */
function byFieldName(structure: DmiStructure): Fields {
  const fields = new Map<string, DmiField>();
  for (const field of structure.fields) {
    if (!fields.has(field.name)) fields.set(field.name, field);
  }
  return fields;
}

// The second and third names of a field are those of dmidecode 1.8 and 2.0 to 2.9.

function bios(fields: Fields): DmiBios {
  return prune<DmiBios>({
    vendor: text(fields, "Vendor"),
    version: text(fields, "Version"),
    releaseDate: isoDate(text(fields, "Release Date", "Release")),
    revision: text(fields, "BIOS Revision"),
    ecRevision: text(fields, "Firmware Revision"),
    romSizeBytes: bytes(fields, "ROM Size", "ROM size"),
    characteristics: items(fields, "Characteristics"),
  });
}

function system(fields: Fields): DmiSystem {
  return prune<DmiSystem>({
    manufacturer: text(fields, "Manufacturer", "Vendor"),
    productName: text(fields, "Product Name", "Product"),
    version: text(fields, "Version"),
    serialNumber: text(fields, "Serial Number"),
    uuid: machineUuid(text(fields, "UUID")),
    wakeUpType: word(fields, "Wake-up Type"),
    sku: text(fields, "SKU Number"),
    family: text(fields, "Family"),
  });
}

function baseboard(handle: string, fields: Fields): DmiBaseboard {
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

function chassis(handle: string, fields: Fields): DmiChassis {
  return prune<DmiChassis>({
    handle,
    manufacturer: text(fields, "Manufacturer", "Vendor"),
    type: word(fields, "Type", "Chassis Type"),
    version: text(fields, "Version"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    heightU: quantity(fields, ["Height", "Heigth"], "U"),
    sku: text(fields, "SKU Number"),
  });
}

function processor(handle: string, fields: Fields): DmiProcessor {
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

function slot(handle: string, fields: Fields): DmiSlot {
  return prune<DmiSlot>({
    handle,
    designation: text(fields, "Designation", "Slot"),
    type: word(fields, "Type"),
    usage: word(fields, "Current Usage", "Status"),
    length: word(fields, "Length"),
    busAddress: pciAddress(fields, "Bus Address"),
  });
}

function oemStrings(structure: DmiStructure): string[] {
  return structure.fields
    .filter((field) => field.name === "" || /^String \d+$/.test(field.name))
    .map((field) => told(field.value))
    .filter((value) => value !== undefined);
}

function memoryArray(handle: string, fields: Fields): DmiMemoryArray {
  return prune<DmiMemoryArray>({
    handle,
    location: word(fields, "Location"),
    use: word(fields, "Use"),
    errorCorrection: word(fields, "Error Correction Type"),
    maxCapacityBytes: bytes(fields, "Maximum Capacity"),
    deviceCount: count(fields, "Number Of Devices"),
  });
}

function memoryDevice(handle: string, fields: Fields): DmiMemoryDevice {
  return prune<DmiMemoryDevice>({
    handle,
    arrayHandle: text(fields, "Array Handle"),
    totalWidthBits: quantity(fields, ["Total Width"], "bits"),
    dataWidthBits: quantity(fields, ["Data Width"], "bits"),
    sizeBytes: bytes(fields, "Size"),
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

function ipmiDevice(handle: string, fields: Fields): DmiIpmiDevice {
  return prune<DmiIpmiDevice>({
    handle,
    interfaceType: word(fields, "Interface Type"),
    specificationVersion: text(fields, "Specification Version"),
    i2cAddress: text(fields, "I2C Slave Address"),
    baseAddress: text(fields, "Base Address"),
  });
}

function powerSupply(handle: string, fields: Fields): DmiPowerSupply {
  return prune<DmiPowerSupply>({
    handle,
    location: text(fields, "Location"),
    name: text(fields, "Name"),
    manufacturer: text(fields, "Manufacturer"),
    serialNumber: text(fields, "Serial Number"),
    assetTag: text(fields, "Asset Tag"),
    partNumber: text(fields, "Model Part Number"),
    revision: text(fields, "Revision"),
    maxPowerW: quantity(fields, ["Max Power Capacity"], "W"),
    status: word(fields, "Status"),
    plugged: flag(fields, "Plugged", "Yes", "No"),
    hotReplaceable: flag(fields, "Hot Replaceable", "Yes", "No"),
  });
}

function onboardDevice(handle: string, fields: Fields): DmiOnboardDevice {
  return prune<DmiOnboardDevice>({
    handle,
    designation: text(fields, "Reference Designation"),
    type: word(fields, "Type"),
    enabled: flag(fields, "Status", "Enabled", "Disabled"),
    instance: count(fields, "Type Instance"),
    busAddress: pciAddress(fields, "Bus Address"),
  });
}
