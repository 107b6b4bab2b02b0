/** One thing in which a machine differs from its spec, in words. */
export interface Deviation {
  /** Where in the facts: "memory.dimms[A7].sizeBytes", "memory.dimms". */
  path: string;
  /** What the spec asks for: ">= 3.8 TB", "16 × 64 GiB DDR5". */
  expected: string;
  /** What there is instead: "1.92 TB", "15 of 16; A7 empty", "absent". */
  found: string;
  /** The item of a list that it is about, or that is lacking, by its name: "A7", "sdc". */
  item?: string;
}

/** What is expected of an item that fits no group. */
export const NOTHING_MORE = "nothing more";

/** A deviation in one line: "cpu.sockets: expected 2, found 1"; "disks: unexpected: sdc, 480 GB SSD". */
export function deviationLine({ path, expected, found }: Deviation): string {
  return expected === NOTHING_MORE ? `${path}: ${found}` : `${path}: expected ${expected}, found ${found}`;
}
