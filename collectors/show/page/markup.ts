/** Markup in which every value is escaped: there is no other way for a text of the machine into the page. */
import { escape } from "@std/html/entities";

/** Text that is HTML or SVG already. Only `markup` makes it, and `trusted` of this project's own style and script. */
export interface Markup {
  readonly html: string;
}

/** What a template takes: markup stays, lists are joined, a text or number is escaped, nothing stands for the rest. */
export type Content = Markup | string | number | false | undefined | readonly Content[];

/** A value longer than this says nothing more to a person: SMBIOS and LLDP strings may have 32 kB and more. */
const LONGEST_TEXT = 300;

/** The template tag of the page: markup`<b>${name}</b>`. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { html: parts.reduce((text, part, i) => text + htmlOf(values[i - 1]) + part) };
}

function htmlOf(value: Content): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escape(plain(String(value)));
  if ("html" in value) return value.html;
  return value.map(htmlOf).join("");
}

/** The project's own style and script, which hold nothing of the machine. */
export function trusted(text: string): Markup {
  return { html: text };
}

/** Text of a tool without control characters and those that turn the direction of writing, and not without end. */
export function plain(text: string): string {
  const line = text.slice(0, 2 * LONGEST_TEXT).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}

/** A name for `id` and `#`: of any text one without blanks, the same for the same text. */
export function anchor(...parts: readonly string[]): string {
  return parts.join("-").slice(0, LONGEST_TEXT).replace(/[^\w.:-]+/g, "_");
}
