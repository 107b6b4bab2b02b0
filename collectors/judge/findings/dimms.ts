import type { Dimm, Facts } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";

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
  const dimms = memory?.dimms ?? [];
  const alike = Map.groupBy(dimms, ({ locator }) => locator);
  return dimms.flatMap((dimm, i) => {
    const isOnly = alike.get(dimm.locator)!.length === 1;
    const name = dimm.locator !== undefined && isOnly ? dimm.locator : String(i);
    const { sizeBytes } = dimm;
    const isRam = sizeBytes !== undefined && dimm.nonVolatileBytes === undefined &&
      !/non-volatile|flash/i.test(dimm.type ?? "");
    return isRam ? [{ dimm: { ...dimm, sizeBytes }, path: itemPath("memory.dimms", name), name }] : [];
  });
}

/** "16 GiB", "512 MiB". */
export function gibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Number((bytes / 2 ** 30).toFixed(1))} GiB`;
}
