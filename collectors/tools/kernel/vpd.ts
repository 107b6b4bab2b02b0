/**
 * What a SCSI disk says of itself in its vital product data pages, which the kernel asked for when it found the disk
 * and keeps in sysfs (vpd_pg80, vpd_pg83, vpd_pg89): reading them does not touch the disk.
 */

/** What an ATA disk says of itself in full: the kernel's own `model` and `rev` of it are cut. */
export interface AtaIdentity {
  model?: string;
  serialNumber?: string;
  firmware?: string;
}

/**
 * SPC-4 7.8.15, unit serial number: page code 0x80, length in bytes 2 and 3, ASCII from byte 4.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const page = Uint8Array.from([0x00, 0x80, 0x00, 0x08, ...new TextEncoder().encode("ZC1A2B3C")]);
 * deepStrictEqual(parseVpdSerialNumber(page), "ZC1A2B3C");
 * ```
 */
export function parseVpdSerialNumber(page: Uint8Array): string | undefined {
  if (page[1] !== 0x80) return undefined;
  return ascii(page.subarray(4, 4 + bigEndian16(page, 2)));
}

/**
 * SAT-3 12.4.2, ATA information: the answer to IDENTIFY DEVICE stands from byte 60, 16-bit words with the lower byte
 * first, text with the upper one first (ACS-3 7.12.7: words 10-19 serial number, 23-26 firmware, 27-46 model).
 */
export function parseVpdAtaInformation(page: Uint8Array): AtaIdentity {
  if (page[1] !== 0x89 || page.length < 60 + 512) return {};
  return identity(ataText(page, 27, 46), ataText(page, 10, 19), ataText(page, 23, 26));
}

/**
 * SPC-4 7.8.5, device identification: a list of designators, each with its type in byte 1 and its length in byte 3.
 * SAT-3 has a T10 vendor ID (type 1) of "ATA     ", the model (40 characters) and the serial number (20).
 */
export function parseVpdAtaDesignator(page: Uint8Array): AtaIdentity {
  if (page[1] !== 0x83) return {};
  const end = Math.min(page.length, 4 + bigEndian16(page, 2));
  for (let at = 4; at + 4 <= end; at += 4 + page[at + 3]!) {
    const designator = page.subarray(at + 4, Math.min(end, at + 4 + page[at + 3]!));
    const isT10VendorId = (page[at + 1]! & 0x0f) === 1;
    if (!isT10VendorId || designator.length !== 68 || ascii(designator.subarray(0, 8)) !== "ATA") continue;
    return identity(ascii(designator.subarray(8, 48)), ascii(designator.subarray(48, 68)), undefined);
  }
  return {};
}

function identity(model: string | undefined, serialNumber: string | undefined, firmware: string | undefined) {
  return { ...(model && { model }), ...(serialNumber && { serialNumber }), ...(firmware && { firmware }) };
}

function bigEndian16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0);
}

function ataText(page: Uint8Array, firstWord: number, lastWord: number): string | undefined {
  const swapped: number[] = [];
  for (let word = firstWord; word <= lastWord; word++) {
    swapped.push(page[60 + word * 2 + 1]!, page[60 + word * 2]!);
  }
  return ascii(Uint8Array.from(swapped));
}

/** Trimmed; undefined where it is empty or holds a byte that is no printable character: then it is no text. */
function ascii(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const text = String.fromCharCode(...(end === -1 ? bytes : bytes.subarray(0, end))).trim();
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}
