/** How asking each tool went, and what could not be read: what a page lacks is not what a machine lacks. */
import type { Facts } from "../../facts/mod.ts";
import { heading } from "./heading.ts";
import { anchor, type Markup, markup } from "./markup.ts";
import type { Part } from "./table.ts";
import { listed, plural } from "./words.ts";

export function sourceList({ sources }: Facts, { id, level }: Part): Markup {
  const all = Object.entries(sources);
  const unread = all.flatMap(([name, { status, error, notes = [], unparsed, keptFrom }]) => [
    ...status === "ok" && !error ? [] : [listed(name, status, error, keptFrom && `values of ${keptFrom} are kept`)],
    ...notes.map((note) => listed(name, note)),
    ...unparsed ? [listed(name, `${plural(unparsed.count, "line")} not understood`)] : [],
  ]);
  return markup`<section class="sources">${heading(level, "Sources", anchor(id, "sources"))}<ul class="chips">${
    all.map(([name, { status, version, elapsedMs }]) =>
      markup`<li class="${status === "ok" ? "good" : status === "skipped" ? "none" : "warning"}">${
        listed(name, version, status, elapsedMs !== undefined && elapsedMs > 0 && `${(elapsedMs / 1000).toFixed(1)} s`)
      }</li>`
    )
  }</ul>${
    unread.length > 0 && markup`${heading(level, "Not read")}<ul class="unread">${
      unread.map((text) => markup`<li>${text}</li>`)
    }</ul>`
  }</section>`;
}
