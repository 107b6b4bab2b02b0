/** A CPU socket with the slots for memory beside it, as they stand on the board. */
import type { Facts } from "../../facts/mod.ts";
import { type Block, fitting, NOTHING, round, shifted, stack, textWidth } from "./block.ts";
import { lookOf, type Marks, worstOf } from "./marks.ts";
import { dimmKind } from "../dimm_kind.ts";
import { markup } from "./markup.ts";
import type { DrawnSlot, Socket } from "./sockets.ts";
import { binary, cpuModel, listed, plural, words } from "./words.ts";

const STICK_HEIGHT = 88, CPU_WIDTH = 190, GAP = 8;
/** Widths of a slot, the nearest to fit is taken; below the least they go on in another row. */
const WIDEST_STICK = 20, LEAST_STICK = 15;
/** Between two channels. */
const CHANNEL_GAP = 6;

/** A socket with its slots: at both sides of it where they have room, else above it. */
export function board(facts: Facts, marks: Marks, socket: Socket, slots: readonly DrawnSlot[], width: number): Block {
  const channels = byChannel(slots), names = shortNames(slots);
  const half = Math.ceil(channels.length / 2), room = (width - CPU_WIDTH) / 2 - GAP;
  const [left, right] = [channels.slice(0, half), channels.slice(half)];
  if (slots.length > 0 && widthOf(left, LEAST_STICK) <= room && widthOf(right, LEAST_STICK) <= room && width > 500) {
    const sides = [sticks(left, names, marks, room), sticks(right, names, marks, room)] as const;
    const middle = (width - CPU_WIDTH) / 2;
    return {
      height: STICK_HEIGHT,
      svg: markup`${shifted(sides[0].svg, round(middle - GAP - sides[0].width), 0)}${
        shifted(cpu(facts, marks, socket, CPU_WIDTH).svg, middle, 0)
      }${shifted(sides[1].svg, middle + CPU_WIDTH + GAP, 0)}`,
    };
  }
  if (slots.length === 0) {
    const least = Math.min(width, CPU_WIDTH);
    return { height: STICK_HEIGHT, svg: shifted(cpu(facts, marks, socket, least).svg, round((width - least) / 2), 0) };
  }
  const row = sticks(channels, names, marks, width);
  const centred = { ...row, svg: shifted(row.svg, round((width - row.width) / 2), 0) };
  return stack([centred, cpu(facts, marks, socket, width)], GAP);
}

/** Slots without a socket. */
export function looseSlots(slots: readonly DrawnSlot[], marks: Marks, width: number): Block {
  return sticks(byChannel(slots), shortNames(slots), marks, width);
}

function byChannel(slots: readonly DrawnSlot[]): DrawnSlot[][] {
  return [...Map.groupBy(slots, ({ channel }, i) => channel ?? i).values()];
}

function widthOf(channels: readonly DrawnSlot[][], stick: number): number {
  const count = channels.reduce((total, channel) => total + channel.length, 0);
  return count * stick + Math.max(0, channels.length - 1) * gapOf(channels);
}

/** Slots that are alone in their channel stand as close as those of one. */
function gapOf(channels: readonly DrawnSlot[][]): number {
  return channels.some(({ length }) => length > 1) ? CHANNEL_GAP : 2;
}

type Names = ReadonlyMap<DrawnSlot, string>;

function sticks(
  channels: readonly DrawnSlot[][],
  names: Names,
  marks: Marks,
  room: number,
): Block & { width: number } {
  if (channels.length === 0) return { ...NOTHING, width: 0 };
  const rows: DrawnSlot[][][] = [];
  for (const channel of channels) {
    const row = rows.at(-1);
    if (row && widthOf([...row, channel], LEAST_STICK) <= room) row.push(channel);
    else rows.push([channel]);
  }
  const widest = rows.reduce((a, b) => widthOf(b, LEAST_STICK) > widthOf(a, LEAST_STICK) ? b : a);
  const count = widest.flat().length;
  const gaps = widthOf(widest, 0);
  const stick = Math.max(LEAST_STICK - 4, Math.min(WIDEST_STICK, (room - gaps) / count));
  const drawn = rows.map((row) => {
    let x = 0;
    const parts = row.flatMap((channel) => {
      const slots = channel.map((slot) => {
        const part = shifted(stickOf(slot, names.get(slot)!, marks, stick), round(x), 0);
        x += stick;
        return part;
      });
      x += gapOf(channels);
      return slots;
    });
    return { height: STICK_HEIGHT, svg: markup`${parts}` };
  });
  return { ...stack(drawn, GAP), width: widthOf(widest, stick) };
}

/** More of a name has no room on a slot beside its size. */
const LONGEST_NAME = 6;

/**
 * The names of the slots of one board without the words that all of them begin with, and without "DIMM" where they are
 * long and differ all the same: the whole name stands in the table.
 */
function shortNames(slots: readonly DrawnSlot[]): Names {
  const [first = "", ...others] = slots.map(({ label }) => label);
  let length = first.length;
  for (const label of others) while (!label.startsWith(first.slice(0, length))) length--;
  // A number or a letter that they share is not cut in two; a capital behind a small letter begins a word.
  const shared = first.slice(0, length);
  const isWord = /[a-z]$/.test(shared) && slots.every(({ label }) => /^[A-Z0-9]/.test(label.slice(length)));
  const words = isWord ? shared : /^.*[^A-Z0-9]|^[A-Z]*DIMM(?=[A-Z]?\d)/i.exec(shared)?.[0] ?? "";
  const names = slots.map(({ label }) => label.slice(words.length) || label);
  const bare = names.map((name) => name.replace(/[ _-]?DIMM[ _-]?/gi, "-").replace(/^-|-$/g, ""));
  const isBare = names.some(({ length }) => length > LONGEST_NAME) &&
    bare.every((name) => name !== "") && new Set(bare).size === new Set(names).size;
  return new Map(slots.map((slot, i) => [slot, (isBare ? bare : names)[i]!]));
}

function stickOf({ label, dimm, path }: DrawnSlot, name: string, marks: Marks, width: number) {
  const mark = marks.get(path);
  const size = binary(dimm?.sizeBytes)?.replace(/iB$/, "");
  const look = words(dimm ? "filled" : "empty", lookOf(mark));
  const title = listed(
    label,
    dimm ? binary(dimm.sizeBytes) : "empty",
    dimm && dimmKind(dimm),
    dimm?.configuredSpeedMTs && `${dimm.configuredSpeedMTs} MT/s`,
    dimm?.partNumber,
    ...mark?.notes ?? [],
  );
  const room = STICK_HEIGHT - 12 - (size ? textWidth(` · ${size}`, 11) : 0);
  return markup`<title>${title}</title><rect class="cell ${look}" x="1" width="${
    round(width - 2)
  }" height="${STICK_HEIGHT}" rx="3"/><text class="in ${look}" transform="translate(${round(width / 2 + 4)} ${
    STICK_HEIGHT - 6
  }) rotate(-90)">${listed(fitting(name, room, 11), size)}</text>`;
}

function cpu({ cpu }: Facts, marks: Marks, { label, package: chip, numaNodes }: Socket, width: number): Block {
  const isEmpty = chip?.populated === false;
  const cores = chip?.coreCount ?? cpu?.coresPerSocket,
    threads = chip?.threadCount ??
      (cores !== undefined && cpu?.threadsPerCore !== undefined ? cores * cpu.threadsPerCore : undefined);
  const model = cpuModel(cpu?.modelName ?? chip?.modelName) ?? cpu?.architecture ?? "";
  const node = numaNodes.length > 0 && `NUMA ${numaNodes.join(", ")}`;
  const level = marks.get(`cpu.packages[${label}]`)?.level ?? worstOf(marks, "cpu.packages") ?? marks.get("cpu")?.level;
  const centre = width / 2;
  const isUnknown = cores === undefined && model === "";
  const content = isEmpty || isUnknown
    ? markup`<text class="dim" x="${centre}" y="56" text-anchor="middle">${
      isEmpty ? "empty socket" : "not read"
    }</text>`
    : markup`<text x="${centre}" y="50" text-anchor="middle"><tspan class="big">${cores ?? "?"}</tspan> ${
      cores === 1 ? "core" : "cores"
    }<tspan class="dim">${
      threads !== undefined && `, ${plural(threads, "thread")}`
    }</tspan></text><text class="dim" x="${centre}" y="74" text-anchor="middle">${fitting(model, width - 12)}</text>`;
  return {
    height: STICK_HEIGHT,
    svg: markup`<rect class="cpu ${(isEmpty || isUnknown) && "unfilled"} ${level}" x="1" y="1" width="${
      width - 2
    }" height="${STICK_HEIGHT - 2}" rx="5"/><text x="${centre}" y="22" text-anchor="middle"><tspan class="strong">${
      fitting(label, width - 90, 12, true)
    }</tspan> <tspan class="dim">${node}</tspan></text>${content}`,
  };
}
