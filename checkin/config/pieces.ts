/** The parts of a regular expression, put together, with what they may cost. */
import { type Characters, toSource } from "./ruby_characters.ts";

/** A part of a regular expression. */
export interface Piece {
  /** In JavaScript, with flag v. */
  source: string;
  /** In how many ways it can match from one place of a name: what backtracking may have to try. */
  ways: number;
  isEmptiable: boolean;
  /** The ASCII characters that it can begin with, a bit each (names of facts are ASCII); undefined: any. */
  first(): bigint | undefined;
}

/** Names of facts are shorter: the part that is not ours is the name of an interface (15) or of a disk (31). */
export const NAME_LENGTH = 64;

/** One character. */
export function character(characters: Characters, ignoreCase: boolean): Piece {
  const source = toSource(characters, ignoreCase);
  let bits: bigint | undefined;
  return { source, ways: 1, isEmptiable: false, first: () => bits ??= asciiCharacters(source) };
}

function asciiCharacters(source: string): bigint {
  const regexp = new RegExp(`^${source}$`, "v");
  let bits = 0n;
  for (let code = 0; code < 128; code++) if (regexp.test(String.fromCharCode(code))) bits |= 1n << BigInt(code);
  return bits;
}

/** What matches no character, but a place. */
export function place(source: string): Piece {
  return { source, ways: 1, isEmptiable: true, first: () => 0n };
}

/** What matches in one way, nobody knows what. */
export function unknown(source: string, isEmptiable: boolean): Piece {
  return { source, ways: 1, isEmptiable, first: () => undefined };
}

/** One after the other. */
export function sequence(pieces: readonly Piece[]): Piece {
  return {
    source: pieces.map((piece) => piece.source).join(""),
    ways: pieces.reduce((product, piece) => product * piece.ways, 1),
    isEmptiable: pieces.every((piece) => piece.isEmptiable),
    first() {
      const end = pieces.findIndex((piece) => !piece.isEmptiable);
      return end < 0 ? undefined : union(pieces.slice(0, end + 1));
    },
  };
}

/** One or the other. */
export function alternatives(branches: readonly Piece[]): Piece {
  if (branches.length === 1) return branches[0]!;
  const ways = branches.map((branch) => branch.ways);
  return {
    source: branches.map((branch) => branch.source).join("|"),
    // Where the next character decides between them, never more than one is tried.
    ways: areDisjoint(branches) ? Math.max(...ways) : ways.reduce((sum, some) => sum + some, 0),
    isEmptiable: branches.some((branch) => branch.isEmptiable),
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
    ways: waysToRepeat(piece.ways, least, most),
    isEmptiable: least === 0 || piece.isEmptiable,
    first: piece.first,
  };
}

function waysToRepeat(ways: number, least: number, most: number): number {
  if (least === most) return ways ** most;
  // What can match in one way only can still be repeated more or fewer times.
  if (ways === 1) return Math.max(1, Math.min(most, NAME_LENGTH) - least + 1);
  return most === Infinity ? Infinity : (most - least + 1) * ways ** most;
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
    const first = branch.isEmptiable ? undefined : branch.first();
    if (first === undefined || (seen & first) !== 0n) return false;
    seen |= first;
  }
  return true;
}
