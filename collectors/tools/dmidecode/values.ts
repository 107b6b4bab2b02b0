/** Readers of the values in dmidecode's fields: each gives what a field says, or undefined where it says nothing. */
import { bytesPerUnit } from "../units.ts";
import type { DmiField } from "./types.ts";

/** Makes a value of one field. */
export type Reader<T> = (field: DmiField) => T | undefined;

/** The first field of a structure with one of the names that it has had in the course of time. */
export function fieldOf(fields: readonly DmiField[], names: readonly string[]): DmiField | undefined {
  return fields.find((field) => names.includes(field.name));
}

/**
 * A word of dmidecode's own for a number of the firmware's. "None" (no error correction) and "Not Present" (a power
 * supply) are facts here; "Unknown" and "<OUT OF SPEC>", alone or as a part ("x4 <OUT OF SPEC>"), are not.
 */
export function word({ value }: DmiField): string | undefined {
  const text = value.replaceAll(/,? ?<OUT OF SPEC>/g, "").trim();
  return text === "" || text === "Unknown" ? undefined : text;
}

/** The lines of a list under a field. */
export function items({ items }: DmiField): string[] | undefined {
  return items;
}

/** True or false by two words. */
export function flag(yes: string, no: string): Reader<boolean> {
  return ({ value }) => value === yes ? true : value === no ? false : undefined;
}

/** A number and its unit, which may have a remark behind it: "667 MHz (1.5 ns)", "16 MB (Single-bank Connection)". */
function numberAndUnit(value: string): { number: number; unit: string } | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z/]{0,8})(?: \(.*\))?$/.exec(value);
  return match ? { number: Number(match[1]), unit: match[2]! } : undefined;
}

/** A number above 0 in one of these units ("72 bits", "750 W"). */
export function quantity(...units: string[]): Reader<number> {
  return ({ value }) => {
    const read = numberAndUnit(value);
    return read && read.number > 0 && units.includes(read.unit) ? read.number : undefined;
  };
}

/** A whole number without a unit; 0 is one. */
export function count({ value }: DmiField): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** Volts. */
export const volts: Reader<number> = quantity("V");

/** MHz, or MT/s, as versions from 3.1 on call it for memory. */
export const megahertz: Reader<number> = quantity("MHz", "MT/s");

/** Watts above 0. Versions up to 2.9 take the firmware's number for milliwatts: 460 W is "0.460 W" there. */
export function watts({ value }: DmiField): number | undefined {
  const digits = /^(\d{1,9})(?:\.(\d{3}))? W$/.exec(value)?.slice(1).join("");
  return Number(digits) || undefined;
}

/** Bytes, from "16 GiB", "16 GB" (before 3.7), "8192 kB", "512 bytes", "1024Mbyte"; units are powers of 1024. */
export function bytes({ value }: DmiField): number | undefined {
  const read = numberAndUnit(value);
  if (!read || read.number === 0) return undefined;
  const unit = read.unit.toLowerCase();
  const prefix = /^([kmgtpe])(i?b|byte|)$/.exec(unit)?.[1];
  const bytes = unit === "bytes"
    ? read.number
    : prefix === undefined
    ? NaN
    : Math.round(read.number * bytesPerUnit(prefix)!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * A PCI address in lower case. FFFF, FF and FFh for segment, bus and device with function are how SMBIOS (7.10, 7.42)
 * says that there is none; 0000:00:00.0, the host bridge, is what firmware leaves where it fills in nothing.
 */
export function pciAddress({ value }: DmiField): string | undefined {
  const address = value.toLowerCase();
  if (!/^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/.test(address)) return undefined;
  const none = address.startsWith("ffff:") || address.slice(5).startsWith("ff:") || address.endsWith(":1f.7");
  return none || address === "0000:00:00.0" ? undefined : address;
}

/** The words of a memory device's Type Detail, some of which are two: "Synchronous Registered (Buffered)". */
export function typeDetails({ value }: DmiField): string[] | undefined {
  const words = value.match(/Static Column|Window DRAM|Cache DRAM|[^ ]+ \([^ )]*\)|[^ ]+/g) ?? [];
  const known = words.filter((word) => !["Unknown", "None", "<OUT", "OF", "SPEC>"].includes(word));
  return known.length > 0 ? known : undefined;
}
