/** What all parsers share: their result, their errors and limits, and lines. */

/** A line of a tool's output that no rule understood. `line` counts from 1. */
export interface UnparsedLine {
  line: number;
  text: string;
}

/** What a parser could read, and the lines that it could not. */
export interface Parsed<T> {
  value: T;
  unparsed: UnparsedLine[];
}

/** Nothing at all can be made of a tool's output. */
export class ParseError extends Error {
  override readonly name = "ParseError";
  readonly tool: string;
  readonly line: number;
  readonly text: string;

  /** `line` counts from 1 (0: the output as a whole); `text` is what stands there, `expected` what should. */
  constructor(tool: string, line: number, text: string, expected: string) {
    const where = line === 0 ? "" : `line ${line}: `;
    const found = text === "" ? "nothing" : JSON.stringify(text.slice(0, 120));
    super(`${tool}: ${where}found ${found}, expected ${expected}`);
    this.tool = tool;
    this.line = line;
    this.text = text.slice(0, 1000);
  }
}

/** A tool printed more than one machine can have: none of it is a fact. */
export class TooMuchError extends ParseError {
  /** "lshw: more than 20000 nodes: not one machine's" */
  constructor(tool: string, most: number, what: string) {
    super(tool, 0, "", what);
    this.message = `${tool}: more than ${most} ${what}: not one machine's`;
  }
}

/** Throws `TooMuchError` where there are more than `most`. */
export function expectAtMost(most: number, count: number, tool: string, what: string): void {
  if (count > most) throw new TooMuchError(tool, most, what);
}

const LINE_END = /\r\n|\n|\r/g;
/** Eight times the longest output known, the 12,000 lines of dmidecode on a machine with 3,000 empty DIMM slots. */
export const MOST_LINES = 100_000;

/** The longest line known has 1,100; a list of 8192 CPUs, one by one, would have 40,000. */
const MOST_LINE_CHARACTERS = 256 * 1024;

/**
 * The lines of `text`; CRLF and CR count as one line end, and the empty line behind the last one is none.
 * Throws `TooMuchError`, in the name of `tool`, for more than `most`, and for a line that is too long.
 */
export function splitLines(text: string, tool: string, most = MOST_LINES): string[] {
  let count = 0;
  for (const _ of text.matchAll(LINE_END)) expectAtMost(most, ++count, tool, "lines");
  const lines = text.split(LINE_END);
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) expectAtMost(MOST_LINE_CHARACTERS, line.length, tool, "characters in a line");
  return lines;
}

/** A name and a value in the tool's own words: a list of these keeps order, repeated names and names with dots. */
export interface NamedText {
  name: string;
  value: string;
}
