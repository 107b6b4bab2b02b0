/** What a Hanlon server knows the node by: read cheaply, before any fact is collected. */
import { type Host, isUnknown, readLine, valueOf } from "../host/mod.ts";
import { macAddress } from "../mac_address.ts";
import { byName, prune } from "../values.ts";
import { readingsOf } from "../tools/kernel/files.ts";
import { type KernelNic, type NetworkInterface, readInterfaces } from "../tools/kernel/nics.ts";
import { isAddressOfOneCard } from "./patterns.ts";
import { machineUuid } from "./uuid.ts";

/** What a Hanlon server knows the node by. */
export interface Identity {
  /** Lower case. */
  uuid?: string;
  /** Where the UUID is from. */
  uuidSource: "kernel-command-line" | "smbios" | "none";
  /** MAC addresses in the order of `mac_id`, lower case, with colons. */
  macs: string[];
  /** Name of the host. */
  hostname?: string;
}

/** The identity, and what is wrong with where it comes from: whole sentences for the log. */
export interface IdentityReading {
  /** The identity. */
  identity: Identity;
  /** What was refused or could not be read, and why. */
  warnings: string[];
  /** Of these what was read, and may be another machine's too. */
  doubts: string[];
  /**
   * What could not be read for now, and why: a later reading may give another identity, so this one is not to be kept.
   * What needs more rights than this program has is none of it.
   */
  unknown: string[];
}

/** What the identity is made of. */
export interface IdentitySources {
  nics: readonly Pick<KernelNic, "name" | "physical" | "usb" | "wireless" | "mac" | "permanentMac" | "pciAddress">[];
  /** Interfaces without hardware behind them. */
  interfaces: readonly Pick<NetworkInterface, "name" | "mac">[];
  /** The kernel's command line; undefined where it cannot be read. */
  cmdline?: string;
  /** The firmware's UUID; undefined where it cannot be read or there is none. */
  productUuid?: string;
  /** Why `productUuid` cannot be read, where it is there. */
  productUuidProblem?: string;
  hostname?: string;
}

/** Reads the identity, with the readers of the facts. Never throws: what cannot be read is left out. */
export async function readIdentity(host: Host): Promise<IdentityReading> {
  const files = readingsOf(host).forSubject();
  const [found, cmdline, product, hostname] = await Promise.all([
    readInterfaces(files, new Map()),
    files.text(CMDLINE),
    host.read(PRODUCT_UUID),
    files.line("/proc/sys/kernel/hostname"),
  ]);
  const { nics = [], interfaces = [] } = found ?? {};
  const bytes = valueOf(product);
  const reading = identityOf(prune<IdentitySources>({
    nics,
    interfaces,
    cmdline,
    hostname,
    productUuid: bytes && new TextDecoder("latin1").decode(bytes).trim(),
    // A machine without SMBIOS has no such file, and that is no defect.
    productUuidProblem: isUnknown(product) ? product.message : undefined,
  }));
  const unknown = [...files.unknown(), ...isUnknown(product) && product.why !== "denied" ? [product.message] : []];
  return { ...reading, unknown: unknown.sort() };
}

/** The one boot of the machine that this is: random, made by the kernel (random(4)). */
export async function readBootId(host: Host): Promise<string | undefined> {
  return valueOf(await readLine(host, "/proc/sys/kernel/random/boot_id"));
}

const CMDLINE = "/proc/cmdline";
const PRODUCT_UUID = "/sys/class/dmi/id/product_uuid";

/** The identity of a machine. Pure. */
function identityOf(sources: IdentitySources): Omit<IdentityReading, "unknown"> {
  const warnings: string[] = [], doubts: string[] = [];
  const warn = (text: string, isDoubt = true) => {
    warnings.push(text);
    if (isDoubt) doubts.push(text);
  };
  const identity = prune<Identity>({
    ...uuidOf(sources, warn),
    macs: macsOf(sources, warn),
    // What the kernel says where nobody has given the host a name.
    hostname: sources.hostname === "(none)" ? undefined : sources.hostname,
  });
  return { identity, warnings, doubts };
}

/** Takes what is wrong with a source of the identity, and whether it is a doubt: it was read. */
type Warn = (text: string, isDoubt?: boolean) => void;

/**
 * The uuid that the boot loader told the server (`smbios_uuid=` on the kernel command line), else that of the firmware
 * (Documentation/ABI/testing/sysfs-firmware-dmi-entries, type 1).
 */
function uuidOf(
  { cmdline, productUuid, productUuidProblem }: IdentitySources,
  warn: Warn,
): Pick<Identity, "uuid" | "uuidSource"> {
  if (cmdline === undefined) warn(`${CMDLINE} cannot be read`, false);
  const words = (cmdline ?? "").split(/[\s\0]+/).filter((word) => word.startsWith("smbios_uuid="));
  if (words.length > 1) warn(`${CMDLINE}: ${words.length} words smbios_uuid=, none of them is taken`);
  const given = words.length === 1 ? words[0]!.split("=")[1]! : "";
  const fromCmdline = machineUuid(given);
  if (fromCmdline !== undefined) return { uuid: fromCmdline, uuidSource: "kernel-command-line" };
  if (given !== "") warn(`${CMDLINE}: smbios_uuid=${given} is not the UUID of one machine, not taken`);

  const uuid = machineUuid(productUuid);
  if (uuid !== undefined) return { uuid, uuidSource: "smbios" };
  if (productUuid) warn(`${PRODUCT_UUID}: ${productUuid} is not the UUID of one machine, not taken`);
  if (productUuidProblem !== undefined) warn(`${PRODUCT_UUID}: cannot be read: ${productUuidProblem}`, false);
  return { uuidSource: "none" };
}

/**
 * The MACs of `mac_id`. Where every physical Ethernet NIC with a burnt-in address is called eth<N>, those of all
 * interfaces called so, by number, as the old agent had it; else the burnt-in ones of the physical NICs, by PCI address.
 * A radio is no Ethernet NIC: it counts where there is nothing else.
 *
 * A BMC's USB NIC may have one address on every machine of a model, a locally administered address is anybody's, and a
 * card that was given no address has its maker's filler: they identify a machine only that has no other NIC.
 */
function macsOf({ nics, interfaces }: IdentitySources, warn: Warn): string[] {
  const ethernet: IdentitySources["nics"] = nics.filter(({ mac }) =>
    mac === undefined || macAddress(mac) !== undefined
  );
  const own = ethernet.filter(({ permanentMac }) => permanentMac !== undefined),
    ports = own.filter(({ physical }) => physical);
  // A machine that has radios alone is known by them.
  const burntIn = ports.length > 0 ? ports : own.filter(({ wireless }) => wireless);
  const named: readonly Named[] = [...ethernet, ...interfaces.filter(({ mac }) => macAddress(mac) !== undefined)];
  const ofEths = named.filter(({ name }) => /^eth\d+$/.test(name)).toSorted((a, b) => byName(a.name, b.name))
    .map(({ permanentMac, mac, usb }) => ({ mac: permanentMac ?? mac, usb }));
  const ofNics = burntIn.toSorted(byPciAddress).map(({ permanentMac, usb }) => ({ mac: permanentMac, usb }));
  const areAllEths = burntIn.filter(identifies).every(({ name }) => /^eth\d+$/.test(name));

  const candidates = areAllEths && ofEths.length > 0 ? ofEths : ofNics;
  const macs = (list: readonly Candidate[]) => [...new Set(list.flatMap(({ mac }) => mac ?? []))];
  const certain = macs(candidates.filter((one) => identifies({ permanentMac: one.mac, usb: one.usb })));
  if (certain.length > 0) return certain;
  const doubtful = macs(candidates.length > 0 ? candidates : [...ofEths, ...ofNics]);
  if (doubtful.length > 0) {
    const shown = doubtful.slice(0, MOST_SHOWN).join(", ");
    const more = doubtful.length > MOST_SHOWN ? ` and ${doubtful.length - MOST_SHOWN} more` : "";
    const kinds = "of USB NICs, locally administered, or of cards that were given none";
    warn(`mac_id: ${shown}${more}: addresses that other machines may have too (${kinds}): this machine has no others`);
  }
  return doubtful;
}

/** Of so many addresses a doubt is worth naming. */
const MOST_SHOWN = 3;

/** An interface, with hardware behind it or without. */
interface Named {
  name: string;
  mac?: string;
  permanentMac?: string;
  usb?: boolean;
}

interface Candidate {
  mac?: string | undefined;
  usb?: boolean | undefined;
}

/** Whether an address is one machine's alone: not of a USB NIC, and none that other cards have too. */
function identifies({ permanentMac, usb }: { permanentMac?: string | undefined; usb?: boolean | undefined }): boolean {
  return permanentMac !== undefined && !usb && isAddressOfOneCard(permanentMac.replaceAll(":", ""));
}

/** In the order of their PCI functions; those of one function, or of none, by name. */
function byPciAddress(a: Pick<KernelNic, "name" | "pciAddress">, b: Pick<KernelNic, "name" | "pciAddress">): number {
  // A domain has four digits or more.
  const wide = (address: string | undefined) => address?.padStart("00000000:00:00.0".length, "0") ?? "g";
  return wide(a.pciAddress) < wide(b.pciAddress)
    ? -1
    : wide(a.pciAddress) > wide(b.pciAddress)
    ? 1
    : byName(a.name, b.name);
}
