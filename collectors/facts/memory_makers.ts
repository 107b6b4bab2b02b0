/** Makers of memory by their JEP106 ids (JEDEC JEP106, as SPD and SMBIOS 7.18.8 have them). */
import { bytesOf } from "./patterns.ts";

/**
 * Codes, without the parity bit, of those who make modules or DRAM, by bank. From the public list of the jep106 project
 * (MIT or Apache-2.0, version 0.3.0 of JEP106BN), with short names.
 */
const MAKERS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: {
    0x04: "RAMXEED Limited",
    0x07: "Hitachi",
    0x09: "Intel",
    0x10: "NEC",
    0x18: "Kioxia",
    0x24: "IBM",
    0x2c: "Micron",
    0x2d: "SK Hynix",
    0x40: "ProMOS",
    0x41: "Infineon",
    0x4e: "Samsung",
    0x5a: "Winbond",
  },
  2: {
    0x11: "Dataram",
    0x14: "SMART",
    0x18: "Kingston",
    0x2d: "Century",
    0x32: "Mushkin",
    0x3a: "PNY",
    0x40: "Viking",
    0x45: "Micron CMS",
    0x4e: "Unigen",
    0x4f: "Transcend",
    0x5a: "Dane-Elec",
    0x61: "Wintec",
    0x6b: "Goldenram",
    0x7a: "Apacer",
  },
  3: { 0x1e: "Corsair", 0x7e: "Elpida" },
  4: {
    0x03: "Buffalo",
    0x0b: "Nanya",
    0x13: "GeIL",
    0x14: "Mushkin",
    0x16: "Netlist",
    0x19: "Centon",
    0x25: "Kingmax",
    0x5a: "Swissbit",
  },
  5: {
    0x30: "OCZ",
    0x43: "Ramaxel",
    0x46: "Legacy",
    0x48: "Powerchip",
    0x4b: "A-DATA",
    0x4d: "G.Skill",
    0x69: "Century Micro",
    0x6f: "Team",
    0x71: "Toshiba",
  },
  6: { 0x02: "Patriot", 0x1b: "Crucial", 0x3a: "Virtium", 0x51: "Qimonda", 0x62: "Goldenmars", 0x77: "Avant" },
  7: {
    0x16: "Avexir",
    0x1d: "Rambus",
    0x34: "Super Talent",
    0x5e: "Lexar",
    0x63: "ATP",
    0x6d: "V-Color",
    0x71: "Innodisk",
  },
  8: {
    0x12: "HT Micron",
    0x25: "Ramos",
    0x26: "Goldenmars",
    0x46: "Gloway",
    0x5d: "Goodram",
    0x6a: "Transcend Technology",
    0x6d: "SMART Storage",
  },
  9: { 0x13: "Gloway", 0x18: "Essencore", 0x71: "Asgard" },
  10: {
    0x03: "Hewlett Packard Enterprise",
    0x1b: "YMTC",
    0x2d: "Neo Forza",
    0x4d: "Longsys",
    0x62: "Hyundai",
    0x68: "Kimtigo",
    0x77: "Netac",
  },
  11: {
    0x11: "CXMT",
    0x2d: "PUSKILL",
    0x31: "Biwin",
    0x48: "Advantech",
    0x56: "Longsys",
    0x6b: "Acer",
    0x76: "Lexar",
    0x78: "Exascend",
  },
  12: { 0x5e: "HANA Micron" },
  13: { 0x2b: "Biwin" },
  16: { 0x01: "CXMT" },
  17: { 0x0f: "Essencore" },
};

/** The maker with this code (with its parity bit or without) in a bank, counted from 1. */
function makerOf(bank: number, code: number): string | undefined {
  return MAKERS[bank]?.[code & 0x7f];
}

/** "Bank 1, Hex 0xAD", as dmidecode prints a Module Manufacturer ID; undefined for what is none, or of nobody known. */
export function makerOfModuleId(text: string | undefined): string | undefined {
  const [, bank, code] = /^Bank (\d{1,3}), Hex 0x([0-9A-F]{2})$/i.exec(text?.trim() ?? "") ?? [];
  return bank === undefined ? undefined : makerOf(Number(bank), parseInt(code!, 16));
}

/** What firmware writes before an id: "0x2C00", "JEDEC ID:80 CE", "Unknown - [0x9B85]", "Manufacturer ID: 80CE". */
const ID = /^(?:(?:JEDEC|Manufacturer|Unknown|Hex|ID)[-: ]*)*[[(]?(0x)?((?:[0-9A-F]{2} ?){1,12})[\])]?$/i;

/**
 * The maker's name where `text` is an id that firmware printed in the place of it: "00AD063200AD", "80CE000080CE",
 * "CE00000000000000", "7F7F9E0000000000", "0x2C00", "JEDEC ID:80 CE", "Unknown - [0x9B85]". The first two bytes are the
 * module's maker, the last two the DRAM's. Undefined for a text that is no id, and for an id of nobody known.
 */
export function makerOfId(text: string): string | undefined {
  const [id = "", mark, digits = ""] = ID.exec(text.trim()) ?? [];
  // What nothing was written to behind the id.
  const bytes = bytesOf(digits.replaceAll(" ", "").replace(/^(0000)+(?=0*[^0])/, "").replace(/^(..)(FF)+$/i, "$100"));
  if (bytes.length === 0) return makerOfModuleId(text);
  // A single byte may be the number of something else.
  if (bytes.length === 1) return mark !== undefined || id.length > 2 ? makerOfPair(0, bytes[0]!) : undefined;
  const [first, second] = bytes as [number, number];
  // SPD up to DDR2: bytes of 7F for the banks before, the code, and zeros.
  const banksBefore = bytes.findIndex((byte) => byte !== 0x7f);
  if (banksBefore > 0) return makerOf(banksBefore + 1, bytes[banksBefore]!);
  // SPD from DDR3 on: the number of banks before, and the code, each with its parity bit; some firmware swaps them.
  return makerOfPair(first, second) ?? makerOfPair(second, first);
}

function makerOfPair(banksBefore: number, code: number): string | undefined {
  return hasOddParity(code) ? makerOf((banksBefore & 0x7f) + 1, code) : undefined;
}

/** As every code of JEP106 has it. */
function hasOddParity(byte: number): boolean {
  return byte.toString(2).replaceAll("0", "").length % 2 === 1;
}

/**
 * `text` where it is one; undefined for zeros and blanks in hexadecimal. Firmware prints the ASCII characters of a part
 * number as hexadecimal digits, too: "0x4D34373142353637334648302D4348392020" is M471B5673FH0-CH9.
 */
export function partNumberOf(text: string): string | undefined {
  const [, mark, digits = ""] = /^(0x)?((?:[0-9A-F]{2})+)$/i.exec(text) ?? [];
  const bytes = bytesOf(digits), isHex = mark !== undefined || bytes.length >= LEAST_BYTES;
  const written = bytes.filter((byte) => byte !== 0 && byte !== 0xff);
  if (!isHex || written.some((byte) => byte < 0x20 || byte > 0x7e)) return text;
  // One character all over is the filler of an erased chip.
  if (new Set(written).size <= 1) return undefined;
  const part = String.fromCharCode(...written).trim();
  // Digits and punctuation alone may be a number as it stands.
  return /^[\w+./ -]*[A-Z][\w+./ -]*$/i.test(part) ? part : text;
}

/** Fewer are a number, where nothing says that they are hexadecimal. */
const LEAST_BYTES = 10;
