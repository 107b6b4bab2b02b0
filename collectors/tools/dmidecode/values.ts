/** The values in dmidecode's fields: each function takes the names that a field has had in the course of time. */
import { told } from "../../facts/placeholders.ts";
import { bytesPerUnit } from "../units.ts";
import type { DmiField } from "./types.ts";

/** The fields of one structure; of a repeated name the first counts. */
export type Fields = readonly DmiField[];

function find(fields: Fields, ...names: readonly string[]): DmiField | undefined {
  return fields.find((field) => names.includes(field.name));
}

/** A text of the firmware's; undefined where it is a placeholder. */
export function text(fields: Fields, ...names: string[]): string | undefined {
  return told(find(fields, ...names)?.value);
}

/**
 * A word of dmidecode's own for a number of the firmware's. "None" (no error correction) and "Not Present" (a power
 * supply) are facts here; "Unknown" and "<OUT OF SPEC>", alone or as a part ("x4 <OUT OF SPEC>"), are not.
 */
export function word(fields: Fields, ...names: string[]): string | undefined {
  const value = find(fields, ...names)?.value.replaceAll(/,? ?<OUT OF SPEC>/g, "").trim();
  return value === "" || value === "Unknown" ? undefined : value;
}

/** The lines of a list under a field. */
export function items(fields: Fields, name: string): string[] {
  return find(fields, name)?.items ?? [];
}

/** True or false by two words. */
export function flag(fields: Fields, name: string, yes: string, no: string): boolean | undefined {
  const value = find(fields, name)?.value;
  return value === yes ? true : value === no ? false : undefined;
}

/** A number and its unit, which may have a remark behind it: "667 MHz (1.5 ns)", "16 MB (Single-bank Connection)". */
function numberAndUnit(value: string | undefined): { number: number; unit: string } | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z/]{0,8})(?: \(.*\))?$/.exec(value ?? "");
  return match ? { number: Number(match[1]), unit: match[2]! } : undefined;
}

/** A number above 0 in this unit ("72 bits", "750 W"). */
export function quantity(fields: Fields, names: readonly string[], ...units: string[]): number | undefined {
  const read = numberAndUnit(find(fields, ...names)?.value);
  return read && read.number > 0 && units.includes(read.unit) ? read.number : undefined;
}

/** A whole number without a unit; 0 is one. */
export function count(fields: Fields, name: string): number | undefined {
  const value = find(fields, name)?.value ?? "";
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

export function volts(fields: Fields, ...names: string[]): number | undefined {
  return quantity(fields, names, "V");
}

/** Watts above 0. Versions up to 2.9 take the firmware's number for milliwatts: 460 W is "0.460 W" there. */
export function watts(fields: Fields, name: string): number | undefined {
  const digits = /^(\d{1,9})(?:\.(\d{3}))? W$/.exec(find(fields, name)?.value ?? "")?.slice(1).join("");
  return Number(digits) || undefined;
}

/** MHz, or MT/s, as versions from 3.1 on call it for memory. */
export function megahertz(fields: Fields, ...names: string[]): number | undefined {
  return quantity(fields, names, "MHz", "MT/s");
}

/** Bytes, from "16 GiB", "16 GB" (before 3.7), "8192 kB", "512 bytes", "1024Mbyte"; units are powers of 1024. */
export function bytes(fields: Fields, ...names: string[]): number | undefined {
  const read = numberAndUnit(find(fields, ...names)?.value);
  if (!read || read.number === 0) return undefined;
  const unit = read.unit.toLowerCase();
  if (unit === "bytes") return read.number;
  const prefix = /^([kmgtpe])(i?b|byte|)$/.exec(unit)?.[1];
  return prefix === undefined ? undefined : Math.round(read.number * bytesPerUnit(prefix)!);
}

/**
 * A PCI address in lower case. FFFF, FF and FFh for segment, bus and device with function are how SMBIOS (7.10, 7.42)
 * says that there is none; 0000:00:00.0, the host bridge, is what firmware leaves where it fills in nothing.
 */
export function pciAddress(fields: Fields, name: string): string | undefined {
  const address = find(fields, name)?.value.toLowerCase() ?? "";
  if (!/^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/.test(address)) return undefined;
  const none = address.startsWith("ffff:") || address.slice(5).startsWith("ff:") || address.endsWith(":1f.7");
  return none || address === "0000:00:00.0" ? undefined : address;
}

/** The words of a memory device's Type Detail, some of which are two: "Synchronous Registered (Buffered)". */
export function typeDetails(fields: Fields, name: string): string[] {
  const words = find(fields, name)?.value.match(/Static Column|Window DRAM|Cache DRAM|[^ ]+ \([^ )]*\)|[^ ]+/g) ?? [];
  return words.filter((word) => !["Unknown", "None", "<OUT", "OF", "SPEC>"].includes(word));
}

/**
 * "MM/DD/YYYY" as YYYY-MM-DD; another text as it is. Two digits of a year before 1996, when the tables came up, are
 * of the next century, as the kernel reads them (drivers/firmware/dmi_scan.c).
 */
export function isoDate(date: string | undefined): string | undefined {
  const [, month = "", day = "", year = ""] = /^(\d\d?)\/(\d\d?)\/(\d{4}|\d\d)$/.exec(date ?? "") ?? [];
  if (!(Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31)) return date;
  const fullYear = year.length === 4 ? year : `${Number(year) < 96 ? 20 : 19}${year}`;
  return `${fullYear}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
