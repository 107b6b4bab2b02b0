/** Text in columns: at most 100 of a terminal's, whatever the texts hold. */

const TABLE_WIDTH = 100;

/** Aligned "name  value" lines, without those that have no value. */
export function named(pairs: [string, string | number | undefined][]): string[] {
  return pairs.filter(([_, known]) => known !== undefined && known !== "")
    .map(([name, known]) => `  ${name.padEnd(10)} ${value(known)}`);
}

/** Where the values of `named` begin. */
const INDENT = 13;
/** No value is worth more than three lines. */
const LONGEST_VALUE = 3 * (TABLE_WIDTH - INDENT);

/** A text of a tool on one line: without what would steer a terminal, and not without end. */
export function value(text: string | number | undefined): string {
  return cut(clean(String(text ?? "")), LONGEST_VALUE);
}

/**
 * Rows under headings, without the columns that hold nothing; where they do not fit, those named by `cutFirst` are cut
 * before all others, and always the widest.
 */
export function columns(headings: string[], rows: (string | undefined)[][], cutFirst: string[]): string[] {
  if (rows.length === 0) return [];
  const cell = (text = "") => cut(clean(text), TABLE_WIDTH) || "-";
  const cells = [headings, ...rows.map((row) => headings.map((_, i) => cell(row[i])))];
  const used = headings.map((_, i) => i).filter((i) => cells.slice(1).some((row) => row[i] !== "-"));
  const widths = used.map((i) => cells.reduce((most, row) => Math.max(most, width(row[i]!)), 0));
  const room = TABLE_WIDTH - 2 * used.length;
  const cutDown = (meant: number[], least: number) => {
    while (widths.reduce((total, each) => total + each, 0) > room) {
      const widest = meant.reduce<number | undefined>(
        (a, b) => a === undefined || widths[b]! > widths[a]! ? b : a,
        undefined,
      );
      if (widest === undefined || widths[widest]! <= least) return;
      widths[widest]!--;
    }
  };
  const all = used.map((_, k) => k);
  cutDown(all.filter((k) => cutFirst.includes(headings[used[k]!]!)), 10);
  cutDown(all, 4);
  return cells.map((row) =>
    `  ${used.map((i, k) => padded(cut(row[i]!, widths[k]!), widths[k]!)).join("  ")}`.trimEnd()
  );
}

/** A line longer than the table goes on below its value. */
export function wrap(line: string): string[] {
  const indent = " ".repeat(INDENT);
  const lines: string[] = [];
  let rest = line;
  while (width(rest) > TABLE_WIDTH) {
    const fits = start(rest, TABLE_WIDTH);
    const blank = rest[fits.length] === " " ? fits.length : fits.lastIndexOf(" ");
    const end = blank > indent.length ? blank : fits.length;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** Text of a tool, without what would steer a terminal: control characters, and those that turn the writing around. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** What a terminal gives two columns (Unicode's East Asian Width, UAX 11), as far as such texts may hold it. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2fb}\u{20000}-\u{3fffd}]/u;

/** How many columns a terminal gives `text`. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** The longest start of `text` that fits. */
function start(text: string, most: number): string {
  let columns = 0, end = 0;
  for (const character of text) {
    columns += WIDE.test(character) ? 2 : 1;
    if (columns > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function cut(text: string, most: number): string {
  return start(text, most).length === text.length ? text : `${start(text, most - 1)}…`;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(columns - width(text));
}
