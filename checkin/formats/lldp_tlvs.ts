/**
 * LLDP neighbours back in the form in which they were heard: TLVs of IEEE 802.1AB clause 8, 802.1Q annex D and 802.3
 * clause 79. Ironic reads these (its lldp_tlvs.py), and nothing else. One that its parser does not know fails the whole
 * inspection (AttributeError, seen with Ironic 39), so IDs of such a kind are left out.
 */
import type { LldpId, ManagementAddress, Neighbour, UnknownTlv } from "../../collectors/facts/mod.ts";

/** The TLV's type, and its value in lower-case hex digits. */
export type LldpTlv = [type: number, hex: string];

/**
 * The TLVs of a neighbour, in the order in which LLDPDUs have them, with the one that ends them. Left out, because
 * lldptool has only words for them: MAC/PHY status, power via MDI, LLDP-MED, and the OID of a management address; and
 * because Ironic fails on them: agent circuit IDs, and network addresses that are neither IPv4 nor IPv6.
 */
export function lldpTlvs(neighbour: Neighbour): LldpTlv[] {
  const { chassisId, portId, capabilities, linkAggregation } = neighbour;
  const tlvs: Tlv[] = [
    [1, chassisId && idOctets(chassisId, CHASSIS_ID_SUBTYPES)],
    [2, portId && idOctets(portId, PORT_ID_SUBTYPES)],
    [3, uint16(neighbour.ttlSeconds)],
    [4, text(neighbour.portDescription)],
    [5, text(neighbour.systemName)],
    [6, text(neighbour.systemDescription)],
    [7, capabilities && octets(capabilityBits(capabilities.available), capabilityBits(capabilities.enabled))],
    ...(neighbour.managementAddresses ?? []).map((address): Tlv => [8, managementAddress(address)]),
    organisation(IEEE_802_1, 1, uint16(neighbour.pvid)),
    ...(neighbour.ppvids ?? []).map(({ id, supported, enabled }) =>
      organisation(IEEE_802_1, 2, octets([(supported ? 2 : 0) | (enabled ? 4 : 0)], uint16(id)))
    ),
    ...(neighbour.vlans ?? []).map(({ id, name = "" }) => {
      const named = cut(name, MAX_VLAN_NAME_OCTETS);
      return organisation(IEEE_802_1, 3, octets(uint16(id), [named.length], named));
    }),
    organisation(IEEE_802_3, 3, linkAggregation && linkAggregationOctets(linkAggregation)),
    organisation(IEEE_802_3, 4, uint16(neighbour.maxFrameBytes)),
    ...(neighbour.unknownTlvs ?? []).map(unknownTlv),
  ];
  return [
    ...tlvs.flatMap(([type, value]): LldpTlv[] => value && value.length <= MAX_OCTETS ? [[type, value.toHex()]] : []),
    [0, ""],
  ];
}

/** A TLV whose value is not known, or cannot be said, is left out. */
type Tlv = [type: number, value: Uint8Array | undefined];

/** A TLV's length has nine bits (802.1AB 8.4.2). */
const MAX_OCTETS = 511;

/** 802.1Q D.2.3. */
const MAX_VLAN_NAME_OCTETS = 32;

const ORGANISATION = 127;
const IEEE_802_1 = Uint8Array.of(0x00, 0x80, 0xc2);
const IEEE_802_3 = Uint8Array.of(0x00, 0x12, 0x0f);

/** 802.1AB 8.5.2.2, under lldptool's names. */
const CHASSIS_ID_SUBTYPES: Readonly<Record<string, number>> = {
  "Chassis Component": 1,
  "IfAlias": 2,
  "Interface Alias": 2,
  "Port Component": 3,
  "MAC": 4,
  "Ifname": 6,
  "Local": 7,
};

/** 802.1AB 8.5.3.2, under lldptool's names. */
const PORT_ID_SUBTYPES: Readonly<Record<string, number>> = {
  "IfAlias": 1,
  "Interface Alias": 1,
  "Port Component": 2,
  "MAC": 3,
  "Ifname": 5,
  "Local": 7,
};

function idOctets({ subtype, value }: LldpId, subtypes: typeof CHASSIS_ID_SUBTYPES): Uint8Array | undefined {
  const address = networkAddress(subtype, value);
  // A network address has the subtype after that of a MAC, in both tables.
  if (address) return octets([subtypes["MAC"]! + 1], address);
  const number = subtypes[subtype];
  const id = subtype === "MAC" ? macOctets(value) : text(value);
  return number === undefined || id === undefined ? undefined : octets([number], id);
}

/** The family (IANA's address family numbers: 1 IPv4, 2 IPv6) and the address. */
function networkAddress(family: string, address: string): Uint8Array | undefined {
  const number = family === "IPv4" ? 1 : 2;
  const value = family === "IPv4" ? ipv4Octets(address) : family === "IPv6" ? ipv6Octets(address) : undefined;
  return value && octets([number], value);
}

/** 802.1AB 8.5.9: address with its family and length, interface numbering, and an OID of length 0. */
function managementAddress(managed: ManagementAddress): Uint8Array | undefined {
  const { family, interfaceSubtype, interfaceNumber } = managed;
  const mac = family === "MAC" ? macOctets(managed.address) : undefined;
  const address = mac ? octets([6], mac) : networkAddress(family, managed.address);
  if (!address) return undefined;
  const numbering = interfaceSubtype === "Ifindex" ? 2 : interfaceSubtype === "System port number" ? 3 : 1;
  return octets([address.length], address, [numbering], uint32(interfaceNumber ?? 0), [0]);
}

/** 802.1AB 8.5.8.1, bit 0 first, as lldptool names them; later versions put words behind the name of the VLAN ones. */
const CAPABILITIES = [
  "Other",
  "Repeater",
  "Bridge",
  "WLAN Access Point",
  "Router",
  "Telephone",
  "DOCSIS Cable Device",
  "Station Only",
  "C-VLAN",
  "S-VLAN",
  "Two-port MAC Relay",
];

function capabilityBits(names: readonly string[]): Uint8Array {
  const bits = CAPABILITIES.map((name, bit) =>
    names.some((each) => each.toLowerCase().startsWith(name.toLowerCase())) ? 1 << bit : 0
  );
  return uint16(bits.reduce((sum, bit) => sum | bit))!;
}

function organisation(oui: Uint8Array, subtype: number, value: Uint8Array | undefined): Tlv {
  return [ORGANISATION, value && octets(oui, [subtype], value)];
}

/** 802.3 79.3.3; port 0 is none. */
function linkAggregationOctets({ capable, enabled, portId = 0 }: NonNullable<Neighbour["linkAggregation"]>) {
  return octets([(capable ? 1 : 0) | (enabled ? 2 : 0)], uint32(portId));
}

/** Of a type that has a name of its own (up to 8) lldptool prints what it cannot read as hex: no more can Ironic. */
function unknownTlv({ type = ORGANISATION, oui, subtype, hex }: UnknownTlv): Tlv {
  const value = octetsOf(hex), organisationOctets = octetsOf(oui);
  if (type !== ORGANISATION) return [type, type > 8 ? value : undefined];
  return organisationOctets && subtype !== undefined
    ? organisation(organisationOctets, subtype, value)
    : [type, undefined];
}

function octets(...parts: (Uint8Array | number[] | undefined)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...(part ?? [])]));
}

function uint16(value: number): Uint8Array;
function uint16(value: number | undefined): Uint8Array | undefined;
function uint16(value: number | undefined): Uint8Array | undefined {
  return value === undefined || value > 0xffff ? undefined : Uint8Array.of(value >> 8, value);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function text(value: string | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : new TextEncoder().encode(value);
}

/** As many whole characters as `octets` have room for. */
function cut(value: string, octets: number): Uint8Array {
  const buffer = new Uint8Array(octets);
  return buffer.subarray(0, new TextEncoder().encodeInto(value, buffer).written);
}

function macOctets(value: string): Uint8Array | undefined {
  const mac = octetsOf(value);
  return mac?.length === 6 ? mac : undefined;
}

/** "00:2a:6a:11:22:33" or "002a6a112233"; undefined where there is anything but octets. */
function octetsOf(hex: string | undefined): Uint8Array | undefined {
  const digits = hex?.replaceAll(/[:-]/g, "");
  return digits === undefined || digits === "" || !/^([0-9a-f]{2})+$/i.test(digits)
    ? undefined
    : Uint8Array.fromHex(digits);
}

function ipv4Octets(address: string): Uint8Array | undefined {
  const parts = address.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)
    ? Uint8Array.from(parts, Number)
    : undefined;
}

/** RFC 4291 2.2, with "::" and without an IPv4 address at the end. */
function ipv6Octets(address: string): Uint8Array | undefined {
  const halves = address.split("::");
  const [head = [], tail = []] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const groups = [...head, ...Array(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return Uint8Array.fromHex(groups.map((group) => group.padStart(4, "0")).join(""));
}
