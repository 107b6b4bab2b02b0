import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Machine } from "./machine.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { setting } from "../tools/lshw/tree.ts";

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

/** The kernel's PCI devices with lshw's names for them; lshw's alone where /sys told nothing. */
export function pci({ kernel: host, lshw }: Machine): PciDevice[] | undefined {
  const nodes = lshw.byPciAddress;
  if (host?.pci) return host.pci.map((device) => completed(device, nodes.get(device.address)));
  if (nodes.size === 0) return undefined;
  return [...nodes].map(([address, node]) => completed({ address }, node))
    .sort((a, b) => a.address < b.address ? -1 : 1);
}

/** Display controllers (class 03) and processing accelerators (class 12 00). */
export function gpus(machine: Machine): PciDevice[] | undefined {
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
