/** Headings in the order of their levels, which is how a screen reader walks through a page. */
import { type Content, type Markup, markup, trusted } from "./markup.ts";

/** The level of a machine's own heading: 1 on its page, 2 among several. */
export type Level = 1 | 2;

/** A heading of a part of a machine, one level below the machine's. */
export function heading(level: Level, content: Content, id?: string): Markup {
  const element = trusted(`h${level + 1}`);
  return markup`<${element} class="part"${id !== undefined && markup` id="${id}"`}>${content}</${element}>`;
}
