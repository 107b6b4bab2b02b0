import type { Condition } from "./condition.ts";

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
