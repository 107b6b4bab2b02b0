/** The parts of a regular expression, put together, with what they may cost. */
import { type Characters, toSource } from "./ruby_characters.ts";

/** A part of a regular expression. */
export interface Piece {
  /** In JavaScript, with flag v. */
  source: string;
  /** In how many ways it can match from one place of a name, by how many characters it takes then. */
  ways: Counts;
  /** How often backtracking looks at a character, at most, until it has tried them all; by how far on that is. */
  steps: Counts;
  /** The ASCII characters that it can begin with, a bit each (names of facts are ASCII); undefined: any. */
  first(): bigint | undefined;
}

/** One count for no character, one for one character, and so on; none for more than a name has. */
type Counts = readonly number[];

/** Names of facts are shorter: the part that is not ours is the name of an interface (15) or of a disk (31). */
const NAME_LENGTH = 64;
const HERE: Counts = [1];
const ONE_FURTHER: Counts = [0, 1];

/** Three repetitions without an end, and some text between them: the worst name of all takes some ten milliseconds. */
const STEPS_LIMIT = 10_000_000;
const TOO_MANY: Counts = [Infinity];

/** Whether it could take long until backtracking has tried `piece` from all places of a name. */
export function isCostly({ steps }: Piece): boolean {
  return within(after(new Array<number>(NAME_LENGTH + 1).fill(1), steps)) === TOO_MANY;
}

/** One character. */
export function character(characters: Characters, ignoreCase: boolean): Piece {
  const source = toSource(characters, ignoreCase);
  let bits: bigint | undefined;
  return { source, ways: ONE_FURTHER, steps: HERE, first: () => bits ??= asciiCharacters(source) };
}

function asciiCharacters(source: string): bigint {
  const regexp = new RegExp(`^${source}$`, "v");
  let bits = 0n;
  for (let code = 0; code < 128; code++) if (regexp.test(String.fromCharCode(code))) bits |= 1n << BigInt(code);
  return bits;
}

/** What matches no character, but a place; once it has matched, its `steps` are not tried again. */
export function place(source: string, steps: Counts = HERE): Piece {
  return { source, ways: HERE, steps, first: () => 0n };
}

/** What matches in one way, nobody knows what. */
export function unknown(source: string, isEmptiable: boolean): Piece {
  return { source, ways: isEmptiable ? HERE : ONE_FURTHER, steps: HERE, first: () => undefined };
}

/** One after the other. */
export function sequence(pieces: readonly Piece[]): Piece {
  let ways = HERE, steps: Counts = [];
  for (const piece of pieces) {
    steps = within(sum(steps, after(ways, piece.steps)));
    if (steps === TOO_MANY) break;
    ways = after(ways, piece.ways);
  }
  return {
    source: pieces.map((piece) => piece.source).join(""),
    ways,
    steps,
    first() {
      const end = pieces.findIndex((piece) => !isEmptiable(piece));
      return end < 0 ? undefined : union(pieces.slice(0, end + 1));
    },
  };
}

/** One or the other. */
export function alternatives(branches: readonly Piece[]): Piece {
  if (branches.length === 1) return branches[0]!;
  // Where the next character decides between them, never more than one is tried.
  const join = areDisjoint(branches) ? greater : sum;
  return {
    source: branches.map((branch) => branch.source).join("|"),
    ways: branches.map(({ ways }) => ways).reduce(join),
    steps: within(sum([branches.length], branches.map(({ steps }) => steps).reduce(join))),
    first: () => union(branches),
  };
}

/** `piece` in parentheses that begin with `opening`. */
export function group(opening: string, piece: Piece): Piece {
  return { ...piece, source: `(${opening}${piece.source})` };
}

/** `piece` from `least` to `most` times (Infinity: without an end); `lazy` tries few first. */
export function repeated(piece: Piece, least: number, most: number, lazy: boolean): Piece {
  const counts = most === Infinity ? `{${least},}` : `{${least},${most}}`;
  return {
    source: `(?:${piece.source})${counts}${lazy ? "?" : ""}`,
    ...waysToRepeat(piece, least, most),
    first: piece.first,
  };
}

function waysToRepeat(piece: Piece, least: number, most: number): Pick<Piece, "ways" | "steps"> {
  // What takes nothing ends a repetition that has been repeated often enough.
  const further = [0, ...piece.ways.slice(1)];
  let ways = HERE, all: Counts = least === 0 ? HERE : [], steps: Counts = [];
  for (let count = 1; count <= most && total(ways) > 0 && steps !== TOO_MANY; count++) {
    steps = within(sum(steps, after(ways, piece.steps)));
    ways = after(ways, count <= least ? piece.ways : further);
    if (count >= least) all = sum(all, ways);
  }
  return { ways: all, steps };
}

/** What `then` counts, from wherever `first` may have ended. */
function after(first: Counts, then: Counts): Counts {
  const length = Math.min(first.length + then.length - 1, NAME_LENGTH + 1);
  const counts = new Array<number>(Math.max(length, 0)).fill(0);
  for (const [taken, ways] of first.entries()) {
    for (let i = 0; ways > 0 && i < then.length && taken + i < length; i++) counts[taken + i]! += ways * then[i]!;
  }
  return counts;
}

function sum(a: Counts, b: Counts): Counts {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

/** Up to any number of characters as many as the greater of the two has. */
function greater(a: Counts, b: Counts): Counts {
  let most = 0, ofA = 0, ofB = 0;
  return sum(a, b).map((_, i) => {
    const before = most;
    most = Math.max(ofA += a[i] ?? 0, ofB += b[i] ?? 0);
    return most - before;
  });
}

/** `steps`, where they are not so many that it does not matter how many. */
function within(steps: Counts): Counts {
  return total(steps) <= STEPS_LIMIT ? steps : TOO_MANY;
}

function total(counts: Counts): number {
  return counts.reduce((all, some) => all + some, 0);
}

function isEmptiable({ ways }: Piece): boolean {
  return (ways[0] ?? 0) > 0;
}

function union(pieces: readonly Piece[]): bigint | undefined {
  let bits = 0n;
  for (const piece of pieces) {
    const first = piece.first();
    if (first === undefined) return undefined;
    bits |= first;
  }
  return bits;
}

function areDisjoint(branches: readonly Piece[]): boolean {
  let seen = 0n;
  for (const branch of branches) {
    const first = isEmptiable(branch) ? undefined : branch.first();
    if (first === undefined || (seen & first) !== 0n) return false;
    seen |= first;
  }
  return true;
}
