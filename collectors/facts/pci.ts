import type { HardwareNode, PciDevice } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { byPciAddress, setting } from "../tools/lshw/tree.ts";

/** The kernel's PCI devices with lshw's names for them; lshw's alone where /sys told nothing. */
export function pci(host: HostFs | undefined, tree: HardwareNode[]): PciDevice[] | undefined {
  const nodes = byPciAddress(tree);
  if (host?.pci) return host.pci.map((device) => completed(device, nodes.get(device.address)));
  if (nodes.size === 0) return undefined;
  return [...nodes].map(([address, node]) => completed({ address }, node))
    .sort((a, b) => a.address < b.address ? -1 : 1);
}

/** Display controllers (class 03) and processing accelerators (class 12 00). */
export function gpus(host: HostFs | undefined, tree: HardwareNode[]): PciDevice[] | undefined {
  const displays = new Set([...byPciAddress(tree)].filter(([_, node]) => node.class === "display").map(([a]) => a));
  return pci(host, tree)?.filter(({ address, classCode }) =>
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
