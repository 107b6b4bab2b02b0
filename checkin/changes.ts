/** The differences between two collections as lines for the log: "dimm A3 gone". */
import { equal } from "@std/assert/equal";
import { stableFacts } from "../collectors/facts/change.ts";
import type { Facts, Neighbour } from "../collectors/facts/mod.ts";
import { isMap } from "../collectors/values.ts";

/** The most lines: a new mainboard changes everything. */
const MOST_LINES = 30;

/** Sections that say again, in a tool's own words, what others say; and those that say nothing of the machine. */
const UNSAID = new Set(["sources", "hardware", "schemaVersion", "agentVersion"]);
const RAW_LISTS = new Set(["lscpu", "fields", "logical"]);

/** Lists whose entries have a name: what an entry is called, and which of its fields name it. */
const NAMED: Record<string, [noun: string, ...fields: string[]]> = {
  dimms: ["dimm", "locator", "bank"],
  packages: ["cpu", "socket"],
  disks: ["disk", "name"],
  nics: ["nic", "name"],
  interfaces: ["interface", "name"],
  lldp: ["lldp", "interface"],
  pci: ["pci device", "address"],
  gpus: ["gpu", "address"],
  slots: ["slot", "designation"],
  powerSupplies: ["power supply", "location", "name"],
  partitions: ["partition", "name"],
  channels: ["bmc channel", "number"],
  frus: ["fru", "id"],
  addresses: ["address", "address"],
};

/** One line for each difference that a person would name. Empty where only what changes by itself did. */
export function describeChanges(factsBefore: Facts, factsAfter: Facts): string[] {
  const before = stableFacts(factsBefore) as Partial<Facts>, after = stableFacts(factsAfter) as Partial<Facts>;
  const lines = [...neighbourChanges(before.neighbours ?? [], after.neighbours ?? [])];
  for (const section of keysOf(before, after)) {
    if (UNSAID.has(section) || section === "neighbours") continue;
    compare("", section, before[section as keyof Facts], after[section as keyof Facts], lines);
  }
  return lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} changes more`]
    : lines;
}

/** `owner` is the named entry that `path` is within, if any: "nic eth1". */
function compare(owner: string, path: string, before: unknown, after: unknown, lines: string[]): void {
  if (equal(before, after)) return;
  const key = path.split(".").at(-1)!;
  if (RAW_LISTS.has(key)) return;
  const named = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
  if (named && isListOfMaps(before ?? []) && isListOfMaps(after ?? [])) {
    return compareNamed(owner, named, (before ?? []) as Entry[], (after ?? []) as Entry[], lines);
  }
  if (isMap(before) && isMap(after)) {
    for (const inner of keysOf(before, after)) compare(owner, `${path}.${inner}`, before[inner], after[inner], lines);
    return;
  }
  const what = owner ? `${owner}: ${path}` : path;
  if (isListOfTexts(before) && isListOfTexts(after)) {
    const gone = before.filter((text) => !after.includes(text)), came = after.filter((text) => !before.includes(text));
    lines.push(
      `${what}: ${[...gone.map((text) => `-${text}`), ...came.map((text) => `+${text}`)].join(" ") || "reordered"}`,
    );
  } else if (before === undefined || after === undefined) {
    const value = before ?? after;
    lines.push(
      `${what}${isMap(value) || Array.isArray(value) ? "" : ` ${show(value)}`} ${
        before === undefined ? "new" : "gone"
      }`,
    );
  } else {
    lines.push(`${what}: ${show(before)} -> ${show(after)}`);
  }
}

type Entry = Record<string, unknown>;

function compareNamed(
  owner: string,
  [noun, ...fields]: [string, ...string[]],
  before: Entry[],
  after: Entry[],
  lines: string[],
): void {
  const prefix = owner ? `${owner}: ` : "";
  const old = byName(before, fields), now = byName(after, fields);
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const was = old.get(name), is = now.get(name);
    const called = `${prefix}${noun} ${name}`;
    if (!was || !is) lines.push(`${called} ${was ? "gone" : "new"}`);
    else for (const key of keysOf(was, is)) compare(called, key, was[key], is[key], lines);
  }
}

/** Entries by the first of `fields` that they have; two of one name are distinguished by their order. */
function byName(entries: Entry[], fields: string[]): Map<string, Entry> {
  const named = new Map<string, Entry>();
  entries.forEach((entry, index) => {
    const field = fields.find((field) => entry[field] !== undefined);
    const name = field === undefined ? `number ${index + 1}` : String(entry[field]);
    let unique = name;
    for (let count = 2; named.has(unique); count++) unique = `${name} (${count})`;
    named.set(unique, entry);
  });
  return named;
}

/** LLDP neighbours by what matters to who cabled them: switch and port. */
function* neighbourChanges(before: Neighbour[], after: Neighbour[]): Generator<string> {
  const at = (list: Neighbour[], name: string) => list.find((neighbour) => neighbour.interface === name);
  for (const name of new Set([...before, ...after].map((neighbour) => neighbour.interface))) {
    const was = at(before, name), is = at(after, name);
    if (!was || !is) {
      yield `${name}: switch port ${switchPort((was ?? is)!).join(" ")} ${was ? "gone" : "new"}`;
      continue;
    }
    const [oldSwitch, oldPort] = switchPort(was), [newSwitch, newPort] = switchPort(is);
    if (oldSwitch !== newSwitch) {
      yield `${name}: switch port ${oldSwitch} ${oldPort} -> ${newSwitch} ${newPort}`;
    } else if (oldPort !== newPort) {
      yield `${name}: switch port ${oldSwitch} ${oldPort} -> ${newPort}`;
    } else {
      const lines: string[] = [];
      for (const key of keysOf(was, is)) {
        compare(name, `neighbour.${key}`, was[key as keyof Neighbour], is[key as keyof Neighbour], lines);
      }
      yield* lines;
    }
  }
}

function switchPort({ systemName, chassisId, portId }: Neighbour): [string, string] {
  return [systemName ?? chassisId?.value ?? "unnamed", portId?.value ?? "unnamed"];
}

function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

function isListOfMaps(value: unknown): value is Entry[] {
  return Array.isArray(value) && value.every(isMap);
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function show(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
