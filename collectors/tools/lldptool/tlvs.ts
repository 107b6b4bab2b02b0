/** The table of TLVs: what each is called, and which facts it tells. */
import type { LldpMed, Neighbour } from "./types.ts";
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
import {
  capabilities,
  id,
  linkAggregation,
  macPhy,
  managementAddress,
  medCapabilities,
  number,
  oneLine,
  power,
  ppvid,
  pvid,
  vlan,
} from "./words.ts";

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

function idTlv(heading: string, key: "chassisId" | "portId"): Tlv {
  return { heading, isFreeText: true, mayBeEmpty: true, read: (lines, heard) => once(heard, key, id(lines)) };
}

/** All lines as one text; an empty one is understood and is no fact. */
function textTlv(heading: string, key: "portDescription" | "systemName" | "systemDescription"): Tlv {
  const read: Tlv["read"] = (lines, heard) => {
    const text = withoutPadding(lines.join("\n"));
    return text === "" || once(heard, key, text);
  };
  return { heading, isFreeText: true, read };
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
  idTlv("Chassis ID TLV", "chassisId"),
  idTlv("Port ID TLV", "portId"),
  { heading: "Time to Live TLV", read: (lines, heard) => once(heard, "ttlSeconds", number(lines)) },
  textTlv("Port Description TLV", "portDescription"),
  textTlv("System Name TLV", "systemName"),
  textTlv("System Description TLV", "systemDescription"),
  { heading: "System Capabilities TLV", read: (lines, heard) => once(heard, "capabilities", capabilities(lines)) },
  {
    heading: "Management Address TLV",
    mayBeEmpty: true,
    read: (lines, heard) => addManagementAddress(heard, managementAddress(lines)),
  },
  both("Port VLAN ID TLV", IEEE_802_1, 1, pvid, pvidFrom, putNumber("pvid")),
  both("Port and Protocol VLAN ID TLV", IEEE_802_1, 2, ppvid, ppvidFrom, adding((heard) => heard.ppvids ??= [])),
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
  both("MAC/PHY Configuration Status TLV", IEEE_802_3, 1, macPhy, macPhyFrom, (heard, value) => {
    return once(heard, "macPhy", value);
  }),
  both("Power via MDI TLV", IEEE_802_3, 2, power, powerFrom, (heard, value) => once(heard, "powerViaMdi", value)),
  both("Maximum Frame Size TLV", IEEE_802_3, 4, number, maxFrameFrom, putNumber("maxFrameBytes")),
  { heading: "Additional Ethernet Capabilities TLV", oui: IEEE_802_3, subtype: 7 },
  both("LLDP-MED Capabilities TLV", TIA, 1, medCapabilities, medCapabilitiesFrom, (heard, value) => {
    return onceMed(heard, "deviceType", value?.deviceType) && onceMed(heard, "capabilities", value?.capabilities);
  }),
  hexTlv("LLDP-MED Network Policy TLV", 2, (octets, heard) => addPolicy(heard, medPolicyFrom(octets))),
  hexTlv("LLDP-MED Location TLV", 3, (octets, heard) => addLocation(heard, medLocationFrom(octets))),
  hexTlv("LLDP-MED Extended Power-via-MDI TLV", 4, (octets, heard) => {
    return onceMed(heard, "extendedPower", medPowerFrom(octets));
  }),
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
