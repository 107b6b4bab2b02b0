/** Facter 2.4's facts about interfaces and addresses. */
import type { Facts, NicAddress } from "../../../collectors/facts.ts";
import { byName } from "../../../collectors/parsing.ts";
import type { Attribute, Json } from "../attribute.ts";

/** An interface's name in a fact's name: what is no letter or digit becomes "_", lower case. */
export function interfaceKey(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_").toLowerCase();
}

interface Interface {
  name: string;
  mac?: string;
  mtu?: number;
  addresses?: NicAddress[];
}

/** interfaces, ipaddress*, ipaddress6*, macaddress*, mtu_*, netmask*, network_*. */
export function* networkFacts({ nics, interfaces }: Facts): Generator<Attribute> {
  if (!nics && !interfaces) return;
  const all: Interface[] = [...nics ?? [], ...interfaces ?? []].sort((a, b) => byName(a.name, b.name));
  const fact = (name: string, value: Json, source: string, how: string): Attribute => ({
    name,
    value,
    from: { source, how },
  });
  const kernel = "the kernel's interface addresses";
  yield fact("interfaces", all.map(({ name }) => interfaceKey(name)).join(","), "/sys/class/net", "all names");
  for (const { name, mac, mtu, addresses } of all) {
    const key = interfaceKey(name), folder = `/sys/class/net/${name}`;
    const v4 = first(addresses, "IPv4"), v6 = global6(addresses);
    if (v4) {
      yield fact(`ipaddress_${key}`, v4.address, kernel, "the first IPv4 address");
      yield fact(`netmask_${key}`, netmask(v4.prefixLength), kernel, "of the first IPv4 address");
      yield fact(`network_${key}`, network(v4), kernel, "of the first IPv4 address");
    }
    if (v6) yield fact(`ipaddress6_${key}`, v6.address, kernel, "the first global IPv6 address");
    if (isMac(mac)) yield fact(`macaddress_${key}`, mac!, `${folder}/address`, "as the kernel has it");
    if (mtu !== undefined) yield fact(`mtu_${key}`, mtu, `${folder}/mtu`, "as the kernel has it");
  }
  const outside = all.flatMap(({ addresses }) => addresses ?? []).find(isOutside);
  if (outside) {
    yield fact("ipaddress", outside.address, kernel, "the first IPv4 address outside 127.0.0.0/8");
    yield fact("netmask", netmask(outside.prefixLength), kernel, "of the same address");
  }
  const v6 = all.map(({ addresses }) => global6(addresses)).find((address) => address !== undefined);
  if (v6) yield fact("ipaddress6", v6.address, kernel, "the first global IPv6 address");
  const mac = all.map(({ mac }) => mac).find(isMac);
  if (mac) yield fact("macaddress", mac, "/sys/class/net", "of the first interface that has one");
}

function isOutside({ family, address }: NicAddress): boolean {
  return family === "IPv4" && !address.startsWith("127.");
}

function isMac(mac: string | undefined): boolean {
  return mac !== undefined && !/^[0:]*$/.test(mac);
}

function first(addresses: NicAddress[] | undefined, family: "IPv4" | "IPv6"): NicAddress | undefined {
  return addresses?.find((address) => address.family === family);
}

function global6(addresses: NicAddress[] | undefined): NicAddress | undefined {
  return addresses?.find(({ family, scope }) => family === "IPv6" && scope === "global");
}

/** 24 as 255.255.255.0. */
export function netmask(prefixLength: number): string {
  return dotted(prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0);
}

function network({ address, prefixLength }: NicAddress): string {
  const bits = address.split(".").reduce((number, byte) => ((number << 8) | Number(byte)) >>> 0, 0);
  const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return dotted((bits & mask) >>> 0);
}

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
