/** What stands for one character in a regular expression of Ruby: literals, escapes, properties and `[…]`. */
import { fail, nested, peek, type Scanner, take, takeIf, takeMatch } from "./scanner.ts";

/** A character, or a set: what JavaScript writes between `[` and `]` (flag v), and whether it is all but that. */
export type Characters = { code: number } | { content: string; isNegated: boolean };

// Ruby 3.1, doc/regexp.rdoc: the short classes are ASCII, the brackets and properties are Unicode.
const SHORT_CLASSES = new Map([["d", "0-9"], ["w", "A-Za-z0-9_"], ["s", "\\t\\n\\v\\f\\r "], ["h", "0-9A-Fa-f"]]);

const CONTROLS = new Map([["n", 10], ["t", 9], ["r", 13], ["f", 12], ["v", 11], ["a", 7], ["e", 27]]);

const PROPERTIES = new Map([
  ["alnum", "\\p{Alphabetic}\\p{Nd}"],
  ["alpha", "\\p{Alphabetic}"],
  ["ascii", "\\x00-\\x7f"],
  ["blank", "\\t\\p{Zs}"],
  ["cntrl", "\\p{Cc}"],
  ["digit", "\\p{Nd}"],
  ["graph", "[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]"],
  ["lower", "\\p{Lowercase}"],
  ["print", "[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]\\p{Zs}"],
  ["punct", "\\p{P}$+<=>\\^`\\|~"],
  ["space", "\\p{White_Space}"],
  ["upper", "\\p{Uppercase}"],
  ["word", "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"],
  ["xdigit", "0-9A-Fa-f"],
]);

/** What `\b` looks for on its two sides. */
export const WORD = `[${PROPERTIES.get("word")}]`;

/**
 * `characters` in JavaScript, outside of `[…]`. Where case is ignored the other case is written out: a `(?i:…)` of V8
 * (15.0) goes on folding the classes behind it.
 */
export function toSource(characters: Characters, ignoreCase: boolean): string {
  if ("content" in characters) {
    const { content, isNegated } = characters;
    return bracketed(ignoreCase ? withOtherCase(content) : content, isNegated);
  }
  const { code } = characters;
  const character = String.fromCodePoint(code);
  const cases = [...new Set([code, ...[character.toLowerCase(), character.toUpperCase()].map(onlyCode)])];
  return ignoreCase && cases.length > 1 ? bracketed(cases.map(literal).join(""), false) : literal(code);
}

function bracketed(content: string, isNegated: boolean): string {
  return `[${isNegated ? "^" : ""}${content}]`;
}

/** The code of a text of one character; of a longer one (SS for ß) a code that is none of its own. */
function onlyCode(text: string): number {
  const [first, ...others] = [...text];
  return others.length === 0 ? first!.codePointAt(0)! : 0xfffd;
}

/** A set with the other case of its ASCII letters: facts have ASCII names. */
function withOtherCase(content: string): string {
  const set = new RegExp(`[${content}]`, "v");
  const letters = [..."abcdefghijklmnopqrstuvwxyz"].flatMap((lower) => {
    const cases = [lower, lower.toUpperCase()];
    return cases.some((letter) => set.test(letter)) ? cases : [];
  });
  return `[${content}]${letters.join("")}`;
}

function literal(code: number): string {
  const character = String.fromCodePoint(code);
  return /^[A-Za-z0-9_ ]$/.test(character) ? character : `\\u{${code.toString(16)}}`;
}

/**
 * The escape whose backslash was taken, where it stands for one character; undefined, with nothing taken, for the
 * letters that mean something else outside of `[…]` (\A, \b, \k …).
 */
export function parseEscape(scanner: Scanner, insideBrackets: boolean): Characters | undefined {
  const next = peek(scanner);
  if (next === undefined) fail(scanner, "nothing behind the \\");
  const content = SHORT_CLASSES.get(next.toLowerCase());
  const control = CONTROLS.get(next);
  if (content === undefined && control === undefined) {
    if (!insideBrackets && /[ABGKRXZbgkz1-9]/.test(next)) return undefined;
    if (/[cCM1-9]/.test(next)) fail(scanner, `\\${next} has no translation here`);
  }
  take(scanner);
  if (content !== undefined) return { content, isNegated: next !== next.toLowerCase() };
  if (control !== undefined) return { code: control };
  switch (next) {
    case "b":
      return { code: 8 };
    case "0":
      return { code: parseInt(takeMatch(scanner, /^[0-7]{0,2}/) || "0", 8) };
    case "x": {
      const code = parseInt(takeMatch(scanner, /^[0-9A-Fa-f]{1,2}/) || "ff", 16);
      return code < 0x80 ? { code } : fail(scanner, "\\x must be followed by the code of an ASCII character");
    }
    case "u": {
      const digits = takeMatch(scanner, /^(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]{1,6}\})/).replace(/[{}]/g, "");
      const code = parseInt(digits || "ffffff", 16);
      return code <= 0x10ffff ? { code } : fail(scanner, "\\u must be followed by the code of one character");
    }
    case "p":
    case "P":
      return peek(scanner) === "{" ? property(scanner, next === "P") : { code: next.codePointAt(0)! };
    default:
      // Any other letter, and all punctuation, stands for itself.
      return { code: next.codePointAt(0)! };
  }
}

/** `{Alpha}`, `{^Alpha}`, `{Lu}` behind `\p` or `\P`. */
function property(scanner: Scanner, isNegated: boolean): Characters {
  const [, caret, name] = /^\{(\^?)([A-Za-z_ -]+)\}$/.exec(takeMatch(scanner, /^\{[^}]{0,40}\}/)) ?? [];
  if (name === undefined) fail(scanner, "\\p must be followed by a name in braces");
  const content = PROPERTIES.get(name.toLowerCase()) ?? generalCategory(name) ??
    fail(scanner, `\\p{${name}} has no translation`);
  return { content, isNegated: isNegated !== (caret === "^") };
}

/** L, Lu, Nd …: the one- and two-letter names of Unicode's general categories, which both have. */
function generalCategory(name: string): string | undefined {
  const canonical = name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
  return /^(C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/.test(canonical)
    ? `\\p{${canonical}}`
    : undefined;
}

/**
 * A class whose `[` was taken. Classes nest, `&&` intersects all that stands left of it with all that stands right of
 * it, and `^` turns the whole.
 */
export function parseClass(scanner: Scanner): Characters {
  const isNegated = takeIf(scanner, "^");
  const operands: string[][] = [[]];
  for (let isFirst = true;; isFirst = false) {
    if (peek(scanner) === undefined) fail(scanner, "a [ without its ]");
    // In the first place a ] is a character.
    if (!isFirst && takeIf(scanner, "]")) break;
    if (takeIf(scanner, "&&")) operands.push([]);
    else operands.at(-1)!.push(parseItem(scanner));
  }
  const sets = operands.map((items) => items.join(""));
  return { content: sets.length === 1 ? sets[0]! : sets.map((set) => `[${set}]`).join("&&"), isNegated };
}

/** One character, range, or set within `[…]`. */
function parseItem(scanner: Scanner): string {
  const from = parseMember(scanner);
  const isRange = peek(scanner) === "-" && peek(scanner, 1) !== "]";
  if ("content" in from) {
    if (isRange) fail(scanner, "a - behind a set of characters; write \\- for the character");
    return bracketed(from.content, from.isNegated);
  }
  if (!isRange) return literal(from.code);
  take(scanner);
  if (takeIf(scanner, "&&") || peek(scanner) === "[") fail(scanner, "a range without an end");
  const to = parseMember(scanner);
  if ("content" in to || to.code < from.code) fail(scanner, "a range without an end, or with one before its start");
  // What follows a range is no range: the - of [a-c-e] is a character.
  const dash = peek(scanner) === "-" && peek(scanner, 1) !== "]" && takeIf(scanner, "-") ? literal(0x2d) : "";
  return `${literal(from.code)}-${literal(to.code)}${dash}`;
}

function parseMember(scanner: Scanner): Characters {
  const next = take(scanner);
  if (next === "\\") return parseEscape(scanner, true)!;
  if (next !== "[") return { code: next.codePointAt(0)! };
  const bracket = takeMatch(scanner, /^:\^?\w*:\]/);
  if (bracket === "") return nested(scanner, () => parseClass(scanner));
  const isNegated = bracket.startsWith(":^");
  const name = bracket.slice(isNegated ? 2 : 1, -2);
  const content = PROPERTIES.get(name) ?? fail(scanner, `[:${name}:] is no class`);
  return { content, isNegated };
}
