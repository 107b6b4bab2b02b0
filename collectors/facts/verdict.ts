/** What is said of a machine as a whole: whether it is what was ordered, and what is wrong with it. */

/** How a machine compares with the spec that is for it. */
export interface SpecResult {
  /** The spec's name. */
  name: string;
  /** True where there is no deviation. */
  matches: boolean;
  /** Where the machine differs from the spec. */
  deviations: Deviation[];
}

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

/** The levels of findings, the gravest first. */
export const LEVELS = ["error", "warning", "info"] as const;
/** `error`: broken, or not what it says it is; `warning`: works, but not as built; `info`: worth a look. */
export type Level = (typeof LEVELS)[number];

/** Something that is wrong with a machine whatever it should be. */
export interface Finding {
  /** The rule: "pcie-link", "dimm-mixed". */
  id: string;
  /** How grave it is. */
  level: Level;
  /** The fact that it is about: "pci[0000:3b:00.0].linkWidth". */
  path: string;
  /** One sentence for a person. */
  message: string;
  /** The facts that it follows from. */
  evidence: Evidence[];
}

export interface Evidence {
  /** Path of the fact. */
  path: string;
  /** What the fact says. */
  value: string | number | boolean;
}

/** One difference between two collections. */
export interface Change {
  /** `moved`: the same part, known by its serial number or burnt-in MAC, in another place; a cable in another port. */
  kind: "came" | "went" | "moved" | "changed";
  /** The fact: "memory.dimms[A3]", "nics[eth1].carrier". */
  path: string;
  /** In words, as the log has it: "dimm A3 gone", "nic eth1: carrier: true -> false". */
  text: string;
}
