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

/** A copy of `value` without the keys that hold undefined, so that absent means that the key is not there. */
export function prune<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key of Object.keys(value) as (keyof T)[]) {
    if (value[key] !== undefined) kept[key] = value[key] as T[keyof T];
  }
  return kept as T;
}

/** Whether `value` is a map of names to values: of JSON an object, and no list. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `list`, or undefined where it is empty: an empty list is a fact only where a source says so. */
export function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Compares names with their runs of digits as numbers: eth2 before eth10, and sdz before sdaa. */
export function byName(a: string, b: string): number {
  const partsOfA = a.match(/\d+|\D+/g) ?? [];
  const partsOfB = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(partsOfA.length, partsOfB.length); i++) {
    const x = partsOfA[i]!, y = partsOfB[i]!;
    if (x === y) continue;
    const numeric = /^\d/.test(x) && /^\d/.test(y);
    if (numeric && Number(x) !== Number(y)) return Number(x) - Number(y);
    return shorterDiskFirst(x) < shorterDiskFirst(y) ? -1 : 1;
  }
  return partsOfA.length - partsOfB.length;
}

/** The kernel counts disks sda … sdz, sdaa …: their names sort by length first, so it goes into the text. */
function shorterDiskFirst(name: string): string {
  const disk = /^(sd|vd|hd|xvd)[a-z]+$/.exec(name);
  return disk ? disk[1]! + String.fromCharCode(name.length) + name : name;
}
