/** How long a regular expression can take at most: what backtracks without an end would hold up the agent for ever. */

/** Four unbounded repetitions in a row, on a text of 36 characters: some ten milliseconds. */
const REPEATS_TRIED = 35;
const MOST_WAYS = (REPEATS_TRIED + 1) ** 4;

const TOKEN = new RegExp(
  [
    String.raw`(?<opening>\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?)`,
    String.raw`(?<closing>\))`,
    String.raw`(?<bar>\|)`,
    String.raw`(?<quantifier>(?:[*+?]|\{\d+,?\d*\})\??)`,
    String.raw`(?<one>\\[pP]\{[^}]*\}|\\[ux]\{[^}]*\}|\\[^]|\[(?:\\[^]|[^\]\\])*\]|[^])`,
  ].join("|"),
  "uy",
);

/** A part of an expression: in how many ways it can match from one place at most, and what it begins with. */
interface Part {
  ways: number;
  /** Of one character or class: its source. */
  one?: string;
  /** Of a repeated one: what is repeated. */
  repeated?: string;
  /** The character that it begins with, where it is always the same. */
  first?: string;
}

/**
 * Whether `source` (with `flags`, and RegExp takes both) repeats nothing that can match the same text in several ways, and
 * so takes no exponential time. Where that is not seen the answer is no: `(\d+\.)+` and `(Gold|Silver)*` are taken,
 * `(a|ab)*` and `(a+)+` are not.
 */
export function isBounded(source: string, flags: string): boolean {
  const groups: Part[][][] = [[[]]];
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const { opening, closing, bar, quantifier, one } = TOKEN.exec(source)!.groups!;
    const sequence = groups.at(-1)!.at(-1)!;
    if (opening !== undefined) groups.push([[]]);
    else if (bar !== undefined) groups.at(-1)!.push([]);
    else if (closing !== undefined) {
      const inner = groups.pop()!;
      groups.at(-1)!.at(-1)!.push(alternatives(inner, flags));
    } else if (quantifier !== undefined && sequence.length > 0) sequence.push(repeat(sequence.pop()!, quantifier));
    else if (one !== undefined) {
      endRepetition(sequence.at(-1), one, flags);
      sequence.push({ ways: 1, one, ...isLiteral(one) && { first: one } });
    }
  }
  // NaN, too, is no small number.
  return alternatives(groups[0]!, flags).ways <= MOST_WAYS;
}

/** Where a character follows that a repeated one cannot be, the repetition has one end only. */
function endRepetition(before: Part | undefined, one: string, flags: string): void {
  if (before?.repeated === undefined || !isLiteral(one)) return;
  if (!new RegExp(`^(?:${before.repeated})$`, flags).test(one.replace(/^\\/, ""))) before.ways = 1;
}

/** Where each branch begins with another character, one at most can match. */
function alternatives(branches: readonly Part[][], flags: string): Part {
  const ways = branches.map((sequence) => sequence.reduce((product, part) => product * part.ways, 1));
  const firsts = branches.map(([part]) => flags.includes("i") ? part?.first?.toLowerCase() : part?.first);
  const areApart = !firsts.includes(undefined) && new Set(firsts).size === firsts.length;
  return {
    ways: areApart ? Math.max(...ways) : ways.reduce((sum, each) => sum + each, 0),
    ...branches.length === 1 && firsts[0] !== undefined && { first: firsts[0] },
  };
}

function repeat({ ways, one, first }: Part, quantifier: string): Part {
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
  const least = Number(from ?? (quantifier.startsWith("+") ? 1 : 0));
  const most = from === undefined
    ? (quantifier.startsWith("?") ? 1 : Infinity)
    : comma === ""
    ? least
    : Number(to || Infinity);
  const last = Math.min(most, Math.max(least, REPEATS_TRIED));
  // With one way there are as many as counts, however many those are.
  let all = ways === 1 ? last - least + 1 : 0;
  for (let count = least; ways !== 1 && count <= last && all <= MOST_WAYS; count++) all += ways ** count;
  return { ways: all, ...one !== undefined && { repeated: one }, ...least > 0 && first !== undefined && { first } };
}

/** A character that stands for itself. */
function isLiteral(one: string): boolean {
  return /^(?:[^\\^$.[]|\\[^a-zA-Z0-9])$/u.test(one);
}
