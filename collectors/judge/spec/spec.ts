import type { Level } from "../../facts/verdict.ts";
import type { Condition } from "./condition.ts";

/** A spec, ready to be compared with machines. */
export interface Spec {
  name: string;
  /** Which machines it is for; empty: all. */
  match: Expected;
  expect: Expected;
  /** The levels of which there may be no finding. */
  noFindings: ReadonlySet<Level>;
}

/** What is expected at one place in the facts. */
export type Expected =
  | { kind: "value"; condition: Condition }
  /** Each condition is met by a text of the list. */
  | { kind: "texts"; conditions: Condition[] }
  | { kind: "map"; fields: Record<string, Expected> }
  | { kind: "groups"; groups: Group[] };

/** Items of a list that are alike, and how many of them there are to be. */
export interface Group {
  count: { least: number; most: number };
  fields: Record<string, Expected>;
}
