/**
 * What each TLV says: the second half of reading lldptool's text. The words are those of open-lldp's lldp_mand_clif.c,
 * lldp_basman_clif.c, lldp_8023_clif.c, lldp_orgspec_clif.c and lldp_med_clif.c.
 */
import type { LldpId, LldpMed, ManagementAddress, NamedText, Neighbour } from "../facts.ts";
import { prune } from "../parsing.ts";
import {
  linkAggregationFrom,
  macPhyFrom,
  maxFrameFrom,
  medCapabilitiesFrom,
  medLocationFrom,
  medPolicyFrom,
  medPowerFrom,
  octetsOf,
  powerFrom,
  ppvidFrom,
  pvidFrom,
  textFrom,
  vlanFrom,
  withoutPadding,
} from "./octets.ts";

/** What has been heard so far. */
export type Heard = Partial<Omit<Neighbour, "interface">>;

/** One kind of TLV. */
export interface Tlv {
  heading: string;
  /** Organisationally specific: whose, and which of theirs. */
  oui?: string;
  subtype?: number;
  /** Its content may hold anything, line ends included. */
  isFreeText?: boolean;
  /** It may print nothing at all, not even its line end. */
  mayBeEmpty?: boolean;
  /** Puts what the lines say into `heard`; false where they say nothing that it knows. Absent: no fact has room for it. */
  read?(lines: string[], heard: Heard): boolean;
  /** The same from the octets, where a version prints these. */
  decode?(octets: Uint8Array, heard: Heard): boolean;
}

/** Gives `heard` a value that it has not yet: of a TLV that must not repeat the first one counts. */
function once<K extends keyof Heard>(heard: Heard, key: K, value: Heard[K] | undefined): boolean {
  if (value === undefined || heard[key] !== undefined) return false;
  heard[key] = value;
  return true;
}

function onceMed<K extends keyof LldpMed>(heard: Heard, key: K, value: LldpMed[K] | undefined): boolean {
  if (value === undefined || heard.med?.[key] !== undefined) return false;
  (heard.med ??= {})[key] = value;
  return true;
}

/** All lines as one text; an empty one is understood and is no fact. */
function freeText(key: "portDescription" | "systemName" | "systemDescription"): NonNullable<Tlv["read"]> {
  return (lines, heard) => {
    const text = withoutPadding(lines.join("\n"));
    return text === "" || once(heard, key, text);
  };
}

/** `0 … 2^digits` in decimal, or undefined. */
function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The one trimmed line that is not empty, or undefined. */
function oneLine(lines: string[]): string | undefined {
  const filled = lines.map((line) => line.trim()).filter((line) => line !== "");
  return filled.length === 1 ? filled[0] : undefined;
}

/** "Local: swp48" with what the tool calls an ID of that kind before the colon. */
const ID_SUBTYPES = new Set([
  "MAC",
  "IPv4",
  "IPv6",
  "Chassis Component",
  "Port Component",
  "IfAlias",
  "Interface Alias",
  "Ifname",
  "Local",
  "Agent Circuit ID",
]);

function id(lines: string[]): LldpId | undefined {
  const text = withoutPadding(lines.join("\n"));
  const colon = text.indexOf(":");
  const subtype = text.slice(0, Math.max(colon, 0));
  if (!ID_SUBTYPES.has(subtype) && !/^Network Address Type \d+$/.test(subtype)) return undefined;
  const value = text.slice(colon + 1).trim();
  return value === "" ? undefined : { subtype, value };
}

/** "Bridge, Router" */
function listOf(text: string): string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

/** What stands behind `name` and a colon on the first line that begins so. */
function behind(name: string, lines: string[]): string | undefined {
  const line = lines.find((each) => each.trimStart().startsWith(`${name}:`));
  return line === undefined ? undefined : line.trimStart().slice(name.length + 1).trim();
}

function capabilities(lines: string[]): Neighbour["capabilities"] | undefined {
  const available = behind("System capabilities", lines), enabled = behind("Enabled capabilities", lines);
  if (available === undefined || enabled === undefined) return undefined;
  return { available: listOf(available), enabled: listOf(enabled) };
}

const ADDRESS = /^(IPv4|IPv6|MAC|Network Address Type \d+): (\S+)$/;
const INTERFACE =
  /^(Ifindex|System port number|Unknown interface subtype|Bad interface numbering subtype): (-?\d{1,10})$/;

function managementAddress(lines: string[]): ManagementAddress | undefined {
  const [first = "", second = "", ...rest] = lines.map((line) => line.trim());
  const address = ADDRESS.exec(first);
  if (!address) return undefined;
  const numbering = INTERFACE.exec(second);
  const oid = withoutPadding(rest.join("\n"));
  return prune<ManagementAddress>({
    family: address[1],
    address: address[2],
    interfaceSubtype: numbering?.[1],
    // Printed with a sign that it has not.
    interfaceNumber: numbering ? Number(numbering[2]) >>> 0 : undefined,
    oid: oid.startsWith("OID: ") ? oid.slice("OID: ".length) : undefined,
  } as ManagementAddress);
}

function vlan(lines: string[]): NonNullable<Neighbour["vlans"]>[number] | undefined {
  const text = withoutPadding(lines.join("\n"));
  const named = /^VID (\d{1,5}): Name/.exec(text);
  if (named) {
    const name = withoutPadding(text.slice(named[0].length));
    return prune<{ id: number; name?: string }>({ id: Number(named[1]), name: name === "" ? undefined : name });
  }
  // What lldptool calls bad is a VLAN without a name, and behind it the rest of the frame.
  const bad = /^Bad VLAN Name TLV: ([0-9a-f]+)$/.exec(text);
  const octets = bad ? octetsOf(bad[1]!) : undefined;
  return octets && vlanFrom(octets);
}

function linkAggregation(lines: string[]): Neighbour["linkAggregation"] | undefined {
  const text = lines.map((line) => line.trim()).join("\n");
  const words = /^Aggregation (not )?capable\nCurrently (not )?aggregated\nAggregated Port ID: (-?\d{1,10})$/.exec(
    text,
  );
  if (!words) return undefined;
  const portId = Number(words[3]) >>> 0;
  return prune<NonNullable<Neighbour["linkAggregation"]>>({
    capable: words[1] === undefined,
    enabled: words[2] === undefined,
    portId: portId === 0 ? undefined : portId,
  });
}

function macPhy(lines: string[]): Neighbour["macPhy"] | undefined {
  const negotiation = lines.map((line) => /^\s*Auto-negotiation (not )?supported and (not )?enabled\s*$/.exec(line))
    .find((match) => match !== null);
  if (!negotiation) return undefined;
  return prune<NonNullable<Neighbour["macPhy"]>>({
    autoNegotiationSupported: negotiation[1] === undefined,
    autoNegotiationEnabled: negotiation[2] === undefined,
    pmd: behind("PMD auto-negotiation capabilities", lines),
    mau: behind("MAU type", lines),
  });
}

/** Each a line of its own in newer versions (with "and enabledPSE pairs" in one), all in one line in older ones. */
const POWER_WORDS = [
  "Port class",
  "PSE MDI power",
  "PSE pairs",
  "PSE Power pair",
  "Power class",
];

function power(lines: string[]): NamedText[] | undefined {
  const text = lines.map((line) => line.trim()).join(" ");
  const bad = /^Bad Power Via MDI TLV: ([0-9a-f]+)$/.exec(text);
  if (bad) {
    const octets = octetsOf(bad[1]!);
    return octets && powerFrom(octets);
  }
  const starts = POWER_WORDS.map((word) => text.indexOf(word));
  if (starts[0] !== 0 || starts.some((start, i) => start < (starts[i - 1] ?? 0))) return undefined;
  return POWER_WORDS.map((name, i) => {
    const value = text.slice(starts[i]! + name.length, starts[i + 1]).replace(/^:/, "").replace(/,\s*$/, "");
    return { name, value: value.trim() };
  });
}

function medCapabilities(lines: string[]): Pick<LldpMed, "deviceType" | "capabilities"> | undefined {
  const deviceType = behind("Device Type", lines), list = behind("Capabilities", lines);
  if (deviceType === undefined || list === undefined) return undefined;
  return { deviceType, capabilities: list === "none" ? [] : listOf(list) };
}

/** The octets that a TLV prints as one line of hex digits. */
function hexLine(decode: (octets: Uint8Array, heard: Heard) => boolean): NonNullable<Tlv["read"]> {
  return (lines, heard) => {
    const octets = octetsOf(oneLine(lines) ?? "?");
    return octets !== undefined && decode(octets, heard);
  };
}

/** Adds to the list that `listIn` finds, or makes, in `heard`; false where there is nothing to add. */
function adding<T>(listIn: (heard: Heard) => T[]): (heard: Heard, value: T | undefined) => boolean {
  return (heard, value) => {
    if (value === undefined) return false;
    listIn(heard).push(value);
    return true;
  };
}

const addManagementAddress = adding((heard) => heard.managementAddresses ??= []);
const addPolicy = adding((heard) => (heard.med ??= {}).policies ??= []);
const addLocation = adding((heard) => (heard.med ??= {}).location ??= []);

const IEEE_802_1 = "00:80:c2", IEEE_802_3 = "00:12:0f", TIA = "00:12:bb";

/** A TLV that prints or holds one thing, which two functions can read. */
function both<T>(
  heading: string,
  oui: string,
  subtype: number,
  fromLines: (lines: string[]) => T | undefined,
  fromOctets: (octets: Uint8Array) => T | undefined,
  put: (heard: Heard, value: T | undefined) => boolean,
): Tlv {
  return {
    heading,
    oui,
    subtype,
    read: (lines, heard) => put(heard, fromLines(lines)),
    decode: (octets, heard) => put(heard, fromOctets(octets)),
  };
}

/** A TLV that prints its octets as hex digits, in every version. */
function hexTlv(heading: string, subtype: number, decode: (octets: Uint8Array, heard: Heard) => boolean): Tlv {
  return { heading, oui: TIA, subtype, read: hexLine(decode), decode };
}

type MedText = { [K in keyof LldpMed]-?: string extends LldpMed[K] ? K : never }[keyof LldpMed];

function medText(what: string, subtype: number, key: MedText): Tlv {
  const put = (heard: Heard, text: string) => text === "" || onceMed(heard, key, text);
  return {
    heading: `LLDP-MED ${what} TLV`,
    oui: TIA,
    subtype,
    isFreeText: true,
    read: (lines, heard) => put(heard, withoutPadding(lines.join("\n"))),
    decode: (octets, heard) => put(heard, textFrom(octets)),
  };
}

/** 0 is how the standards say "none" of a VLAN ID and of a frame size. */
function putNumber(key: "pvid" | "maxFrameBytes") {
  return (heard: Heard, value: number | undefined) => value === 0 || once(heard, key, value);
}

/** Every TLV that lldptool has a heading for. */
export const TLVS: readonly Tlv[] = [
  {
    heading: "Chassis ID TLV",
    isFreeText: true,
    mayBeEmpty: true,
    read: (l, heard) => once(heard, "chassisId", id(l)),
  },
  { heading: "Port ID TLV", isFreeText: true, mayBeEmpty: true, read: (l, heard) => once(heard, "portId", id(l)) },
  { heading: "Time to Live TLV", read: (lines, heard) => once(heard, "ttl", decimal(oneLine(lines))) },
  { heading: "Port Description TLV", isFreeText: true, read: freeText("portDescription") },
  { heading: "System Name TLV", isFreeText: true, read: freeText("systemName") },
  { heading: "System Description TLV", isFreeText: true, read: freeText("systemDescription") },
  { heading: "System Capabilities TLV", read: (lines, heard) => once(heard, "capabilities", capabilities(lines)) },
  {
    heading: "Management Address TLV",
    mayBeEmpty: true,
    read: (lines, heard) => addManagementAddress(heard, managementAddress(lines)),
  },
  both(
    "Port VLAN ID TLV",
    IEEE_802_1,
    1,
    (lines) => oneLine(lines) === "PVID: unsupported" ? 0 : decimal(behind("PVID", lines)),
    pvidFrom,
    putNumber("pvid"),
  ),
  both(
    "Port and Protocol VLAN ID TLV",
    IEEE_802_1,
    2,
    (lines) => {
      // In hexadecimal. Of "enabled" lldptool looks at a reserved bit, so what it says of that is worth nothing.
      const words = /^PVID: ([0-9a-f]{1,4}),( not)? supported,(?: not)? enabled$/.exec(oneLine(lines) ?? "");
      return words ? { id: parseInt(words[1]!, 16), supported: words[2] === undefined } : undefined;
    },
    ppvidFrom,
    adding((heard) => heard.ppvids ??= []),
  ),
  {
    ...both("VLAN Name TLV", IEEE_802_1, 3, vlan, vlanFrom, adding((heard) => heard.vlans ??= [])),
    isFreeText: true,
  },
  { heading: "Protocol Identity TLV", oui: IEEE_802_1, subtype: 4 },
  { heading: "VID Usage Digest TLV", oui: IEEE_802_1, subtype: 5 },
  { heading: "Management VID TLV", oui: IEEE_802_1, subtype: 6 },
  {
    // Sent in 802.3's form (subtype 3), in 802.1's, or in both: lldptool has one heading for them.
    ...both("Link Aggregation TLV", IEEE_802_1, 7, linkAggregation, linkAggregationFrom, (heard, value) => {
      const isRepeated = () => JSON.stringify(heard.linkAggregation) === JSON.stringify(value);
      return value !== undefined && (once(heard, "linkAggregation", value) || isRepeated());
    }),
    mayBeEmpty: true,
  },
  { heading: "IEEE 8021QAZ ETS Configuration TLV", oui: IEEE_802_1, subtype: 9 },
  { heading: "IEEE 8021QAZ ETS Recommendation TLV", oui: IEEE_802_1, subtype: 10 },
  { heading: "IEEE 8021QAZ PFC TLV", oui: IEEE_802_1, subtype: 11 },
  { heading: "IEEE 8021QAZ APP TLV", oui: IEEE_802_1, subtype: 12, mayBeEmpty: true },
  { heading: "EVB Configuration TLV", oui: IEEE_802_1, subtype: 13 },
  { heading: "EVB draft 0.2 Configuration TLV", oui: "00:1b:3f", subtype: 0 },
  both(
    "MAC/PHY Configuration Status TLV",
    IEEE_802_3,
    1,
    macPhy,
    macPhyFrom,
    (heard, value) => once(heard, "macPhy", value),
  ),
  both("Power via MDI TLV", IEEE_802_3, 2, power, powerFrom, (heard, value) => once(heard, "powerViaMdi", value)),
  both(
    "Maximum Frame Size TLV",
    IEEE_802_3,
    4,
    (lines) => decimal(oneLine(lines)),
    maxFrameFrom,
    putNumber("maxFrameBytes"),
  ),
  both("LLDP-MED Capabilities TLV", TIA, 1, medCapabilities, medCapabilitiesFrom, (heard, value) => {
    return onceMed(heard, "deviceType", value?.deviceType) && onceMed(heard, "capabilities", value?.capabilities);
  }),
  hexTlv("LLDP-MED Network Policy TLV", 2, (octets, heard) => addPolicy(heard, medPolicyFrom(octets))),
  hexTlv("LLDP-MED Location TLV", 3, (octets, heard) => addLocation(heard, medLocationFrom(octets))),
  hexTlv(
    "LLDP-MED Extended Power-via-MDI TLV",
    4,
    (octets, heard) => onceMed(heard, "extendedPower", medPowerFrom(octets)),
  ),
  medText("Hardware Revision", 5, "hardwareRevision"),
  medText("Firmware Revision", 6, "firmwareRevision"),
  medText("Software Revision", 7, "softwareRevision"),
  medText("Serial Number", 8, "serialNumber"),
  medText("Manufacturer Name", 9, "manufacturer"),
  medText("Model Name", 10, "model"),
  medText("Asset ID", 11, "assetId"),
  { heading: "PRE-CEE DCBX TLV", oui: "00:1b:21", subtype: 1, mayBeEmpty: true },
  { heading: "CIN DCBX TLV", oui: "00:1b:21", subtype: 1, mayBeEmpty: true },
  { heading: "CEE DCBX TLV", oui: "00:1b:21", subtype: 2, mayBeEmpty: true },
  { heading: "Cisco 4-wire Power-via-MDI TLV", oui: "00:01:42", subtype: 1 },
];
