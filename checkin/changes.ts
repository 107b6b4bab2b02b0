/** The differences between two collections as lines for the log: "dimm A3 gone". */
import type { Facts } from "../collectors/facts/mod.ts";
import type { Change } from "../collectors/facts/verdict.ts";
import { changes } from "../collectors/judge/diff.ts";

/** The most lines: a new mainboard changes everything. */
const MOST_LINES = 30;

/** One line for each difference that a person would name. Empty where only what changes by itself did. */
export function describeChanges(before: Facts, after: Facts): string[] {
  return linesOf(changes(before, after));
}

/** The changes as lines, not too many. */
export function linesOf(changes: readonly Change[]): string[] {
  const lines = changes.map(({ text }) => text);
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} changes more`]
    : lines;
}
