/** What a Hanlon server knows the node by: read cheaply, before any fact is collected. */
import type { Identity } from "./mod.ts";
import { type Host, isUnknown, listNames, type Read, readLine, readText, valueOf } from "../host/mod.ts";
import { byName, prune } from "../values.ts";
import { physicalNics } from "../tools/kernel/physical_nics.ts";
import { machineUuid } from "./placeholders.ts";

/** The identity, and what is wrong with where it comes from: whole sentences for the log. */
export interface IdentityReading {
  identity: Identity;
  warnings: string[];
  /**
   * What could not be read for now, and why: a later reading may give another identity, so this one is not to be kept.
   * What needs more rights than this program has is none of it.
   */
  unknown: string[];
}

/** The value of a read, if there is one; what is not known is kept in mind. */
type Take = <T>(read: Read<T>) => T | undefined;

/** Reads the identity. Never throws. */
export async function readIdentity(host: Host): Promise<IdentityReading> {
  const warnings: string[] = [], unknown: string[] = [];
  const take: Take = (read) => {
    if (isUnknown(read) && read.why !== "denied") unknown.push(read.message);
    return valueOf(read);
  };
  const [uuid, macs, hostname] = await Promise.all([
    readUuid(host, take, warnings),
    readMacs(host, take),
    readLine(host, "/proc/sys/kernel/hostname").then(valueOf),
  ]);
  const identity = prune<Identity>({
    ...uuid,
    macs,
    // What the kernel says where nobody has given the host a name.
    hostname: hostname === "(none)" ? undefined : hostname,
  });
  return { identity, warnings, unknown: unknown.sort() };
}

/** The one boot of the machine that this is: random, made by the kernel (random(4)). */
export async function readBootId(host: Host): Promise<string | undefined> {
  return valueOf(await readLine(host, "/proc/sys/kernel/random/boot_id"));
}

const CMDLINE = "/proc/cmdline";
const PRODUCT_UUID = "/sys/class/dmi/id/product_uuid";

/**
 * The uuid that the boot loader told the server (`smbios_uuid=` on the kernel command line), else that of the firmware
 * (Documentation/ABI/testing/sysfs-firmware-dmi-entries, type 1).
 */
async function readUuid(
  host: Host,
  take: Take,
  warnings: string[],
): Promise<Pick<Identity, "uuid" | "uuidSource">> {
  const cmdline = take(await readText(host, CMDLINE));
  if (cmdline === undefined) warnings.push(`${CMDLINE} cannot be read`);
  const words = (cmdline ?? "").split(/[\s\0]+/).filter((word) => word.startsWith("smbios_uuid="));
  if (words.length > 1) warnings.push(`${CMDLINE}: ${words.length} words smbios_uuid=, none of them is taken`);
  const told = words.length === 1 ? words[0]!.split("=")[1]! : "";
  const fromCmdline = machineUuid(told);
  if (fromCmdline !== undefined) return { uuid: fromCmdline, uuidSource: "kernel-command-line" };
  if (told !== "") warnings.push(`${CMDLINE}: smbios_uuid=${told} is not the UUID of one machine, not taken`);

  const product = await host.read(PRODUCT_UUID);
  const fromFirmware = new TextDecoder("latin1").decode(take(product)).trim();
  const uuid = machineUuid(fromFirmware);
  if (uuid !== undefined) return { uuid, uuidSource: "smbios" };
  const why = whyNot(product, fromFirmware);
  if (why !== undefined) warnings.push(`${PRODUCT_UUID}: ${why}`);
  return { uuidSource: "none" };
}

function whyNot(product: Read<unknown>, text: string): string | undefined {
  if ("value" in product) return text === "" ? undefined : `${text} is not the UUID of one machine, not taken`;
  // Absent: a machine without SMBIOS has no such file, and that is no defect.
  return product.why === "absent" ? undefined : `cannot be read: ${product.message}`;
}

/**
 * The MACs of `mac_id`: of the interfaces called eth<N>, by number; where there is none (predictable names) the
 * burnt-in ones of the physical NICs, by PCI address.
 */
async function readMacs(host: Host, take: Take): Promise<string[]> {
  const names = take(await listNames(host, "/sys/class/net")) ?? [];
  const eths = names.filter((name) => /^eth\d+$/.test(name)).sort(byName);
  const macs = eths.length > 0
    ? await Promise.all(eths.map((name) => ethMac(host, take, name)))
    : await Promise.all((await nicsByPciAddress(host, take)).map((name) => permanentMac(host, take, name)));
  return [...new Set(macs.filter((mac) => mac !== undefined))];
}

/** The MAC of an interface; enslaved to a bond, which gives all its slaves one MAC, the one that it had before. */
async function ethMac(host: Host, take: Take, name: string): Promise<string | undefined> {
  return await bondedMac(host, take, name) ?? await macAt(host, take, `/sys/class/net/${name}/address`);
}

/** The MAC that the card was made with: `address` only where nobody has set another (addr_assign_type, sysfs-class-net). */
async function permanentMac(host: Host, take: Take, name: string): Promise<string | undefined> {
  const bonded = await bondedMac(host, take, name);
  if (bonded !== undefined) return bonded;
  const isPermanent = take(await readLine(host, `/sys/class/net/${name}/addr_assign_type`)) === "0";
  return isPermanent ? await macAt(host, take, `/sys/class/net/${name}/address`) : undefined;
}

/** A bond's slave: its address before bonding, from sysfs (Linux 3.14), else from the bond's own file. */
async function bondedMac(host: Host, take: Take, name: string): Promise<string | undefined> {
  const fromSysfs = await macAt(host, take, `/sys/class/net/${name}/bonding_slave/perm_hwaddr`);
  if (fromSysfs !== undefined) return fromSysfs;
  const master = take(await host.link(`/sys/class/net/${name}/master`));
  if (master === undefined) return undefined;
  const bond = take(await readText(host, `/proc/net/bonding/${master.split("/").at(-1)}`));
  return bond === undefined ? undefined : permanentAddresses(bond).get(name);
}

/** `Slave Interface:` and `Permanent HW addr:` of /proc/net/bonding/<bond> (Documentation/networking/bonding). */
export function permanentAddresses(bond: string): Map<string, string> {
  const addresses = new Map<string, string>();
  let slave: string | undefined;
  for (const line of bond.split("\n")) {
    const [key, ...rest] = line.split(":");
    const text = rest.join(":").trim();
    if (key === "Slave Interface") slave = text;
    const mac = key === "Permanent HW addr" ? macOf(text) : undefined;
    if (slave !== undefined && mac !== undefined) addresses.set(slave, mac);
  }
  return addresses;
}

/** The physical NICs in the order of their PCI functions; those of one function, or of none, by name. */
async function nicsByPciAddress(host: Host, take: Take): Promise<string[]> {
  const nics = await Promise.all((take(await physicalNics(host)) ?? []).map(async (name) => {
    const link = take(await host.link(`/sys/class/net/${name}`));
    return { name, address: link === undefined ? undefined : pciAddress(link) };
  }));
  const inOrder = nics.sort((a, b) => compareAddresses(a.address, b.address) || byName(a.name, b.name));
  return inOrder.map((nic) => nic.name);
}

/** The last PCI function in a path of /sys/devices: the one that the interface sits on, behind bridges and virtio. */
function pciAddress(path: string): string | undefined {
  return path.match(/[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g)?.at(-1)?.padStart("00000000:00:00.0".length, "0");
}

function compareAddresses(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}

async function macAt(host: Host, take: Take, path: string): Promise<string | undefined> {
  return macOf(take(await readLine(host, path)));
}

/** `text` in lower case where it is an Ethernet address, and not the zeros of an interface without one. */
function macOf(text: string | undefined): string | undefined {
  const mac = text?.trim().toLowerCase() ?? "";
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) && mac !== "00:00:00:00:00:00" ? mac : undefined;
}
