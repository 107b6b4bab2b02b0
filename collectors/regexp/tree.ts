/** Regular expressions of JavaScript (ECMA-262, Patterns) as trees, but for those that only backtracking can match. */

/** What an expression is made of. */
export type Tree =
  /** One character: a UTF-16 code unit, with flag u a code point. */
  | { kind: "one"; test: (character: string) => boolean }
  /** A place between two characters: before the character of that number. */
  | { kind: "place"; test: (characters: readonly string[], at: number) => boolean }
  /** A place where `body` begins (`isAhead`) or ends. */
  | { kind: "look"; body: Tree; isAhead: boolean; isNegative: boolean }
  | { kind: "sequence"; parts: Tree[] }
  | { kind: "choice"; branches: Tree[] }
  | { kind: "repeat"; body: Tree; least: number; most: number };

/** An expression that is not matched; `message` says why. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}

/** Far more than anybody writes; groups within groups are nested no deeper. */
const MOST_CHARACTERS = 4096;

const OPENING = String.raw`(?<opening>\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[ims]*(?:-[ims]*)?:))?)`;
const QUANTIFIER = String.raw`(?<quantifier>(?:[*+?]|\{\d+(?:,\d*)?\})\??)`;
const REST = [
  String.raw`(?<closing>\))`,
  String.raw`(?<bar>\|)`,
  String.raw`(?<place>[\^$]|\\[bB])`,
  String.raw`(?<backreference>\\[1-9k])`,
];
const ESCAPES = String.raw`\\x[\da-fA-F]{2}|\\0[0-7]{0,2}|\\c[a-zA-Z]|\\[^c]`;
const CLASS = String.raw`\[(?:\\[^]|[^\]\\])*\]`;
const tokens = (escapes: string, flags: string) =>
  new RegExp([OPENING, QUANTIFIER, ...REST, `(?<one>${escapes}|${ESCAPES}|${CLASS}|[^\\\\])`].join("|"), flags);
const TOKEN = tokens(String.raw`\\u[\da-fA-F]{4}`, "y");
const UNICODE_TOKEN = tokens(
  String.raw`\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[\da-fA-F]{4}`,
  "uy",
);

/** A group that is open: what opened it, the flags in it, and its branches. */
interface Group {
  opening: string;
  flags: string;
  branches: Tree[][];
}

/**
 * The tree of `source`, which `new RegExp` takes with `flags` (of i, m, s and u). Throws ExpressionError for one that is
 * too long, or refers back to a group.
 */
export function parseExpression(source: string, flags: string): Tree {
  if (source.length > MOST_CHARACTERS) {
    throw new ExpressionError(`it is longer than ${MOST_CHARACTERS} characters`);
  }
  const token = flags.includes("u") ? UNICODE_TOKEN : TOKEN;
  const open: Group[] = [{ opening: "", flags, branches: [[]] }];
  for (let at = 0; at < source.length; at = token.lastIndex) {
    token.lastIndex = at;
    const { opening, quantifier, closing, bar, place, one } = token.exec(source)?.groups ?? {};
    const { flags, branches } = open.at(-1)!;
    const sequence = branches.at(-1)!;
    if (opening !== undefined) open.push({ opening, flags: flagsWithin(opening, flags), branches: [[]] });
    else if (closing !== undefined) {
      const inner = treeOf(open.pop()!);
      open.at(-1)!.branches.at(-1)!.push(inner);
    } else if (bar !== undefined) branches.push([]);
    else if (quantifier !== undefined) sequence.push(repeat(sequence.pop()!, quantifier));
    else if (place !== undefined) sequence.push({ kind: "place", test: placeTest(place, flags) });
    else if (one !== undefined) sequence.push({ kind: "one", test: characterTest(one, flags) });
    else throw new ExpressionError(`${source.slice(at, at + 2)} refers back to a group`);
  }
  return treeOf(open[0]!);
}

/** `(?i-s:` turns flags on and off. */
function flagsWithin(opening: string, flags: string): string {
  const [, on = "", off = ""] = /^\(\?([ims]*)(?:-([ims]*))?:$/.exec(opening) ?? [];
  return [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join("");
}

function treeOf({ opening, branches }: Group): Tree {
  const sequences = branches.map((parts): Tree => parts.length === 1 ? parts[0]! : { kind: "sequence", parts });
  const body: Tree = sequences.length === 1 ? sequences[0]! : { kind: "choice", branches: sequences };
  const [, behind, sign] = /^\(\?(<?)([=!])$/.exec(opening) ?? [];
  return sign === undefined ? body : { kind: "look", body, isAhead: behind === "", isNegative: sign === "!" };
}

/** Whether as little or as much as possible is taken makes no difference to whether there is a match. */
function repeat(body: Tree, quantifier: string): Tree {
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
  const least = Number(from ?? (quantifier.startsWith("+") ? 1 : 0));
  if (from === undefined) return { kind: "repeat", body, least, most: quantifier.startsWith("?") ? 1 : Infinity };
  return { kind: "repeat", body, least, most: comma === "" ? least : Number(to || Infinity) };
}

/** A character, an escape or a class: asked of the engine once for each character. */
function characterTest(one: string, flags: string): (character: string) => boolean {
  const pattern = new RegExp(`^(?:${one})$`, flags.replace("m", ""));
  const known = new Map<string, boolean>();
  return (character) => {
    let answer = known.get(character);
    if (answer === undefined) known.set(character, answer = pattern.test(character));
    return answer;
  };
}

const LINE_ENDS = new Set(["\n", "\r", "\u2028", "\u2029"]);

function placeTest(place: string, flags: string): (characters: readonly string[], at: number) => boolean {
  const hasLines = flags.includes("m");
  if (place === "^") return (text, at) => at === 0 || (hasLines && LINE_ENDS.has(text[at - 1]!));
  if (place === "$") return (text, at) => at === text.length || (hasLines && LINE_ENDS.has(text[at]!));
  const isWord = characterTest("\\w", flags);
  const isBoundary = (text: readonly string[], at: number) =>
    (at > 0 && isWord(text[at - 1]!)) !== (at < text.length && isWord(text[at]!));
  return place === "\\b" ? isBoundary : (text, at) => !isBoundary(text, at);
}
