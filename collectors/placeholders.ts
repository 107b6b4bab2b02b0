/** The ways in which firmware says nothing: by the forms that they have, and a list of those that have none. */

const SAYS_NOTHING = new Set([
  "",
  "01234567890123456789ab",
  "bad index",
  "change me",
  "changeme",
  "dummy",
  "memundefined",
  "n/a",
  "na",
  "nil",
  "none",
  "null",
  "o.e.m",
  "oem",
  "out of spec",
  "placeholder",
  "s26361-kxxx-vyyy",
  "truncated",
  "unknown (0",
  "x.x",
]);

/** What fields of SMBIOS and of FRUs are called: a field that is named after itself was never filled in. */
const FIELD_WORDS = wordSet(
  "asset assettag family location manufacture manufacturer mfg model name num number part partnum partnumber product productname " +
    "sernum serial serialnumber sku skunumber string tag vendor version",
);
/** What such a name may begin with: whose field it is, and of which slot. */
const OWNER_WORDS = wordSet(
  "array asus bank base baseboard bios board ch channel chassis cpu default desktop dimm enclosure firmware id imc info information laptop " +
    "mc mem memory module node notebook oem p proc processor ser server slot socket sys system test type value",
);
/** "A1", "0", "2": which slot. */
const SLOT_WORD = /^[a-z]?\d{1,2}$|^[a-z]$/;
const NEGATIONS = wordSet("empty invalid missing no none not undefined unknow unknown unkonwn unkown unspecified");
/** What a field is not: "Not Specified", "Manufacturer not set", "Not Supported by CPU". */
const NOT_DONE = wordSet(
  "applicable assigned available configured defined entered filled found initialized installed present programmed provided " +
    "readable set settable specified support supported used",
);

/** Whole texts, in lower case and without the brackets, quotes and dollars around them. */
const NOTHING_IN_FORMS = [
  /^(0x)?0+h?$|^0xf+$|^f{4,}$|^x+$/,
  // For whoever builds the machine: "To Be Filled By O.E.M.", "TBD by ODM", "Fill By OEM", "Reserved for System Vendor".
  /^(to be (filled|defined|determined|specified|set|assigned|added|updated)|tb[da]|fill(ed)? (in )?by|reserved for)( .*|$)|^reserved$/,
  /^(.* )?for original equipment manufacturer$/,
  /^oem[ _-]?define[ _-]?\d{0,3}$/,
  /^default$|^((default|oem)[ _-]?)?string[ _-]?\d{0,3}$/,
  // A mark of the field in front of a count: "SYS-1234567890", "ATN12345678901234567".
  /^(asset|atn|bb|mb|[bcmps]?sn|sys|tag)[-_ ]?0?123456789(0123456789)*(01?2?3?4?5?6?7?8?)?$/,
];

/** Hexadecimal digits in a row and in a round. */
const COUNTS = ["0123456789".repeat(8), "0123456789abcdef".repeat(4), "9876543210".repeat(8)] as const;

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** Whether `text`, trimmed, has a form of those that say nothing. */
function saysNothing(text: string): boolean {
  // Supermicro's asset tags of DIMMs have the week of the stick behind them: "DIMM_A1_AssetTag (date:21/41)".
  const plain = text.replace(/ *\((date:|\d\d\/)[^()]*\)$/i, "").replace(/^[^\p{L}\p{N}/]+|[^\p{L}\p{N}/]+$/gu, "");
  const lower = plain.toLowerCase();
  // Punctuation alone leaves nothing.
  if (SAYS_NOTHING.has(lower) || NOTHING_IN_FORMS.some((form) => form.test(lower))) return true;
  return isCount(lower) || isNamedAfterItself(plain);
}

/** 123456, 0123456789ABCDEF, 12345678901234567890123456789012, 111111111111, 000000-000. */
function isCount(lower: string): boolean {
  const digits = lower.replace(/[-_ ]/g, "");
  if (digits.length < 6 || digits.length > 64) return false;
  // A short serial number may have one digit alone.
  if (digits === digits[0]!.repeat(digits.length)) return /[0fx]/.test(digits) || digits.length >= 12;
  return COUNTS.some((count) => [0, 1].some((start) => count.startsWith(digits, start)));
}

/** "System SKUNumber", "Type2 - Board Product Name1", "A1_SerNum3", "Unknown Product", "Manufacturer not set". */
function isNamedAfterItself(text: string): boolean {
  if (text.length > 64) return false;
  const words = wordsOf(text);
  const [first = "", ...others] = words;
  // "Type1 - 123456": the number of the structure, and nothing behind it.
  if (/^type\d{1,3}$/.test(first)) {
    return others.length > 0 && saysNothing(text.replace(/^[a-z]+ ?\d+/i, "").trim());
  }
  const not = words.findIndex((word) => NEGATIONS.has(word));
  if (not >= 0 && text.toLowerCase() !== "no") {
    const by = words.indexOf("by", not), said = words.slice(not + 1, by > 0 ? by : undefined);
    return words.slice(0, not).every(isOfField) && said.every((word) => isOfField(word) || NOT_DONE.has(word));
  }
  return FIELD_WORDS.has(withoutNumber(words.at(-1)!)) &&
    words.slice(0, -1).every((word) => isOfField(word) || SLOT_WORD.test(word));
}

function isOfField(word: string): boolean {
  const name = withoutNumber(word);
  return FIELD_WORDS.has(name) || OWNER_WORDS.has(name);
}

/** "string000", "DIMM0", "DIMMA1"; "NumA2" in "DimmA2_PartNumA2" */
function withoutNumber(word: string): string {
  return word.replace(/\d{1,3}$/, "").replace(/^(dimm|channel|ch|num|tag|assettag|sernum|partnum)[a-z]$/, "$1");
}

/** Words by blanks, dashes and underscores, and by their capitals: "ChannelA_Dimm2_PartNum", "SKUNumber". */
function wordsOf(text: string): string[] {
  return text.replace(/([a-z\d])([A-Z][a-z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4").replace(/([a-z])(SKU)\b/g, "$1 $2")
    .toLowerCase().split(/[-_\s#]+/).filter((word) => word !== "");
}

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
  return trimmed === undefined || !isText(trimmed) || saysNothing(trimmed) ? undefined : trimmed;
}
