/** Facter 2.4's facts about interfaces and addresses: what it read from ifconfig. */
import type { Facts, Nic, NicAddress } from "../../../../collectors/facts/mod.ts";
import { itemPath } from "../../../../collectors/facts/path.ts";
import type { Attribute, Json } from "../attribute.ts";

/** An interface's name in a fact's name: what is no letter or digit becomes "_", lower case. */
export function interfaceKey(name: string): string {
  return alphanumeric(name).toLowerCase();
}

/** The list of names has it without the lower case. */
function alphanumeric(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_");
}

interface Interface extends Omit<Nic, "physical"> {
  /** Where it stands in the facts. */
  path: string;
}

/** interfaces, ipaddress*, ipaddress6*, macaddress*, mtu_*, netmask*, network_*, vlans. */
export function* networkFacts({ nics, interfaces }: Facts): Generator<Attribute> {
  // As ifconfig of the old image (busybox) sorts: docker-sys before docker0, and eth10 before eth2.
  const all: Interface[] = [
    ...(nics ?? []).map((nic) => ({ ...nic, path: itemPath("nics", nic.name) })),
    ...(interfaces ?? []).map((virtual) => ({ ...virtual, path: itemPath("interfaces", virtual.name) })),
  ].flatMap(withAliases).sort((a, b) => a.name < b.name ? -1 : 1);
  if (all.length === 0) return;
  const names = all.map(({ name }) => alphanumeric(name)).join(",");
  const paths = new Set(all.map(({ path }) => `${path}.name`));
  yield fact("interfaces", names, [...paths], "all names, in the order of the letters");
  for (const each of all) yield* interfaceFacts(each);
  const vlans = (interfaces ?? []).filter(({ vlanId }) => vlanId !== undefined);
  if (vlans.length > 0) {
    const value = vlans.map(({ vlanId }) => vlanId).join(",");
    yield fact(
      "vlans",
      value,
      vlans.map(({ name }) => `${itemPath("interfaces", name)}.vlanId`),
      "the numbers of all VLANs",
    );
  }

  const up = all.filter(isUp);
  const v4 = firstOf(up, ({ addresses }) => addresses?.find(isOutside));
  if (v4) {
    const { path, found } = v4, how = "of the first interface that is up with an IPv4 address outside 127.0.0.0/8";
    yield fact("ipaddress", found.address, [addressPath(path, found)], how);
    yield fact("netmask", netmask(found.prefixLength), [maskPath(path, found)], how);
  }
  const v6 = firstOf(up.toReversed(), ({ addresses }) => addresses?.findLast(isGlobal6));
  if (v6) {
    const how = "the last global IPv6 address of all interfaces that are up";
    yield fact("ipaddress6", v6.found.address, [addressPath(v6.path, v6.found)], how);
  }
  const mac = firstOf(all, ({ mac }) => mac);
  if (mac) yield fact("macaddress", mac.found, [`${mac.path}.mac`], "of the first interface that has one");
}

/** ifconfig shows the addresses with a label of their own ("eth0:1") as those of an interface of that name. */
function withAliases(one: Interface): Interface[] {
  const addresses = one.addresses ?? [], labelOf = ({ label = one.name }: NicAddress) => label;
  const names = new Set([one.name, ...addresses.map(labelOf)]);
  return [...names].map((name) => ({ ...one, name, addresses: addresses.filter((own) => labelOf(own) === name) }));
}

/** What ifconfig shows without being asked for all; of what is administratively down the kernel tells no carrier. */
function isUp({ operState, carrier }: Interface): boolean {
  return operState !== "down" || carrier !== undefined;
}

function* interfaceFacts({ name, path, mac, permanentMac, bond, mtu, addresses }: Interface): Generator<Attribute> {
  const key = interfaceKey(name);
  const v4 = addresses?.find(({ family }) => family === "IPv4"), v6 = addresses?.find(isGlobal6);
  if (v4) {
    const address = addressPath(path, v4), mask = maskPath(path, v4);
    yield fact(`ipaddress_${key}`, v4.address, [address], "the first IPv4 address");
    yield fact(`netmask_${key}`, netmask(v4.prefixLength), [mask], "of the first IPv4 address");
    yield fact(`network_${key}`, network(v4), [address, mask], "of the first IPv4 address");
  }
  if (v6) yield fact(`ipaddress6_${key}`, v6.address, [addressPath(path, v6)], "the first global IPv6 address");
  if (bond !== undefined && permanentMac !== undefined) {
    const how = "a bond's slave: its own address, upper case as the bonding driver says it";
    yield fact(`macaddress_${key}`, permanentMac.toUpperCase(), [`${path}.permanentMac`], how);
  } else if (mac !== undefined) yield fact(`macaddress_${key}`, mac, [`${path}.mac`]);
  if (mtu !== undefined) yield fact(`mtu_${key}`, mtu, [`${path}.mtu`]);
}

function fact(name: string, value: Json, facts: string[], how?: string): Attribute {
  return { name, value, from: { facts, ...(how ? { how } : {}) } };
}

function addressPath(path: string, { address }: NicAddress): string {
  return `${itemPath(`${path}.addresses`, address)}.address`;
}

function maskPath(path: string, { address }: NicAddress): string {
  return `${itemPath(`${path}.addresses`, address)}.prefixLength`;
}

function firstOf<T>(all: Interface[], find: (one: Interface) => T | undefined): { path: string; found: T } | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return { path: one.path, found };
  }
  return undefined;
}

function isOutside({ family, address }: NicAddress): boolean {
  return family === "IPv4" && !address.startsWith("127.");
}

function isGlobal6({ family, scope }: NicAddress): boolean {
  return family === "IPv6" && scope === "global";
}

/** 24 as 255.255.255.0. */
function netmask(prefixLength: number): string {
  return dotted(maskBits(prefixLength));
}

function network({ address, prefixLength }: NicAddress): string {
  const bits = address.split(".").reduce((number, byte) => (number << 8) | Number(byte), 0);
  return dotted(bits & maskBits(prefixLength));
}

/** JavaScript shifts by 32 as by 0. */
function maskBits(prefixLength: number): number {
  return prefixLength === 0 ? 0 : 0xffffffff << (32 - prefixLength);
}

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
