import type { DmiMemoryDevice, DmiTable } from "../dmidecode.ts";
import type { Dimm, HardwareNode, Memory } from "../facts.ts";
import type { HostFs } from "../hostfs.ts";
import { prune } from "../parsing.ts";
import { told } from "../placeholders.ts";
import { allNodes } from "./hardware.ts";

export function memory(dmi: DmiTable | undefined, host: HostFs | undefined, tree: HardwareNode[]): Memory | undefined {
  const fromDmi = dmi?.memoryDevices.length ? dmiMemory(dmi) : undefined;
  const known = fromDmi ?? lshwMemory(tree);
  if (!known && !host?.memory) return undefined;
  return prune<Memory>({ ...known, ...host?.memory });
}

/** Flash and cache arrays have memory devices as well: only system memory is RAM. */
function dmiMemory(dmi: DmiTable): Memory {
  const arrays = dmi.memoryArrays.filter((array) => array.use === undefined || array.use === "System Memory");
  const others = new Set(dmi.memoryArrays.filter((array) => !arrays.includes(array)).map((array) => array.handle));
  const devices = dmi.memoryDevices.filter((device) => !others.has(device.arrayHandle ?? ""));
  const dimms = devices.filter(isPopulated).map(dimm);
  const capacities = arrays.map((array) => array.maxCapacityBytes);
  return prune<Memory>({
    totalBytes: dimms.length > 0 ? sum(dimms.map((d) => d.sizeBytes)) : undefined,
    maxCapacityBytes: capacities.length > 0 && capacities.every((c) => c !== undefined)
      ? sum(capacities as number[])
      : undefined,
    errorCorrection: arrays.find((array) => array.errorCorrection !== undefined)?.errorCorrection,
    slots: devices.length,
    slotsUsed: dimms.length,
    dimms,
  });
}

function isPopulated(device: DmiMemoryDevice): device is DmiMemoryDevice & { sizeBytes: number } {
  return device.sizeBytes !== undefined && device.sizeBytes > 0;
}

function dimm(device: DmiMemoryDevice & { sizeBytes: number }): Dimm {
  return prune<Dimm>({
    locator: device.locator,
    bank: device.bank,
    sizeBytes: device.sizeBytes,
    formFactor: device.formFactor,
    type: device.type,
    typeDetail: device.typeDetail.length > 0 ? device.typeDetail : undefined,
    speedMTs: device.speedMTs,
    configuredSpeedMTs: device.configuredSpeedMTs,
    voltage: device.configuredVoltageV,
    manufacturer: device.manufacturer,
    serialNumber: device.serialNumber,
    partNumber: device.partNumber,
    assetTag: device.assetTag,
    rank: device.rank,
    dataWidthBits: device.dataWidthBits,
    totalWidthBits: device.totalWidthBits,
  });
}

/** What lshw knows of RAM: its memory nodes of the class "memory" that are no firmware, cache or flash. */
function lshwMemory(tree: HardwareNode[]): Memory | undefined {
  const nodes = allNodes(tree).filter((node) => node.class === "memory");
  const banks = nodes.filter((node) => /^bank(:\d+)?$/.test(node.id));
  const systems = nodes.filter((node) => /^memory(:\d+)?$/.test(node.id) && node.size !== undefined);
  const dimms = banks.filter((bank) => (bank.size ?? 0) > 0).map((bank) =>
    prune<Dimm>({
      locator: told(bank.slot),
      sizeBytes: bank.size!,
      manufacturer: told(bank.vendor),
      serialNumber: told(bank.serial),
      partNumber: told(bank.product),
      dataWidthBits: bank.width,
    })
  );
  const totalBytes = dimms.length > 0 ? sum(dimms.map((d) => d.sizeBytes)) : sum(systems.map((node) => node.size!));
  if (totalBytes === 0 && banks.length === 0) return undefined;
  return prune<Memory>({
    totalBytes: totalBytes > 0 ? totalBytes : undefined,
    slots: banks.length > 0 ? banks.length : undefined,
    slotsUsed: banks.length > 0 ? dimms.length : undefined,
    dimms: banks.length > 0 ? dimms : undefined,
  });
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
