/**
 * What a card says of itself in its vital product data (PCI Local Bus 3.0, appendix I; PCI Express Base 5.0, 6.28),
 * which the kernel reads out of the card on each read of `vpd` (Documentation/ABI/testing/sysfs-bus-pci).
 */
import { told } from "../../placeholders.ts";
import { prune } from "../../values.ts";
import { eachDevice } from "../concurrency.ts";
import type { HostFiles } from "./files.ts";
import { parsePciUevent } from "./pci.ts";

/** The product data of the card that a PCI function is on. */
export interface PciVpd {
  /** The card's name. */
  cardName?: string;
  partNumber?: string;
  serialNumber?: string;
  /** The engineering change level. */
  revision?: string;
  /** The version of its firmware, where the maker writes it there. */
  firmware?: string;
}

/** The same with the address of the function. */
export interface KernelVpd extends PciVpd {
  address: string;
}

/** The 15 bits of VPD's address. */
const MOST_BYTES = 32 * 1024;
/** Resource tags: the name of the card, its read-only fields, the end. */
const NAME_TAG = 0x82, FIELDS_TAG = 0x90, END_TAG = 0x78;
/** The bit of a tag that has its length in two bytes behind it; without it the length is the lowest three bits. */
const LARGE = 0x80;

/**
 * The name and the read-only fields. What is no VPD, is cut short, or has a wrong checksum gives nothing of the part
 * that is wrong: a serial number that lies is worse than none.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const text = "\x82\x04\0Card\x90\x0b\0PN\x05MCX51SN\0\x78";
 * deepStrictEqual(parsePciVpd(Uint8Array.from(text, (char) => char.charCodeAt(0))), {
 *   cardName: "Card",
 *   partNumber: "MCX51",
 * });
 * ```
 */
export function parsePciVpd(content: Uint8Array): PciVpd {
  const vpd = content.subarray(0, MOST_BYTES);
  let cardName: string | undefined, fields: ReadonlyMap<string, string> = new Map();
  for (let at = 0; at < vpd.length;) {
    const tag = vpd[at]!, isLarge = (tag & LARGE) !== 0;
    if (tag === END_TAG) break;
    const start = at + (isLarge ? 3 : 1);
    const length = isLarge ? (vpd[at + 1] ?? 0) + ((vpd[at + 2] ?? 0) << 8) : tag & 0x07;
    const end = start + length;
    // Of a card without VPD all bytes are 0, or 0xff.
    if (tag === 0 || tag === 0xff || end > vpd.length) break;
    if (tag === NAME_TAG) cardName ??= words(vpd.subarray(start, end));
    if (tag === FIELDS_TAG && fields.size === 0) fields = fieldsOf(vpd, start, end) ?? fields;
    at = end;
  }
  return prune<PciVpd>({
    cardName,
    partNumber: fields.get("PN"),
    serialNumber: fields.get("SN"),
    revision: fields.get("EC"),
    firmware: firmwareOf(fields),
  });
}

/** Fields: two letters, a length of one byte, the value. Undefined where the bytes up to that of RV do not add up to 0. */
function fieldsOf(vpd: Uint8Array, start: number, end: number): Map<string, string> | undefined {
  const fields = new Map<string, string>();
  for (let at = start; at + 3 <= end;) {
    const keyword = String.fromCharCode(vpd[at]!, vpd[at + 1]!), value = at + 3, next = value + vpd[at + 2]!;
    if (keyword === "RV") return isSumZero(vpd.subarray(0, value + 1)) ? fields : undefined;
    if (!/^[A-Z][A-Z0-9]$/.test(keyword) || next > end) break;
    const text = words(vpd.subarray(value, next));
    if (text !== undefined && !fields.has(keyword)) fields.set(keyword, text);
    at = next;
  }
  return fields;
}

function isSumZero(bytes: Uint8Array): boolean {
  return (bytes.reduce((sum, byte) => sum + byte, 0) & 0xff) === 0;
}

/** Undefined where it says nothing, or holds a byte that is no printable character: then it is no text. */
function words(bytes: Uint8Array): string | undefined {
  const text = String.fromCharCode(...bytes).replace(/[\0 ]+$/, "").trim();
  return /^[\x20-\x7e]+$/.test(text) ? told(text) : undefined;
}

/** Dell's cards have "FFV22.31.6" in V0, others "FW:…"; IBM's (as PCI 2.1 had it) a field RM or RL. */
function firmwareOf(fields: ReadonlyMap<string, string>): string | undefined {
  const vendorFields = [...fields].filter(([keyword]) => keyword.startsWith("V"));
  const named = vendorFields.map(([, value]) => /^(?:FFV|FW[: ]+v?)(\d[\w.-]*)/.exec(value)?.[1]);
  return named.find((version) => version !== undefined) ?? fields.get("RM") ?? fields.get("RL");
}

const PCI_DEVICES = "/sys/bus/pci/devices";
/** Mass storage, network, Fibre Channel, InfiniBand, processing accelerators: what is on cards of their own. */
const CARD_CLASSES = /^(01|02|0c04|0c06|12)/;

/** The product data of every controller that has any, by address; undefined where there is no PCI bus. */
export async function readPciVpd(files: HostFiles): Promise<KernelVpd[] | undefined> {
  const entries = await files.entries(PCI_DEVICES);
  if (!entries) return undefined;
  const read = await eachDevice(entries, async ({ name }): Promise<KernelVpd[]> => {
    const { classCode } = parsePciUevent(await files.text(`${PCI_DEVICES}/${name}/uevent`) ?? "");
    if (classCode === undefined || !CARD_CLASSES.test(classCode)) return [];
    // The kernel gives EIO for VPD that is broken, on each read, and ETIMEDOUT for a card that does not answer it.
    const content = await files.bytesIfWell(`${PCI_DEVICES}/${name}/vpd`);
    const vpd = content && parsePciVpd(content);
    return vpd && Object.keys(vpd).length > 0 ? [{ address: name, ...vpd }] : [];
  });
  return read.flat().sort((a, b) => a.address < b.address ? -1 : 1);
}
