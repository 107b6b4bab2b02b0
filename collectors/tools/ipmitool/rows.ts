/** The form that most of ipmitool's output has: "name : value", one a line. */
import { ParseError, splitLines, type UnparsedLine } from "../parsing.ts";
import type { NamedText } from "../parsing.ts";

/** Of `mc info` and `lan print`, which print at most 30. */
const MOST_ROWS = 1_000;

/** A row, with the number of its line from 1. */
export interface Row extends NamedText {
  line: number;
}

/**
 * The rows of `text`, names and values trimmed. A row without a name goes on with the one above it and gets its name;
 * a line without a colon does so too where that one has no value, and is a list therefore (as "Additional Device
 * Support" is), else it is not understood. Throws `ParseError` where no row has one of the names in `known`, and
 * `TooMuchError` for more rows than any tool prints.
 */
export function readRows(
  tool: string,
  text: string,
  known: ReadonlySet<string>,
): { rows: Row[]; unparsed: UnparsedLine[] } {
  const rows: Row[] = [];
  const unparsed: UnparsedLine[] = [];
  let name: string | undefined;
  let isList = false;
  const lines = splitLines(text, tool, MOST_ROWS);
  lines.forEach((content, i) => {
    const line = i + 1;
    const value = content.trim();
    if (value === "") return;
    const row = rowOf(value);
    if (row && row.name !== "") {
      name = row.name;
      isList = row.value === "";
      rows.push({ ...row, line });
    } else if (name !== undefined && (row || isList)) {
      rows.push({ name, value: row?.value ?? value, line });
    } else unparsed.push({ line, text: content });
  });
  if (!rows.some((row) => known.has(row.name))) {
    const first = lines.findIndex((line) => line.trim() !== "");
    throw new ParseError(tool, first + 1, lines[first] ?? "", `a line such as "${[...known][0]} : …"`);
  }
  return { rows, unparsed };
}

/** A trimmed line as name and value; undefined where it has no colon. */
export function rowOf(line: string): NamedText | undefined {
  const colon = line.indexOf(":");
  return colon < 0 ? undefined : { name: line.slice(0, colon).trimEnd(), value: line.slice(colon + 1).trimStart() };
}

/** The rows in the tool's own words: those without a value left out, which are the headings of lists. */
export function fieldsOf(rows: Row[]): NamedText[] {
  return rows.filter((row) => row.value !== "").map(({ name, value }) => ({ name, value }));
}

/** The values by name; of a repeated name the first one that is not empty. */
export function firstValues(rows: NamedText[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of rows) if (value !== "" && !values.has(name)) values.set(name, value);
  return values;
}
