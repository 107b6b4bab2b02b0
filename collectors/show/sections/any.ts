/** A section without a form of its own: its facts by their names. */
import { isMap } from "../../values.ts";
import { columns, named, value } from "../layout.ts";
import { heading } from "../words.ts";
import type { View } from "./view.ts";

/** Items with more facts than this are shown one below the other. */
const MOST_COLUMNS = 7;

/** The lines of any JSON value; none of an empty one. */
export function anyLines(facts: unknown, { width }: View): string[] {
  if (Array.isArray(facts)) return facts.every(isMap) ? itemLines(facts, width) : [line(flat(facts), width)];
  if (isMap(facts)) return named(Object.entries(facts).map(([name, each]) => [name, flat(each)]), width);
  return facts === undefined ? [] : [line(flat(facts), width)];
}

function itemLines(items: readonly Record<string, unknown>[], width: number): string[] {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  if (names.length <= MOST_COLUMNS) {
    const rows = items.map((item) => names.map((name) => flat(item[name])));
    return columns(names.map(heading), rows, [], width);
  }
  return items.flatMap((item, i) => {
    const lines = named(Object.entries(item).map(([name, each]) => [name, flat(each)]), width);
    return i === 0 ? lines : ["", ...lines];
  });
}

function line(text: string, width: number): string {
  return `  ${value(text, width)}`;
}

/** A value on one line: lists with commas, what is in something with its names. */
function flat(facts: unknown): string {
  if (Array.isArray(facts)) return facts.map(flat).join(facts.every(isMap) ? "; " : ", ");
  if (isMap(facts)) return Object.entries(facts).map(([name, each]) => `${name} ${flat(each)}`).join(", ");
  if (typeof facts === "boolean") return facts ? "yes" : "no";
  return facts === undefined ? "" : String(facts);
}
