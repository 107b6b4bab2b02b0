/** The parts of a machine, each as a bill of materials has it: what it is, where, whose, and its firmware. */
import type { Bmc, Facts } from "../../collectors/facts/mod.ts";
import { prune } from "../../collectors/values.ts";
import { bmcChannel, ownMac } from "./machine.ts";

/** One part. */
export interface Part {
  /** What it does in the machine: one word of ours for each kind. */
  function: string;
  name: string;
  /** Where it is: slot, bay, bus address, socket. */
  location?: string;
  manufacturer?: string;
  version?: string;
  description?: string;
  serialNumber?: string;
  partNumber?: string;
  macAddress?: string;
  /** Under the names of our facts. */
  more?: Record<string, string | number | boolean | undefined>;
  firmware?: { name?: string; version: string; manufacturer?: string; releaseDate?: string };
}

/** Board, chassis, processors, DIMMs, disks, NICs, PCI devices, power supplies, BMC, TPM; empty slots are none. */
export function partsOf(facts: Facts): Part[] {
  const { cpu, memory, disks = [], nics = [], powerSupplies = [], bmc, tpm } = facts;
  return [
    ...board(facts),
    ...chassis(facts),
    ...(cpu?.packages ?? []).filter(({ populated }) => populated).map((each) =>
      prune<Part>({
        function: "processor",
        name: each.modelName ?? cpu?.modelName ?? each.familyName ?? "processor",
        location: each.socket,
        manufacturer: each.manufacturer,
        serialNumber: each.serialNumber,
        partNumber: each.partNumber,
        more: { cores: each.coreCount, threads: each.threadCount, maxMHz: each.maxMHz, assetTag: each.assetTag },
      })
    ),
    ...(memory?.dimms ?? []).map((dimm) =>
      prune<Part>({
        function: "memory",
        name: dimm.partNumber ?? dimm.type ?? "memory module",
        location: [dimm.bank, dimm.locator].filter((word) => word !== undefined).join(" ") || undefined,
        manufacturer: dimm.manufacturer,
        serialNumber: dimm.serialNumber,
        partNumber: dimm.partNumber,
        more: { sizeBytes: dimm.sizeBytes, type: dimm.type, speedMTs: dimm.speedMTs, assetTag: dimm.assetTag },
      })
    ),
    ...disks.map((disk) =>
      prune<Part>({
        function: "storage",
        name: disk.model ?? disk.name,
        location: disk.name,
        manufacturer: disk.vendor,
        serialNumber: disk.serialNumber,
        more: {
          sizeBytes: disk.sizeBytes,
          transport: disk.transport,
          rotational: disk.rotational,
          wwn: disk.wwn,
          controller: disk.controller,
        },
        firmware: disk.firmware === undefined ? undefined : { version: disk.firmware },
      })
    ),
    // A virtual function is none, nor is its PCI device.
    ...nics.filter(({ physical }) => physical).map((nic) =>
      prune<Part>({
        function: "network",
        name: nic.product ?? nic.name,
        location: nic.pciAddress ?? nic.name,
        manufacturer: nic.vendor,
        macAddress: ownMac(nic) ?? nic.mac,
        more: { interface: nic.name, maxSpeedMbps: nic.maxSpeedMbps, driver: nic.driver },
        firmware: nic.firmware === undefined ? undefined : { version: nic.firmware },
      })
    ),
    ...pciDevices(facts),
    ...powerSupplies.map((supply) =>
      prune<Part>({
        function: "power-supply",
        name: supply.productName ?? supply.partNumber ?? "power supply",
        location: supply.location,
        manufacturer: supply.manufacturer,
        version: supply.revision,
        serialNumber: supply.serialNumber,
        partNumber: supply.partNumber,
        more: { maxPowerW: supply.maxPowerW, assetTag: supply.assetTag },
      })
    ),
    ...managementController(bmc),
    ...tpm ? [prune<Part>({ function: "tpm", name: tpm.description ?? "TPM", version: tpm.version })] : [],
  ];
}

/** The board, or what stands for it where no source tells one, because the BIOS is its firmware. */
function board({ baseboard, firmware, system }: Facts): Part[] {
  const bios = firmware?.version;
  if (!baseboard && bios === undefined) return [];
  return [prune<Part>({
    function: "baseboard",
    name: baseboard?.productName ?? "baseboard",
    manufacturer: baseboard?.manufacturer ?? system?.manufacturer,
    version: baseboard?.version,
    serialNumber: baseboard?.serialNumber,
    more: { assetTag: baseboard?.assetTag },
    firmware: bios === undefined ? undefined : prune<NonNullable<Part["firmware"]>>({
      name: firmware?.bootMode === "uefi" ? "UEFI" : "BIOS",
      version: bios,
      manufacturer: firmware?.vendor,
      releaseDate: firmware?.releaseDate,
    }),
  })];
}

function chassis({ chassis }: Facts): Part[] {
  if (!chassis) return [];
  const { type, manufacturer, version, serialNumber, sku, assetTag, heightU } = chassis;
  return [prune<Part>({
    function: "chassis",
    name: type ?? "chassis",
    manufacturer,
    version,
    serialNumber,
    partNumber: sku,
    more: { assetTag, heightU },
  })];
}

/** Those that are not among the parts already, as a NIC or as an NVMe disk. */
function pciDevices({ pci = [], nics = [], disks = [] }: Facts): Part[] {
  const known = new Set([
    ...nics.map(({ pciAddress }) => pciAddress),
    ...disks.filter(({ transport }) => transport === "nvme").map(({ controller }) => controller),
  ]);
  return pci.filter(({ address }) => !known.has(address)).map((device) => {
    const { vendorId, deviceId } = device;
    return prune<Part>({
      function: "pci",
      name: device.product ?? (deviceId === undefined ? "PCI device" : `PCI device ${vendorId}:${deviceId}`),
      location: device.address,
      manufacturer: device.vendor,
      description: device.class,
      more: { vendorId, deviceId, classCode: device.classCode, driver: device.driver },
    });
  });
}

function managementController(bmc: Bmc | undefined): Part[] {
  if (!bmc) return [];
  return [prune<Part>({
    function: "bmc",
    name: bmc.productName ?? "BMC",
    manufacturer: bmc.manufacturer,
    macAddress: bmcChannel(bmc)?.mac,
    more: { ipmiVersion: bmc.ipmiVersion, productId: bmc.productId },
    firmware: bmc.firmware === undefined ? undefined : { version: bmc.firmware },
  })];
}
