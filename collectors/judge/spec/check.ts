/** Compares facts with what a spec expects. */
import type { Facts } from "../../facts/mod.ts";
import type { Deviation } from "../../facts/verdict.ts";
import { itemPath } from "../../facts/path.ts";
import { isMap } from "../../values.ts";
import type { Scalar } from "./condition.ts";
import { NOTHING_MORE } from "./deviation.ts";
import type { Expected, Group } from "./spec.ts";
import { assign } from "./groups.ts";
import { type Item, itemLabels, itemNames, itemsOf, itemText, listed, NAMING_FIELDS } from "./items.ts";
import { whyUnread } from "./sources.ts";
import { quantityText } from "./units.ts";

/** What differs from `expected`, in its order; empty where all of it holds. */
export function check(expected: Expected, facts: Facts): Deviation[] {
  return [...differences(expected, facts, "", facts)];
}

function* differences(expected: Expected, value: unknown, path: string, facts: Facts): Generator<Deviation> {
  switch (expected.kind) {
    case "map":
      for (const [name, inner] of Object.entries(expected.fields)) {
        yield* differences(
          inner,
          isMap(value) ? value[name] : undefined,
          path === "" ? name : `${path}.${name}`,
          facts,
        );
      }
      return;
    case "groups": {
      const unread = value === undefined ? whyUnread(facts, path) : undefined;
      if (unread === undefined) return yield* groupDifferences(expected.groups, itemsOf(value), path, facts);
      return yield { path, expected: expected.groups.map(groupWords).join("; ") || NOTHING, found: unread };
    }
    case "texts":
      for (const { text, test } of expected.conditions) {
        const isMet = Array.isArray(value) && value.some((each) => test(each));
        if (!isMet) yield { path, expected: text, found: foundText(value, text, path, facts) };
      }
      return;
    case "value": {
      const { text, test } = expected.condition;
      // Of what may be absent, too, it is not known whether it is.
      const isMet = test(scalarOf(value)) && (value !== undefined || whyUnread(facts, path) === undefined);
      if (!isMet) yield { path, expected: text, found: foundText(value, text, path, facts) };
    }
  }
}

/** Maps and lists are asked only whether they are there. */
function scalarOf(value: unknown): Scalar {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === undefined ? undefined : true;
}

function foundText(value: unknown, expected: string, path: string, facts: Facts): string {
  if (value === undefined) return whyUnread(facts, path) ?? "absent";
  if (Array.isArray(value)) return value.every((each) => typeof each === "string") ? value.join(" ") : "present";
  if (isMap(value)) return "present";
  if (typeof value !== "number") return String(value);
  // In the field's own unit where the spec is, and where rounding would hide the difference.
  const text = /[a-z]/i.test(expected) ? quantityText(path, value) : String(value);
  return text === expected ? String(value) : text;
}

/** What an item lacks of a group; `rest` is the path from the item on: ".sizeBytes". */
interface Failure {
  rest: string;
  expected: string;
  found: string;
}

/** An item that is nearly what a group asks for: by name for paths, and in words. */
interface Wrong {
  name: string;
  label: string;
  failure: Failure;
}

function* groupDifferences(groups: Group[], items: Item[], path: string, facts: Facts): Generator<Deviation> {
  const names = itemNames(items), labels = itemLabels(items), places = names.map((name) => itemPath(path, name));
  const failures = groups.map((group) => items.map((item, i) => failing(group, item, places[i]!, facts)));
  const groupOf = assign(
    groups.map(({ count }) => count),
    failures.map((row) => row.map(({ length }) => length === 0)),
  );
  const left = new Set(items.keys().filter((item) => groupOf[item] === undefined));
  const lacking = groups.map(({ count }, g) => count.least - groupOf.filter((group) => group === g).length);
  // An item that is nearly what is lacking is told by what is wrong with it: first what is in the lacking one's place.
  const wrong: Wrong[] = [];
  for (const choose of [itemInPlace, nearestItem]) {
    for (const [g, group] of groups.entries()) {
      while (lacking[g]! > 0) {
        const near = choose(group, failures[g]!, left, items);
        if (near === undefined) break;
        left.delete(near);
        lacking[g]!--;
        for (const failure of failures[g]![near]!) {
          const of = { name: names[near]!, label: labels[near]! };
          wrong.push({ ...of, failure: withFreePlaces(failure, group, items) });
        }
      }
    }
  }
  yield* together(wrong, path);
  for (const [g, group] of groups.entries()) {
    if (lacking[g]! > 0) yield lackingDeviation({ group, lacking: lacking[g]!, items, path, facts });
  }
  for (const [text, alike] of Map.groupBy(left, (i) => itemText(path, items[i]!))) {
    const words = [listed(alike.map((i) => labels[i]!)), text].filter(Boolean).join(", ");
    const item = alike.map((i) => names[i]).join(", ");
    yield { path, expected: NOTHING_MORE, found: `unexpected: ${words}`, item };
  }
}

/** What of a group the item at `place` does not have. */
function failing({ fields }: Group, item: Item, place: string, facts: Facts): Failure[] {
  return [...differences({ kind: "map", fields }, item, place, facts)]
    .map(({ path, expected, found }) => ({ rest: path.slice(place.length), expected, found }));
}

/** Of an item in a place that the group does not name, the places that are free, and not all that are named. */
function withFreePlaces(failure: Failure, { fields }: Group, items: Item[]): Failure {
  const field = failure.rest.slice(1);
  const free = NAMING_FIELDS.includes(field) ? freePlaces(fields[field], field, items) : [];
  return free.length > 0 ? { ...failure, expected: free.join(" or ") } : failure;
}

/** The names that `expected` lists and no item has. */
function freePlaces(expected: Expected | undefined, field: string, items: Item[]): string[] {
  return valuesOf(expected)?.filter((name) => !items.some((item) => String(item[field]) === name)) ?? [];
}

/** One deviation for all items of which the same is wrong. */
function* together(wrong: readonly Wrong[], path: string): Generator<Deviation> {
  for (const alike of Map.groupBy(wrong, ({ failure }) => JSON.stringify(failure)).values()) {
    const { name, failure: { rest, expected, found } } = alike[0]!;
    const names = alike.map(({ name }) => name).join(", ");
    const at = alike.length === 1 ? itemPath(path, name) : `${path}[]`;
    const which = listed(alike.map(({ label }) => label));
    yield { path: at + rest, expected, found: alike.length === 1 ? found : `${found} (${which})`, item: names };
  }
}

/** Of the items that are left one in a place that the group names. */
function itemInPlace({ fields }: Group, _: Failure[][], left: ReadonlySet<number>, items: Item[]): number | undefined {
  for (const field of NAMING_FIELDS) {
    const wanted = valuesOf(fields[field]);
    if (wanted) return [...left].find((i) => wanted.includes(String(items[i]![field])));
  }
  return undefined;
}

/** Of the items that are left the one that most of the group is true of: half of it at least, or what it is. */
function nearestItem({ fields }: Group, failures: Failure[][], left: ReadonlySet<number>): number | undefined {
  const names = Object.keys(fields);
  const most = names.length === 1 && !PLAIN.has(names[0]!) ? 1 : names.length / 2;
  return [...left].filter((i) => failures[i]!.length <= most)
    .sort((a, b) => failures[a]!.length - failures[b]!.length)[0];
}

/** The only texts that are expected, where it is so simple. */
function valuesOf(expected: Expected | undefined): readonly string[] | undefined {
  return expected?.kind === "value" ? expected.condition.values : undefined;
}

interface Lack {
  group: Group;
  lacking: number;
  items: Item[];
  path: string;
  facts: Facts;
}

function lackingDeviation(lack: Lack): Deviation {
  const { group, lacking, path } = lack;
  const { least } = group.count;
  const names = emptyNames(lack);
  const where = names.length > 0 ? `${listed(names)} ${path === "memory.dimms" ? "empty" : "missing"}; ` : "";
  return {
    path,
    expected: groupWords(group),
    found: `${where}${least - lacking} of ${least}`,
    ...names.length > 0 && { item: names.join(", ") },
  };
}

/** What is expected of a list without groups. */
const NOTHING = "none";

/** "16 × 64 GiB, DDR5" */
function groupWords(group: Group): string {
  const { least, most } = group.count;
  const many = most === least ? String(least) : most === Infinity ? `${least} or more` : `${least} to ${most}`;
  const text = groupText(group);
  return text === "" ? many : `${many} × ${text}`;
}

/** Where an item is lacking: what the group names and nothing is called, else the machine's slots without a DIMM. */
function emptyNames({ group, lacking, items, path, facts }: Lack): string[] {
  for (const field of NAMING_FIELDS) {
    const missing = freePlaces(group.fields[field], field, items);
    // A bay is numbered only.
    if (missing.length === lacking) return field === "bay" ? missing.map((name) => `bay ${name}`) : missing;
  }
  const empty = path === "memory.dimms" ? emptySlots(facts) : [];
  return empty.length === lacking ? empty : [];
}

function emptySlots({ memory }: Facts): string[] {
  const { slots } = (memory ?? {}) as { slots?: unknown };
  return itemsOf(slots).flatMap(({ populated, locator }) =>
    populated === false && typeof locator === "string" ? [locator] : []
  );
}

/** Fields whose value says what an item is, without the field's name. */
const PLAIN = new Set(
  "sizeBytes type model product productName modelName vendor manufacturer partNumber transport".split(" "),
);

/** What a group asks for: "64 GiB DDR5 configuredSpeedMTs >= 4800". */
function groupText({ fields }: Group): string {
  return Object.entries(fields).flatMap(([name, expected]): string[] => {
    // Where each of them is says nothing of what they are.
    if (NAMING_FIELDS.includes(name)) return [];
    switch (expected.kind) {
      case "value":
        return [PLAIN.has(name) ? expected.condition.text : `${name} ${expected.condition.text}`.replace(/ true$/, "")];
      case "texts":
        return [`${name} ${expected.conditions.map(({ text }) => text).join(" ")}`];
      case "map":
        return [`${name} ${groupText({ count: { least: 1, most: 1 }, fields: expected.fields })}`];
      case "groups":
        return [name];
    }
  }).join(", ");
}
