import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Machine } from "./machine.ts";
import { byName, prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { pciAddressOf, setting } from "../tools/lshw/tree.ts";
import { printedByLshw } from "./places.ts";
import { asGiven, type AsPrinted, type ListOf, listOf } from "./table.ts";

/** /sys/class/net, completed by lshw: every interface with a device behind it. */
export interface Nic {
  name: string;
  /** False for an SR-IOV virtual function. */
  physical: boolean;
  mac?: string;
  /** The burnt-in address: of a bond's slave the one before bonding. Absent where nothing tells it. */
  permanentMac?: string;
  driver?: string;
  driverVersion?: string;
  firmware?: string;
  vendor?: string;
  product?: string;
  /** 0000:3b:00.0 */
  pciAddress?: string;
  /** lshw's bus info ("pci@0000:3b:00.0", "virtio@2"). */
  busAddress?: string;
  vendorId?: string;
  deviceId?: string;
  speedMbps?: number;
  maxSpeedMbps?: number;
  duplex?: "full" | "half";
  /** lshw's port: twisted pair, fibre … */
  port?: string;
  carrier?: boolean;
  operState?: string;
  mtu?: number;
  addresses?: NicAddress[];
  /** The bond that this NIC is a slave of. */
  bond?: string;
  sriovTotalVfs?: number;
  numaNode?: number;
  /** True on the one that the machine booted from (BOOTIF= on the kernel command line). */
  bootInterface?: boolean;
}

export interface NicAddress {
  family: "IPv4" | "IPv6";
  address: string;
  prefixLength: number;
  /** global, link, host. */
  scope: string;
  /** The label of an IPv4 address that has one other than the interface's name: "eth0:1". */
  label?: string;
}

/** /sys/class/net: an interface without hardware behind it. */
export interface NetworkInterface {
  name: string;
  /** loopback, bond, vlan, bridge, tunnel, other. */
  kind: string;
  mac?: string;
  mtu?: number;
  carrier?: boolean;
  operState?: string;
  /** The bond that it is a slave of. */
  bond?: string;
  addresses?: NicAddress[];
}

function nics({ kernel: host, lshw }: Machine): (Nic & AsPrinted)[] | undefined {
  const nodes = lshw.byLogicalName("network");
  const devices = lshw.byPciAddress, { above } = lshw;
  const all = host?.nics ?? (lshw.all.length === 0 ? undefined : lshwNics(nodes));
  return all?.map((nic) => {
    const node = nodes.get(nic.name);
    // On virtio it is the PCI device, and not the interface's node, that has the names.
    const own = node?.busInfo?.startsWith("virtio@") ? above(node)[0] : node;
    const device = own ?? devices.get(nic.pciAddress ?? "");
    return { ...completed(nic, node, device), printed: printedByLshw(node, device) };
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
      mac: /^[0-9a-f]{2}(:[0-9a-f]{2}){5,31}$/i.test(node.serial ?? "") ? node.serial!.toLowerCase() : undefined,
      speedMbps: node.units === "bit/s" && node.size ? node.size / 1e6 : undefined,
      duplex: duplex === "full" || duplex === "half" ? duplex : undefined,
      // Of an interface that is down the kernel does not know.
      carrier: node.disabled || link === undefined ? undefined : link === "yes",
      operState: node.disabled ? "down" : undefined,
    });
  }).sort((a, b) => byName(a.name, b.name));
}

const NET = "/sys/class/net/{name}";
const net = (name: string) => `${NET}/${name}`;
const node = (key: string) => `lshw -json: network: ${key}`;
const uevent = (key: string) => `/sys/bus/pci/devices/{pciAddress}/uevent: ${key}=`;
const product = net("device/uevent: PRODUCT=");
/** Its addresses: the kernel's, by getifaddrs(3). */
const ADDRESSES = "getifaddrs(3)";

export const NICS: ListOf<Machine, Nic> = listOf(
  "the kernel's interfaces with a device behind them, completed by lshw, by name; lshw's alone where /sys was not read",
  nics,
  asGiven<Nic & AsPrinted, Nic>({
    name: [NET, node("logicalNames")],
    physical: [net("device/physfn"), NET, node("product")],
    mac: [net("address"), node("serial")],
    permanentMac: [net("bonding_slave/perm_hwaddr"), net("address")],
    driver: [uevent("DRIVER"), net("device/uevent: DRIVER="), node("configuration.driver")],
    driverVersion: ["/sys/module/{driver}/version", node("configuration.driverversion")],
    firmware: node("configuration.firmware"),
    vendor: node("vendor"),
    product: node("product"),
    pciAddress: [NET, node("busInfo")],
    busAddress: [NET, node("busInfo")],
    vendorId: [uevent("PCI_ID"), product],
    deviceId: [uevent("PCI_ID"), product],
    speedMbps: [net("speed"), node("size")],
    maxSpeedMbps: node("capacity"),
    duplex: [net("duplex"), node("configuration.duplex")],
    port: node("configuration.port"),
    carrier: [net("carrier"), node("configuration.link")],
    operState: [net("operstate"), node("disabled")],
    mtu: net("mtu"),
    addresses: ADDRESSES,
    bond: net("master"),
    sriovTotalVfs: net("device/sriov_totalvfs"),
    numaNode: "/sys/bus/pci/devices/{pciAddress}/numa_node",
    bootInterface: "/proc/cmdline: BOOTIF=",
  }),
);

export const INTERFACES: ListOf<Machine, NetworkInterface> = listOf(
  "the kernel's interfaces without hardware behind them, by name",
  ({ kernel }) => kernel?.interfaces,
  asGiven<NetworkInterface, NetworkInterface>({
    name: NET,
    kind: [net("uevent: DEVTYPE="), net("type")],
    mac: net("address"),
    mtu: net("mtu"),
    carrier: net("carrier"),
    operState: net("operstate"),
    bond: net("master"),
    addresses: ADDRESSES,
  }),
);
