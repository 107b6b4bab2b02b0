/** The boxes of devices with their ports and disks. */
import type { Disk, Facts } from "../../facts/mod.ts";
import { makerAndModel } from "../machine_name.ts";
import { type Block, type Cell, cells, fitting, framed, line, NOTHING, stack, textWidth } from "./block.ts";
import { type CardGroup, linkOf } from "./cards.ts";
import { lookOf, type Marks } from "./marks.ts";
import { markup } from "./markup.ts";
import { fabricPort, nicPorts, portRows } from "./ports.ts";
import { decimal, linkWords, listed, plural, words } from "./words.ts";

/** A group of identical cards. */
export function groupBox(facts: Facts, marks: Marks, group: CardGroup, width: number): Block {
  const { kind, name, cards } = group;
  const inner = width - 24, count = cards.length > 1 ? `${cards.length} ×` : "";
  const [first, second] = twoLines(name, inner - textWidth(`${kind} ${count} `, 12, true), inner);
  const heading = markup`<tspan class="dim">${kind}</tspan> <tspan class="strong">${count} ${first}</tspan>`;
  const nics = cards.flatMap((card) => card.nics), disks = cards.flatMap((card) => card.disks);
  const ports = cards.flatMap((card) => card.ports);
  const parts = [
    // As close to the first as lines of one name are.
    second === undefined
      ? NOTHING
      : { height: 8, svg: markup`<text y="4"><tspan class="strong">${second}</tspan></text>` },
    nicPorts(facts, marks, nics, inner),
    portRows(ports.map((port) => fabricPort(port, marks)), inner),
    diskRows(disks, marks, inner),
    // Of what has neither ports nor disks each device itself, where there are several or something is said of it.
    nics.length + disks.length + ports.length === 0 ? devices(group, marks, inner) : NOTHING,
  ];
  const mark = cards.length === 1 ? marks.get(`pci[${cards[0]!.device.address}]`) : undefined;
  return framed(stack(parts, 6), width, heading, words("device", lookOf(mark)));
}

/** A name on one line, or on two where it has no room on one. */
function twoLines(name: string, room: number, nextRoom: number): [string, string?] {
  const whole = fitting(name, room, 12, true);
  if (!whole.endsWith("…")) return [whole];
  const end = name.lastIndexOf(" ", whole.length - 1);
  return end <= 0 ? [whole] : [name.slice(0, end), fitting(name.slice(end + 1), nextRoom, 12, true)];
}

/** Each by its address, and with its lanes where something is said of it, or most of the group have others. */
function devices(group: CardGroup, marks: Marks, width: number): Block {
  const { cards } = group, common = linkOf(group).width;
  if (cards.length === 1) return NOTHING;
  const all = cards.map(({ device }): Cell => {
    const mark = marks.get(`pci[${device.address}]`), { width: lanes, speed } = linkWords(device);
    return {
      label: words(device.address.replace(/^0000:/, ""), (mark?.level || lanes !== common) && lanes),
      look: words("plain", lookOf(mark)),
      title: listed(device.address, lanes, speed, ...mark?.notes ?? []),
    };
  });
  return cells(all, width);
}

/** Disks by what they are, in the order of their bays. */
export function diskRows(disks: readonly Disk[], marks: Marks, width: number): Block {
  const kinds = Map.groupBy(disks, (disk) => listed(disk.enclosure, diskKind(disk)));
  // A kind of each size is no order, where nearly every disk has its own.
  const isMixed = kinds.size > 3 && kinds.size * 2 > disks.length;
  const rows = isMixed ? [...Map.groupBy(disks, mediumOf)] : [...kinds];
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

function diskCell(disk: Disk, marks: Marks): Cell {
  const mark = marks.get(`disks[${disk.name}]`);
  return {
    label: disk.bay === undefined ? disk.name : `${disk.bay}`,
    look: words("plain", lookOf(mark)),
    title: listed(
      disk.name,
      disk.bay !== undefined && `bay ${disk.bay}`,
      diskKind(disk),
      disk.serialNumber,
      disk.paths && `${disk.paths.length} paths`,
      ...mark?.notes ?? [],
    ),
  };
}

function bayNumber({ bay }: Disk): number {
  return bay === undefined ? 0 : parseInt(String(bay)) || 0;
}

/** NVMe, SSD or HDD; nothing where no source reports whether it rotates. */
export function mediumOf({ transport, rotational }: Disk): string {
  return transport === "nvme" ? "NVMe" : rotational === undefined ? "" : rotational ? "HDD" : "SSD";
}

function diskKind(disk: Disk): string {
  return listed(words(mediumOf(disk), decimal(disk.sizeBytes)), makerAndModel(disk.vendor, disk.model));
}
