/**
 * Machines as one HTML file that needs nothing else: no script, font or picture from elsewhere. It opens from a mail or a
 * ticket, prints on A4, and reads with a screen reader. Its Content-Security-Policy allows its own style and script only.
 */
import type { Facts } from "../../facts/mod.ts";
import type { Change } from "../../facts/verdict.ts";
import { drawing, legend } from "./drawing.ts";
import { withGone } from "./gone.ts";
import { heading } from "./heading.ts";
import { header, pageTitle, verdict } from "./header.ts";
import { marksOf } from "./marks.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import { SCRIPT } from "./script.ts";
import { sourceList } from "./sources.ts";
import { STYLE } from "./style.ts";
import type { Part } from "./table.ts";
import { tables } from "./tables.ts";

/** What a machine was at an earlier time, and what has changed since. */
export interface Earlier {
  facts: Facts;
  changes: readonly Change[];
}

/**
 * The page of one machine; with `earlier` what came, went and moved is marked. `isUndated`: the facts are of a recording
 * that does not say when it was made.
 */
export async function machinePage(facts: Facts, earlier?: Earlier, isUndated = false): Promise<string> {
  const { head, body } = machine(facts, { id: "m", level: 1, isUndated }, earlier);
  return await page(pageTitle(facts), markup`${head}<main class="machine">${body}</main>`);
}

/** One machine's part of a page. */
export function machine(
  known: Facts,
  part: Part,
  earlier?: Earlier,
): { head: Markup; body: Markup } {
  const { changes } = earlier ?? {};
  const facts = earlier ? withGone(known, earlier) : known;
  const marks = marksOf(facts, changes);
  const found = tables(facts, marks, part);
  const rows = new Set(found.flatMap(({ html }) => [...html.matchAll(/ id="([^"]*)"/g)].map(([, row]) => row!)));
  return {
    head: header(known, part, changes),
    body: markup`<div>${verdict(known, part, rows, changes, earlier?.facts.collectedAt)}<section>${
      heading(part.level, "The machine")
    }<figure>${drawing(facts, marks, part.id)}${
      legend(facts, marks)
    }</figure></section></div><div class="tables">${found}${sourceList(known, part)}</div>`,
  };
}

/** The document around `body`. */
export async function page(title: string, body: Markup): Promise<string> {
  const [style, script] = await Promise.all([hashOf(STYLE), hashOf(SCRIPT)]);
  const policy =
    `default-src 'none'; style-src '${style}'; script-src '${script}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`${
    trusted("<!doctype html>\n")
  }<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${
    trusted(policy)
  }"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${title}</title><style>${
    trusted(STYLE)
  }</style></head><body>${body}<script>${trusted(SCRIPT)}</script></body></html>
`.html;
}

/** The source expression of a hash (Content Security Policy Level 3, 2.3.1). */
async function hashOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...digest))}`;
}
