/**
 * `mk_fact_excl_pattern`: the part of Ruby's regular expressions (doc/regexp.rdoc) that JavaScript reads alike. Anything
 * else is refused. It comes from a server and is tried on hundreds of names: what it takes on each grows with the name
 * and the pattern, no faster, and an answer is kept.
 */
import { ExpressionError, linearTest } from "../../collectors/regexp/mod.ts";

/** A pattern that is not used; `message` names the construct and its place. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/** Tells whether the pattern is found in a name. */
export interface NamePattern {
  test(name: string): boolean;
}

/** No machine has so many; disks and NICs come and go for months. */
const MOST_NAMES_KEPT = 10_000;
const MOST_CHARACTERS = 4096;
const MOST_GROUPS_DEEP = 100;
const MOST_REPEATS = 1000;

const ESCAPE = String.raw`\\(?:[tnvfr]|[!-\/:-@\[-\x60\{-~])`;
const MEMBER = String.raw`(?:${ESCAPE}|[^\\\[\]&\-]|&(?!&))`;
const CLASS = String.raw`\[(?:\^|(?!\^))(?:-?(?:${MEMBER}-${MEMBER}|\\[dDwWs]|${MEMBER})+-?|-)\]`;
const TOKEN = new RegExp(
  [
    String.raw`(?<anchor>[\^$]|\\[Az])`,
    String.raw`(?<one>${ESCAPE}|\\[dDwWsS]|${CLASS}|[^\\^$*+?()\[\]\{\}\|])`,
    // Two in a row repeat a repetition in Ruby, or are possessive; so is a ? behind one count.
    String.raw`(?<quantifier>(?:(?:[*+?]|\{\d+,\d*\})\??|\{\d+\})(?![*+?]|\{[\d,]+\}))`,
    String.raw`(?<opening>\((?:\?(?:[:=!]|i:)|(?!\?)))`,
    String.raw`(?<bar>\|)`,
    String.raw`(?<closing>\))`,
  ].join("|"),
  "uy",
);

// A line ends with \n alone, and none begins behind the last \n: flag m would see more of them. Ruby's \s is ASCII.
const TRANSLATED: Record<string, string> = {
  "^": "(?:(?<![^])|(?<=\\n)(?=[^]))",
  "$": "(?![^\\n])",
  "\\A": "(?<![^])",
  "\\z": "(?![^])",
  ".": "[^\\n]",
  "\\s": "[ \\t-\\r]",
  "\\S": "[^ \\t-\\r]",
  "(": "(?:",
};

/**
 * `pattern`, which finds what it finds in Ruby. (Only where case is ignored, Ruby takes ß for ss.)
 * @throws {PatternError} for what the two read differently, and for a pattern that is too large.
 */
export function compilePattern(pattern: string): NamePattern {
  const finds = linear(translated(pattern), pattern.startsWith("(?i)") ? "iu" : "u");
  const known = new Map<string, boolean>();
  return {
    test(name) {
      let isFound = known.get(name);
      if (isFound === undefined) {
        if (known.size === MOST_NAMES_KEPT) known.clear();
        known.set(name, isFound = finds(name));
      }
      return isFound;
    },
  };
}

function linear(source: string, flags: string): (name: string) => boolean {
  try {
    new RegExp(source, flags);
  } catch (error) {
    throw new PatternError(`JavaScript does not take it: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return linearTest(source, flags);
  } catch (error) {
    throw error instanceof ExpressionError ? new PatternError(error.message) : error;
  }
}

/** The source in JavaScript. */
function translated(pattern: string): string {
  if (pattern.length > MOST_CHARACTERS) throw new PatternError(`it is longer than ${MOST_CHARACTERS} characters`);
  if (pattern.includes("(?i") && /[^\0-\x7f]/.test(pattern)) {
    throw new PatternError("a character outside ASCII where case is ignored");
  }
  /** What closes each of the groups that are open. */
  const closings: string[] = [];
  let source = "", isRepeatable = false;
  for (let at = pattern.startsWith("(?i)") ? 4 : 0; at < pattern.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const fail = (what: string) => new PatternError(`${what}, at character ${at + 1}`);
    const { anchor, one, quantifier, opening, bar, closing } = TOKEN.exec(pattern)?.groups ?? {};
    if (anchor ?? one) source += translate(anchor ?? one!);
    else if (quantifier && isRepeatable) source += checked(quantifier, fail);
    else if (quantifier) throw fail(`${quantifier} with nothing to repeat`);
    else if (opening) {
      // JavaScript repeats a place only where a group is around it.
      const isPlace = /[=!]$/.test(opening);
      source += isPlace ? `(?:${opening}` : TRANSLATED[opening] ?? opening;
      closings.push(isPlace ? "))" : ")");
      if (closings.length > MOST_GROUPS_DEEP) throw fail("too many groups within groups");
    } else if (bar) source += bar;
    else if (!closing) throw fail(`${construct(pattern.slice(at))} is outside that subset`);
    else if (closings.length === 0) throw fail("a ) without its (");
    else source += closings.pop();
    isRepeatable = (one ?? closing) !== undefined;
  }
  if (closings.length > 0) throw new PatternError("a ( without its )");
  return source;
}

/** A character, a set or a place; JavaScript takes a backslash only where it is needed. */
function translate(token: string): string {
  const isSet = token.length > 1 && token.startsWith("[");
  return TRANSLATED[token] ?? token.replace(/\\([^])/g, (escape, character) => {
    if (escape === "\\s") return " \\t-\\r";
    return /[!"#%&',:;<=>@_`~]/.test(character) || (character === "-" && !isSet) ? character : escape;
  });
}

/** The quantifier, where its counts are in order. */
function checked(quantifier: string, fail: (what: string) => PatternError): string {
  const [, from, to] = /^\{(\d+),?(\d*)/.exec(quantifier) ?? [];
  const least = Number(from ?? 0), most = Number(to || least);
  if (most < least || most > MOST_REPEATS) {
    throw fail(`the count ${quantifier}, which is the wrong way round or over ${MOST_REPEATS}`);
  }
  return quantifier;
}

/** What `rest` begins with. */
function construct(rest: string): string {
  const [found] = /^\\(?:[pP]\{[^}]*\}|[^])|^\(\?(?:<[^>]*>?|[^:)]*[:)]?)|^\[[^\]]*\]*|^[*+?]{2}|^(\{[^}]*\}?.?)|^[^]/
    .exec(
      rest,
    )!;
  return found.length > 20 ? `${found.slice(0, 20)}…` : found;
}
