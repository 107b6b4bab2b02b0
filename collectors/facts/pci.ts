import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Machine } from "./machine.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { setting } from "../tools/lshw/tree.ts";
import { printedByLshw } from "./places.ts";
import { asGiven, type AsPrinted, type ListOf, listOf } from "./table.ts";

/** /sys/bus/pci, names from lshw. */
export interface PciDevice {
  /** 0000:3b:00.0 */
  address: string;
  /** Six hex digits: class, subclass, programming interface. */
  classCode?: string;
  /** lshw's description: "Ethernet interface". */
  class?: string;
  vendor?: string;
  product?: string;
  /** Four lower-case hex digits. */
  vendorId?: string;
  deviceId?: string;
  subsystemVendorId?: string;
  subsystemDeviceId?: string;
  driver?: string;
  numaNode?: number;
  linkSpeed?: string;
  linkWidth?: number;
  maxLinkSpeed?: string;
  maxLinkWidth?: number;
}

function pci({ kernel: host, lshw }: Machine): PciDevice[] | undefined {
  const nodes = lshw.byPciAddress;
  if (host?.pci) return host.pci.map((device) => completed(device, nodes.get(device.address)));
  if (nodes.size === 0) return undefined;
  return [...nodes].map(([address, node]) => completed({ address }, node))
    .sort((a, b) => a.address < b.address ? -1 : 1);
}

function gpus(machine: Machine): PciDevice[] | undefined {
  const displays = new Set(
    [...machine.lshw.byPciAddress].filter(([_, node]) => node.class === "display").map(([a]) => a),
  );
  return pci(machine)?.filter(({ address, classCode }) =>
    classCode === undefined ? displays.has(address) : /^(03|1200)/.test(classCode)
  );
}

function completed(device: PciDevice, node: HardwareNode | undefined): PciDevice {
  return prune<PciDevice>({
    ...device,
    class: told(node?.description),
    vendor: told(node?.vendor),
    product: told(node?.product),
    driver: device.driver ?? told(setting(node, "driver")),
  });
}

const DEVICE = "/sys/bus/pci/devices/{address}";
const uevent = (key: string) => `${DEVICE}/uevent: ${key}=`;
const node = (key: string) => `lshw -json: PCI device: ${key}`;

function listed(rule: string, read: (machine: Machine) => PciDevice[] | undefined): ListOf<Machine, PciDevice> {
  return listOf(
    rule,
    (machine) => {
      const nodes = machine.lshw.byPciAddress;
      return read(machine)?.map((device): PciDevice & AsPrinted => ({
        ...device,
        printed: printedByLshw(nodes.get(device.address)),
      }));
    },
    asGiven<PciDevice & AsPrinted, PciDevice>({
      address: ["/sys/bus/pci/devices", node("busInfo")],
      classCode: uevent("PCI_CLASS"),
      class: node("description"),
      vendor: node("vendor"),
      product: node("product"),
      vendorId: uevent("PCI_ID"),
      deviceId: uevent("PCI_ID"),
      subsystemVendorId: uevent("PCI_SUBSYS_ID"),
      subsystemDeviceId: uevent("PCI_SUBSYS_ID"),
      driver: [uevent("DRIVER"), node("configuration.driver")],
      numaNode: `${DEVICE}/numa_node`,
      linkSpeed: `${DEVICE}/current_link_speed`,
      linkWidth: `${DEVICE}/current_link_width`,
      maxLinkSpeed: `${DEVICE}/max_link_speed`,
      maxLinkWidth: `${DEVICE}/max_link_width`,
    }),
  );
}

export const PCI = listed(
  "the kernel's PCI devices with lshw's names for them, by address; lshw's alone where /sys was not read",
  pci,
);
export const GPUS = listed(
  "the PCI devices that are display controllers (class 03) or processing accelerators (class 12 00)",
  gpus,
);
