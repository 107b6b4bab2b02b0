/** What all parsers share: their result, their one error, lines, and pruning. */

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

/** The lines of `text`; CRLF and CR count as one line end, and the empty line behind the last one is none. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A name and a value in the tool's own words: a list of these keeps order, repeated names and names with dots. */
export interface NamedText {
  name: string;
  value: string;
}
