/** The memory, equal DIMMs on one row. */
import type { Dimm, Facts } from "../../facts/mod.ts";
import { columns, named } from "../layout.ts";
import { binary, grouped, list, ranges, rate, times } from "../words.ts";
import { serialOf, type View } from "./view.ts";

/** How much memory there is, in how many slots, and the DIMMs. */
export function memoryLines({ memory }: Facts, view: View): string[] {
  if (!memory) return [];
  const { totalBytes, usableBytes, slotCount, usedSlotCount, errorCorrection, maxCapacityBytes, dimms = [] } = memory;
  const lines = named([[
    "total",
    list(
      totalBytes && `${binary(totalBytes)} installed`,
      usableBytes && `${binary(usableBytes)} usable`,
      slotCount && `${usedSlotCount ?? "unknown"} of ${slotCount} slots used`,
      errorCorrection === "None" ? "no ECC" : errorCorrection,
      maxCapacityBytes && `at most ${binary(maxCapacityBytes)}`,
    ),
  ]], view.width);
  return [...lines, ...dimmRows(dimms, view)];
}

const HEADINGS = ["SLOT", "BANK", "SIZE", "TYPE", "SPEED", "MANUFACTURER", "PART", "SERIAL"];

function dimmRows(dimms: readonly Dimm[], { width, isLong }: View): string[] {
  const locators = dimms.map(({ locator = "-" }) => locator);
  // Boards of AMD's and Oracle's call the first DIMM of every channel, or processor, the same.
  const isAmbiguous = new Set(locators).size < dimms.length;
  const facts = (dimm: Dimm) => [
    dimm.sizeBytes === undefined ? undefined : binary(dimm.sizeBytes),
    dimm.type,
    rate(dimm.configuredSpeedMTs ?? dimm.speedMTs, "MT/s"),
    dimm.manufacturer,
    dimm.partNumber,
  ];
  const groups = grouped(dimms, (dimm) => JSON.stringify(isLong ? dimm : facts(dimm)));
  const rows = groups.map(({ item, places }) => {
    const [size, ...others] = facts(item);
    return [
      isAmbiguous ? distinct(places.map((place) => locators[place])) : ranges(places, locators, " … "),
      isAmbiguous ? distinct(places.map((place) => dimms[place]!.bank)) : undefined,
      times(places, size),
      ...others,
      serialOf(places.map((place) => dimms[place]!)),
    ];
  });
  return columns(HEADINGS, rows, ["MANUFACTURER"], width);
}

/** The names without repetitions, runs of them by their ends. */
function distinct(names: readonly (string | undefined)[]): string {
  const all = [...new Set(names)].filter((name) => name !== undefined);
  return ranges([...all.keys()], all, " … ");
}
