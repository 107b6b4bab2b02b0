/** The `memories` of a GLPI inventory: an entry a slot. */
import type { Dimm, Memory, MemorySlot } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { type GlpiEntry, mebibytes } from "./entry.ts";

/** Every slot, an empty one without a capacity; `numslots` is its number. */
export function glpiMemories({ slots = [], dimms = [], errorCorrection }: Memory): GlpiEntry[] {
  const modules = dimms.values();
  // The modules are those of the populated slots, in the same order.
  const isComplete = slots.filter(({ populated }) => populated).length === dimms.length;
  const places: (Dimm | MemorySlot)[] = isComplete
    ? slots.map((slot) => slot.populated ? modules.next().value! : slot)
    : dimms;
  return places.map((place, i) => ({
    numslots: i + 1,
    ...("populated" in place ? emptySlot(place) : memoryModule(place, errorCorrection)),
  }));
}

function emptySlot({ locator, bank }: MemorySlot): GlpiEntry {
  return prune<GlpiEntry>({ caption: locator, description: bank });
}

function memoryModule(dimm: Dimm, errorCorrection: string | undefined): GlpiEntry {
  return prune<GlpiEntry>({
    caption: dimm.locator,
    description: [dimm.formFactor, dimm.bank].filter((word) => word !== undefined).join(", ") || undefined,
    capacity: mebibytes(dimm.sizeBytes),
    type: dimm.type,
    formfactor: dimm.formFactor,
    speed: dimm.speedMTs === undefined ? undefined : String(dimm.configuredSpeedMTs ?? dimm.speedMTs),
    manufacturer: dimm.manufacturer,
    serialnumber: dimm.serialNumber,
    model: dimm.partNumber,
    memorycorrection: errorCorrection,
  });
}
