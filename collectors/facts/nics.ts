/** Network interfaces: the kernel's, completed by lshw; lshw's alone where there is no /sys. */
import type { NicAddress } from "../tools/kernel/addresses.ts";
import type { KernelNic, NetworkInterface } from "../tools/kernel/nics.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { pciAddressOf, setting } from "../tools/lshw/tree.ts";
import { told } from "../placeholders.ts";
import { hardwareAddress } from "../mac_address.ts";
import { byName } from "../values.ts";
import type { Machine } from "./machine.ts";
import { cardFinder, type PciCard, slotEntry, vpdPlace } from "./pci_cards.ts";
import { type LshwKey, lshwNode } from "./places.ts";
import { asGiven, type ListOf, listOf, type Place, type Table, within } from "./table.ts";

export type { NetworkInterface, NicAddress };

/** An interface with hardware behind it. */
export interface Nic {
  /** The kernel's name: eth0, enp59s0f0. */
  name: string;
  /** Whether a cable goes into it: false for radios, virtual functions, subfunctions and representors. */
  physical: boolean;
  /** The address in use. */
  mac?: string;
  /** The burnt-in address: of a bond's slave the one before bonding. Omitted where nothing reports it. */
  permanentMac?: string;
  /** Driver of the kernel. */
  driver?: string;
  /** Version of the driver. */
  driverVersion?: string;
  /** The version of the card's firmware. */
  firmware?: string;
  /** Maker of the card. */
  vendor?: string;
  /** Model of the card. */
  product?: string;
  /** 0000:3b:00.0 */
  pciAddress?: string;
  /** The name of the slot that the card is in. */
  slot?: string;
  /** The card's, as it says itself. */
  partNumber?: string;
  /** Serial number of the card. */
  serialNumber?: string;
  /** lshw's bus info ("pci@0000:3b:00.0", "virtio@2"). */
  busAddress?: string;
  /** Four lower-case hex digits. */
  vendorId?: string;
  /** PCI device ID of the vendor, four lower-case hex digits. */
  deviceId?: string;
  /** Speed of the link; absent without a link. */
  speedMbps?: number;
  /** Highest speed of the port. */
  maxSpeedMbps?: number;
  /** Duplex of the link. */
  duplex?: "full" | "half";
  /** twisted pair, fibre … */
  port?: string;
  /** Whether there is a link. Omitted while the interface is down. */
  carrier?: boolean;
  /** "up", "down", "unknown" (RFC 2863). */
  operState?: string;
  /** Largest packet, in bytes. */
  mtu?: number;
  /** IP addresses of the port. */
  addresses?: NicAddress[];
  /** The bond that this NIC is a slave of. */
  bond?: string;
  /** How many virtual functions the card can have. */
  sriovTotalVfs?: number;
  /** How many it has now. */
  sriovVfs?: number;
  /** NUMA node that the card is nearest to. */
  numaNode?: number;
  /** True on the one that the machine booted from (BOOTIF= on the kernel command line). */
  bootInterface?: boolean;
}

/** What the sources say of one NIC. */
interface NicSources {
  name: string;
  kernel?: KernelNic;
  /** The interface's node. */
  node?: HardwareNode;
  /** The node that has the names of the card. */
  device?: HardwareNode;
  card: PciCard;
}

/** Drivers, as lshw names them (ethtool), of interfaces without hardware; a NIC on a board's own bus has none either. */
const VIRTUAL_DRIVERS = new Set([
  ...["802.1Q VLAN Support", "bonding", "bridge", "dummy", "geneve", "gretap", "ifb", "ip6_gre", "ip_gre", "ipvlan"],
  ...["macvlan", "macvtap", "openvswitch", "team", "tun", "veth", "vrf", "vxlan", "wireguard"],
]);

function nicSources(machine: Machine): NicSources[] | undefined {
  const { kernel, lshw } = machine, nodes = lshw.byLogicalName("network"), cardOf = cardFinder(machine);
  const sources = (name: string, known?: KernelNic): NicSources => {
    const node = nodes.get(name);
    // On virtio it is the PCI device, and not the interface's node, that has the names.
    const device = (node?.busInfo?.startsWith("virtio@") ? lshw.above(node)[0] : node) ??
      lshw.byPciAddress.get(known?.pciAddress ?? "");
    const card = cardOf(known?.pciAddress ?? (device && pciAddressOf(device)));
    return { name, card, ...known && { kernel: known }, ...node && { node }, ...device && { device } };
  };
  if (kernel?.nics) return kernel.nics.map((nic) => sources(nic.name, nic));
  if (lshw.all.length === 0) return undefined;
  return [...nodes].filter(([, node]) => isHardware(node)).map(([name]) => sources(name))
    .sort((a, b) => byName(a.name, b.name));
}

function isHardware(node: HardwareNode): boolean {
  const driver = told(setting(node, "driver"));
  return node.busInfo !== undefined || (driver !== undefined && !VIRTUAL_DRIVERS.has(driver));
}

const NET = "/sys/class/net/{name}", PCI = "/sys/bus/pci/devices/{pciAddress}";

/** What the kernel knows, from one of these files. */
function kernel<K extends keyof KernelNic>(
  name: K,
  ...files: readonly string[]
): Place<NicSources, NonNullable<KernelNic[K]>>[] {
  return files.map((words) => ({ words, read: ({ kernel }) => kernel?.[name] ?? undefined }));
}

const lshw = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<NicSources, HardwareNode, T>(({ node }) => node, lshwNode("network", key, read));
const lshwOnly = <T>(key: LshwKey, read: (node: HardwareNode) => T | undefined) =>
  within<NicSources, HardwareNode, T>(({ kernel, node }) => kernel ? undefined : node, lshwNode("network", key, read));
const lshwDevice = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<NicSources, HardwareNode, T>(({ device }) => device, lshwNode("network", key, read));

const cardOf = ({ card }: NicSources) => card;

const NIC: Table<NicSources, Nic> = {
  name: [{ words: "/sys/class/net", read: ({ name }) => name }],
  physical: [
    ...kernel("physical", `${NET}/device/physfn`, `${NET}/phys_port_name`, `${NET}/uevent`, NET),
    lshwOnly(
      "product",
      ({ product = "", description = "" }) => !/virtual function/i.test(product) && !/^wireless /i.test(description),
    ),
  ],
  mac: [
    ...kernel("mac", `${NET}/address`),
    lshwOnly("serial", ({ serial }) => hardwareAddress(serial)),
  ],
  permanentMac: [...kernel("permanentMac", `${NET}/bonding_slave/perm_hwaddr`, `${NET}/address`)],
  driver: [...kernel("driver", `${PCI}/uevent: DRIVER`, `${NET}/device/uevent: DRIVER`), lshw("configuration.driver")],
  driverVersion: [...kernel("driverVersion", "/sys/module/{driver}/version"), lshw("configuration.driverversion")],
  pciAddress: [...kernel("pciAddress", NET), lshwDevice("busInfo", pciAddressOf)],
  busAddress: [...kernel("busAddress", NET), lshw("busInfo", ({ busInfo }) => busInfo)],
  slot: slotEntry(cardOf),
  partNumber: [vpdPlace(cardOf, "partNumber", "PN", "{pciAddress}")],
  serialNumber: [vpdPlace(cardOf, "serialNumber", "SN", "{pciAddress}")],
  vendorId: [...kernel("vendorId", `${PCI}/uevent: PCI_ID`, `${NET}/device/uevent: PRODUCT`)],
  deviceId: [...kernel("deviceId", `${PCI}/uevent: PCI_ID`, `${NET}/device/uevent: PRODUCT`)],
  speedMbps: [
    ...kernel("speedMbps", `${NET}/speed`),
    lshwOnly("size", ({ units, size }) => units === "bit/s" && size ? size / 1e6 : undefined),
  ],
  duplex: [
    ...kernel("duplex", `${NET}/duplex`),
    lshwOnly("configuration.duplex", (node) => {
      const duplex = setting(node, "duplex");
      return duplex === "full" || duplex === "half" ? duplex : undefined;
    }),
  ],
  carrier: [
    ...kernel("carrier", `${NET}/carrier`),
    lshwOnly("configuration.link", (node) => {
      const link = setting(node, "link");
      // Of an interface that is down the kernel does not know.
      return node.disabled || link === undefined ? undefined : link === "yes";
    }),
  ],
  operState: [
    ...kernel("operState", `${NET}/operstate`),
    lshwOnly("disabled", ({ disabled }) => disabled ? "down" : undefined),
  ],
  mtu: [...kernel("mtu", `${NET}/mtu`)],
  addresses: addressesOf(({ kernel }) => kernel?.addresses),
  bond: [...kernel("bond", `${NET}/master`)],
  sriovTotalVfs: [...kernel("sriovTotalVfs", `${NET}/device/sriov_totalvfs`)],
  sriovVfs: [...kernel("sriovVfs", `${NET}/device/sriov_numvfs`)],
  numaNode: [...kernel("numaNode", `${PCI}/numa_node`)],
  bootInterface: [...kernel("bootInterface", "/proc/cmdline: BOOTIF=")],
  firmware: [lshw("configuration.firmware"), vpdPlace(cardOf, "firmware", "V0, RM", "{pciAddress}")],
  vendor: [lshwDevice("vendor")],
  product: [lshwDevice("product")],
  // lshw before B.02.19 has bit/s without saying so.
  maxSpeedMbps: [lshw("capacity", ({ capacity }) => capacity ? capacity / 1e6 : undefined)],
  port: [lshw("configuration.port")],
};

function addressesOf<C>(items: (context: C) => readonly NicAddress[] | undefined): ListOf<C, NicAddress> {
  const words = "the kernel's addresses of the interfaces (getifaddrs)";
  const table = asGiven<NicAddress, NicAddress>({
    family: words,
    address: words,
    prefixLength: words,
    scope: words,
    label: words,
  });
  return listOf("in the kernel's order, the primary one first", items, table);
}

export const NICS: ListOf<Machine, Nic> = listOf(
  "the interfaces with hardware behind them, by name: the kernel's, else lshw's",
  nicSources,
  NIC,
);

const INTERFACE: Table<NetworkInterface, NetworkInterface> = {
  ...asGiven<Omit<NetworkInterface, "addresses">, Omit<NetworkInterface, "addresses">>({
    name: "/sys/class/net",
    kind: [`${NET}/uevent: DEVTYPE`, `${NET}/type`],
    vlanId: "/proc/net/vlan/config",
    mac: `${NET}/address`,
    bond: `${NET}/master`,
    carrier: `${NET}/carrier`,
    operState: `${NET}/operstate`,
    mtu: `${NET}/mtu`,
  }),
  addresses: addressesOf(({ addresses }: NetworkInterface) => addresses),
};

export const INTERFACES: ListOf<Machine, NetworkInterface> = listOf(
  "the other interfaces, by name",
  ({ kernel }) => kernel?.interfaces,
  INTERFACE,
);
