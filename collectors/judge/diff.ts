/** What differs between two collections of a machine: what came, went, moved and changed, in words for people. */
import { equal } from "@std/assert/equal";
import { stableFacts } from "../facts/change.ts";
import type { Facts, Neighbour } from "../facts/mod.ts";
import { itemPath } from "../facts/path.ts";
import type { Change } from "../facts/verdict.ts";
import { isMap } from "../values.ts";

/** A change with the values. */
export interface Difference extends Change {
  /** What was there; of what moved, where it was. Absent where it came. */
  before?: unknown;
  /** What is there now; of what moved, where it is. Absent where it went. */
  after?: unknown;
}

/** Sections that say again, in a tool's own words, what others say; and those that say nothing of the machine. */
const UNSAID = new Set("sources hardware schemaVersion agentVersion spec findings raw changes".split(" "));
const RAW_LISTS = new Set(["lscpu", "fields", "logical"]);

/** A list whose entries have a name. */
interface Named {
  /** What an entry is called in words. */
  noun: string;
  /** Which of its fields name it. */
  fields: readonly string[];
  /** The field that an entry keeps wherever it is put. */
  own?: "serialNumber" | "permanentMac";
}

const NAMED: Readonly<Record<string, Named>> = {
  dimms: { noun: "dimm", fields: ["locator", "bank"], own: "serialNumber" },
  packages: { noun: "cpu", fields: ["socket"], own: "serialNumber" },
  disks: { noun: "disk", fields: ["name"], own: "serialNumber" },
  nics: { noun: "nic", fields: ["name"], own: "permanentMac" },
  interfaces: { noun: "interface", fields: ["name"] },
  lldp: { noun: "lldp", fields: ["interface"] },
  pci: { noun: "pci device", fields: ["address"] },
  gpus: { noun: "gpu", fields: ["address"] },
  slots: { noun: "slot", fields: ["designation", "locator"] },
  powerSupplies: { noun: "power supply", fields: ["location", "productName"], own: "serialNumber" },
  partitions: { noun: "partition", fields: ["name"] },
  channels: { noun: "bmc channel", fields: ["number"] },
  frus: { noun: "fru", fields: ["id"] },
  users: { noun: "bmc user", fields: ["id"] },
  addresses: { noun: "address", fields: ["address"] },
  ipv6: { noun: "address", fields: ["address"] },
  infiniband: { noun: "infiniband port", fields: ["name"] },
  fibreChannel: { noun: "fibre channel port", fields: ["wwpn", "name"] },
  iscsi: { noun: "iscsi initiator", fields: ["initiatorName", "name"] },
  sessions: { noun: "iscsi session", fields: ["targetName", "name"] },
  routes: { noun: "default route", fields: ["interface"] },
  usb: { noun: "usb device", fields: ["address"], own: "serialNumber" },
  firmwares: { noun: "firmware", fields: ["component"] },
  onboardDevices: { noun: "onboard device", fields: ["designation", "type"] },
  managementHosts: { noun: "management host", fields: ["interfaceType"] },
  edac: { noun: "memory controller", fields: ["label", "controller"] },
  caches: { noun: "cache of level", fields: ["level"] },
  numaNodes: { noun: "numa node", fields: ["id"] },
  vulnerabilities: { noun: "vulnerability", fields: ["name"] },
  paths: { noun: "path", fields: ["name"] },
};

/** Fields that say where an entry is: of one that moved they are no news. */
const PLACES = new Set(
  ("locator bank socket name path location interface hctl busAddress controller byId byPath slot bay enclosure " +
    "pciAddress address numaNode bootInterface channel position").split(" "),
);

type Entry = Record<string, unknown>;

/** Where a comparison is: the named entry that it is within ("nic eth1"), the path from there on, and in the facts. */
interface Place {
  owner: string;
  name: string;
  path: string;
}

/** Each difference that a person would name. Empty where only what changes by itself did. */
export function changes(factsBefore: Facts, factsAfter: Facts): Difference[] {
  const before = stableFacts(factsBefore) as Entry, after = stableFacts(factsAfter) as Entry;
  const all = [...neighbourChanges((before.neighbours ?? []) as Neighbour[], (after.neighbours ?? []) as Neighbour[])];
  for (const section of keysOf(before, after)) {
    if (UNSAID.has(section) || section === "neighbours") continue;
    all.push(...compare({ owner: "", name: section, path: section }, before[section], after[section]));
  }
  return all;
}

function* compare({ owner, name, path }: Place, before: unknown, after: unknown): Generator<Difference> {
  if (equal(before, after)) return;
  const key = name.split(".").at(-1)!;
  // What is in a slot of memory, the DIMMs say.
  if (RAW_LISTS.has(key) || path === "memory.slots") return;
  const named = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
  if (named && isListOfMaps(before ?? []) && isListOfMaps(after ?? [])) {
    return yield* compareNamed(owner, path, named, (before ?? []) as Entry[], (after ?? []) as Entry[]);
  }
  if (isMap(before) && isMap(after)) {
    for (const inner of keysOf(before, after)) {
      const place = { owner, name: `${name}.${inner}`, path: `${path}.${inner}` };
      yield* compare(place, before[inner], after[inner]);
    }
    return;
  }
  const what = owner ? `${owner}: ${name}` : name;
  if (isListOfTexts(before) && isListOfTexts(after)) {
    yield { kind: "changed", path, text: `${what}: ${listChange(before, after)}`, before, after };
  } else if (before === undefined || after === undefined) {
    const value = before ?? after;
    const text = `${what}${isMap(value) || Array.isArray(value) ? "" : ` ${show(value)}`}`;
    yield before === undefined
      ? { kind: "came", path, text: `${text} new`, after }
      : { kind: "went", path, text: `${text} gone`, before };
  } else yield { kind: "changed", path, text: `${what}: ${show(before)} -> ${show(after)}`, before, after };
}

function* compareNamed(
  owner: string,
  path: string,
  named: Named,
  before: Entry[],
  after: Entry[],
): Generator<Difference> {
  const prefix = owner ? `${owner}: ` : "";
  const old = byName(before, named.fields), now = byName(after, named.fields);
  for (const { from, to, mark } of movesOf(old, now, named)) {
    const [was, is] = [old.get(from)!, now.get(to)!];
    old.delete(from);
    now.delete(to);
    yield {
      kind: "moved",
      path: itemPath(path, to),
      text: `${prefix}${named.noun} ${from} moved to ${to} (${mark})`,
      before: from,
      after: to,
    };
    for (const key of keysOf(was, is)) {
      if (PLACES.has(key)) continue;
      const place = { owner: `${prefix}${named.noun} ${to}`, name: key, path: `${itemPath(path, to)}.${key}` };
      yield* compare(place, was[key], is[key]);
    }
  }
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const was = old.get(name), is = now.get(name);
    const called = `${prefix}${named.noun} ${name}`, at = itemPath(path, name);
    if (!was) yield { kind: "came", path: at, text: `${called} new`, after: is };
    else if (!is) yield { kind: "went", path: at, text: `${called} gone`, before: was };
    else {
      for (const key of keysOf(was, is)) {
        yield* compare({ owner: called, name: key, path: `${at}.${key}` }, was[key], is[key]);
      }
    }
  }
}

/** Entries that are under another name than before, by what only they have. */
function* movesOf(
  old: ReadonlyMap<string, Entry>,
  now: ReadonlyMap<string, Entry>,
  { own }: Named,
): Generator<{ from: string; to: string; mark: string }> {
  if (!own) return;
  const before = byMark(old, own), after = byMark(now, own);
  for (const [value, from] of before) {
    const to = after.get(value);
    if (from === undefined || to === undefined || from === to) continue;
    yield { from, to, mark: own === "serialNumber" ? `serial number ${value}` : `MAC ${value}` };
  }
}

/** The names by a field; undefined for what several have, as boards do that print one serial number everywhere. */
function byMark(entries: ReadonlyMap<string, Entry>, own: string): Map<unknown, string | undefined> {
  const marks = new Map<unknown, string | undefined>();
  for (const [name, entry] of entries) {
    const value = entry[own];
    if (value !== undefined) marks.set(value, marks.has(value) ? undefined : name);
  }
  return marks;
}

/** Entries by the first of `fields` that they have; two of one name are told apart by their order. */
function byName(entries: Entry[], fields: readonly string[]): Map<string, Entry> {
  const named = new Map<string, Entry>();
  const counts = new Map<string, number>();
  entries.forEach((entry, index) => {
    const field = fields.find((field) => entry[field] !== undefined);
    const name = field === undefined ? `number ${index + 1}` : String(entry[field]);
    let unique = name;
    for (let count = counts.get(name) ?? 2; named.has(unique); count++) {
      unique = `${name} (${count})`;
      counts.set(name, count + 1);
    }
    named.set(unique, entry);
  });
  return named;
}

/** LLDP neighbours by what matters to who cabled them: switch and port. */
function* neighbourChanges(before: Neighbour[], after: Neighbour[]): Generator<Difference> {
  const at = (list: Neighbour[], name: string) => list.find((neighbour) => neighbour.interface === name);
  for (const name of new Set([...before, ...after].map((neighbour) => neighbour.interface))) {
    const was = at(before, name), is = at(after, name);
    const path = itemPath("neighbours", name), text = `${name}: switch port`;
    if (!was || !is) {
      const port = switchPort((was ?? is)!).join(" ");
      yield was
        ? { kind: "went", path, text: `${text} ${port} gone`, before: was }
        : { kind: "came", path, text: `${text} ${port} new`, after: is };
      continue;
    }
    const [oldSwitch, oldPort] = switchPort(was), [newSwitch, newPort] = switchPort(is);
    if (oldSwitch !== newSwitch || oldPort !== newPort) {
      const to = oldSwitch === newSwitch ? newPort : `${newSwitch} ${newPort}`;
      yield {
        kind: "moved",
        path,
        text: `${text} ${oldSwitch} ${oldPort} -> ${to}`,
        before: `${oldSwitch} ${oldPort}`,
        after: `${newSwitch} ${newPort}`,
      };
    } else {
      for (const key of keysOf(was, is)) {
        const place = { owner: name, name: `neighbour.${key}`, path: `${path}.${key}` };
        yield* compare(place, was[key as keyof Neighbour], is[key as keyof Neighbour]);
      }
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

/** So many texts of a list are named. */
const MOST_TEXTS = 20;

function listChange(before: string[], after: string[]): string {
  const gone = new Set(before).difference(new Set(after)), came = new Set(after).difference(new Set(before));
  const words = [...[...gone].map((text) => `-${show(text)}`), ...[...came].map((text) => `+${show(text)}`)];
  const more = words.length > MOST_TEXTS ? [`and ${words.length - MOST_TEXTS} more`] : [];
  return [...words.slice(0, MOST_TEXTS), ...more].join(" ") || "reordered";
}

function show(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
