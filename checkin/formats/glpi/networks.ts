/** The `networks` of a GLPI inventory: an interface and one of its addresses an entry, and the BMC's. */
import type { Bmc, Facts, NetworkInterface, Nic, NicAddress, Route } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { type GlpiEntry, pciSlot } from "./entry.ts";
import { glpiFabrics } from "./fabrics.ts";
import { bmcChannel, bmcIpv4, bmcIpv6, ownMac } from "../machine.ts";

/** The entries: hardware first, then interfaces without any, then the BMC. */
export function glpiNetworks(facts: Facts): GlpiEntry[] {
  const { nics = [], interfaces = [], routes = [], bmc } = facts;
  const names = new Set([...nics, ...interfaces].map(({ name }) => name));
  return [
    ...nics.flatMap((nic) => withAddresses(hardware(nic), nic, routes)),
    ...interfaces.flatMap((each) => withAddresses(virtual(each, nics, names), each, routes)),
    ...glpiFabrics(facts),
    ...ofBmc(bmc),
  ];
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
const TYPES = new Map([["loopback", "loopback"], ["bond", "aggregate"], ["bridge", "bridge"], ["vlan", "alias"]]);

function virtual(each: NetworkInterface, nics: readonly Nic[], names: ReadonlySet<string>): GlpiEntry {
  // As VLANs are named by most tools: eth0.100.
  const below = each.kind === "vlan" ? /^(.+)\.\d+$/.exec(each.name)?.[1] : undefined;
  const slaves = nics.filter(({ bond }) => bond === each.name).map(({ name }) => name);
  return prune<GlpiEntry>({
    description: each.name,
    type: TYPES.get(each.kind),
    virtualdev: true,
    mac: each.mac,
    mtu: each.mtu,
    status: status(each.operState),
    base: below !== undefined && names.has(below) ? below : undefined,
    slaves: slaves.length > 0 ? slaves.join(",") : undefined,
  });
}

const STATUSES = new Set(["up", "down", "dormant", "notpresent", "lowerlayerdown", "unknown", "testing"]);

function status(operState: string | undefined): string | undefined {
  return operState !== undefined && STATUSES.has(operState) ? operState : undefined;
}

function withAddresses(
  entry: GlpiEntry,
  { name, addresses = [] }: Pick<Nic, "name" | "addresses">,
  routes: readonly Route[],
): GlpiEntry[] {
  const gateways = routes.flatMap((route) => route.interface === name ? route.gateway ?? [] : []);
  return addresses.length === 0 ? [entry] : addresses.map((address) => ({ ...entry, ...addressed(address, gateways) }));
}

function addressed({ family, address, prefixLength }: NicAddress, gateways: readonly string[]): GlpiEntry {
  if (family === "IPv6") return { ipaddress6: address };
  const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  const subnet = number(address) & mask;
  const ipgateway = gateways.find((gateway) => !gateway.includes(":") && (number(gateway) & mask) === subnet);
  return prune<GlpiEntry>({ ipaddress: address, ipmask: dotted(mask), ipsubnet: dotted(subnet), ipgateway });
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
