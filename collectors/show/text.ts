/** Texts of tools on a terminal: harmless, on one line, and as wide as it shows them. */

/** More of a text is never shown. */
const MOST_CHARACTERS = 4000;

/**
 * Text of a tool, without what would steer a terminal (control characters, those that turn the writing around), runs of
 * blanks as one, and without the dots that some firmware fills its fields with ("S2600CP ..........").
 */
export function clean(text: string): string {
  const line = text.slice(0, MOST_CHARACTERS).replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
  let end = line.length;
  while (end > 0 && (line[end - 1] === "." || line[end - 1] === " ")) end--;
  // "Dell Inc." keeps its dot.
  return line.length - end > 1 ? line.slice(0, end) : line;
}

/** What a terminal gives two columns (Unicode's East Asian Width, UAX 11), as far as such texts may hold it. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2fb}\u{20000}-\u{3fffd}]/u;

/** How many columns a terminal gives `text`. */
export function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** The longest start of `text` that fits in `most` columns. */
function start(text: string, most: number): string {
  let columns = 0, end = 0;
  for (const character of text) {
    columns += WIDE.test(character) ? 2 : 1;
    if (columns > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** `text` in at most `most` columns; what is cut off shows as "…". */
export function cut(text: string, most: number): string {
  return start(text, most).length === text.length ? text : `${start(text, most - 1)}…`;
}

/** `text`, filled up to `columns`. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/**
 * `text` on lines of at most `most` columns (2 or more), broken at blanks where there are any; `rest` begins each but
 * the first.
 */
export function folded(text: string, most: number, rest = ""): string[] {
  const lines: string[] = [];
  let left = text;
  while (width(left) > most) {
    const fits = start(left, most);
    const blank = left[fits.length] === " " ? fits.length : fits.lastIndexOf(" ");
    const end = blank > rest.length ? blank : fits.length;
    lines.push(left.slice(0, end).trimEnd());
    left = rest + left.slice(end).trimStart();
  }
  return [...lines, left];
}

/** The narrowest column in which texts that differ still differ when they are cut. */
export function tellingWidth(texts: readonly string[]): number {
  const sorted = [...new Set(texts)].sort();
  let most = 0;
  for (let i = 1; i < sorted.length; i++) {
    const a = sorted[i - 1]!, b = sorted[i]!;
    let same = 0;
    while (same < a.length && a[same] === b[same]) same++;
    // The first that differs, and the "…".
    most = Math.max(most, width(b.slice(0, same)) + 3);
  }
  return most;
}
