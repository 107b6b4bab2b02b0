/** Reads `lldptool get-tlv -n -i IF` (lldptool(8); IEEE 802.1AB-2016). */
import type { Neighbour, UnknownTlv } from "./types.ts";
import { type Parsed, ParseError } from "../parsing.ts";
import { prune } from "../../values.ts";
import { octetsOf, withoutPadding } from "./octets.ts";
import { type PrintedTlv, splitTlvs } from "./split.ts";
import { type Heard, type Tlv, TLVS } from "./tlvs.ts";

/** What one neighbour says of itself; without any key where there is no neighbour. */
export type HeardNeighbour = Omit<Neighbour, "interface">;

const UNIDENTIFIED = "Unidentified TLV", UNIDENTIFIED_ORG = "Unidentified Org Specific TLV";

const BY_HEADING = new Map(TLVS.map((tlv) => [tlv.heading, tlv]));
const BY_SUBTYPE = new Map(
  [
    ...TLVS,
    { ...BY_HEADING.get("Link Aggregation TLV")!, oui: "00:12:0f", subtype: 3 },
  ].filter((tlv) => tlv.oui !== undefined).map((tlv) => [`${tlv.oui} ${tlv.subtype}`, tlv]),
);

const SPLIT_OPTIONS = {
  headings: new Set([...BY_HEADING.keys(), UNIDENTIFIED, UNIDENTIFIED_ORG]),
  freeText: new Set(TLVS.filter((tlv) => tlv.isFreeText).map((tlv) => tlv.heading)),
  mayBeEmpty: new Set(TLVS.filter((tlv) => tlv.mayBeEmpty).map((tlv) => tlv.heading)),
};

/**
 * The neighbour in the output of an unfiltered `lldptool get-tlv -n -i IF` (or `-t -n -i IF`); `{}` for an empty
 * output, which is how the tool says that there is none. TLVs that no field has room for, those that the standard
 * allows once and that come again, and those that the tool could not read stand in `unknownTlvs`. Strings are as the
 * neighbour sent them, control characters included, without blanks and NULs around them.
 * Throws `ParseError` where there is text but no TLV in it.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseLldptool(`Chassis ID TLV
 * 	MAC: 52:54:00:0b:00:02
 * Port ID TLV
 * 	Ifname: Eth1/2
 * Time to Live TLV
 * 	120
 * System Name TLV
 * 	tor-a1
 * End of LLDPDU TLV
 * `);
 * deepStrictEqual(value, {
 *   chassisId: { subtype: "MAC", value: "52:54:00:0b:00:02" },
 *   portId: { subtype: "Ifname", value: "Eth1/2" },
 *   ttlSeconds: 120,
 *   systemName: "tor-a1",
 * });
 * ```
 */
export function parseLldptool(text: string): Parsed<HeardNeighbour> & { tlvs: readonly PrintedTlv[] } {
  const { tlvs, unparsed } = splitTlvs(text, SPLIT_OPTIONS);
  if (tlvs.length === 0 && text.trim() !== "") {
    const first = unparsed[0] ?? { line: 1, text: text.slice(0, 200) };
    throw new ParseError("lldptool", first.line, first.text, "the heading of a TLV");
  }
  const heard: Heard = {};
  const unknown: UnknownTlv[] = [];
  for (const tlv of tlvs) {
    const left = readTlv(tlv, heard);
    if (left) unknown.push(left);
  }
  return { value: prune({ ...heard, unknownTlvs: unknown.length > 0 ? unknown : undefined }), unparsed, tlvs };
}

/** Puts what a TLV says into `heard`; returns it where nothing there has room for it. */
function readTlv({ heading, lines }: PrintedTlv, heard: Heard): UnknownTlv | undefined {
  const known = BY_HEADING.get(heading);
  if (known?.read?.(lines, heard)) return undefined;
  const text = withoutPadding(lines.map((line) => line.trim()).join("\n"));
  if (text === "") return undefined;
  if (heading === UNIDENTIFIED) return unidentified(text);
  return heading === UNIDENTIFIED_ORG ? unidentifiedOrg(text, heard) : withName(heading, text, known);
}

function withName(name: string, text: string, known?: Tlv): UnknownTlv {
  return prune<UnknownTlv>({ oui: known?.oui, subtype: known?.subtype, name, text });
}

/** "type:9 0102" */
function unidentified(text: string): UnknownTlv {
  const words = /^type:(\d{1,3})(?: ([0-9a-f]*))?$/i.exec(text);
  if (!words) return withName(UNIDENTIFIED, text);
  return prune<UnknownTlv>({ type: Number(words[1]), hex: words[2]?.toLowerCase() || undefined });
}

/** "OUI: 0x0080c2, Subtype: 1, Info: 0001" */
function unidentifiedOrg(text: string, heard: Heard): UnknownTlv | undefined {
  const words = /^OUI: 0x([0-9a-f]{6}), Subtype: (\d{1,3}), Info: ?([0-9a-f]*)$/i.exec(text);
  const octets = words ? octetsOf(words[3]!) : undefined;
  if (!words || !octets) return withName(UNIDENTIFIED_ORG, text);
  const hex = words[3]!.toLowerCase();
  const oui = words[1]!.toLowerCase().replace(/^(..)(..)(..)$/, "$1:$2:$3");
  const subtype = Number(words[2]);
  const known = BY_SUBTYPE.get(`${oui} ${subtype}`);
  if (known?.decode?.(octets, heard)) return undefined;
  return prune<UnknownTlv>({ oui, subtype, name: known?.heading, hex: hex === "" ? undefined : hex });
}
