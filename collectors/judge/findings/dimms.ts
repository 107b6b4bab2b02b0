import type { Dimm, Facts, MemorySlot } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import { namingOf, slotPlace } from "../../facts/memory_slots.ts";

/** A DIMM of RAM, and its path in the facts. */
export interface Placed {
  dimm: Dimm & { sizeBytes: number };
  /** "memory.dimms[A7]" */
  path: string;
  /** "A7", or its place in the list where the board calls several so. */
  name: string;
}

/** The DIMMs that are RAM of a known size: persistent memory has sizes and speeds of its own. */
export function ramDimms({ memory }: Facts): Placed[] {
  const dimms = memory?.dimms ?? [], names = dimmNames(dimms);
  return dimms.flatMap((dimm, i) => {
    const { sizeBytes } = dimm, name = names[i]!;
    return sizeBytes !== undefined && isRam(dimm)
      ? [{ dimm: { ...dimm, sizeBytes }, path: itemPath("memory.dimms", name), name }]
      : [];
  });
}

/** What each is called: by its locator where it alone has it, else by its place in the list. */
function dimmNames(dimms: readonly Dimm[]): string[] {
  const alike = Map.groupBy(dimms, ({ locator }) => locator);
  return dimms.map(({ locator }, i) => locator !== undefined && alike.get(locator)!.length === 1 ? locator : String(i));
}

function isRam({ nonVolatileBytes, type = "", sizeBytes = 0 }: Dimm): boolean {
  if (nonVolatileBytes !== undefined || /non-volatile|flash/i.test(type)) return false;
  // Optane's sizes are those of no DRAM: 126.4 GiB. dmidecode before 3.2 knows neither its type nor what is persistent.
  return type !== "" || sizeBytes < GIB || sizeBytes % GIB === 0;
}

const GIB = 2 ** 30;

/** Whether two speeds are one: firmware rounds 2666 2/3 MT/s up or down. */
export function isOneSpeed(a: number, b: number): boolean {
  return Math.abs(a - b) < 2;
}

/** A slot for RAM: where it is, and how much is in it. */
export interface RamSlot extends MemorySlot {
  /** "A7"; "P0 CHANNEL A DIMM 0" where several are called alike. */
  name: string;
  /** 0 where it is empty, or holds a module that the firmware does not use. */
  bytes: number;
  /** The path of the DIMM in it. */
  path?: string;
}

/**
 * Every slot but those with persistent memory, empty ones included. Where the facts have no slots (schema version 1)
 * those of the DIMMs, which are all filled.
 */
export function ramSlots({ memory, system }: Facts): RamSlot[] {
  const dimms = memory?.dimms ?? [], names = dimmNames(dimms);
  const naming = namingOf(dimms.map(({ locator = "" }) => locator), system?.manufacturer);
  const slots: readonly MemorySlot[] = memory?.slots ?? dimms.map(({ locator, bank }) => ({
    ...locator !== undefined && { locator },
    ...bank !== undefined && { bank },
    populated: true,
    ...slotPlace(locator, bank, naming),
  }));
  const counts = Map.groupBy(slots, ({ locator }) => locator);
  let filled = 0;
  return slots.flatMap((slot, i) => {
    const { locator, bank = "", populated } = slot;
    // The DIMMs are the populated slots, in their order.
    const place = populated ? filled++ : -1, dimm = dimms[place];
    if (dimm && !isRam(dimm)) return [];
    const name = locator === undefined
      ? `slot ${i}`
      : counts.get(locator)!.length === 1
      ? locator
      : `${bank} ${locator}`.trim();
    return [{
      ...slot,
      name,
      bytes: dimm?.sizeBytes ?? 0,
      ...dimm && { path: itemPath("memory.dimms", names[place]!) },
    }];
  });
}

/** "16 GiB", "512 MiB". */
export function gibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Number((bytes / 2 ** 30).toFixed(1))} GiB`;
}
