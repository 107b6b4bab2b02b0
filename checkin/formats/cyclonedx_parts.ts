/** The parts of a machine, each as a bill of materials has it: what it is, where, whose, and its firmware. */
import type { Facts, InstalledFirmware } from "../../collectors/facts/mod.ts";
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
  firmware?: PartFirmware;
}

/** The firmware of a part, or of the machine. */
export interface PartFirmware {
  name?: string;
  version: string;
  manufacturer?: string;
  releaseDate?: string;
}

/**
 * Board, chassis, processors, DIMMs, disks, NICs, PCI and USB devices, power supplies, BMC, TPM, and the units that only
 * the BMC knows; empty slots are none.
 */
export function partsOf(facts: Facts): Part[] {
  const { cpu, memory, disks = [], nics = [], powerSupplies = [] } = facts;
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
        firmware: versioned(cpu?.microcode, { name: "microcode" }),
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
        more: {
          sizeBytes: dimm.sizeBytes,
          nonVolatileBytes: dimm.nonVolatileBytes,
          type: dimm.type,
          formFactor: dimm.formFactor,
          rank: dimm.rank,
          speedMTs: dimm.speedMTs,
          assetTag: dimm.assetTag,
        },
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
          slot: disk.slot,
          enclosure: disk.enclosure,
          bay: disk.bay,
          byPath: disk.byPath?.[0],
        },
        firmware: versioned(disk.firmware),
      })
    ),
    // A virtual function is none, nor is its PCI device.
    ...nics.filter(({ physical }) => physical).map((nic) =>
      prune<Part>({
        function: "network",
        name: nic.product ?? nic.name,
        location: nic.pciAddress ?? nic.name,
        manufacturer: nic.vendor,
        serialNumber: nic.serialNumber,
        partNumber: nic.partNumber,
        macAddress: ownMac(nic) ?? nic.mac,
        more: { interface: nic.name, maxSpeedMbps: nic.maxSpeedMbps, driver: nic.driver, slot: nic.slot },
        firmware: versioned(nic.firmware),
      })
    ),
    ...pciDevices(facts),
    ...usbDevices(facts),
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
    ...managementController(facts),
    ...units(facts),
    ...trustedPlatformModule(facts),
  ];
}

/** What the facts call the firmware of parts of which a machine has one; that of the others says where it is. */
const OF_PARTS = new Set(["BIOS", "BMC", "CPU microcode", "TPM"]);

/** Firmware of which no part is known: an embedded controller's, and what only the inventory of SMBIOS has. */
export function otherFirmwares({ firmwares = [] }: Facts, parts: readonly Part[]): PartFirmware[] {
  const told = new Set(parts.map(({ firmware }) => firmware?.version));
  const isTold = ({ component, version }: InstalledFirmware) => OF_PARTS.has(component) && told.has(version);
  return firmwares.filter((each) => each.where === undefined && !isTold(each))
    .map(({ component, version, manufacturer, releaseDate }) =>
      prune<PartFirmware>({ name: component, version, manufacturer, releaseDate })
    );
}

function versioned(
  version: string | undefined,
  { name, manufacturer, releaseDate }: { [K in keyof Omit<PartFirmware, "version">]?: string | undefined } = {},
): PartFirmware | undefined {
  return version === undefined ? undefined : prune<PartFirmware>({ name, version, manufacturer, releaseDate });
}

/** The board, or what stands for it where no source tells one, because the BIOS is its firmware. */
function board({ baseboard, firmware, system, bmc }: Facts): Part[] {
  const bios = firmware?.version;
  if (!baseboard && bios === undefined) return [];
  return [prune<Part>({
    function: "baseboard",
    name: baseboard?.productName ?? "baseboard",
    manufacturer: baseboard?.manufacturer ?? system?.manufacturer,
    version: baseboard?.version,
    serialNumber: baseboard?.serialNumber,
    partNumber: bmc?.frus?.find(({ id }) => id === 0)?.board?.partNumber,
    more: { assetTag: baseboard?.assetTag },
    firmware: versioned(bios, {
      name: firmware?.bootMode === "uefi" ? "UEFI" : "BIOS",
      manufacturer: firmware?.vendor,
      releaseDate: firmware?.releaseDate,
    }),
  })];
}

function chassis({ chassis }: Facts): Part[] {
  if (!chassis) return [];
  const { type, location, manufacturer, version, serialNumber, sku, assetTag, heightU, rack, enclosure, bay } = chassis;
  return [prune<Part>({
    function: "chassis",
    name: type ?? "chassis",
    location,
    manufacturer,
    version,
    serialNumber,
    partNumber: sku,
    more: { assetTag, heightU, rack, bay, enclosure: enclosure?.name, enclosureSerialNumber: enclosure?.serialNumber },
  })];
}

/** Those that are not among the parts already, as a NIC or as an NVMe disk. */
function pciDevices({ pci = [], nics = [], disks = [], fibreChannel = [], infiniband = [] }: Facts): Part[] {
  const known = new Set([
    ...nics.map(({ pciAddress }) => pciAddress),
    ...disks.filter(({ transport }) => transport === "nvme").map(({ controller }) => controller),
  ]);
  return pci.filter(({ address }) => !known.has(address)).map((device) => {
    const { address, vendorId, deviceId } = device;
    const isHere = ({ pciAddress }: { pciAddress?: string }) => pciAddress === address;
    return prune<Part>({
      function: "pci",
      name: device.product ?? device.cardName ??
        (deviceId === undefined ? "PCI device" : `PCI device ${vendorId}:${deviceId}`),
      location: address,
      manufacturer: device.vendor,
      version: device.revision,
      description: device.class,
      serialNumber: device.serialNumber,
      partNumber: device.partNumber,
      more: {
        vendorId,
        deviceId,
        revisionId: device.revisionId,
        classCode: device.classCode,
        driver: device.driver,
        slot: device.slot,
        wwpn: fibreChannel.find(isHere)?.wwpn,
        nodeGuid: infiniband.find(isHere)?.nodeGuid,
      },
      firmware: versioned(device.firmware),
    });
  });
}

function usbDevices({ usb = [] }: Facts): Part[] {
  return usb.map((device) => {
    const { address, vendorId, deviceId, classCode } = device;
    return prune<Part>({
      function: "usb",
      name: device.product ?? (deviceId === undefined ? "USB device" : `USB device ${vendorId}:${deviceId}`),
      location: address,
      manufacturer: device.manufacturer,
      version: device.version,
      description: device.class,
      serialNumber: device.serialNumber,
      more: { vendorId, deviceId, classCode },
    });
  });
}

/** Risers, backplanes and the like: what the BMC has a FRU of with a serial number that no other source tells. */
function units(facts: Facts): Part[] {
  const { bmc, memory, system, baseboard, chassis, powerSupplies = [] } = facts;
  const others = [system, baseboard, chassis, ...memory?.dimms ?? [], ...powerSupplies];
  const told = new Set(others.map((each) => each?.serialNumber));
  return (bmc?.frus ?? []).filter(({ id }) => id !== 0).flatMap(({ description, board, product }) => {
    const { manufacturer, productName, partNumber, serialNumber } = product?.serialNumber ? product : board ?? {};
    if (serialNumber === undefined || told.has(serialNumber)) return [];
    return [prune<Part>({
      function: "fru",
      name: productName ?? description ?? partNumber ?? "field replaceable unit",
      location: description,
      manufacturer,
      version: product?.version,
      serialNumber,
      partNumber,
    })];
  });
}

function trustedPlatformModule({ tpm }: Facts): Part[] {
  if (!tpm) return [];
  const { version, description, vendorId, firmware } = tpm;
  return [prune<Part>({
    function: "tpm",
    name: description ?? "TPM",
    manufacturer: vendorId,
    version,
    firmware: versioned(firmware),
  })];
}

function managementController({ bmc }: Facts): Part[] {
  if (!bmc) return [];
  return [prune<Part>({
    function: "bmc",
    name: bmc.productName ?? "BMC",
    manufacturer: bmc.manufacturer,
    macAddress: bmcChannel(bmc)?.mac,
    more: { ipmiVersion: bmc.ipmiVersion, productId: bmc.productId },
    firmware: versioned(bmc.firmware),
  })];
}
