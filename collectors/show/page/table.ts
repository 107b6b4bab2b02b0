/** Tables of the page: readable as they are, sortable with the script, each row with a name to link to. */
import { heading as headingOf, type Level } from "./heading.ts";
import { CHANGE_WORDS, lookOf, type Mark, type Marks } from "./marks.ts";
import { anchor, type Content, type Markup, markup } from "./markup.ts";
import { words } from "./words.ts";

/** A column: its heading, what stands in it, and for numbers what it is sorted by. */
export type Column<T> = readonly [
  heading: string,
  read: (item: T) => Content,
  number?: (item: T) => number | undefined,
];

/** The part of a page that a machine has: what begins its ids, and the level of its heading. */
export interface Part {
  id: string;
  level: Level;
  /** Whether nothing says when its facts were collected. */
  isUndated?: boolean;
}

/** A table of a list. */
export interface TableOf<T> {
  id: string;
  heading: string;
  items: readonly T[] | undefined;
  columns: readonly Column<T>[];
  /** Where the marks have what is said of each item; without them nothing is said of any. */
  paths?: readonly string[];
}

/** More rows than any machine has make a page that nobody can load. */
const MOST_ROWS = 1000;

/** A table without the columns that hold nothing; undefined for a list without items. */
export function tableOf<T>(
  { id: page, level }: Part,
  marks: Marks,
  { id, heading, items = [], columns, paths }: TableOf<T>,
): Markup | undefined {
  if (items.length === 0) return undefined;
  const rows = items.slice(0, MOST_ROWS).map((item, i) => {
    const at = paths?.[i];
    return {
      item,
      at,
      mark: at === undefined ? undefined : marks.get(at),
      texts: columns.map(([, read]) => read(item)),
    };
  });
  const used = columns.map((_, c) => c).filter((c) => rows.some(({ texts }) => isText(texts[c])));
  const head = used.map((c) => markup`<th scope="col"${columns[c]![2] && markup` class="n"`}>${columns[c]![0]}</th>`);
  const body = rows.map(({ item, at, mark, texts }, r) => {
    const cells = used.map((c, k) => {
      const number = columns[c]![2]?.(item), text = texts[c];
      const before = rows[r - 1]?.texts[c];
      const look = words(
        columns[c]![2] && "n",
        k > 0 && isText(text) && typeof text !== "object" && text === before && "again",
      );
      const attributes = markup`${look !== "" && markup` class="${look}"`}${
        number !== undefined && markup` data-n="${number}"`
      }`;
      return k === 0
        ? markup`<th scope="row"${attributes}>${text}${tag(mark)}</th>`
        : markup`<td${attributes}>${text}</td>`;
    });
    const look = lookOf(mark);
    return markup`<tr${at !== undefined && markup` id="${anchor(page, at)}"`}${
      look !== "" && markup` class="${look}"`
    }>${cells}</tr>`;
  });
  const more = items.length - rows.length;
  return markup`<section>${
    headingOf(level, markup`${heading} <small>${items.length}</small>`, anchor(page, id))
  }<div class="scroll" tabindex="0" role="region" aria-label="${heading}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${
    more > 0 && markup`<p class="dim">and ${more} more: --format json has them all</p>`
  }</section>`;
}

/** What a row is marked with, as a word: colour alone tells nothing to many. */
function tag(mark: Mark | undefined): Markup | undefined {
  const said = [mark?.level, mark?.change && CHANGE_WORDS[mark.change]].filter((word) => word !== undefined);
  if (!mark || said.length === 0) return undefined;
  return markup`${said.map((word) => markup` <span class="tag" title="${mark.notes.join("; ")}">${word}</span>`)}`;
}

function isText(content: Content): boolean {
  return content !== undefined && content !== false && content !== "";
}
