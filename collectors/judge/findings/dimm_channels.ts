import { byName } from "../../values.ts";
import type { Facts } from "../../facts/mod.ts";
import { gibibytes, type RamSlot, ramSlots } from "./dimms.ts";
import type { Finding, Rule } from "./finding.ts";

/**
 * Memory channels that hold different amounts, or an empty one beside filled ones: what lies beyond the smallest is not
 * interleaved over all of them, and slower. The channel stands in what the board calls the slot or its bank (SMBIOS 7.18,
 * Device and Bank Locator): "P0 CHANNEL A", "ChannelB_Dimm1", "P1-DIMMA1". Of boards whose slots tell no more than the
 * processor ("A7" of Dell, "PROC 2 DIMM 3") the processors are compared. It says nothing of boards that name neither,
 * and of several empty channels of one processor, which a smaller order may well have.
 */
export const dimmChannels: Rule = function* (facts) {
  const slots = ramSlots(facts);
  const channels = groupsOf(slots, channelOf);
  const filled = channels?.filter(({ bytes }) => bytes > 0) ?? [];
  const found = uneven(filled, "the memory channels are filled unevenly:") ?? emptyChannel(channels ?? [], facts) ??
    unevenSockets(groupsOf(slots, ({ socket }) => socket) ?? [], facts);
  if (found) yield found;
};

/** Slots that share a channel or a processor. */
interface Group {
  name: string;
  slots: RamSlot[];
  bytes: number;
}

/** In the order of the board; undefined where one slot's name does not tell it. */
function groupsOf(slots: readonly RamSlot[], nameOf: (slot: RamSlot) => string | undefined): Group[] | undefined {
  const groups = Map.groupBy(slots, nameOf);
  if (groups.has(undefined)) return undefined;
  return [...groups].map(([name, slots]) => ({ name: name!, slots, bytes: bytesOf(slots) }));
}

function bytesOf(slots: readonly RamSlot[]): number {
  return slots.reduce((total, { bytes }) => total + bytes, 0);
}

/** The processor's and the channel's name: all that stands before the number of the DIMM in it. */
function channelOf({ bank, locator, socket, channel }: RamSlot): string | undefined {
  for (const text of [bank, locator]) {
    const found = /^.*(?:^|[^a-z])ch(?:annel|an)?[ _-]*(?:[a-z](?![a-z])|\d+)/i.exec(text ?? "")?.[0];
    if (found !== undefined) return found;
  }
  if (channel === undefined) return undefined;
  return socket === undefined ? `channel ${channel}` : `channel ${channel} of processor ${socket}`;
}

/** Groups that hold different amounts; `what` begins the message. */
function uneven(groups: readonly Group[], what: string): Finding | undefined {
  if (groups.length < 2) return undefined;
  const least = groups.reduce((a, b) => b.bytes < a.bytes ? b : a);
  const most = groups.reduce((a, b) => b.bytes > a.bytes ? b : a);
  if (least.bytes === most.bytes) return undefined;
  const empty = emptyTwins(least, most);
  const where = empty.length > 0 ? ` (${empty.join(", ")} empty)` : "";
  const message = `${what} ${least.name} with ${gibibytes(least.bytes)}${where}, ${most.name} with ${
    gibibytes(most.bytes)
  }`;
  return finding(message, [...least.slots, ...most.slots]);
}

/** The empty slots of one group in whose place the other has a DIMM. */
function emptyTwins(least: Group, most: Group): string[] {
  if (least.slots.length !== most.slots.length) return [];
  const twins = inOrder(most.slots);
  return inOrder(least.slots).filter(({ bytes }, i) => bytes === 0 && twins[i]!.bytes > 0).map(({ name }) => name);
}

function inOrder(slots: readonly RamSlot[]): RamSlot[] {
  return slots.toSorted((a, b) => byName(a.name, b.name));
}

/** From so many channels on one that is empty beside filled ones is an oversight, and no smaller order. */
const LEAST_CHANNELS = 4;

/** A channel that is empty, where all others of its processor are filled, or more of another processor's are. */
function emptyChannel(channels: readonly Group[], facts: Facts): Finding | undefined {
  // Where one slot does not tell its processor, the board is taken for one.
  const isTold = channels.every(({ slots }) => slots.every(({ socket }) => socket !== undefined));
  const sockets = [...Map.groupBy(channels, ({ slots }) => isTold ? slots[0]!.socket : undefined)].map((
    [name, all],
  ) => ({
    name,
    all,
    filled: all.filter(({ bytes }) => bytes > 0),
    empty: all.filter(({ bytes }) => bytes === 0),
  })).filter(({ filled }) => filled.length > 0 || hasAllProcessors(facts));
  const alone = sockets.find(({ all, empty }) => empty.length === 1 && all.length >= LEAST_CHANNELS);
  if (alone) {
    const [{ name, slots }] = alone.empty as [Group];
    const where = slots.map(({ name }) => name).join(", ");
    const message = `${name} (${where}) is empty, the ${alone.filled.length} other memory channels are filled`;
    return finding(message, alone.filled.flatMap(({ slots }) => slots));
  }
  const ordered = sockets.toSorted((a, b) => a.filled.length - b.filled.length);
  const [least, most] = [ordered[0], ordered.at(-1)];
  if (!least || !most || least.all.length !== most.all.length || least.filled.length === most.filled.length) {
    return undefined;
  }
  const words = ({ name, all, filled }: typeof least) =>
    `in ${filled.length} of ${all.length} channels of processor ${name}`;
  return finding(
    `memory is ${words(least)}, and ${words(most)}`,
    sockets.flatMap(({ filled }) => filled).flatMap(({ slots }) => slots),
  );
}

/** Processors that have different amounts, or none although they are there. */
function unevenSockets(sockets: readonly Group[], facts: Facts): Finding | undefined {
  const own = hasAllProcessors(facts) ? sockets : sockets.filter(({ bytes }) => bytes > 0);
  return uneven(
    own.map((socket) => ({ ...socket, name: `processor ${socket.name}` })),
    "the processors have different amounts of memory:",
  );
}

/** Whether no socket of the board is empty: an empty one's slots are empty as they should be. */
function hasAllProcessors({ cpu }: Facts): boolean {
  const packages = cpu?.packages ?? [];
  return packages.length > 0 && packages.every(({ populated }) => populated);
}

function finding(message: string, slots: readonly RamSlot[]): Finding {
  return {
    id: "dimm-channels",
    level: "warning",
    path: "memory.dimms",
    message,
    evidence: slots.flatMap(({ path, bytes }) =>
      path && bytes > 0 ? [{ path: `${path}.sizeBytes`, value: bytes }] : []
    ),
  };
}
