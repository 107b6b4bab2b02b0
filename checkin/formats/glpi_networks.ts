/** The `networks` of a GLPI inventory: an interface and one of its addresses an entry, and the BMC's. */
import type { Bmc, Facts, NetworkInterface, Nic, NicAddress } from "../../collectors/facts/mod.ts";
import { prune } from "../../collectors/values.ts";
import { bmcChannel, bmcIpv4, bmcIpv6, ownMac } from "./machine.ts";

/** One object of a section: keys in GLPI's words. */
export type GlpiEntry = Record<string, string | number | boolean>;

/** The entries: hardware first, then interfaces without any, then the BMC. */
export function glpiNetworks({ nics = [], interfaces = [], bmc }: Facts): GlpiEntry[] {
  return [
    ...nics.flatMap((nic) => withAddresses(hardware(nic), nic.addresses)),
    ...interfaces.flatMap((each) => withAddresses(virtual(each, nics), each.addresses)),
    ...ofBmc(bmc),
  ];
}

/** "0000:3b:00.0" as lspci prints it, without the domain 0000: "3b:00.0". */
export function pciSlot(address: string | undefined): string | undefined {
  return address?.replace(/^0000:/, "");
}

function hardware(nic: Nic): GlpiEntry {
  const { vendorId, deviceId, mac } = nic;
  return prune<GlpiEntry>({
    description: nic.name,
    type: mac !== undefined && mac.length > ETHERNET_LENGTH ? "infiniband" : "ethernet",
    virtualdev: !nic.physical,
    mac: ownMac(nic) ?? mac,
    manufacturer: nic.vendor,
    model: nic.product,
    driver: nic.driver,
    firmware: nic.firmware,
    pciid: vendorId && deviceId && `${vendorId}:${deviceId}`,
    pcislot: pciSlot(nic.pciAddress),
    mtu: nic.mtu,
    speed: nic.speedMbps === undefined ? undefined : String(nic.speedMbps),
    status: status(nic.operState),
    base: nic.bond,
  });
}

const ETHERNET_LENGTH = "00:00:00:00:00:00".length;

/** Our words for interfaces without hardware, and GLPI's; one that has none has no type there. */
const TYPES = new Map([["loopback", "loopback"], ["bond", "aggregate"], ["bridge", "bridge"], ["vlan", "ethernet"]]);

function virtual(each: NetworkInterface, nics: readonly Nic[]): GlpiEntry {
  const slaves = nics.filter(({ bond }) => bond === each.name).map(({ name }) => name);
  return prune<GlpiEntry>({
    description: each.name,
    type: TYPES.get(each.kind),
    virtualdev: true,
    mac: each.mac,
    mtu: each.mtu,
    status: status(each.operState),
    slaves: slaves.length > 0 ? slaves.join(",") : undefined,
  });
}

const STATUSES = new Set(["up", "down", "dormant", "notpresent", "lowerlayerdown", "unknown", "testing"]);

function status(operState: string | undefined): string | undefined {
  return operState !== undefined && STATUSES.has(operState) ? operState : undefined;
}

function withAddresses(entry: GlpiEntry, addresses: readonly NicAddress[] = []): GlpiEntry[] {
  return addresses.length === 0 ? [entry] : addresses.map((address) => ({ ...entry, ...addressed(address) }));
}

function addressed({ family, address, prefixLength }: NicAddress): GlpiEntry {
  if (family === "IPv6") return { ipaddress6: address };
  const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return { ipaddress: address, ipmask: dotted(mask), ipsubnet: dotted(number(address) & mask) };
}

function number(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => value >>> shift & 0xff).join(".");
}

/** As GLPI's own agent names it. */
function ofBmc(bmc: Bmc | undefined): GlpiEntry[] {
  const channel = bmcChannel(bmc);
  if (!channel) return [];
  const ipaddress = bmcIpv4(bmc);
  const { netmask } = channel;
  return [prune<GlpiEntry>({
    description: "bmc",
    type: "ethernet",
    management: true,
    virtualdev: false,
    mac: channel.mac,
    ipaddress,
    ipaddress6: ipaddress === undefined ? bmcIpv6(bmc) : undefined,
    ipmask: netmask,
    ipsubnet: ipaddress && netmask && dotted(number(ipaddress) & number(netmask)),
    ipgateway: channel.gateway === "0.0.0.0" ? undefined : channel.gateway,
    status: ipaddress === undefined ? "down" : "up",
  })];
}
