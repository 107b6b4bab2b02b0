/**
 * Regular expressions of Ruby (doc/regexp.rdoc of 3.1, doc/RE of its engine Onigmo) in JavaScript. What is translated
 * matches the same texts; what is not is refused. Only under (?i) there is a difference: sets ignore the case of ASCII
 * letters alone, which is all that names of facts have.
 *
 * The pattern comes from a server and is tried on hundreds of names, and must not keep the agent busy for ever: those
 * that could match a name in too many ways (`(a+)+`, or four `.*` in a row) are refused as well.
 */
import { alternatives, character, group, isCostly, type Piece, place, repeated, sequence, unknown } from "./pieces.ts";
import { parseClass, parseEscape, WORD } from "./ruby_characters.ts";
import { fail, nested, peek, RegExpError, type Scanner, take, takeIf, takeMatch } from "./scanner.ts";

export { RegExpError } from "./scanner.ts";

/** `source` as JavaScript has it. Throws RegExpError for what the two do not agree on, and for what could take too long. */
export function translateRubyRegExp(source: string): RegExp {
  const characters = [...source];
  if (characters.length > LENGTH_LIMIT) throw new RegExpError(`it is longer than ${LENGTH_LIMIT} characters`);
  const scanner: Scanner = { characters, at: 0, depth: 0 };
  const context: Context = { scanner, groups: 0, hasNames: false, closed: new Set(), atomics: 0, isBehind: false };
  const piece = parseAlternatives(context, { ignoreCase: false, multiline: false, extended: false });
  if (peek(scanner) !== undefined) fail(scanner, "a ) without its (");
  if (isCostly(piece)) throw new RegExpError("a repetition of what repeats itself, or too many in a row");
  try {
    return new RegExp(piece.source, "v");
  } catch (error) {
    throw new RegExpError(`JavaScript does not take it: ${error instanceof Error ? error.message : error}`);
  }
}

const LENGTH_LIMIT = 4096;
const REPEAT_LIMIT = 1000;

/** Ruby's (?imx). */
interface Options {
  ignoreCase: boolean;
  /** `.` takes line ends too: JavaScript's s. */
  multiline: boolean;
  extended: boolean;
}

interface Context {
  scanner: Scanner;
  /** How many groups were opened. */
  groups: number;
  /** Whether there is a group with a name: those without do not count then. */
  hasNames: boolean;
  /** The groups that have matched, whichever way this place was reached. */
  closed: Set<string>;
  atomics: number;
  /** Within a look-behind, which JavaScript matches from right to left. */
  isBehind: boolean;
}

// Line ends are \n alone, and there is no line behind the last one: flag m would see more.
const BEGIN = "(?<![^])", END = "(?![^])";
const PLACES = new Map([
  ["^", `(?:${BEGIN}|(?<=\\n)(?=[^]))`],
  ["$", "(?![^\\n])"],
  ["A", BEGIN],
  ["z", END],
  ["Z", `(?=\\n?${END})`],
  ["b", `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`],
  ["B", `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`],
]);

/** Alternatives up to the end or to a `)`, which is not taken. */
function parseAlternatives(context: Context, options: Options): Piece {
  const before = context.closed;
  const closed: Set<string>[] = [];
  const branches: Piece[] = [];
  do {
    context.closed = new Set(before);
    branches.push(parseSequence(context, options));
    closed.push(context.closed);
  } while (takeIf(context.scanner, "|"));
  context.closed = closed.reduce((all, some) => all.intersection(some));
  return alternatives(branches);
}

function parseSequence(context: Context, options: Options): Piece {
  const { scanner } = context;
  const pieces: Piece[] = [];
  for (;;) {
    skipComments(scanner, options);
    const next = peek(scanner);
    if (next === undefined || next === "|" || next === ")") return sequence(pieces);
    const before = new Set(context.closed);
    let piece = parseAtom(context, options);
    for (;;) {
      skipComments(scanner, options);
      const quantifier = parseQuantifier(scanner);
      if (!quantifier) break;
      const { least, most, mode } = quantifier;
      if (least === 0) context.closed = before;
      piece = repeated(piece, least, most, mode === "lazy");
      if (mode === "possessive") piece = atomic(context, piece);
    }
    pieces.push(piece);
  }
}

/** Takes comments, and in an extended expression all white space. */
function skipComments(scanner: Scanner, options: Options): void {
  for (let start = -1; start !== scanner.at;) {
    start = scanner.at;
    if (takeIf(scanner, "(?#")) takeUntil(scanner, ")");
    if (!options.extended) continue;
    takeMatch(scanner, /^[\t\n\v\f\r ]+/);
    if (takeIf(scanner, "#")) takeUntil(scanner, "\n");
  }
}

function takeUntil(scanner: Scanner, last: string): void {
  while (peek(scanner) !== undefined && take(scanner) !== last);
}

interface Quantifier {
  least: number;
  most: number;
  mode: "greedy" | "lazy" | "possessive";
}

function parseQuantifier(scanner: Scanner): Quantifier | undefined {
  const sign = takeMatch(scanner, /^[*+?]/);
  if (sign !== "") {
    const mode = takeIf(scanner, "?") ? "lazy" : takeIf(scanner, "+") ? "possessive" : "greedy";
    return { least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Infinity, mode };
  }
  const [braces, from, comma, to] = /^\{(\d*)(,?)(\d*)\}$/.exec(
    takeMatch(scanner, /^\{(?:\d{1,9}(?:,\d{0,9})?|,\d{1,9})\}/),
  ) ?? [];
  // Any other brace is a character.
  if (braces === undefined) return undefined;
  const least = Number(from);
  const most = comma === "" ? least : to === "" ? Infinity : Number(to);
  if (most < least || Math.max(least, most === Infinity ? 0 : most) > REPEAT_LIMIT) {
    fail(scanner, `a count that is the wrong way round, or over ${REPEAT_LIMIT}`);
  }
  // Behind a single count a ? is a quantifier of its own, and so is a + behind all braces.
  return { least, most, mode: comma !== "" && takeIf(scanner, "?") ? "lazy" : "greedy" };
}

function parseAtom(context: Context, options: Options): Piece {
  const { scanner } = context;
  if (parseQuantifier(scanner)) fail(scanner, "nothing in front of it that could be repeated");
  const next = take(scanner);
  switch (next) {
    case "(":
      return nested(scanner, () => parseGroup(context, options));
    case "[":
      return character(nested(scanner, () => parseClass(scanner)), options.ignoreCase);
    case ".":
      return character({ content: options.multiline ? "" : "\\n", isNegated: true }, false);
    case "^":
    case "$":
      return place(PLACES.get(next)!);
    case "\\":
      return parseBackslash(context, options);
    default:
      return character({ code: next.codePointAt(0)! }, options.ignoreCase);
  }
}

/** What stands behind a backslash. */
function parseBackslash(context: Context, options: Options): Piece {
  const { scanner } = context;
  const characters = parseEscape(scanner, false);
  if (characters) return character(characters, options.ignoreCase);
  const letter = take(scanner);
  const source = PLACES.get(letter);
  if (source !== undefined) return place(source);
  if (letter === "R") return unknown("(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85\\u2028\\u2029])", false);
  if (letter === "k") {
    const name = takeMatch(scanner, /^(?:<-?\w{1,40}>|'-?\w{1,40}')/).slice(1, -1);
    return reference(context, options, name || fail(scanner, "\\k without the name of a group"));
  }
  if (!/\d/.test(letter)) fail(scanner, `\\${letter} has no translation`);
  if (/\d/.test(peek(scanner) ?? "")) fail(scanner, "a backslash with a number of several digits");
  return reference(context, options, letter);
}

/** What a group has matched, once more; `name` may be its number, counted back where it is below 0. */
function reference(context: Context, options: Options, name: string): Piece {
  const number = Number(name) < 0 ? context.groups + 1 + Number(name) : Number(name);
  const id = Number.isNaN(number) ? `n_${name}` : `g${number}`;
  // Of a group that has not matched, Ruby finds nothing and JavaScript the empty text.
  if (!context.closed.has(id)) fail(context.scanner, `group ${name} may not have matched there`);
  if (context.hasNames && !id.startsWith("n_")) fail(context.scanner, "a number where groups have names");
  if (context.isBehind) fail(context.scanner, "a reference within a look-behind");
  if (options.ignoreCase) fail(context.scanner, "a reference where case is ignored");
  return unknown(`\\k<${id}>`, true);
}

/** A group whose `(` was taken. */
function parseGroup(context: Context, options: Options): Piece {
  const { scanner } = context;
  if (!takeIf(scanner, "?")) return captured(context, options, `g${++context.groups}`);
  const kind = takeMatch(scanner, /^(?:[:=!>]|<[=!]|<[A-Za-z_]\w{0,40}>|'[A-Za-z_]\w{0,40}'|[imx]*-?[imx]*[:)])/);
  switch (kind) {
    case ":":
      return group("?:", parseToEnd(context, options));
    case "=":
    case "!":
    case "<=":
    case "<!":
      return parseLook(context, options, kind);
    case ">":
      return atomic(context, parseToEnd(context, options));
    case "":
    case ")":
      return fail(scanner, "a kind of group that has no translation");
    default:
      if (!/^[<']/.test(kind)) return parseSwitch(context, options, kind);
      context.hasNames = true;
      return captured(context, options, `n_${kind.slice(1, -1)}`);
  }
}

function parseToEnd(context: Context, options: Options): Piece {
  const piece = parseAlternatives(context, options);
  if (!takeIf(context.scanner, ")")) fail(context.scanner, "a ( without its )");
  return piece;
}

function captured(context: Context, options: Options, id: string): Piece {
  const piece = group(`?<${id}>`, parseToEnd(context, options));
  context.closed.add(id);
  return piece;
}

function parseLook(context: Context, options: Options, kind: string): Piece {
  const { closed, isBehind } = context;
  context.isBehind ||= kind.startsWith("<");
  const piece = group(`?${kind}`, parseToEnd(context, options));
  context.isBehind = isBehind;
  if (kind.endsWith("!")) context.closed = closed;
  return place(piece.source, piece.steps);
}

/** `(?i:…)`, and `(?i)`, which is for all that follows within the same group, its further alternatives too. */
function parseSwitch(context: Context, options: Options, kind: string): Piece {
  const [on = "", off = ""] = kind.slice(0, -1).split("-");
  const switched = (letter: string, is: boolean) => on.includes(letter) || (is && !off.includes(letter));
  const inner: Options = {
    ignoreCase: switched("i", options.ignoreCase),
    multiline: switched("m", options.multiline),
    extended: switched("x", options.extended),
  };
  return group("?:", kind.endsWith(")") ? parseAlternatives(context, inner) : parseToEnd(context, inner));
}

/** What `piece` matches first is final: a look-ahead that has matched is not tried again, and then its text is taken. */
function atomic(context: Context, piece: Piece): Piece {
  if (context.isBehind) fail(context.scanner, "an atomic group within a look-behind");
  const id = `a${++context.atomics}`;
  return { ...piece, source: `(?=(?<${id}>${piece.source}))\\k<${id}>` };
}
