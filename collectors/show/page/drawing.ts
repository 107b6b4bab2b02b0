/** The machine as a drawing: sockets with memory and devices, then what belongs to none of them. */
import type { Facts } from "../../facts/mod.ts";
import { type Block, fitting, framed, line, shifted, stack } from "./block.ts";
import { diskRows } from "./boxes.ts";
import { board, looseSlots } from "./board.ts";
import { cardsOf } from "./cards.ts";
import { lookOf, type Marks, pathsOf, worstOf } from "./marks.ts";
import { type Markup, markup } from "./markup.ts";
import { nicPorts, type Port, portRows } from "./ports.ts";
import { drawnSlots, socketOfNode, socketsOf } from "./sockets.ts";
import { tree } from "./tree.ts";
import { deviceName, listed, plural, words } from "./words.ts";

/** The drawing twice from one function, for wide and for narrow screens: the style shows one of them. */
export function drawing(facts: Facts, marks: Marks, id: string): Markup {
  const text = inWords(facts);
  return markup`${svg(facts, marks, { width: 1160, columns: 2, look: "wide" }, text, `${id}-wide`)}${
    svg(facts, marks, { width: 330, columns: 1, look: "narrow" }, text, `${id}-narrow`)
  }`;
}

interface Layout {
  width: number;
  columns: number;
  look: string;
}

const GAP = 12;

function svg(facts: Facts, marks: Marks, layout: Layout, text: string, id: string): Markup {
  const { width, columns, look } = layout, column = columnWidth(layout);
  const { across, single } = panels(facts, marks, layout);
  // Each panel goes to the column that is the shortest so far, and so no column is blank beside a longer one.
  const stacks = Array.from({ length: columns }, () => ({ height: 0, blocks: [] as Block[] }));
  for (const block of single) {
    const shortest = stacks.reduce((a, b) => b.height < a.height ? b : a);
    shortest.blocks.push(block);
    shortest.height += block.height + GAP;
  }
  const below: Block = {
    height: Math.max(0, ...stacks.map((each) => each.height - GAP)),
    svg: markup`${stacks.map(({ blocks }, i) => shifted(stack(blocks, GAP).svg, i * (column + GAP), 0))}`,
  };
  // Sockets that share a row stand above what goes over the whole width.
  const all = across.length > 0 && socketsOf(facts).length > 1
    ? stack([below, ...across], GAP)
    : stack([...across, below], GAP);
  const height = Math.ceil(all.height);
  return markup`<svg class="${look}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">The machine as a drawing</title><desc id="${id}-d">${text}</desc>${all.svg}</svg>`;
}

function columnWidth({ width, columns }: Layout): number {
  return (width - GAP * (columns - 1)) / columns;
}

/** The panels that go over the whole width, and those of one column. */
function panels(facts: Facts, marks: Marks, layout: Layout): { across: Block[]; single: Block[] } {
  const sockets = socketsOf(facts), slots = drawnSlots(facts, sockets), { cards, nics, disks } = cardsOf(facts);
  const of = (socket: number | undefined) =>
    cards.filter(({ device }) => socketOfNode(sockets, device.numaNode) === socket);
  const narrow = columnWidth(layout), inner = narrow - PADDING, wholeInner = layout.width - PADDING;
  const panel: Panel = (block, heading, look = "", width = narrow) => {
    const title = heading === undefined
      ? undefined
      : markup`<tspan class="strong">${fitting(heading, width - PADDING, 12, true)}</tspan>`;
    return framed(block, width, title, words("frame", look));
  };
  const isOne = sockets.length === 1;
  const ofSockets = sockets.map((socket, i) => {
    const own = slots.filter((slot) => slot.socket === i), room = isOne ? wholeInner : inner;
    const top = board(facts, marks, socket, own, room);
    const below = tree(facts, marks, of(i), { width: room, columns: isOne ? layout.columns : 1 });
    return panel(stack([top, below]), undefined, "", isOne ? layout.width : narrow);
  });
  const loose = slots.filter(({ socket }) => socket === undefined), unplaced = of(undefined);
  const rest = [
    nics.length > 0 && panel(nicPorts(facts, marks, nics, inner), "Other network ports"),
    disks.length > 0 && panel(diskRows(disks, marks, inner), "Other disks"),
    bmcPanel(facts, marks, inner, panel),
    powerPanel(facts, marks, inner, panel),
  ].filter((block) => block !== false && block !== undefined);
  const whole = [
    loose.length > 0 &&
    panel(
      looseSlots(loose, marks, wholeInner),
      `Memory: ${plural(loose.length, "slot")}, socket unknown`,
      "",
      layout.width,
    ),
    unplaced.length > 0 && panel(
      tree(facts, marks, unplaced, { width: wholeInner, columns: layout.columns, isUnplaced: true }),
      "PCI devices, socket unknown",
      "",
      layout.width,
    ),
  ].filter((block) => block !== false);
  return isOne
    ? { across: [...ofSockets, ...whole], single: rest }
    : { across: whole, single: [...ofSockets, ...rest] };
}

/** Left and right of what a frame holds, together. */
const PADDING = 24;

type Panel = (block: Block, heading?: string, look?: string, width?: number) => Block;

function bmcPanel(
  { bmc, sources, virtualization }: Facts,
  marks: Marks,
  width: number,
  panel: Panel,
): Block | undefined {
  const level = worstOf(marks, "bmc");
  if (!bmc) {
    if (virtualization?.virtual && !level) return undefined;
    const why = sources.ipmitool?.error ?? "not read";
    return panel(line(markup`<tspan class="dim">${fitting(why, width)}</tspan>`), "BMC", level);
  }
  const name = words("BMC", bmc.manufacturer, bmc.productName, bmc.firmware && `firmware ${bmc.firmware}`);
  const ports = (bmc.channels ?? []).map((channel): Port => ({
    name: `LAN ${channel.number}`,
    isLinked: channel.ip !== undefined,
    says: listed(channel.ipSource, channel.vlanId !== undefined && `VLAN ${channel.vlanId}`),
    ...channel.ip !== undefined && { far: channel.ip },
    mark: marks.get(`bmc.channels[${channel.number}]`),
  }));
  return panel(portRows(ports, width), name, level);
}

function powerPanel({ powerSupplies = [] }: Facts, marks: Marks, width: number, panel: Panel): Block | undefined {
  if (powerSupplies.length === 0) return undefined;
  const paths = pathsOf("powerSupplies", powerSupplies);
  const ports = powerSupplies.map((supply, i): Port => {
    const mark = marks.get(paths[i]!);
    return {
      name: supply.productName ?? supply.location ?? `supply ${i + 1}`,
      isLinked: supply.plugged ?? /^present/i.test(supply.status ?? ""),
      says: listed(
        supply.maxPowerW !== undefined && `${supply.maxPowerW} W`,
        supply.status,
        supply.plugged === false && "not plugged in",
      ),
      mark,
    };
  });
  return panel(portRows(ports, width), "Power supplies");
}

/** What the drawing shows, for who cannot see it; the tables have the details. */
function inWords(facts: Facts): string {
  const sockets = socketsOf(facts), slots = drawnSlots(facts, sockets), { cards } = cardsOf(facts);
  const filled = slots.filter(({ dimm }) => dimm !== undefined).length;
  const byKind = [...Map.groupBy(cards, ({ kind, device }) => `${kind} ${deviceName(device)}`)].slice(0, 20);
  const lines = [
    plural(sockets.length, "CPU socket"),
    slots.length > 0 && `${filled} of ${plural(slots.length, "memory slot")} filled`,
    ...byKind.map(([name, same]) => same.length > 1 ? `${same.length} × ${name}` : name),
    facts.disks && plural(facts.disks.length, "disk"),
    facts.neighbours && `${plural(facts.neighbours.length, "port")} with an LLDP neighbour`,
    facts.bmc && "a BMC",
  ];
  return `${lines.filter((text) => text).join(", ")}. The tables below have the details.`;
}

/** The keys of what the drawing has, and of nothing else. */
export function legend(facts: Facts, marks: Marks): Markup {
  const slots = drawnSlots(facts, socketsOf(facts));
  const isDrawn =
    /^(memory\.dimms|nics|disks|pci|powerSupplies|neighbours|infiniband|fibreChannel|cpu\.packages)\[|^bmc/;
  const has = (look: string) =>
    [...marks].some(([path, mark]) => isDrawn.test(path) && lookOf(mark).split(" ").includes(look));
  const keys: [string, string, boolean][] = [
    [
      "filled",
      "filled, or with a link",
      slots.some(({ dimm }) => dimm) || (facts.nics ?? []).some(({ carrier }) => carrier),
    ],
    [
      "empty",
      "empty, or without a link",
      slots.some(({ dimm }) => !dimm) || (facts.nics ?? []).some(({ carrier }) => !carrier),
    ],
    ["plain", "disk or card", (facts.disks ?? []).length > 0],
    ["error", "error", has("error")],
    ["warning", "warning", has("warning")],
    ["info", "worth a look", has("info")],
    ["came", "new", has("came")],
    ["went", "gone", has("went")],
    ["moved", "moved", has("moved")],
  ];
  return markup`<figcaption>${
    keys.filter(([, , isUsed]) => isUsed).map(([look, text]) => markup`<span class="key ${look}"></span>${text} `)
  }${
    (facts.pci ?? []).some(({ maxLinkWidth }) => maxLinkWidth !== undefined) &&
    markup`<span class="note">On a branch: lanes and PCIe generation of the link, “of” what the device can.</span>`
  }</figcaption>`;
}
