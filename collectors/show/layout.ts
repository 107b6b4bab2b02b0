/** Text in columns, within the width of a terminal, whatever the texts hold. */
import { clean, cut, folded, padded, tellingWidth, width } from "./text.ts";

/** In a pipe, or a file, where nothing says how wide is wide. */
export const PIPE_WIDTH = 100;

/** Aligned "name  value" lines, without those that have no value. */
export function named(pairs: [string, string | number | undefined][], most = PIPE_WIDTH): string[] {
  const known = pairs.filter(([_, known]) => known !== undefined && known !== "");
  const longest = known.reduce((longest, [name]) => Math.max(longest, name.length), LEAST_NAME);
  const below = " ".repeat(longest + 3);
  return known.flatMap(([name, known]) => folded(`  ${name.padEnd(longest)} ${value(known, most)}`, most, below));
}

const LEAST_NAME = 10;

/** Where the values of `named` begin. */
const INDENT = 13;

/** A text of a tool on one line: without what would steer a terminal, and not without end: at most three lines' worth. */
export function value(text: string | number | undefined, most = PIPE_WIDTH): string {
  return cut(clean(String(text ?? "")), 3 * (most - INDENT));
}

/** A cell is worth that many lines at most. */
const MOST_LINES = 4;
/** No column is narrower, but where its texts are: of those that are cut, and of those whose texts go on below. */
const LEAST_CUT = 16, LEAST_FOLDED = 4, LEAST_IN_ONE_LINE = 10;
/** A text is not broken before that much of it where other columns could stand below instead. */
const LEAST_WHOLE = 32;
/** Between two columns. */
const GAP = "  ";
/** How far in the columns stand that do not fit beside the others. */
const BELOW = 4;

/** One column: its heading and cells, and how wide it is. */
interface Column {
  texts: string[];
  width: number;
  /** The narrowest in which nothing is lost or broken that should not be. */
  least: number;
  isCut: boolean;
  /** Whether a text goes on below where the column is narrower than that. */
  isFolded: boolean;
}

/**
 * Rows under headings, without the columns that hold nothing, within `most` columns. Where they do not fit, those named
 * by `cutFirst` are cut, as far as texts that differ go on to differ; the last columns that still do not fit stand on a
 * line of their own below each row, and a text that is longer than a line goes on below. With `isOneLine` a row is one
 * line, whatever must be cut for it.
 */
export function columns(
  headings: readonly string[],
  rows: readonly (string | undefined)[][],
  cutFirst: readonly string[],
  most = PIPE_WIDTH,
  isOneLine = false,
): string[] {
  if (rows.length === 0) return [];
  const cell = (text = "") => cut(clean(text), 2 * most) || "-";
  const used = headings.flatMap((heading, i): Column[] => {
    const texts = [heading, ...rows.map((row) => cell(row[i]))];
    if (texts.slice(1).every((text) => text === "-")) return [];
    const widest = Math.max(...texts.map(width));
    const isCut = cutFirst.includes(heading);
    const least = !isCut
      ? Math.max(...texts.map(longestWord))
      : isOneLine
      ? LEAST_IN_ONE_LINE
      : Math.max(LEAST_CUT, width(heading), tellingWidth(texts));
    return [{ texts, width: widest, least: Math.min(least, widest), isCut, isFolded: !isOneLine }];
  });
  const lines = isOneLine ? [used] : inLines(used, most);
  lines.forEach((line, i) => narrow(line, roomOf(i, most)));
  return [headings, ...rows].flatMap((_, row) =>
    lines.flatMap((line, i) => {
      if (i > 0 && row > 0 && line.every(({ texts }) => texts[row] === "-")) return [];
      return rowLines(line, row).map((text) => `${GAP}${" ".repeat(i === 0 ? 0 : BELOW)}${text}`.trimEnd());
    })
  );
}

/** What the texts and gaps of a line may take; the first line stands further left than those below it. */
function roomOf(line: number, most: number): number {
  return most - GAP.length - (line === 0 ? 0 : BELOW);
}

/** The columns that stand beside each other, line by line. */
function inLines(used: readonly Column[], most: number): Column[][] {
  const lines: Column[][] = [];
  let left = -1;
  for (const column of used) {
    const wanted = column.isCut ? column.least : Math.min(column.width, Math.max(column.least, LEAST_WHOLE));
    left -= GAP.length + wanted;
    if (left < 0) {
      lines.push([]);
      left = roomOf(lines.length - 1, most) - wanted;
    }
    lines.at(-1)!.push(column);
  }
  return lines;
}

/** Makes the columns narrower until they fit in `room`: the widest first, those that are cut before the others. */
function narrow(line: readonly Column[], room: number): void {
  const taken = () => line.reduce((total, column) => total + column.width, GAP.length * (line.length - 1));
  const make = (columns: readonly Column[], least: (column: Column) => number) => {
    while (taken() > room) {
      const wide = columns.filter((column) => column.width > least(column));
      if (wide.length === 0) return;
      wide.reduce((a, b) => b.width > a.width ? b : a).width--;
    }
  };
  make(line.filter(({ isCut }) => isCut), ({ least }) => least);
  make(line, ({ least }) => least);
  make(line, () => LEAST_FOLDED);
}

function rowLines(line: readonly Column[], row: number): string[] {
  const stacks = line.map((column) => cellLines(column, column.texts[row]!));
  const height = Math.max(...stacks.map((stack) => stack.length));
  return Array.from(
    { length: height },
    (_, i) => stacks.map((stack, k) => padded(stack[i] ?? "", line[k]!.width)).join(GAP),
  );
}

function cellLines(column: Column, text: string): string[] {
  if (!column.isFolded || column.isCut && column.width >= column.least) return [cut(text, column.width)];
  const all = folded(text, column.width);
  return all.length <= MOST_LINES
    ? all
    : [...all.slice(0, MOST_LINES - 1), cut(`${all[MOST_LINES - 1]}…`, column.width)];
}

function longestWord(text: string): number {
  return Math.max(...text.split(" ").map(width));
}

/** A line longer than `most` goes on below its value. */
export function wrap(line: string, most = PIPE_WIDTH): string[] {
  return folded(line, most, " ".repeat(INDENT));
}
