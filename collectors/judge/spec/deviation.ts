import type { Deviation } from "../../facts/verdict.ts";

/** What is expected of an item that fits no group. */
export const NOTHING_MORE = "nothing more";

/** A deviation in one line: "cpu.sockets: expected 2, found 1"; "disks: unexpected: sdc, 480 GB SSD". */
export function deviationLine({ path, expected, found }: Deviation): string {
  return expected === NOTHING_MORE ? `${path}: ${found}` : `${path}: expected ${expected}, found ${found}`;
}
