import type { Facts } from "../../facts/mod.ts";

/** The levels of findings, the gravest first. */
export const LEVELS = ["error", "warning", "info"] as const;
/** `error`: broken, or not what it says it is; `warning`: works, but not as built; `info`: worth a look. */
export type Level = (typeof LEVELS)[number];

/** Something that is wrong with a machine whatever it should be. */
export interface Finding {
  /** The rule: "pcie-link", "dimm-mixed". */
  id: string;
  level: Level;
  /** The fact that it is about: "pci[0000:3b:00.0].linkWidth". */
  path: string;
  /** One sentence for a person. */
  message: string;
  /** The facts that it follows from. */
  evidence: Evidence[];
}

export interface Evidence {
  path: string;
  value: string | number | boolean;
}

/** One rule: what it finds in the facts. `before` are those of an earlier collection, for what only grows. */
export type Rule = (facts: Facts, before?: Facts) => Iterable<Finding>;
