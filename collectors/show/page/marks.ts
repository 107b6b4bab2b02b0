/**
 * What is said of each item of the facts: by the findings, by the spec and by a comparison with an earlier collection.
 * Drawing, tables and the list of problems all ask here, so that none of them judges by itself.
 */
import type { Facts } from "../../facts/mod.ts";
import { itemPath, nameOf, resolve, stepsOf } from "../../facts/path.ts";
import { type Change, type Level, LEVELS } from "../../facts/verdict.ts";
import { isMap } from "../../values.ts";

/** What is said of one item. */
export interface Mark {
  /** The gravest of what is said; a deviation from the spec counts as an error. */
  level?: Level;
  /** What came, went, moved or changed since the earlier collection. */
  change?: Change["kind"];
  /** In words. */
  notes: string[];
}

/** Marks by the path of an item ("memory.dimms[A7]", "nics[eth0]") or of a section ("bmc"). */
export type Marks = ReadonlyMap<string, Mark>;

/** What is said of the items of `facts`. */
export function marksOf(facts: Facts, changes: readonly Change[] = []): Marks {
  const marks = new Map<string, Mark>();
  const at = (path: string): Mark => {
    const key = ownPath(path, facts);
    const mark = marks.get(key) ?? { notes: [] };
    marks.set(key, mark);
    return mark;
  };
  const say = (path: string, level: Level, note: string) => {
    const mark = at(path);
    if (mark.level === undefined || LEVELS.indexOf(level) < LEVELS.indexOf(mark.level)) mark.level = level;
    if (!mark.notes.includes(note)) mark.notes.push(note);
  };
  for (const { path, level, message, evidence } of facts.findings ?? []) {
    const about = path.includes("[") ? [path] : oddOnes(facts, evidence.map((one) => one.path));
    for (const each of about.length > 0 ? about : [path]) say(each, level, message);
  }
  for (const { path, item, expected, found } of facts.spec?.deviations ?? []) {
    for (const each of pathsOfDeviation(path, item, facts)) say(each, "error", `spec: ${expected}, found ${found}`);
  }
  for (const { path, kind, text } of changes) {
    const mark = at(path);
    // That an item came or moved is more than that one of its fields changed.
    if (mark.change === undefined || mark.change === "changed") mark.change = itemOf(path) === path ? kind : "changed";
    mark.notes.push(text);
  }
  return marks;
}

/** What a deviation is about: the item of a list, or each of several ("A2, B2"); of a finding its rule is no item. */
function pathsOfDeviation(path: string, item: string | undefined, { findings = [] }: Facts): string[] {
  const [list = "", rest] = path.split("[", 2);
  const isOne = rest !== undefined && !rest.startsWith("]");
  if (isOne || item === undefined || findings.some(({ id }) => id === item)) return [path];
  return item.split(", ").map((name) => itemPath(list, name));
}

/** "memory.dimms[A7]" of "memory.dimms[A7].sizeBytes"; a path without an item stays. */
export function itemOf(path: string): string {
  return /^.*?\](?=[.[]|$)/.exec(path)?.[0] ?? path;
}

/** The paths of the items of a list as the marks have them: by name where no other item has that, else by place. */
export function pathsOf(list: string, items: readonly unknown[]): string[] {
  const names = items.map(nameOf), counts = new Map<string | undefined, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.map((name, i) => itemPath(list, name !== undefined && counts.get(name) === 1 ? name : i));
}

/** The item of a path, or the path where it has none, as `pathsOf` names it. */
function ownPath(path: string, facts: Facts): string {
  const item = itemOf(path);
  const [, list, index] = /^([^[]*)\[(\d+)\]$/.exec(item) ?? [];
  const items = list === undefined ? undefined : resolve(facts, list)?.value;
  // A name of digits alone (a BMC's channel) is none of the places.
  if (!Array.isArray(items) || items.some((each) => nameOf(each) === index)) return item;
  return Number(index) < items.length ? pathsOf(list!, items)[Number(index)]! : item;
}

/**
 * Of the items that a finding about a whole list gives as evidence, those that have another value than most of the list:
 * they are what is to be looked at.
 */
function oddOnes(facts: Facts, paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const item = itemOf(path), field = path.slice(item.length + 1);
    const list = resolve(facts, item.slice(0, item.lastIndexOf("[")))?.value;
    if (item === path || field === "" || !Array.isArray(list)) return false;
    const values = list.filter(isMap).map((each) => each[field]);
    const count = (value: unknown) => values.filter((other) => other === value).length;
    const own = resolve(facts, path)?.value;
    return count(own) * 2 <= values.length && Math.max(...values.map(count)) > count(own);
  });
}

/** What is said of the items of a list or section of this path, all together. */
export function worstOf(marks: Marks, prefix: string): Level | undefined {
  const [section] = stepsOf(prefix);
  const found = [...marks].filter(([path]) => path === section || path.startsWith(prefix)).map(([, { level }]) =>
    level
  );
  return LEVELS.find((level) => found.includes(level));
}

/** What a change is called beside what it is about. */
export const CHANGE_WORDS = { came: "new", went: "gone", moved: "moved", changed: "changed" } as const;

/** The class that a marked item has in drawing and tables. */
export function lookOf(mark: Mark | undefined): string {
  if (mark === undefined) return "";
  return [mark.level, mark.change].filter((name) => name !== undefined).join(" ");
}
