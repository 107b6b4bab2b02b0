import type { HardwareNode, Nic } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import { hardwareAddress } from "../mac_address.ts";
import { byName, prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { byLogicalName, byPciAddress, ofTree, pciAddressOf, setting } from "../tools/lshw/tree.ts";

/** The kernel's NICs completed by lshw; lshw's alone where /sys told nothing. */
export function nics(host: HostFs | undefined, tree: HardwareNode[]): Nic[] | undefined {
  const nodes = byLogicalName(tree, "network");
  const devices = byPciAddress(tree), { above } = ofTree(tree);
  const all = host?.nics ?? (tree.length === 0 ? undefined : lshwNics(nodes));
  return all?.map((nic) => {
    const node = nodes.get(nic.name);
    // On virtio it is the PCI device, and not the interface's node, that has the names.
    const device = node?.busInfo?.startsWith("virtio@") ? above(node)[0] : node;
    return completed(nic, node, device ?? devices.get(nic.pciAddress ?? ""));
  });
}

function completed(nic: Nic, node: HardwareNode | undefined, device: HardwareNode | undefined): Nic {
  return prune<Nic>({
    ...nic,
    driver: nic.driver ?? told(setting(node, "driver")),
    driverVersion: nic.driverVersion ?? told(setting(node, "driverversion")),
    firmware: nic.firmware ?? told(setting(node, "firmware")),
    vendor: nic.vendor ?? told(device?.vendor),
    product: nic.product ?? told(device?.product),
    pciAddress: nic.pciAddress ?? (device && pciAddressOf(device)),
    busAddress: nic.busAddress ?? node?.busInfo,
    // lshw before B.02.19 has bit/s without saying so.
    maxSpeedMbps: nic.maxSpeedMbps ?? (node?.capacity ? node.capacity / 1e6 : undefined),
    port: nic.port ?? told(setting(node, "port")),
  });
}

/** Drivers, as lshw names them (ethtool), of interfaces without hardware; a NIC on a board's own bus has none either. */
const VIRTUAL_DRIVERS = new Set([
  "802.1Q VLAN Support",
  "bonding",
  "bridge",
  "dummy",
  "geneve",
  "gretap",
  "ifb",
  "ip6_gre",
  "ip_gre",
  "ipvlan",
  "macvlan",
  "macvtap",
  "openvswitch",
  "team",
  "tun",
  "veth",
  "vrf",
  "vxlan",
  "wireguard",
]);

/** What lshw knows of the interfaces with hardware behind them, by name, but for what `completed` takes from it. */
function lshwNics(nodes: ReadonlyMap<string, HardwareNode>): Nic[] {
  const isHardware = (node: HardwareNode) => {
    const driver = told(setting(node, "driver"));
    return node.busInfo !== undefined || (driver !== undefined && !VIRTUAL_DRIVERS.has(driver));
  };
  return [...nodes].filter(([_, node]) => isHardware(node)).map(([name, node]): Nic => {
    const duplex = setting(node, "duplex"), link = setting(node, "link");
    return prune<Nic>({
      name,
      physical: !/virtual function/i.test(node.product ?? ""),
      mac: hardwareAddress(node.serial),
      speedMbps: node.units === "bit/s" && node.size ? node.size / 1e6 : undefined,
      duplex: duplex === "full" || duplex === "half" ? duplex : undefined,
      // Of an interface that is down the kernel does not know.
      carrier: node.disabled || link === undefined ? undefined : link === "yes",
      operState: node.disabled ? "down" : undefined,
    });
  }).sort((a, b) => byName(a.name, b.name));
}
