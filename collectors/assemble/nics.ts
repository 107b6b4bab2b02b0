import type { HardwareNode, Nic } from "../facts.ts";
import type { HostFs } from "../hostfs.ts";
import { byName, prune } from "../parsing.ts";
import { told } from "../placeholders.ts";
import { byLogicalName, byPciAddress, setting } from "./hardware.ts";

/** The kernel's NICs completed by lshw; lshw's alone where /sys told nothing. */
export function nics(host: HostFs | undefined, tree: HardwareNode[]): Nic[] | undefined {
  const nodes = byLogicalName(tree, "network");
  const devices = byPciAddress(tree);
  if (host?.nics) {
    return host.nics.map((nic) => completed(nic, nodes.get(nic.name), devices.get(nic.pciAddress ?? "")));
  }
  if (tree.length === 0) return undefined;
  return [...nodes].filter(([_, node]) => node.busInfo !== undefined)
    .map(([name, node]) => completed(fromLshw(name, node), node, node))
    .sort((a, b) => byName(a.name, b.name));
}

function fromLshw(name: string, node: HardwareNode): Nic {
  const duplex = setting(node, "duplex");
  const link = setting(node, "link");
  return prune<Nic>({
    name,
    physical: true,
    mac: node.serial?.toLowerCase(),
    pciAddress: node.busInfo?.startsWith("pci@") ? node.busInfo.slice("pci@".length) : undefined,
    speedMbps: node.units === "bit/s" && node.size ? node.size / 1e6 : undefined,
    duplex: duplex === "full" || duplex === "half" ? duplex : undefined,
    carrier: link === undefined ? undefined : link === "yes",
  });
}

/** `device` is the PCI device behind the interface: on virtio it, and not the interface's node, has the names. */
function completed(nic: Nic, node: HardwareNode | undefined, device: HardwareNode | undefined): Nic {
  return prune<Nic>({
    ...nic,
    driver: nic.driver ?? told(setting(node, "driver")),
    driverVersion: nic.driverVersion ?? told(setting(node, "driverversion")),
    firmware: nic.firmware ?? told(setting(node, "firmware")),
    vendor: nic.vendor ?? told(node?.vendor) ?? told(device?.vendor),
    product: nic.product ?? told(node?.product) ?? told(device?.product),
    busAddress: nic.busAddress ?? node?.busInfo,
    // lshw before B.02.19 has bit/s without saying so.
    maxSpeedMbps: nic.maxSpeedMbps ?? (node?.capacity ? node.capacity / 1e6 : undefined),
    port: nic.port ?? told(setting(node, "port")),
  });
}
