/**
 * JSON as tools really print it. lshw (B.02.19, osutils.cc) escapes quotes and line ends, but neither backslashes nor
 * other control bytes, and nothing at all in its lists of logical names; older versions leave out commas or print one
 * too many; warnings stand before and between; and any output may be cut off. Valid JSON (RFC 8259) is read exactly.
 */
import { expectAtMost, MOST_LINES, type UnparsedLine } from "./parsing.ts";

export type Json = string | number | boolean | null | Json[] | JsonObject;

/** An object: its members in the order of the text, and the line (from 1) that it starts on. */
export interface JsonObject {
  line: number;
  members: Map<string, Json>;
}

export interface LenientJson {
  /** The objects and lists at the outermost level. */
  values: Json[];
  unparsed: UnparsedLine[];
}

/** A value that stands in an object without a key: it is kept in a list under this one. */
export const NO_KEY = "";

/** Objects and lists: four a node of lshw, of which machines with a thousand disks have 5,000. */
const MOST_CONTAINERS = 50_000;
/** All values: 30 a node. */
const MOST_VALUES = 200_000;
/** Deeper nesting is skipped and reported: the deepest trees known have 18 levels, two a node. */
const MAX_DEPTH = 64;

/** What follows a `{` or `[` that starts JSON, and not a prompt ("[root@host ~]#"). */
const OPENS_JSON = /[[{]\s*(?:["{}[\]]|$)/y;
const SEPARATORS = /[\s,]*/y;
const SCALAR = /(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
/** What follows the quote that ends a value; what else follows one shows that the tool did not escape it. */
const AFTER_VALUE = /[ \t\r]*(?:[\n}\]]|$|,\s*(?:["{}[\],]|$|-?\d|true\b|false\b|null\b))/y;
const AFTER_KEY = /\s*:/y;
const BLANKS_AND_COLON = /\s*:\s*/y;
const LINE_END = /[ \t]*(?:[,\r][ \t\r]*)?\n/y;
const NEXT_STRING = /,[ \t]*"/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g;
const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Every object and list in `text`; an outermost list of bare numbers and words counts as noise ("[1.5] usb 1-1: …").
 * A part that cannot be read costs itself only and is reported, once a line; what was complete before a cut is kept.
 * Of a repeated key the first value counts. Takes time linear in the text.
 * Throws `TooMuchError`, in the name of `tool`, where no machine has so much to tell.
 */
export function readLenientJson(text: string, tool = "JSON"): LenientJson {
  const unparsed: UnparsedLine[] = [];
  const lines = lineCounter(text, tool);
  let at = 0;
  let containers = 0, values = 0;

  const report = (position: number) => {
    const line = lines.upTo(position);
    if (unparsed.at(-1)?.line !== line.number) {
      unparsed.push({ line: line.number, text: text.slice(line.start, line.end).trim() });
    }
  };
  const matches = (pattern: RegExp) => matchesAt(pattern, text, at);
  const skipSeparators = () => {
    if (matches(SEPARATORS)) at = SEPARATORS.lastIndex;
  };

  /** A string's content, `at` behind it; undefined, and reported, where it has no end. */
  const readString = (ending: RegExp): string | undefined => {
    const start = at + 1;
    for (let from = start;;) {
      const quote = text.indexOf('"', from);
      const broken = brokenAt(text, lines, from, quote < 0 ? text.length : quote);
      if (broken !== undefined) {
        report(broken - 1);
        at = broken;
        return undefined;
      }
      from = at = quote + 1;
      if (endsString(text, start, quote, ending)) return unescape(text.slice(start, quote));
    }
  };

  const skipNested = () => {
    report(at);
    let open = 0;
    do {
      const character = text[at]!;
      if (character === '"') readString(AFTER_VALUE);
      else {
        if ("{[".includes(character)) open++;
        if ("}]".includes(character)) open--;
        at++;
      }
    } while (open > 0 && at < text.length);
  };

  /** The value at `at`, which is no separator; undefined, and reported, where there is none. */
  const readValue = (depth: number): Json | undefined => {
    expectAtMost(MOST_VALUES, ++values, tool, "values");
    const first = text[at]!;
    if (first === '"') return readString(AFTER_VALUE);
    if (first === "{" || first === "[") {
      if (depth === MAX_DEPTH) return void skipNested();
      expectAtMost(MOST_CONTAINERS, ++containers, tool, "objects");
      return first === "{" ? readObject(depth + 1) : readList(depth + 1);
    }
    // At the end of the text it may be half a number.
    if (matches(SCALAR) && SCALAR.lastIndex < text.length) {
      const value = scalar(text.slice(at, SCALAR.lastIndex));
      if (value !== undefined) {
        at = SCALAR.lastIndex;
        return value;
      }
    }
    report(at);
    do at++; while (at < text.length && !'"{}[],\n'.includes(text[at]!));
    return undefined;
  };

  const readList = (depth: number): Json[] => {
    const list: Json[] = [];
    for (at++;;) {
      skipSeparators();
      if (at === text.length) {
        reportCut();
        return list;
      }
      if (text[at] === "]") {
        at++;
        return list;
      }
      const value = readValue(depth);
      if (value !== undefined) list.push(value);
    }
  };

  const readObject = (depth: number): JsonObject => {
    const object: JsonObject = { line: lines.upTo(at).number, members: new Map() };
    const { members } = object;
    const homeless: Json[] = [];
    for (at++;;) {
      skipSeparators();
      const first = text[at];
      if (first === undefined || first === "}") {
        if (first === undefined) reportCut();
        else at++;
        if (homeless.length > 0) members.set(NO_KEY, homeless);
        return object;
      }
      if (first === '"') readMember(members, depth);
      else {
        const value = readValue(depth);
        if (value !== undefined) homeless.push(value);
      }
    }
  };

  const readMember = (members: Map<string, Json>, depth: number) => {
    const start = at;
    const key = readString(AFTER_KEY);
    if (key === undefined) return;
    if (!matches(BLANKS_AND_COLON)) return report(start);
    at = BLANKS_AND_COLON.lastIndex;
    const isRepeated = members.has(key);
    if (isRepeated || at === text.length || ",}]".includes(text[at]!)) report(start);
    if (at === text.length) return;
    const value = readValue(depth);
    if (value !== undefined && !isRepeated) members.set(key, value);
  };

  const lastCharacter = text.trimEnd().length - 1;
  const reportCut = () => report(lastCharacter);

  const outermost: Json[] = [];
  for (;;) {
    skipSeparators();
    if (at === text.length) return { values: outermost, unparsed };
    if (matches(OPENS_JSON)) {
      const value = readValue(0);
      if (value !== undefined) outermost.push(value);
    } else {
      report(at);
      at = lines.upTo(at).end;
    }
  }
}

function matchesAt(pattern: RegExp, text: string, position: number): boolean {
  pattern.lastIndex = position;
  return pattern.test(text);
}

/** Where in a string, between `from` and `to`, a line ends and the next has structure: its closing quote is lost. */
function brokenAt(text: string, lines: LineCounter, from: number, to: number): number | undefined {
  for (let { end } = lines.upTo(from); end < to; end = lines.upTo(end + 1).end) {
    let next = end + 1;
    while (next < text.length && " \t\r".includes(text[next]!)) next++;
    if (next === text.length || '"{}[]'.includes(text[next]!)) return end;
  }
  return to === text.length ? to : undefined;
}

/** Whether the quote ends the string that begins at `start`: what follows it would be no JSON otherwise. */
function endsString(text: string, start: number, quote: number, ending: RegExp): boolean {
  let backslash = quote - 1;
  while (backslash >= start && text[backslash] === "\\") backslash--;
  const isEscaped = (quote - backslash) % 2 === 0;
  if (!isEscaped) return matchesAt(ending, text, quote + 1);
  // The string may end in a backslash that was not escaped.
  if (matchesAt(LINE_END, text, quote + 1)) return true;
  return matchesAt(NEXT_STRING, text, quote + 1) && !matchesAt(AFTER_VALUE, text, NEXT_STRING.lastIndex);
}

interface Line {
  number: number;
  start: number;
  end: number;
}

/** Finds the line of a position. Positions have to rise, by which all calls together take one pass over the text. */
interface LineCounter {
  upTo(position: number): Readonly<Line>;
}

function lineCounter(text: string, tool: string): LineCounter {
  const endOf = (start: number) => {
    const newline = text.indexOf("\n", start);
    return newline < 0 ? text.length : newline;
  };
  const line: Line = { number: 1, start: 0, end: endOf(0) };
  return {
    upTo(position) {
      while (line.end < position && line.end < text.length) {
        expectAtMost(MOST_LINES, ++line.number, tool, "lines");
        line.start = line.end + 1;
        line.end = endOf(line.start);
      }
      return line;
    },
  };
}

/** What JSON does not know as an escape stays as it is: a mount point's "\040". */
function unescape(raw: string): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(
    ESCAPE,
    (_, hex?: string, letter?: string) =>
      hex === undefined ? ESCAPED[letter!]! : String.fromCharCode(parseInt(hex, 16)),
  );
}

function scalar(word: string): Json | undefined {
  if (word === "null") return null;
  if (word === "true" || word === "false") return word === "true";
  const value = Number(word);
  return Number.isFinite(value) ? value : undefined;
}
