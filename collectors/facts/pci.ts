/** PCI devices: the kernel's, with lshw's names for them; lshw's alone where there is no /sys. */
import type { KernelPciDevice } from "../tools/kernel/pci.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Machine } from "./machine.ts";
import { cardFinder, type PciCard, slotEntry, vpdPlace } from "./pci_cards.ts";
import { type LshwKey, lshwNode } from "./places.ts";
import { type ListOf, listOf, type Place, type Table, within } from "./table.ts";

/** A PCI function. */
export interface PciDevice {
  /** 0000:3b:00.0 */
  address: string;
  /** Six hex digits: class, subclass, programming interface. */
  classCode?: string;
  /** In words: "Ethernet interface". */
  class?: string;
  /** Maker of the device. */
  vendor?: string;
  /** Model of the device. */
  product?: string;
  /** Four lower-case hex digits. */
  vendorId?: string;
  /** Device ID of the vendor, four lower-case hex digits. */
  deviceId?: string;
  /** Who made the card. */
  subsystemVendorId?: string;
  /** Device ID of the card's maker, four lower-case hex digits. */
  subsystemDeviceId?: string;
  /** Revision of the chip, two lower-case hex digits. */
  revisionId?: string;
  /** The kernel's driver. */
  driver?: string;
  /** NUMA node that the device is nearest to. */
  numaNode?: number;
  /** What the link runs at: "8.0 GT/s PCIe". Not of a display controller, which slows it down while it idles. */
  linkSpeed?: string;
  /** Lanes in use. */
  linkWidth?: number;
  /** Highest speed of a lane that the device supports, "8.0 GT/s". */
  maxLinkSpeed?: string;
  /** Most lanes that the device supports. */
  maxLinkWidth?: number;
  /** The name of the slot that it is in, as the board has it printed beside it: "PCIe Slot 1". */
  slot?: string;
  /** What the card calls itself (VPD). */
  cardName?: string;
  /** Part number of the card. */
  partNumber?: string;
  /** Serial number of the card. */
  serialNumber?: string;
  /** Engineering change level of the card (VPD). */
  revision?: string;
  /** Version of the card's firmware (VPD). */
  firmware?: string;
  /** PCI address of the port above it; only of a device that has a link. */
  upstream?: string;
}

/** What the sources say of one device. */
interface PciSources {
  address: string;
  kernel?: KernelPciDevice;
  node?: HardwareNode;
  card: PciCard;
}

function pciSources(machine: Machine): PciSources[] | undefined {
  const { kernel, lshw } = machine, nodes = lshw.byPciAddress, card = cardFinder(machine);
  if (kernel?.pci) {
    return kernel.pci.map((device) => {
      const node = nodes.get(device.address);
      return { address: device.address, kernel: device, card: card(device.address), ...node && { node } };
    });
  }
  if (nodes.size === 0) return undefined;
  return [...nodes].map(([address, node]) => ({ address, node, card: card(address) })).sort((a, b) =>
    a.address < b.address ? -1 : 1
  );
}

/** Display controllers (class 03) and processing accelerators (class 12 00). */
export function isGpuClass(classCode = ""): boolean {
  return /^(03|1200)/.test(classCode);
}

function isGpu({ kernel, node }: PciSources): boolean {
  return kernel?.classCode === undefined ? node?.class === "display" : isGpuClass(kernel.classCode);
}

function kernel<K extends keyof KernelPciDevice>(
  name: K,
  file: string,
): Place<PciSources, NonNullable<KernelPciDevice[K]>> {
  return { words: `/sys/bus/pci/devices/{address}/${file}`, read: ({ kernel }) => kernel?.[name] ?? undefined };
}

const lshw = (key: LshwKey, read?: (node: HardwareNode) => string | undefined) =>
  within<PciSources, HardwareNode, string>(({ node }) => node, lshwNode("{address}", key, read));

/** Of an NVMe drive lshw's version is that of the firmware. */
const revisionOf = ({ version = "" }: HardwareNode) =>
  /^[0-9a-f]{2}$/i.test(version) ? version.toLowerCase() : undefined;

const cardOf = ({ card }: PciSources) => card;

const PCI_DEVICE: Table<PciSources, PciDevice> = {
  address: [{ words: "/sys/bus/pci/devices", read: ({ address }) => address }],
  classCode: [kernel("classCode", "uevent: PCI_CLASS")],
  vendorId: [kernel("vendorId", "uevent: PCI_ID")],
  deviceId: [kernel("deviceId", "uevent: PCI_ID")],
  subsystemVendorId: [kernel("subsystemVendorId", "uevent: PCI_SUBSYS_ID")],
  subsystemDeviceId: [kernel("subsystemDeviceId", "uevent: PCI_SUBSYS_ID")],
  revisionId: [kernel("revisionId", "revision"), lshw("version", revisionOf)],
  driver: [kernel("driver", "uevent: DRIVER"), lshw("configuration.driver")],
  numaNode: [kernel("numaNode", "numa_node")],
  linkSpeed: [kernel("linkSpeed", "current_link_speed")],
  linkWidth: [kernel("linkWidth", "current_link_width")],
  maxLinkSpeed: [kernel("maxLinkSpeed", "max_link_speed")],
  maxLinkWidth: [kernel("maxLinkWidth", "max_link_width")],
  slot: slotEntry(cardOf),
  cardName: [vpdPlace(cardOf, "cardName", "identifier string")],
  partNumber: [vpdPlace(cardOf, "partNumber", "PN")],
  serialNumber: [vpdPlace(cardOf, "serialNumber", "SN")],
  revision: [vpdPlace(cardOf, "revision", "EC")],
  firmware: [vpdPlace(cardOf, "firmware", "V0, RM")],
  upstream: [{
    words: "/sys/bus/pci/devices/{address}",
    read: ({ kernel }) => kernel?.maxLinkWidth === undefined ? undefined : kernel.bridges?.at(-1),
  }],
  class: [lshw("description")],
  vendor: [lshw("vendor")],
  product: [lshw("product")],
};

export const PCI: ListOf<Machine, PciDevice> = listOf("every PCI device, by address", pciSources, PCI_DEVICE);

export const GPUS: ListOf<Machine, PciDevice> = listOf(
  "of these the display controllers (class 03) and processing accelerators (class 12 00)",
  (machine) => pciSources(machine)?.filter(isGpu),
  PCI_DEVICE,
);
