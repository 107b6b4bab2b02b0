/**
 * The SMBIOS tables as types (DMTF DSP0134). Strings are as the firmware gives them, trimmed; placeholders
 * ("To Be Filled By O.E.M.", "Unknown", "<OUT OF SPEC>") and quantities of 0 are left out.
 */
import type { Baseboard, Chassis, Firmware, System } from "../../facts/mod.ts";

/** One structure as dmidecode prints it. Types 10 and 40 print as several with the same handle. */
export interface DmiStructure {
  /** "0x1100"; "" in the output of `dmidecode -q`, which leaves the handles out. */
  handle: string;
  type: number;
  /** As the tool names the type: "Cache Information"; "" where it names none. */
  name: string;
  fields: DmiField[];
}

/** "Name: value", and the lines of a list under it; the name is "" where the line has none. */
export interface DmiField {
  name: string;
  value: string;
  items?: string[];
}

/** The tables: the structures that hnl_mk knows, typed and with placeholders left out, and all others as printed. */
export interface DmiTable {
  /** As the tool prints it: "3.4". */
  toolVersion?: string;
  smbiosVersion?: string;
  bios?: DmiBios;
  system?: DmiSystem;
  /** Type 2; the first is the one that the kernel takes for the board (/sys/class/dmi/id/board_*). */
  baseboards: DmiBaseboard[];
  chassis: DmiChassis[];
  processors: DmiProcessor[];
  slots: DmiSlot[];
  oemStrings: string[];
  memoryArrays: DmiMemoryArray[];
  memoryDevices: DmiMemoryDevice[];
  ipmiDevices: DmiIpmiDevice[];
  powerSupplies: DmiPowerSupply[];
  onboardDevices: DmiOnboardDevice[];
  others: DmiStructure[];
  /** What the tool says of the tables themselves: broken, cut short, newer than it knows. */
  warnings?: string[];
}

/** Type 0. */
export interface DmiBios extends Omit<Firmware, "bootMode" | "secureBoot" | "setupMode" | "smbiosVersion"> {
  characteristics: string[];
}

/** Type 1. */
export type DmiSystem = System;

/** Type 2. */
export interface DmiBaseboard extends Baseboard {
  handle: string;
  type?: string;
}

/** Type 3. */
export interface DmiChassis extends Chassis {
  handle: string;
}

/** Type 4. */
export interface DmiProcessor {
  handle: string;
  socket?: string;
  type?: string;
  family?: string;
  manufacturer?: string;
  version?: string;
  voltageV?: number;
  externalClockMHz?: number;
  maxSpeedMHz?: number;
  currentSpeedMHz?: number;
  /** "Populated, Enabled", as printed. */
  status?: string;
  populated: boolean;
  serialNumber?: string;
  assetTag?: string;
  partNumber?: string;
  coreCount?: number;
  coresEnabled?: number;
  threadCount?: number;
}

/** Type 9. */
export interface DmiSlot {
  handle: string;
  designation?: string;
  type?: string;
  usage?: string;
  length?: string;
  /** PCI address, lower case. */
  pciAddress?: string;
}

/** Type 16. */
export interface DmiMemoryArray {
  handle: string;
  location?: string;
  use?: string;
  errorCorrection?: string;
  maxCapacityBytes?: number;
  deviceCount?: number;
}

/** Type 17. An empty slot has no `sizeBytes`. */
export interface DmiMemoryDevice {
  handle: string;
  arrayHandle?: string;
  totalWidthBits?: number;
  dataWidthBits?: number;
  sizeBytes?: number;
  /** Of `sizeBytes`, what keeps its content without power (SMBIOS 3.2). */
  nonVolatileBytes?: number;
  /** Of `sizeBytes`, what is RAM, next to `nonVolatileBytes`; some firmware has nonsense here for plain DIMMs. */
  volatileBytes?: number;
  formFactor?: string;
  locator?: string;
  bank?: string;
  type?: string;
  typeDetail: string[];
  speedMTs?: number;
  manufacturer?: string;
  serialNumber?: string;
  assetTag?: string;
  partNumber?: string;
  rank?: number;
  configuredSpeedMTs?: number;
  minimumVoltageV?: number;
  maximumVoltageV?: number;
  configuredVoltageV?: number;
}

/** Type 38. */
export interface DmiIpmiDevice {
  handle: string;
  interfaceType?: string;
  specificationVersion?: string;
  i2cAddress?: string;
  baseAddress?: string;
}

/** Type 39. */
export interface DmiPowerSupply {
  handle: string;
  location?: string;
  productName?: string;
  manufacturer?: string;
  serialNumber?: string;
  assetTag?: string;
  partNumber?: string;
  revision?: string;
  maxPowerW?: number;
  status?: string;
  plugged?: boolean;
  hotReplaceable?: boolean;
}

/** Type 41. */
export interface DmiOnboardDevice {
  handle: string;
  /** "Integrated NIC 1" */
  designation?: string;
  type?: string;
  enabled?: boolean;
  instance?: number;
  busAddress?: string;
}
