/** The memory, equal DIMMs on one row. */
import type { Dimm, Facts } from "../../facts/mod.ts";
import { dimmKind } from "../dimm_kind.ts";
import { columns, named } from "../layout.ts";
import { clean } from "../text.ts";
import { binary, count, grouped, list, ranges, rate, times } from "../words.ts";
import { serialOf, type View } from "./view.ts";

/** How much memory there is, in how many slots, and the DIMMs. */
export function memoryLines({ memory }: Facts, view: View): string[] {
  if (!memory) return [];
  const { totalBytes, usableBytes, slotCount, usedSlotCount, errorCorrection, maxCapacityBytes, dimms = [], slots } =
    memory;
  const persistentBytes = dimms.reduce((sum, { nonVolatileBytes = 0 }) => sum + nonVolatileBytes, 0);
  // Where several slots have one name, it names none.
  const isNamed = new Set(slots?.map(({ locator }) => locator)).size === slots?.length;
  const empty = isNamed ? slots.filter(({ populated }) => !populated) : [];
  const lines = named([[
    "total",
    list(
      totalBytes && `${binary(totalBytes)} installed`,
      persistentBytes > 0 ? `${binary(persistentBytes)} persistent` : undefined,
      usableBytes && `${binary(usableBytes)} usable`,
      slotCount && slotsUsed(slotCount, usedSlotCount),
      errorCorrection === "None" ? "no ECC" : errorCorrection,
      maxCapacityBytes && `at most ${binary(maxCapacityBytes)}`,
    ),
  ], ["empty", empty.length > 0 ? namesOf("locator", empty, slots ?? []) : undefined]], view.width);
  return [...lines, ...dimmRows(dimms, slots, view)];
}

function slotsUsed(slots: number, used: number | undefined): string {
  return used === undefined ? count(slots, "slot")! : `${used} of ${slots} slots used`;
}

const HEADINGS = ["SLOT", "BANK", "SIZE", "TYPE", "SPEED", "MANUFACTURER", "PART", "ERRORS", "SERIAL"];

/** A module, or a slot that may be empty. */
type Placed = Pick<Dimm, "locator" | "bank">;

function dimmRows(dimms: readonly Dimm[], slots: readonly Placed[] = dimms, { width, isLong }: View): string[] {
  // Boards of AMD's and Oracle's call the first DIMM of every channel, or processor, the same.
  const isAmbiguous = new Set(dimms.map(({ locator }) => locator)).size < dimms.length;
  const facts = (dimm: Dimm) => [
    dimm.sizeBytes === undefined ? undefined : binary(dimm.sizeBytes),
    dimmKind(dimm),
    rate(dimm.configuredSpeedMTs ?? dimm.speedMTs, "MT/s"),
    dimm.manufacturer,
    dimm.partNumber,
    errorsOf(dimm),
  ];
  const groups = grouped(dimms, (dimm) => JSON.stringify(isLong ? dimm : facts(dimm)));
  const rows = groups.map(({ item, places }) => {
    const [size, ...others] = facts(item);
    return [
      namesOf("locator", places.map((place) => dimms[place]!), slots),
      isAmbiguous ? namesOf("bank", places.map((place) => dimms[place]!), slots) : undefined,
      times(places, size),
      ...others,
      serialOf(places.map((place) => dimms[place]!)),
    ];
  });
  return columns(HEADINGS, rows, ["MANUFACTURER"], width);
}

/** "12 corrected, 1 uncorrected" */
function errorsOf({ correctedErrors, uncorrectedErrors }: Dimm): string | undefined {
  const told = (count: number | undefined, kind: string) => count ? `${count} ${kind}` : undefined;
  return list(told(correctedErrors, "corrected"), told(uncorrectedErrors, "uncorrected"));
}

/** Where the modules are; a run of names is one of slots that lie beside each other, none empty between them. */
function namesOf(key: "locator" | "bank", dimms: readonly Placed[], slots: readonly Placed[]): string {
  const name = (slot: Placed) => clean(slot[key] ?? "-");
  const names = new Set(dimms.map(name));
  // Where only the modules are known, or under other names, their own order.
  const all = [...new Set([...slots.map(name), ...names])];
  return ranges([...names].map((name) => all.indexOf(name)), all, " … ");
}
