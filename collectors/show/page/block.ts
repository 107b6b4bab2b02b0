/** The drawing is made of blocks of a known height, which are stacked and put side by side. */
import { type Markup, markup, plain } from "./markup.ts";

/** A part of the drawing; its origin is the upper left corner. Lengths are units of the drawing, at best a CSS pixel. */
export interface Block {
  height: number;
  svg: Markup;
}

export const NOTHING: Block = { height: 0, svg: markup`` };

/** Blocks below each other. */
export function stack(blocks: readonly Block[], gap = 0): Block {
  let y = 0;
  const parts = blocks.filter(({ height }) => height > 0).map(({ height, svg }) => {
    const part = shifted(svg, 0, y);
    y += height + gap;
    return part;
  });
  return { height: Math.max(0, y - gap), svg: markup`${parts}` };
}

/** A part of the drawing elsewhere. */
export function shifted(svg: Markup, x: number, y: number): Markup {
  return markup`<g transform="translate(${x} ${y})">${svg}</g>`;
}

/** A block in a box with a heading. `look`: its class. */
export function framed(block: Block, width: number, heading: Markup | undefined, look: string): Block {
  const top = heading ? 34 : 12, height = top + block.height + (block.height > 0 ? 12 : 0);
  const title = heading && markup`<text x="12" y="22">${heading}</text>`;
  return {
    height,
    svg: markup`<rect class="${look}" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="6"/>${title}${
      shifted(block.svg, 12, top)
    }`,
  };
}

/**
 * How wide a text is at most, in units of the drawing at the font size of 12. Nobody can measure here: these are the
 * widths of DejaVu Sans, the widest of the fonts that browsers take for sans-serif.
 */
export function textWidth(text: string, size = 12, isBold = false): number {
  let ems = 0;
  for (const character of text) {
    if (/[ijlI.,:;'|!]/.test(character)) ems += 0.32;
    else if (/[ftr()\-\[\] /]/.test(character)) ems += 0.41;
    else if (/[mwMW@%—…]/.test(character)) ems += 0.97;
    else if (/[A-Z×]/.test(character)) ems += 0.7;
    else if (/[\u1100-\u{3fffd}]/u.test(character)) ems += 1.05;
    else ems += 0.62;
  }
  return ems * size * (isBold ? 1.1 : 1);
}

/** As much of a text as has room; the whole is in the tables. */
export function fitting(text: string, room: number, size = 12, isBold = false): string {
  const line = plain(text);
  if (textWidth(line, size, isBold) <= room) return line;
  let end = line.length;
  while (end > 1 && textWidth(`${line.slice(0, end)}…`, size, isBold) > room) end--;
  return `${line.slice(0, end).trimEnd()}…`;
}

/** A small box of the drawing for one of many: a disk, a port, a GPU. */
export interface Cell {
  label: string;
  /** Classes of its box and label. */
  look: string;
  /** What a pointer on it shows. */
  title: string;
}

/** More of one kind than this are only counted: the tables have them all. */
const MOST_CELLS = 128;

/** Boxes in as many rows as they need. */
export function cells(all: readonly Cell[], width: number, least = 30): Block {
  if (all.length === 0) return NOTHING;
  const shown = all.slice(0, MOST_CELLS);
  const widest = Math.max(least, ...shown.map(({ label }) => textWidth(label, 11) + 8));
  const cell = Math.min(widest, width), perRow = Math.max(1, Math.floor((width + 4) / (cell + 4)));
  const parts = shown.map(({ label, look, title }, i) =>
    markup`<g transform="translate(${round((i % perRow) * (cell + 4))} ${
      Math.floor(i / perRow) * 24
    })"><title>${title}</title><rect class="cell ${look}" width="${
      round(cell)
    }" height="20" rx="3"/><text class="in ${look}" x="${round(cell / 2)}" y="14" text-anchor="middle">${
      fitting(label, cell - 6, 11)
    }</text></g>`
  );
  const block = { height: Math.ceil(shown.length / perRow) * 24 - 4, svg: markup`${parts}` };
  if (all.length === shown.length) return block;
  return stack([block, line(markup`<tspan class="dim">and ${all.length - shown.length} more</tspan>`)], 4);
}

/** A line of text. */
export function line(content: Markup): Block {
  return { height: 18, svg: markup`<text y="13">${content}</text>` };
}

/** Fewer digits, smaller page. */
export function round(length: number): number {
  return Math.round(length * 10) / 10;
}
