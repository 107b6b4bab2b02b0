/** The ways in which firmware says nothing: the one list of them. */

const SAYS_NOTHING = new Set([
  "",
  "(none)",
  "(null)",
  "000000-000",
  "01234567",
  "0123456789",
  "012345678901234567890123456789",
  "01234567890123456789ab",
  "0123456789abcdef",
  "123456",
  "12345678",
  "123456789",
  "1234567890",
  "123456789012345678",
  "9876543210",
  "< not support >",
  "[empty]",
  "asset",
  "asset tag",
  "asset-1234567890",
  "atn12345678901234567",
  "base board asset tag",
  "base board serial number",
  "base board version",
  "bsn12345678901234567",
  "chassis manufacture",
  "chassis manufacturer",
  "chassis serial number",
  "chassis version",
  "default string",
  "empty",
  "family",
  "fill by oem",
  "filled by o.e.m.",
  "invalid",
  "memundefined",
  "module manufacturer",
  "n/a",
  "na",
  "no asset information",
  "no asset tag",
  "no dimm",
  "no enclosure",
  "no module installed",
  "none",
  "none specified",
  "not applicable",
  "not available",
  "not defined",
  "not present",
  "not provided",
  "not set",
  "not settable",
  "not specified",
  "not support",
  "null",
  "o.e.m.",
  "oem",
  "oem chassis manufacturer",
  "oem chassis serial number",
  "oem chassis version",
  "product name",
  "s26361-kxxx-vyyy",
  "serial",
  "serial number",
  "serialnumber",
  "sku",
  "sku number",
  "sys-1234567890",
  "system manufacturer",
  "system name",
  "system product name",
  "system serial number",
  "system sku",
  "system sku number",
  "system sku#",
  "system version",
  "tbd",
  "tbd by oem",
  "to be filled by o.e.m",
  "to be filled by o.e.m.",
  "to be filled by oem",
  "type1family",
  "type1sku0",
  "type2 - board asset tag",
  "type2 - board product name1",
  "type2 - board serial number",
  "type2 - board vendor name1",
  "type2 - board version",
  "undefined",
  "undefined value",
  "unknow",
  "unknown",
  "unknown (0)",
  "unspecified",
  "x.x",
]);

/** The same for texts that come in many forms, some of them numbered slot by slot. */
const NOTHING_IN_FORMS = [
  /^<(bad index|out of spec|truncated)>$/i,
  /^(0+h?|f{4,}|x+|\.+|-+)$/i,
  /^oem[ _]?define ?\d?$/i,
  // "Manufacturer00", "A1_SerNum3", "ChannelA_Dimm2_PartNum", "DIMM_A1_AssetTag"
  /(^|_)(manufacturer|sernum|assettag|assettagnum|partnum|partnumber|modulepartnumber)\d{0,2}$/i,
];

/** Control characters of either range but tabs and line ends, and what stands for a byte that was no text. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}|\ufffd/u;
/** Flash that nobody has written holds bytes of 0xFF. */
const UNWRITTEN = /ÿÿ/;

/**
 * Whether `text` is text, and not bytes of something else: a field of the firmware's that nobody has filled in may hold
 * whatever lay in its memory, another on each boot.
 */
function isText(text: string): boolean {
  if (NO_TEXT.test(text) || UNWRITTEN.test(text)) return false;
  let stray = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >>> 7 === 1) stray++;
  return 2 * stray <= text.length;
}

/**
 * `text` trimmed, or undefined where it is one of firmware's ways to say nothing ("To Be Filled By O.E.M."), or no text
 * at all.
 */
export function told(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  if (trimmed === undefined || SAYS_NOTHING.has(trimmed.toLowerCase()) || !isText(trimmed)) return undefined;
  return NOTHING_IN_FORMS.some((form) => form.test(trimmed)) ? undefined : trimmed;
}
