/**
 * Organisationally specific TLVs from their octets: older versions of lldptool print these as hex digits, and today's
 * some of them still (IEEE 802.1Q annex D, IEEE 802.3 clause 79, TIA-1057 clause 10).
 */
import type { LldpMed, Neighbour } from "./types.ts";
import type { NamedText } from "../parsing.ts";
import { decode } from "../../host/mod.ts";
import { prune } from "../../values.ts";

/** The octets, or undefined where `hex` is not an even number of hex digits. */
export function octetsOf(hex: string): Uint8Array | undefined {
  return hex.length % 2 === 0 && /^[0-9a-f]*$/i.test(hex) ? Uint8Array.fromHex(hex) : undefined;
}

/** A big-endian number; `octets` must reach that far. */
function number(octets: Uint8Array, offset: number, length: number): number {
  let value = 0;
  for (let i = offset; i < offset + length; i++) value = value * 256 + octets[i]!;
  return value;
}

/** 802.1Q D.2.1: 0 says that the port has none. */
export function pvidFrom(octets: Uint8Array): number | undefined {
  return octets.length === 2 ? number(octets, 0, 2) : undefined;
}

/** 802.1Q D.2.2. */
export function ppvidFrom(octets: Uint8Array): NonNullable<Neighbour["ppvids"]>[number] | undefined {
  if (octets.length !== 3) return undefined;
  return { id: number(octets, 1, 2), supported: (octets[0]! & 2) !== 0, enabled: (octets[0]! & 4) !== 0 };
}

/** 802.1Q D.2.3; what follows the name is not of this TLV. */
export function vlanFrom(octets: Uint8Array): NonNullable<Neighbour["vlans"]>[number] | undefined {
  const length = octets[2];
  if (length === undefined || length > 32 || octets.length < 3 + length) return undefined;
  const name = textFrom(octets.subarray(3, 3 + length));
  return prune<{ id: number; name?: string }>({ id: number(octets, 0, 2), name: name === "" ? undefined : name });
}

/** 802.3 79.3.3, 802.1AX annex F: port 0 says that it is in no aggregation. */
export function linkAggregationFrom(octets: Uint8Array): Neighbour["linkAggregation"] {
  if (octets.length !== 5) return undefined;
  const portId = number(octets, 1, 4);
  return prune<NonNullable<Neighbour["linkAggregation"]>>({
    capable: (octets[0]! & 1) !== 0,
    enabled: (octets[0]! & 2) !== 0,
    portId: portId === 0 ? undefined : portId,
  });
}

/** 802.3 79.3.4. */
export function maxFrameFrom(octets: Uint8Array): number | undefined {
  return octets.length === 2 ? number(octets, 0, 2) : undefined;
}

/** 802.3 79.3.1; the MAU type as its number in the IANA-MAU-MIB. */
export function macPhyFrom(octets: Uint8Array): Neighbour["macPhy"] {
  if (octets.length !== 5) return undefined;
  return {
    autoNegotiationSupported: (octets[0]! & 1) !== 0,
    autoNegotiationEnabled: (octets[0]! & 2) !== 0,
    pmd: `0x${octets.subarray(1, 3).toHex()}`,
    mau: `Unknown [0x${octets.subarray(3, 5).toHex()}]`,
  };
}

/**
 * 802.3 79.3.2 in lldptool's words, and what 802.3at added, which it calls bad. Its power class is the number sent
 * plus one.
 */
export function powerFrom(octets: Uint8Array): NamedText[] | undefined {
  const [support, pair, powerClass] = octets;
  if (support === undefined || pair === undefined || powerClass === undefined) return undefined;
  const isEnabled = (support & 4) !== 0 ? "enabled" : "disabled";
  const words: NamedText[] = [
    { name: "Port class", value: (support & 1) !== 0 ? "PSE" : "PD" },
    { name: "PSE MDI power", value: (support & 2) !== 0 ? `supported and ${isEnabled}` : "not supported" },
    { name: "PSE pairs", value: (support & 8) !== 0 ? "controllable" : "not controllable" },
    { name: "PSE Power pair", value: pair === 1 ? "signal" : pair === 2 ? "spare" : `unknown [${pair}]` },
    { name: "Power class", value: String(powerClass + 1) },
  ];
  if (octets.length >= 8) {
    words.push({ name: "PD requested power", value: watts(number(octets, 4, 2)) });
    words.push({ name: "PSE allocated power", value: watts(number(octets, 6, 2)) });
  }
  return words;
}

/** Tenths of a watt. */
function watts(tenths: number): string {
  return `${(tenths / 10).toFixed(1)} W`;
}

const MED_CAPABILITIES = [
  "LLDP-MED",
  "Network Policy",
  "Location Identification",
  "Extended Power via MDI-PSE",
  "Extended Power via MDI-PD",
  "Inventory",
];
const MED_DEVICE_TYPES = ["not", "class1", "class2", "class3", "netcon"];

/** TIA-1057 10.2.2, in lldptool's words. */
export function medCapabilitiesFrom(octets: Uint8Array): Pick<LldpMed, "deviceType" | "capabilities"> | undefined {
  if (octets.length !== 3) return undefined;
  const bits = number(octets, 0, 2);
  return {
    deviceType: MED_DEVICE_TYPES[octets[2]!] ?? "not",
    capabilities: MED_CAPABILITIES.filter((_, bit) => (bits >> bit & 1) === 1),
  };
}

const MED_APPLICATIONS = [
  "reserved",
  "Voice",
  "Voice Signaling",
  "Guest Voice",
  "Guest Voice Signaling",
  "Softphone Voice",
  "Video Conferencing",
  "Streaming Video",
  "Video Signaling",
];

/** TIA-1057 10.2.3. */
export function medPolicyFrom(octets: Uint8Array): NamedText[] | undefined {
  if (octets.length !== 4) return undefined;
  const bits = number(octets, 1, 3);
  return [
    { name: "Application Type", value: MED_APPLICATIONS[octets[0]!] ?? String(octets[0]) },
    { name: "Policy", value: (bits >> 23 & 1) === 1 ? "unknown" : "defined" },
    { name: "Tagged", value: (bits >> 22 & 1) === 1 ? "yes" : "no" },
    { name: "VLAN ID", value: String(bits >> 9 & 0xfff) },
    { name: "Layer 2 Priority", value: String(bits >> 6 & 7) },
    { name: "DSCP", value: String(bits & 0x3f) },
  ];
}

/** TIA-1057 10.2.4: "ELIN 15555550100" for an emergency number, else the octets as hex digits. */
export function medLocationFrom(octets: Uint8Array): string | undefined {
  if (octets.length === 0) return undefined;
  return octets[0] === 3 ? `ELIN ${textFrom(octets.subarray(1))}` : octets.toHex();
}

/** TIA-1057 10.2.5. */
export function medPowerFrom(octets: Uint8Array): NamedText[] | undefined {
  if (octets.length !== 3) return undefined;
  const type = octets[0]! >> 6, source = octets[0]! >> 4 & 3, priority = octets[0]! & 0xf;
  const sources = type === 0 ? ["unknown", "primary", "backup"] : ["unknown", "PSE", "local", "PSE and local"];
  return [
    { name: "Power Type", value: ["PSE", "PD"][type] ?? `reserved [${type}]` },
    { name: "Power Source", value: sources[source] ?? `reserved [${source}]` },
    { name: "Power Priority", value: ["unknown", "critical", "high", "low"][priority] ?? `reserved [${priority}]` },
    { name: "Power Value", value: watts(number(octets, 1, 2)) },
  ];
}

/** A text without the NULs that some neighbours fill it up with. */
export function textFrom(octets: Uint8Array): string {
  return withoutPadding(decode(octets));
}

/** `text` without blanks and NULs around it. */
export function withoutPadding(text: string): string {
  let trimmed = text.trim();
  while (trimmed.endsWith("\0")) {
    let end = trimmed.length;
    while (end > 0 && trimmed[end - 1] === "\0") end--;
    trimmed = trimmed.slice(0, end).trimEnd();
  }
  return trimmed;
}
