/** Which module the kernel's counts of memory errors belong to. */
import type { KernelEdacUnit } from "../tools/kernel/edac.ts";
import { byName, prune } from "../values.ts";
import type { MemorySlot } from "./memory_slots.ts";
import { asGiven, type Table } from "./table.ts";

/** Errors that the memory controllers counted since the kernel started, of what is no module that is known. */
export interface MemoryErrors {
  /** The kernel's name: "mc0". */
  controller: string;
  /** The driver's name for it: "Skylake Socket#0 IMC#0", "F17h". */
  controllerName?: string;
  /** What the driver calls the module: "CPU_SrcID#0_MC#0_Chan#0_DIMM#0". Omitted for the controller as a whole. */
  label?: string;
  /** "channel 0 slot 1"; of a module that is counted by rank "csrow 0,1 channel 0". */
  location?: string;
  /** Of the module. */
  sizeBytes?: number;
  /** Errors that did no harm. */
  correctedErrors?: number;
  /** Errors that damaged data. */
  uncorrectedErrors?: number;
}

/** The counts of one module. */
export type ErrorCounts = Pick<MemoryErrors, "correctedErrors" | "uncorrectedErrors">;

/** Every count, once. */
export interface JoinedErrors {
  /** In the order of the slots; undefined for one that nothing is counted of. */
  bySlot: (ErrorCounts | undefined)[];
  rest: MemoryErrors[];
}

/** A module as the controller sees it: one unit, or the ranks on it. */
interface Module {
  units: readonly KernelEdacUnit[];
  controller: string;
  label: string | undefined;
  channel: number | undefined;
  slot: number;
  isCountedByRank: boolean;
  sizeBytes: number | undefined;
}

/** Joins counts and slots: by label, else by place where every module fits, else where it makes no difference. */
export function joinErrors(units: readonly KernelEdacUnit[], slots: readonly MemorySlot[]): JoinedErrors {
  const modules = modulesOf(units);
  const byLabel = new Map(modules.map((module) => [module, slotByLabel(module, slots)]));
  const open = modules.filter((module) => byLabel.get(module) === undefined);
  const controllers = units.filter(({ name, controller }) => name === controller).map(({ name }) => name).sort(byName);
  const byPlace = slotsByPlace(open, controllers, slots, new Set(byLabel.values()));
  const left = open.filter((module) => !byPlace.has(module));
  const inAnyOrder = slotsOfEquals(left, slots, new Set([...byLabel.values(), ...byPlace.values()]));
  const slotOf = (module: Module) => byLabel.get(module) ?? byPlace.get(module) ?? inAnyOrder.get(module);
  const ofSlot = Map.groupBy(modules, (module) => slotOf(module));
  const ofNone = units.filter((unit) =>
    unit.kind === "controller" && (unit.correctedErrors ?? 0) + (unit.uncorrectedErrors ?? 0) > 0
  );
  return {
    bySlot: slots.map((_, i) => {
      const own = ofSlot.get(i)?.flatMap(({ units }) => units);
      return own && countsOf(own);
    }),
    rest: [...(ofSlot.get(undefined) ?? []).map(({ units }) => told(units)), ...ofNone.map((unit) => told([unit]))],
  };
}

/** Two ranks are one module: the rows 2n and 2n + 1 of a channel, or what has one label. */
function modulesOf(units: readonly KernelEdacUnit[]): Module[] {
  const counted = units.filter(({ kind }) => kind !== "controller");
  const labels = Map.groupBy(counted, ({ label }) => label);
  const isOwnLabel = (label: string | undefined) => label !== undefined && !NAMES_RANK.test(label);
  const groups = Map.groupBy(counted, (unit) => {
    const { name, kind, controller, label, location } = unit;
    if (kind === "dimm" || location?.["csrow"] === undefined) return name;
    if (isOwnLabel(label) && labels.get(label)!.length > 1) return `label ${label}`;
    return `${controller} ${location["channel"]} ${location["csrow"] >> 1}`;
  });
  return [...groups.values()].map((own) => {
    const { controller, label, kind, location = {} } = own[0]!;
    const sizes = own.map(({ sizeBytes }) => sizeBytes);
    const isCountedByRank = kind === "rank";
    return {
      units: own,
      controller,
      label: isCountedByRank && !isOwnLabel(label) ? undefined : label,
      channel: location["channel"],
      slot: isCountedByRank ? (location["csrow"] ?? 0) >> 1 : location["slot"] ?? 0,
      isCountedByRank,
      sizeBytes: sizes.includes(undefined) ? undefined : sum(sizes as number[]),
    };
  });
}

/** What drivers call a rank that nobody has given a name: "mc#0csrow#1channel#0". */
const NAMES_RANK = /csrow#\d+/;

/** The one slot that is called so: by its locator, or as ghes_edac does by its bank and its locator. */
function slotByLabel({ label }: Module, slots: readonly MemorySlot[]): number | undefined {
  if (label === undefined) return undefined;
  const wanted = plain(label);
  const called = slots.flatMap(({ locator = "", bank = "" }, i) =>
    [locator, `${bank} ${locator}`, `${locator} ${bank}`].some((name) => plain(name) === wanted) ? i : []
  );
  return called.length === 1 ? called[0] : undefined;
}

/** "DIMM_A1", "DIMM A1" and "A1" are one name. */
function plain(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, "").replace(/^DIMM(?=[A-Z])/, "");
}

/**
 * The slots by socket, channel and place in the channel. Boards name channels in the controllers' order, which is no
 * more than a custom: one module that does not fit, and none is taken to be where it seems to be. Where a controller is
 * read by rank, letters have no order (on AMD A may be channel 1), numbers have.
 */
function slotsByPlace(
  modules: readonly Module[],
  controllers: readonly string[],
  slots: readonly MemorySlot[],
  taken: ReadonlySet<number | undefined>,
): Map<Module, number> {
  const sockets = [...Map.groupBy(slots.map((slot, i) => ({ ...slot, i })), ({ socket }) => socket ?? "")]
    .sort(([a], [b]) => byName(a, b)).map(([_, own]) => channelsOf(own));
  const found = new Map<Module, number>();
  const perSocket = controllers.length / sockets.length;
  if (!Number.isInteger(perSocket)) return found;
  for (const module of modules) {
    const { socket, controller } = socketOf(module, controllers, perSocket);
    const channels = sockets[socket];
    const perController = (channels?.length ?? 0) / perSocket;
    if (!channels || module.channel === undefined || module.channel >= perController) return new Map();
    if (!Number.isInteger(perController)) return new Map();
    const { name, places } = channels[controller * perController + module.channel]!;
    const place = places[module.slot];
    const isOrdered = !module.isCountedByRank || /^\d+$/.test(name);
    if (!place || !isOrdered || !place.populated || taken.has(place.i)) return new Map();
    if (module.sizeBytes !== undefined && place.sizeBytes !== undefined && module.sizeBytes !== place.sizeBytes) {
      return new Map();
    }
    found.set(module, place.i);
  }
  return new Set(found.values()).size === found.size ? found : new Map();
}

/** Where all that is left has the same counts, as none at all, it does not matter which module is in which slot. */
function slotsOfEquals(
  modules: readonly Module[],
  slots: readonly MemorySlot[],
  taken: ReadonlySet<number | undefined>,
): Map<Module, number> {
  const free = slots.flatMap(({ populated }, i) => populated && !taken.has(i) ? i : []);
  const counts = new Set(modules.map(({ units }) => JSON.stringify(countsOf(units))));
  if (free.length !== modules.length || counts.size !== 1) return new Map();
  return new Map(modules.map((module, i) => [module, free[i]!]));
}

interface Channel {
  name: string;
  places: (MemorySlot & { i: number })[];
}

/** The channels of one socket in order, each with its slots in order; none where the name of one slot tells nothing. */
function channelsOf(slots: (MemorySlot & { i: number })[]): Channel[] {
  if (slots.some(({ channel, position }) => channel === undefined || position === undefined)) return [];
  return [...Map.groupBy(slots, ({ channel }) => channel!)].sort(([a], [b]) => byName(a, b))
    .map(([name, places]) => ({ name, places: places.sort((a, b) => a.position! - b.position!) }));
}

/** By the label that Intel's drivers give ("CPU_SrcID#1_MC#0_Chan#2_DIMM#0", once "_Ha#0_"), else by the order. */
function socketOf({ label, controller }: Module, controllers: readonly string[], perSocket: number) {
  const named = /SrcID#(\d+)_(?:MC|Ha)#(\d+)_/.exec(label ?? "");
  if (named && Number(named[2]) < perSocket) return { socket: Number(named[1]), controller: Number(named[2]) };
  const place = controllers.indexOf(controller);
  return { socket: Math.floor(place / perSocket), controller: place % perSocket };
}

/** What nobody knows the module of, in the words of the kernel. */
function told(units: readonly KernelEdacUnit[]): MemoryErrors {
  const { controller, controllerName, label, location = {} } = units[0]!;
  const rows = units.map((unit) => unit.location?.["csrow"]).filter((row) => row !== undefined);
  const words = Object.entries({ ...location, ...rows.length > 0 && { csrow: rows.join(",") } })
    .map(([layer, number]) => `${layer} ${number}`);
  return prune<MemoryErrors>({
    controller,
    controllerName,
    label,
    location: words.length > 0 ? words.join(" ") : undefined,
    sizeBytes: units.every(({ sizeBytes }) => sizeBytes) ? sum(units.map(({ sizeBytes }) => sizeBytes!)) : undefined,
    ...countsOf(units),
  });
}

function countsOf(units: readonly KernelEdacUnit[]): ErrorCounts {
  const of = (key: keyof ErrorCounts) => {
    const counts = units.map((unit) => unit[key]).filter((count) => count !== undefined);
    return counts.length > 0 ? sum(counts) : undefined;
  };
  return prune<ErrorCounts>({ correctedErrors: of("correctedErrors"), uncorrectedErrors: of("uncorrectedErrors") });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const COUNTS = "/sys/devices/system/edac/mc";

/** The counts that belong to no module that is known. */
export const ERRORS: Table<MemoryErrors, MemoryErrors> = asGiven<MemoryErrors, MemoryErrors>({
  controller: COUNTS,
  controllerName: `${COUNTS}/{controller}/mc_name`,
  label: `${COUNTS}/{controller}/*/dimm_label`,
  location: `${COUNTS}/{controller}/*/dimm_location`,
  sizeBytes: `${COUNTS}/{controller}/*/size`,
  correctedErrors: [`${COUNTS}/{controller}/*/dimm_ce_count`, `${COUNTS}/{controller}/ce_noinfo_count`],
  uncorrectedErrors: [`${COUNTS}/{controller}/*/dimm_ue_count`, `${COUNTS}/{controller}/ue_noinfo_count`],
});
