/** Reading a regular expression character by character. */

/** A regular expression that cannot be translated; `message` says what, and behind which part of it. */
export class RegExpError extends Error {
  override readonly name = "RegExpError";
}

/** A text, as its code points, and how far it was read. */
export interface Scanner {
  readonly characters: readonly string[];
  at: number;
  /** How many groups and classes are open. */
  depth: number;
}

/** Far deeper than anybody writes, and far from the end of the stack. */
const DEPTH_LIMIT = 100;

/** What `parse` gives, one level deeper. */
export function nested<T>(scanner: Scanner, parse: () => T): T {
  if (++scanner.depth > DEPTH_LIMIT) fail(scanner, "too many groups within groups");
  const parsed = parse();
  scanner.depth--;
  return parsed;
}

/** The character `ahead` of the next one; undefined behind the end. */
export function peek(scanner: Scanner, ahead = 0): string | undefined {
  return scanner.characters[scanner.at + ahead];
}

/** Takes the next character, of which there must be one. */
export function take(scanner: Scanner): string {
  return scanner.characters[scanner.at++] ?? fail(scanner, "it ends too early");
}

/** Takes `text` if it comes next. */
export function takeIf(scanner: Scanner, text: string): boolean {
  const comes = [...text].every((character, i) => peek(scanner, i) === character);
  if (comes) scanner.at += [...text].length;
  return comes;
}

/** Takes what `pattern` (which begins with ^) finds next, at most 64 characters; "" where it finds nothing. */
export function takeMatch(scanner: Scanner, pattern: RegExp): string {
  const [found = ""] = pattern.exec(scanner.characters.slice(scanner.at, scanner.at + 64).join("")) ?? [];
  scanner.at += [...found].length;
  return found;
}

/** Throws a RegExpError that shows the place. */
export function fail(scanner: Scanner, why: string): never {
  const before = scanner.characters.slice(Math.max(0, scanner.at - 20), scanner.at).join("");
  throw new RegExpError(`${why}, at ${JSON.stringify(before)} (character ${scanner.at})`);
}
