/**
 * `mk_fact_excl_pattern`: the part of Ruby's regular expressions (doc/regexp.rdoc) that JavaScript reads alike. Anything
 * else is refused, and so is a pattern that could take exponential time: it comes from a server, is tried on hundreds of
 * names, and must not block the agent.
 */

/** A pattern that is not used; `message` names the construct and its place. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/**
 * Three unbounded repetitions in a row can share the 64 characters of a long name (interfaces have up to 15, disks 31,
 * the rest is ours) in 45,760 ways, which is 36 for each of them: some ten milliseconds.
 */
const REPEATS_TRIED = 35;
const MOST_WAYS = (REPEATS_TRIED + 1) ** 3;
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

/** A part of a pattern: its source in JavaScript, and in how many ways it can match from one place, at most. */
interface Part {
  source: string;
  ways: number;
}

/**
 * `pattern` in JavaScript, where it finds what it finds in Ruby. (Only where case is ignored, Ruby takes ß for ss.)
 * @throws {PatternError} for what the two read differently, and for what could take too long.
 */
export function compilePattern(pattern: string): RegExp {
  if (pattern.length > MOST_CHARACTERS) throw new PatternError(`it is longer than ${MOST_CHARACTERS} characters`);
  if (pattern.includes("(?i") && /[^\0-\x7f]/.test(pattern)) {
    throw new PatternError("a character outside ASCII where case is ignored");
  }
  const ignoresCase = pattern.startsWith("(?i)");
  /** The groups that are open, the whole first: how each opens, and its alternatives. */
  const groups: { opening: string; branches: Part[][] }[] = [{ opening: "", branches: [[]] }];
  let isRepeatable = false;
  for (let at = ignoresCase ? 4 : 0; at < pattern.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const fail = (what: string) => new PatternError(`${what}, at character ${at + 1}`);
    const { anchor, one, quantifier, opening, bar, closing } = TOKEN.exec(pattern)?.groups ?? {};
    const { branches } = groups.at(-1)!;
    const sequence = branches.at(-1)!;
    if (anchor ?? one) sequence.push({ source: translate(anchor ?? one!), ways: 1 });
    else if (quantifier && isRepeatable) sequence.push(repeated(sequence.pop()!, quantifier, fail));
    else if (quantifier) throw fail(`${quantifier} with nothing to repeat`);
    else if (opening) groups.push({ opening: TRANSLATED[opening] ?? opening, branches: [[]] });
    else if (bar) branches.push([]);
    else if (!closing) throw fail(`${construct(pattern.slice(at))} is outside that subset`);
    else if (groups.length === 1) throw fail("a ) without its (");
    else {
      const { opening, branches } = groups.pop()!;
      const { source, ways } = alternatives(branches);
      groups.at(-1)!.branches.at(-1)!.push({ source: `${opening}${source})`, ways });
    }
    if (groups.length > MOST_GROUPS_DEEP) throw fail("too many groups within groups");
    isRepeatable = (one ?? closing) !== undefined;
  }
  if (groups.length > 1) throw new PatternError("a ( without its )");
  const { source, ways } = alternatives(groups[0]!.branches);
  // NaN, too, is no small number.
  if (!(ways <= MOST_WAYS)) {
    throw new PatternError("it could take too long: it repeats what repeats itself, or too often");
  }
  try {
    return new RegExp(source, ignoresCase ? "iu" : "u");
  } catch (error) {
    throw new PatternError(`JavaScript does not take it: ${error instanceof Error ? error.message : error}`);
  }
}

/** A character, a set or a place; JavaScript takes a backslash only where it is needed. */
function translate(token: string): string {
  const isSet = token.length > 1 && token.startsWith("[");
  return TRANSLATED[token] ?? token.replace(/\\([^])/g, (escape, character) => {
    if (escape === "\\s") return " \\t-\\r";
    return /[!"#%&',:;<=>@_`~]/.test(character) || (character === "-" && !isSet) ? character : escape;
  });
}

function alternatives(branches: readonly Part[][]): Part {
  return {
    source: branches.map((sequence) => sequence.map(({ source }) => source).join("")).join("|"),
    ways: branches.reduce((sum, sequence) => sum + sequence.reduce((product, { ways }) => product * ways, 1), 0),
  };
}

function repeated({ source, ways }: Part, quantifier: string, fail: (what: string) => PatternError): Part {
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
  const least = Number(from ?? (quantifier.startsWith("+") ? 1 : 0));
  const most = from === undefined
    ? (quantifier.startsWith("?") ? 1 : Infinity)
    : !comma
    ? least
    : Number(to || Infinity);
  if (most < least || Math.max(least, Number(to ?? 0)) > MOST_REPEATS) {
    throw fail(`the count ${quantifier}, which is the wrong way round or over ${MOST_REPEATS}`);
  }
  let all = 0;
  for (let count = least; count <= Math.min(most, Math.max(least, REPEATS_TRIED)); count++) all += ways ** count;
  return { source: `(?:${source})${quantifier}`, ways: all };
}

/** What `rest` begins with. */
function construct(rest: string): string {
  const [found] = /^\\(?:[pP]\{[^}]*\}|[^])|^\(\?(?:<[^>]*>?|[^:)]*[:)]?)|^\[[^\]]*\]*|^[*+?]{2}|^(\{[^}]*\}?.?)|^[^]/
    .exec(
      rest,
    )!;
  return found.length > 20 ? `${found.slice(0, 20)}…` : found;
}
