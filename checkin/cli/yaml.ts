/**
 * Plain JSON values as YAML that every reader takes for the same: YAML 1.1 (PyYAML, Psych, Debian's yq) and 1.2.
 *
 * @std/yaml quotes what its own schema would take for something else, and has no way to be told of more: a serial
 * number such as 018000, 1e6 or 12:30:45 becomes a number for other readers. Here a text is plain only where it begins
 * with a letter and is no word of YAML 1.1; all else stands in double quotes, as JSON has it, which is YAML too.
 */

/** `value`, which is plain JSON, as a block of YAML that ends its last line. */
export function yaml(value: unknown): string {
  return block(value, "") ?? `${scalar(value)}\n`;
}

/** A list or an object that is not empty, each entry on lines of its own behind `indent`; undefined of all else. */
function block(value: unknown, indent: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    return value.map((item) => {
      const below = block(item, `${indent}  `);
      return `${indent}- ${below === undefined ? `${scalar(item)}\n` : below.slice(indent.length + 2)}`;
    }).join("");
  }
  // As JSON.stringify, which leaves out what is undefined.
  const entries = Object.entries(value).filter(([_, each]) => each !== undefined);
  if (entries.length === 0) return undefined;
  return entries.map(([key, each]) => {
    const below = block(each, `${indent}  `);
    return `${indent}${text(key)}:${below === undefined ? ` ${scalar(each)}\n` : `\n${below}`}`;
  }).join("");
}

function scalar(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return number(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[]" : "{}";
  return typeof value === "boolean" ? String(value) : "null";
}

/** YAML 1.1 has no exponent without a decimal point before it. */
function number(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const digits = String(value);
  return /^-?\d+e/.test(digits) ? digits.replace("e", ".0e") : digits;
}

/** What may stand without quotes, but for these words, which YAML 1.1 takes for a boolean or null, in whatever case. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./()+-]*(?: [A-Za-z0-9_./()+-]+)*$/;
const WORDS = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"]);

/** What a JSON text may hold as it is, and YAML not, or not in every reader. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function text(value: string): string {
  if (PLAIN.test(value) && !WORDS.has(value.toLowerCase())) return value;
  return JSON.stringify(value.toWellFormed())
    .replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
