/** The tree of devices below a socket: a trunk, and a branch with its link to the box of each group. */
import type { Facts } from "../../facts/mod.ts";
import { type Block, fitting, framed, NOTHING, round, shifted } from "./block.ts";
import { groupBox } from "./boxes.ts";
import { type Card, type CardGroup, grouped, linkOf } from "./cards.ts";
import { lookOf, type Mark, type Marks } from "./marks.ts";
import { markup } from "./markup.ts";
import { linkWords, words } from "./words.ts";

/** Between the trunk and a box: room for the words of the link, and less where no device of the machine has any. */
const WORDED_BRANCH = 68, BARE_BRANCH = 28;
const GAP = 8, COLUMN_GAP = 16;

interface Branch {
  block: Block;
  link: { width?: string; speed?: string };
  mark: Mark | undefined;
}

/** The tree in one or two columns. `isUnplaced`: there is no socket above it. */
export function tree(
  facts: Facts,
  marks: Marks,
  cards: readonly Card[],
  { width, columns, isUnplaced = false }: { width: number; columns: number; isUnplaced?: boolean },
): Block {
  const column = (width - COLUMN_GAP * (columns - 1)) / columns;
  const reach = facts.pci?.some((device) => Object.keys(linkWords(device)).length > 0) ? WORDED_BRANCH : BARE_BRANCH;
  const branches = branchesOf(facts, marks, cards, column, reach);
  if (branches.length === 0) return NOTHING;
  const parts = inColumns(branches, columns), trunks = parts.map((part) => trunk(part, reach));
  const x = (i: number) => i * (column + COLUMN_GAP);
  // From the middle of the socket to each trunk.
  const top = isUnplaced
    ? markup``
    : markup`<path class="branch" d="M${round(width / 2)} 0V7"/><path class="branch" d="M6 7H${
      round(Math.max(width / 2, x(parts.length - 1) + 6))
    }"/>`;
  return {
    height: 7 + Math.max(...trunks.map(({ height }) => height)),
    svg: markup`${top}${trunks.map(({ svg }, i) => shifted(svg, round(x(i)), 7))}`,
  };
}

/** The branches in their order, cut where both columns are about as long. */
function inColumns(branches: readonly Branch[], columns: number): Branch[][] {
  const total = branches.reduce((sum, { block }) => sum + block.height, 0);
  if (columns === 1 || branches.length === 1) return [[...branches]];
  let height = 0;
  const isLeft = branches.map(({ block }) => {
    height += block.height;
    return height - block.height / 2 <= total / 2;
  });
  const cut = Math.max(1, isLeft.lastIndexOf(true) + 1);
  return [branches.slice(0, cut), branches.slice(cut)].filter(({ length }) => length > 0);
}

function branchesOf(facts: Facts, marks: Marks, cards: readonly Card[], width: number, reach: number): Branch[] {
  const room = width - reach;
  const groups = grouped(cards);
  const branch = (group: CardGroup, width: number): Branch => ({
    block: groupBox(facts, marks, group, width),
    link: linkOf(group),
    mark: markOf(marks, group),
  });
  return [...Map.groupBy(groups, ({ behind }) => behind)].flatMap(([address, same]) => {
    if (address === undefined) return same.map((group) => branch(group, room));
    const bridge = facts.pci?.find((device) => device.address === address);
    const mark = marks.get(`pci[${address}]`);
    const inside = trunk(same.map((group) => branch(group, room - 24 - reach)), reach);
    const heading = markup`<tspan class="dim">PCIe switch</tspan> ${fitting(address, room - 120)}`;
    return [{
      block: framed(inside, room, heading, words("device", lookOf(mark))),
      link: bridge ? linkWords(bridge) : {},
      mark,
    }];
  });
}

function trunk(branches: readonly Branch[], reach: number): Block {
  let y = GAP, last = 0;
  const parts = branches.map(({ block, link, mark }) => {
    const look = lookOf(mark);
    const part = markup`<path class="branch ${look}" d="M6 ${y + 18}H${reach}"/><text class="link ${look}" x="11" y="${
      y + 14
    }">${link.width}</text><text class="link" x="11" y="${y + 31}">${link.speed}</text>${shifted(block.svg, reach, y)}`;
    last = y + 18;
    y += block.height + GAP;
    return part;
  });
  return { height: y - GAP, svg: markup`<path class="branch" d="M6 0V${last}"/>${parts}` };
}

/** What is said of the link of a card that is alone; of several each has a box of its own, which shows it. */
function markOf(marks: Marks, { cards }: CardGroup): Mark | undefined {
  return cards.length === 1 ? marks.get(`pci[${cards[0]!.device.address}]`) : undefined;
}
