import type { NicAddress } from "./addresses.ts";
import { hardwareAddress } from "../../mac_address.ts";
import { byName, prune } from "../../values.ts";
import { lastStep, nearestPciAddress } from "./device_path.ts";
import { eachDevice } from "../concurrency.ts";
import type { HostFiles } from "./files.ts";
import { bootInterfaceMac } from "./kernel_command_line.ts";
import { readPciIds } from "./pci.ts";
import { isPhysicalPort, isWireless, pathOfHardware } from "./physical_nics.ts";
import { parseUevent } from "./uevent.ts";

const NET = "/sys/class/net";

/** What the kernel knows of an interface with hardware behind it; fields as in the facts. */
export interface KernelNic {
  name: string;
  physical: boolean;
  /** Whether it hangs on a USB port: an adapter, or what a BMC shows its host. */
  usb?: boolean;
  /** Whether it is a radio's. */
  wireless?: boolean;
  mac?: string;
  permanentMac?: string;
  driver?: string;
  driverVersion?: string;
  pciAddress?: string;
  busAddress?: string;
  vendorId?: string;
  deviceId?: string;
  speedMbps?: number;
  duplex?: "full" | "half";
  carrier?: boolean;
  operState?: string;
  mtu?: number;
  addresses?: NicAddress[];
  bond?: string;
  sriovTotalVfs?: number;
  sriovVfs?: number;
  numaNode?: number;
  bootInterface?: boolean;
}

/** An interface without hardware behind it. */
export interface NetworkInterface {
  /** Name of the interface. */
  name: string;
  /** loopback, bond, vlan, bridge, tunnel, other. */
  kind: string;
  /** Of a VLAN: its number. */
  vlanId?: number;
  /** MAC address in use. */
  mac?: string;
  /** Largest packet, in bytes. */
  mtu?: number;
  /** Whether there is a link. */
  carrier?: boolean;
  /** "up", "down", "unknown" (RFC 2863). */
  operState?: string;
  /** The bond that it is a slave of. */
  bond?: string;
  /** IP addresses. */
  addresses?: NicAddress[];
}

/** What the interfaces share: read once, not for each of them. */
interface Network {
  addresses: ReadonlyMap<string, NicAddress[]>;
  bonds: ReadonlySet<string>;
  bootMac: string | undefined;
}

/**
 * Every interface of /sys/class/net (Documentation/ABI/testing/sysfs-class-net): those with hardware behind them and
 * the others, each in the order of their names. Undefined where there is no such folder.
 */
export async function readInterfaces(
  files: HostFiles,
  addresses: ReadonlyMap<string, NicAddress[]>,
): Promise<{ nics: KernelNic[]; interfaces: NetworkInterface[] } | undefined> {
  const [entries, bonds, commandLine] = await Promise.all([
    files.entries(NET),
    files.line(`${NET}/bonding_masters`),
    files.line("/proc/cmdline"),
  ]);
  if (!entries) return undefined;
  const network: Network = {
    addresses,
    bonds: new Set(bonds?.split(/\s+/)),
    bootMac: bootInterfaceMac(commandLine ?? ""),
  };
  const nics: KernelNic[] = [];
  const interfaces: NetworkInterface[] = [];
  // A file among the links is no interface: bonding_masters.
  await eachDevice(entries.filter(({ kind }) => kind !== "file"), async ({ name }) => {
    const path = await pathOfHardware(
      await files.link(`${NET}/${name}`),
      async () => await files.link(`${NET}/${name}/device`) !== undefined,
    );
    if (path) nics.push(await readNic(files, network, name, path));
    else interfaces.push(await readVirtual(files, network, name));
  });
  // The kernel has the list only once there was one.
  if (interfaces.some(({ kind }) => kind === "vlan")) {
    const ids = parseVlanConfig(
      await files.text("/proc/net/vlan/config") ?? await files.text("/proc/1/net/vlan/config"),
    );
    for (const one of interfaces) {
      const id = ids.get(one.name);
      if (id !== undefined) one.vlanId = id;
    }
  }
  return {
    nics: nics.sort((a, b) => byName(a.name, b.name)),
    interfaces: interfaces.sort((a, b) => byName(a.name, b.name)),
  };
}

async function readNic(files: HostFiles, network: Network, name: string, path: string[]): Promise<KernelNic> {
  const folder = `${NET}/${name}`;
  const parent = path.at(-3);
  // The nearest PCI device of a USB adapter is the host controller.
  const usb = path.some((step) => /^usb\d+$/.test(step));
  const pciAddress = usb ? undefined : nearestPciAddress(path);
  const isPci = pciAddress !== undefined && parent === pciAddress;
  const [common, pci, own, uevent, addrAssignType, speed, duplex, physfn, portName, sriovTotalVfs, sriovVfs] =
    await Promise
      .all([
        readCommon(files, network, name),
        pciAddress === undefined ? undefined : readPciIds(files, pciAddress),
        files.text(`${folder}/uevent`),
        isPci ? undefined : files.text(`${folder}/device/uevent`),
        files.line(`${folder}/addr_assign_type`),
        files.count(`${folder}/speed`),
        files.line(`${folder}/duplex`),
        files.link(`${folder}/device/physfn`),
        // The kernel refuses to say (EOPNOTSUPP) where a driver has no names.
        files.line(`${folder}/phys_port_name`),
        isPci ? files.count(`${folder}/device/sriov_totalvfs`) : undefined,
        isPci ? files.count(`${folder}/device/sriov_numvfs`) : undefined,
      ]);
  const device = parseUevent(uevent ?? ""), deviceType = parseUevent(own ?? "").get("DEVTYPE");
  const usbDevice = usbIds(device.get("PRODUCT"));
  const driver = isPci ? pci?.driver : device.get("DRIVER");
  const { mac, bond, permanentMac: beforeBonding, carrier, operState, mtu, addresses } = common;
  // A slave of a bond may have the bond's address, and addr_assign_type does not tell.
  const permanentMac = bond === undefined && addrAssignType === "0" ? mac : beforeBonding;
  return prune<KernelNic>({
    name,
    physical: isPhysicalPort({ path, isVirtualFunction: physfn !== undefined, portName, deviceType }),
    usb: usb || undefined,
    wireless: isWireless(deviceType) || undefined,
    mac,
    permanentMac,
    driver,
    driverVersion: driver === undefined ? undefined : await moduleVersion(files, driver),
    pciAddress,
    busAddress: isPci
      ? `pci@${pciAddress}`
      : /^virtio\d+$/.test(parent ?? "")
      ? parent!.replace("virtio", "virtio@")
      : undefined,
    vendorId: pci?.vendorId ?? usbDevice?.vendorId,
    deviceId: pci?.deviceId ?? usbDevice?.deviceId,
    speedMbps: knownSpeed(speed),
    duplex: duplex === "full" || duplex === "half" ? duplex : undefined,
    carrier,
    operState,
    mtu,
    addresses,
    bond,
    sriovTotalVfs,
    sriovVfs,
    numaNode: pci?.numaNode,
    bootInterface: network.bootMac !== undefined && [mac, permanentMac].includes(network.bootMac) ? true : undefined,
  });
}

/** What interfaces of both kinds say. */
async function readCommon(files: HostFiles, network: Network, name: string) {
  const folder = `${NET}/${name}`;
  const [address, carrier, operState, mtu, master] = await Promise.all([
    files.line(`${folder}/address`),
    files.line(`${folder}/carrier`),
    files.line(`${folder}/operstate`),
    files.count(`${folder}/mtu`),
    network.bonds.size === 0 ? undefined : files.link(`${folder}/master`),
  ]);
  const bond = master !== undefined && network.bonds.has(lastStep(master)) ? lastStep(master) : undefined;
  return {
    mac: hardwareAddress(address),
    permanentMac: bond === undefined ? undefined : await macBeforeBonding(files, name, bond),
    bond,
    // The kernel refuses to say (EINVAL) while the interface is down.
    carrier: carrier === undefined ? undefined : carrier === "1",
    operState,
    mtu,
    addresses: network.addresses.get(name),
  };
}

/** A slave's address before bonding: from sysfs (Linux 3.14), else from the bond's own file. */
async function macBeforeBonding(files: HostFiles, name: string, bond: string): Promise<string | undefined> {
  const fromSysfs = hardwareAddress(await files.line(`${NET}/${name}/bonding_slave/perm_hwaddr`));
  return fromSysfs ?? permanentAddresses(await files.text(`/proc/net/bonding/${bond}`) ?? "").get(name);
}

/** `Slave Interface:` and `Permanent HW addr:` of /proc/net/bonding/<bond> (Documentation/networking/bonding). */
export function permanentAddresses(bond: string): Map<string, string> {
  const addresses = new Map<string, string>();
  let slave: string | undefined;
  for (const line of bond.split("\n")) {
    const [key, ...rest] = line.split(":");
    const text = rest.join(":").trim();
    if (key === "Slave Interface") slave = text;
    const mac = key === "Permanent HW addr" ? hardwareAddress(text) : undefined;
    if (slave !== undefined && mac !== undefined) addresses.set(slave, mac);
  }
  return addresses;
}

async function readVirtual(files: HostFiles, network: Network, name: string): Promise<NetworkInterface> {
  const folder = `${NET}/${name}`;
  const [{ permanentMac: _, ...common }, uevent, type, tunFlags] = await Promise.all([
    readCommon(files, network, name),
    files.text(`${folder}/uevent`),
    files.count(`${folder}/type`),
    files.line(`${folder}/tun_flags`),
  ]);
  const kind = tunFlags === undefined ? kindOf(parseUevent(uevent ?? "").get("DEVTYPE"), type) : "tunnel";
  return prune<NetworkInterface>({ name, kind, ...common });
}

/** The VLANs of /proc/net/vlan/config (net/8021q/vlanproc.c), "eth0.100 | 100 | eth0", by the interfaces' names. */
function parseVlanConfig(text = ""): Map<string, number> {
  return new Map([...text.matchAll(/^(\S+) *\| *(\d{1,4}) *\| *\S+ *$/gm)].map(([_, name, id]) => [name!, Number(id)]));
}

/** ARPHRD_* of include/uapi/linux/if_arp.h: loopback; IPIP, IP6IP6, SIT, GRE and GRE over IPv6. */
const ARPHRD_LOOPBACK = 772;
const ARPHRD_TUNNELS = new Set([768, 769, 776, 778, 823]);
/** Kinds that the driver names itself (SET_NETDEV_DEVTYPE). */
const TUNNEL_TYPES = new Set(["vxlan", "geneve", "gretap", "wireguard", "gtp", "ppp", "l2tpeth"]);

function kindOf(deviceType: string | undefined, type: number | undefined): string {
  if (type === ARPHRD_LOOPBACK) return "loopback";
  if (deviceType === "bond" || deviceType === "vlan" || deviceType === "bridge") return deviceType;
  return TUNNEL_TYPES.has(deviceType ?? "") || ARPHRD_TUNNELS.has(type ?? -1) ? "tunnel" : "other";
}

/** SPEED_UNKNOWN is -1, which older kernels print as the largest number of 16 or 32 bits. */
function knownSpeed(megabits: number | undefined): number | undefined {
  return megabits === 0 || megabits === 65535 || megabits === 4294967295 ? undefined : megabits;
}

/** The `PRODUCT` of a USB interface's uevent: "bda/8153/3100", hex without leading zeros. */
function usbIds(product: string | undefined): { vendorId: string; deviceId: string } | undefined {
  const ids = product?.match(/^([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/[0-9a-f]{1,4}$/i);
  return ids
    ? { vendorId: ids[1]!.toLowerCase().padStart(4, "0"), deviceId: ids[2]!.toLowerCase().padStart(4, "0") }
    : undefined;
}

/** A version of its own has only a driver from outside the kernel, and an old one. A module's name has no dash. */
function moduleVersion(files: HostFiles, driver: string): Promise<string | undefined> {
  return files.line(`/sys/module/${driver.replaceAll("-", "_")}/version`);
}
