import type { DmiMemoryDevice, DmiTable } from "../tools/dmidecode/mod.ts";
import type { Dimm, HardwareNode, Memory } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { allNodes, setting } from "../tools/lshw/tree.ts";

/** Of SMBIOS, else of lshw's tree; usable memory and swap are the kernel's. */
export function memory(dmi: DmiTable | undefined, host: HostFs | undefined, tree: HardwareNode[]): Memory | undefined {
  const fromDmi = dmi?.memoryDevices.length ? dmiMemory(dmi) : undefined;
  const known = fromDmi ?? lshwMemory(tree);
  if (!known && !host?.memory) return undefined;
  return prune<Memory>({ ...known, ...host?.memory });
}

/** What SMBIOS has arrays of memory devices for besides RAM (DSP0134 7.17.2). */
const NOT_RAM = new Set(["Video Memory", "Flash Memory", "Non-volatile RAM", "Cache Memory"]);

function dmiMemory(dmi: DmiTable): Memory {
  const arrays = dmi.memoryArrays.filter((array) => !NOT_RAM.has(array.use ?? ""));
  const others = new Set(dmi.memoryArrays.filter((array) => !arrays.includes(array)).map((array) => array.handle));
  // `dmidecode -q` prints no handles: there only the type of a flash chip tells.
  const devices = dmi.memoryDevices.filter(({ arrayHandle, type }) =>
    arrayHandle === undefined ? others.size === 0 || type !== "Flash" : !others.has(arrayHandle)
  );
  const populated = devices.filter(isPopulated);
  const dimms = populated.map(dimm);
  const capacities = arrays.map((array) => array.maxCapacityBytes);
  return prune<Memory>({
    totalBytes: sum(populated.map(ramBytes)) || undefined,
    maxCapacityBytes: capacities.length > 0 && capacities.every((c) => c !== undefined)
      ? sum(capacities as number[])
      : undefined,
    errorCorrection: arrays.find((array) => array.errorCorrection !== undefined)?.errorCorrection,
    slotCount: devices.length,
    usedSlotCount: dimms.length,
    dimms,
  });
}

function isPopulated(device: DmiMemoryDevice): device is DmiMemoryDevice & { sizeBytes: number } {
  return device.sizeBytes !== undefined;
}

/** Of persistent memory only what is set up as RAM; it keeps a little for itself, so its parts are less than its size. */
function ramBytes(device: DmiMemoryDevice & { sizeBytes: number }): number {
  const isPersistent = device.nonVolatileBytes !== undefined || device.type === "Logical non-volatile device";
  return isPersistent ? device.volatileBytes ?? 0 : device.sizeBytes;
}

function dimm(device: DmiMemoryDevice & { sizeBytes: number }): Dimm {
  return prune<Dimm>({
    locator: device.locator,
    bank: device.bank,
    sizeBytes: device.sizeBytes,
    nonVolatileBytes: device.nonVolatileBytes,
    formFactor: device.formFactor,
    type: device.type,
    typeDetail: device.typeDetail.length > 0 ? device.typeDetail : undefined,
    speedMTs: device.speedMTs,
    configuredSpeedMTs: device.configuredSpeedMTs,
    configuredVoltageV: device.configuredVoltageV,
    manufacturer: device.manufacturer,
    serialNumber: device.serialNumber,
    partNumber: device.partNumber,
    assetTag: device.assetTag,
    rank: device.rank,
    dataWidthBits: device.dataWidthBits,
    totalWidthBits: device.totalWidthBits,
  });
}

/** The same arrays in lshw's words (src/core/dmi.cc). */
export const NOT_RAM_IN_LSHW = new Set(["Video Memory", "Flash Memory", "NVRAM", "Cache Memory"]);

/** lshw's "errordetection" in dmidecode's words. */
const ERROR_CORRECTION: ReadonlyMap<string, string> = new Map([
  ["none", "None"],
  ["parity", "Parity"],
  ["ecc", "Single-bit ECC"],
  ["multi-bit-ecc", "Multi-bit ECC"],
  ["crc", "CRC"],
]);

/** What lshw knows of RAM, which without SMBIOS is how much there is. */
function lshwMemory(tree: HardwareNode[]): Memory | undefined {
  const arrays = allNodes(tree).filter((node) =>
    node.class === "memory" && /^memory(:\d+)?$/.test(node.id) && !NOT_RAM_IN_LSHW.has(node.description ?? "")
  );
  const banks = arrays.flatMap(({ children = [] }) => children.filter((node) => /^bank(:\d+)?$/.test(node.id)));
  const dimms = banks.filter((bank) => (bank.size ?? 0) > 0).map(lshwDimm);
  const totalBytes = sum(dimms.length > 0 ? dimms.map((d) => d.sizeBytes) : arrays.map(({ size }) => size ?? 0));
  if (totalBytes === 0 && banks.length === 0) return undefined;
  const errorDetection = arrays.map((array) => setting(array, "errordetection")).find((word) => word !== undefined);
  return prune<Memory>({
    totalBytes: totalBytes > 0 ? totalBytes : undefined,
    maxCapacityBytes: sum(arrays.map(({ capacity }) => capacity ?? 0)) || undefined,
    errorCorrection: ERROR_CORRECTION.get(errorDetection ?? ""),
    ...(banks.length > 0 ? { slotCount: banks.length, usedSlotCount: dimms.length, dimms } : {}),
  });
}

/** Its description is "DIMM DDR4 Synchronous Registered (Buffered) 3200 MHz (0.3 ns)". */
function lshwDimm(bank: HardwareNode): Dimm {
  const [_, formFactor, type] = /^(\S+) ((?:LP)?DDR\d?|S?D?RAM)\b/.exec(bank.description ?? "") ?? [];
  return prune<Dimm>({
    locator: told(bank.slot),
    sizeBytes: bank.size!,
    formFactor,
    type,
    speedMTs: bank.clock ? bank.clock / 1e6 : undefined,
    manufacturer: told(bank.vendor),
    serialNumber: told(bank.serial),
    partNumber: told(bank.product),
    dataWidthBits: bank.width,
  });
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
