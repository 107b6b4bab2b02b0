/** The boxes of devices at the branches below a socket. */
import type { Disk, Facts } from "../../facts/mod.ts";
import { type Block, type Cell, cells, fitting, framed, line, NOTHING, shifted, stack, textWidth } from "./block.ts";
import type { Card, CardGroup } from "./cards.ts";
import { grouped, linkOf } from "./cards.ts";
import { lookOf, type Mark, type Marks } from "./marks.ts";
import { markup } from "./markup.ts";
import { nicPorts } from "./ports.ts";
import { decimal, linkWords, listed, plural, words } from "./words.ts";

/** What is known of a disk where the kernel tells of its bay; the facts may lack both. */
type BayDisk = Disk & { bay?: number | string; enclosure?: string };

/** Between the trunk and a box: the words of the link. */
const BRANCH = 66;

/** The tree of devices below a socket: a trunk, and a branch to the box of each group. */
export function tree(facts: Facts, marks: Marks, cards: readonly Card[], width: number): Block {
  const groups = grouped(cards);
  const isNested = (group: CardGroup) => group.behind !== undefined;
  const flat = groups.filter((group) => !isNested(group));
  const switches = [...Map.groupBy(groups.filter(isNested), ({ behind }) => behind!)];
  const room = width - BRANCH;
  const branches: Branch[] = [
    ...flat.map((group) => ({
      block: groupBox(facts, marks, group, room),
      link: linkOf(group),
      mark: markOf(marks, group),
    })),
    ...switches.map(([address, inner]) => {
      const bridge = facts.pci?.find((device) => device.address === address);
      const mark = marks.get(`pci[${address}]`);
      const boxes = inner.map((group) => ({
        block: groupBox(facts, marks, group, room - 24 - BRANCH),
        link: linkOf(group),
        mark: markOf(marks, group),
      }));
      const heading = markup`<tspan class="dim">PCIe switch</tspan> ${fitting(address, room - 120)}`;
      return {
        block: framed(trunk(boxes, room - 24), room, heading, words("device", lookOf(mark))),
        link: bridge ? linkWords(bridge) : {},
        mark,
      };
    }),
  ];
  return trunk(branches, width);
}

interface Branch {
  block: Block;
  link: { width?: string; speed?: string };
  mark: Mark | undefined;
}

function trunk(branches: readonly Branch[], _width: number): Block {
  let y = 10, last = 0;
  const parts = branches.map(({ block, link, mark }) => {
    const look = lookOf(mark);
    const part = markup`<path class="branch ${look}" d="M6 ${y + 18}H${BRANCH}"/><text class="link ${look}" x="11" y="${
      y + 14
    }">${link.width}</text><text class="link" x="11" y="${y + 32}">${link.speed}</text>${
      shifted(block.svg, BRANCH, y)
    }`;
    last = y + 18;
    y += block.height + 8;
    return part;
  });
  if (branches.length === 0) return NOTHING;
  return { height: y - 8, svg: markup`<path class="branch" d="M6 0V${last}"/>${parts}` };
}

/** The worst mark of a group's devices, for the branch: what has a mark of its own stands in the box. */
function markOf(marks: Marks, { cards }: CardGroup): Mark | undefined {
  const own = cards.map(({ device }) => marks.get(`pci[${device.address}]`)).filter((mark) => mark !== undefined);
  return own.find(({ level }) => level === "error") ?? own.find(({ level }) => level !== undefined) ?? own[0];
}

/** A group of identical cards. */
export function groupBox(facts: Facts, marks: Marks, group: CardGroup, width: number): Block {
  const { kind, name, cards } = group;
  const inner = width - 24, count = cards.length > 1 ? `${cards.length} × ` : "";
  const room = inner - textWidth(`${kind} ${count}`, 12, true);
  const heading = markup`<tspan class="dim">${kind}</tspan> <tspan class="strong">${count}${
    fitting(name, room, 12, true)
  }</tspan>`;
  const nics = cards.flatMap((card) => card.nics), disks = cards.flatMap((card) => card.disks);
  const parts = [
    nicPorts(facts, marks, nics, inner),
    diskRows(disks, marks, inner),
    // Of what has neither ports nor disks each device itself, where there are several or something is said of it.
    nics.length + disks.length === 0 ? devices(cards, marks, inner) : NOTHING,
  ];
  const mark = cards.length === 1 ? marks.get(`pci[${cards[0]!.device.address}]`) : undefined;
  return framed(stack(parts, 6), width, heading, words("device", lookOf(mark)));
}

function devices(cards: readonly Card[], marks: Marks, width: number): Block {
  if (cards.length === 1) return NOTHING;
  const all = cards.map(({ device }): Cell => {
    const mark = marks.get(`pci[${device.address}]`), { width: lanes, speed } = linkWords(device);
    return {
      label: words(device.address.replace(/^0000:/, ""), mark?.level && lanes),
      look: words("plain", lookOf(mark)),
      title: listed(device.address, lanes, speed, ...mark?.notes ?? []),
    };
  });
  return cells(all, width);
}

/** Disks by what they are, in the order of their bays. */
export function diskRows(disks: readonly Disk[], marks: Marks, width: number): Block {
  const kinds = Map.groupBy(disks as readonly BayDisk[], (disk) => listed(disk.enclosure, diskKind(disk)));
  // A kind of each size is no order, where nearly every disk has its own.
  const isMixed = kinds.size > 3 && kinds.size * 2 > disks.length;
  const rows = isMixed ? [...Map.groupBy(disks as readonly BayDisk[], mediumOf)] : [...kinds];
  return stack(
    rows.map(([kind, same]) =>
      stack([
        line(markup`<tspan class="dim">${fitting(listed(plural(same.length, "disk"), kind), width)}</tspan>`),
        cells(same.toSorted((a, b) => bayNumber(a) - bayNumber(b)).map((disk) => diskCell(disk, marks)), width),
      ], 2)
    ),
    6,
  );
}

function diskCell(disk: BayDisk, marks: Marks): Cell {
  const mark = marks.get(`disks[${disk.name}]`);
  return {
    label: disk.bay === undefined ? disk.name : `${disk.bay}`,
    look: words("plain", lookOf(mark)),
    title: listed(
      disk.name,
      disk.bay !== undefined && `bay ${disk.bay}`,
      diskKind(disk),
      disk.serialNumber,
      ...mark?.notes ?? [],
    ),
  };
}

function bayNumber({ bay }: BayDisk): number {
  return bay === undefined ? 0 : parseInt(String(bay)) || 0;
}

/** NVMe, SSD or hard disk. */
export function mediumOf({ transport, rotational }: Disk): string {
  return transport === "nvme" ? "NVMe" : rotational === undefined ? "disk" : rotational ? "HDD" : "SSD";
}

function diskKind(disk: Disk): string {
  return listed(words(mediumOf(disk), decimal(disk.sizeBytes)), words(disk.vendor, disk.model));
}
