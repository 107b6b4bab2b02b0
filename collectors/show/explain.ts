/** Where a fact comes from: the place in the table that reported it, and its words there as printed. */
import { FACTS, type Facts } from "../facts/mod.ts";
import { type Machine, machineOf } from "../facts/machine.ts";
import { locate, type Located } from "../facts/locate.ts";
import { allPaths, resolve, stepsOf } from "../facts/path.ts";
import { isPlaces, type Place, type Words } from "../facts/table.ts";
import type { Collection } from "../mod.ts";

/** Texts of the host's files that a collection has read, by path. */
export type FileTexts = ReadonlyMap<string, string>;

/**
 * Lines for a person about the fact at `path` ("memory.totalBytes", "disks[sda].serialNumber"); of a section or a list
 * about each fact in it, of "disks[].serialNumber" about that of each item. Undefined where the machine has no such fact.
 */
export function explainFact(path: string, { facts, parts }: Collection, files: FileTexts): string[] | undefined {
  const paths = pathsAt(path.replace(/\[\]$/, ""), facts);
  if (!paths) return undefined;
  const machine = machineOf(parts, {
    agentVersion: facts.agentVersion,
    collectedAt: new Date(facts.collectedAt),
    identity: facts.identity,
  });
  return paths.flatMap((one) => explainOne(one, facts, machine, files));
}

function pathsAt(path: string, facts: Facts): string[] | undefined {
  if (!path.includes("[]")) {
    const resolved = resolve(facts, path);
    return resolved && (typeof resolved.value === "object" ? [...allPaths(resolved.value, path)] : [path]);
  }
  const found = [...allPaths(facts)].filter((one) => {
    const { pattern = "" } = resolve(facts, one) ?? {};
    return pattern === path || pattern.startsWith(`${path}.`) || pattern.startsWith(`${path}[]`);
  });
  return found.length > 0 ? found : undefined;
}

function explainOne(path: string, facts: Facts, machine: Machine, files: FileTexts): string[] {
  const { value, items = [] } = resolve(facts, path) ?? {};
  const located = locate(FACTS, machine, stepsOf(path));
  const origin = located ? explainEntry(located, { items, files }) : [];
  return [`${path} = ${shown(value)}`, ...origin.map((line) => `  ${line}`)];
}

interface Around {
  /** The facts around, the innermost last: what "{name}" in the words of a place stands for. */
  items: readonly Record<string, unknown>[];
  files: FileTexts;
}

function explainEntry({ entry, context }: Located, around: Around): string[] {
  if (isPlaces(entry)) {
    const reporting = entry.filter((place) => place.read(context) !== undefined);
    const place = reporting.find((place) => wordsOf(place, context, around)) ?? reporting[0] ?? entry[0];
    return place ? explainPlace(place, context, around) : [];
  }
  if (!("read" in entry)) return [];
  const reported = entry.from.filter((place) => wordsOf(place, context, around));
  const places = (reported.length > 0 ? reported : entry.from).slice(0, MOST_PLACES);
  return [...entry.rule === "" ? [] : [entry.rule], ...places.flatMap((place) => explainPlace(place, context, around))];
}

function explainPlace<C>(place: Place<C, unknown>, context: C, around: Around): string[] {
  const words = wordsOf(place, context, around);
  if (!words) return [`from ${fill(place.words, around.items)}`];
  const lines = words.lines.length > MOST_LINES
    ? [...words.lines.slice(0, MOST_LINES), `… ${words.lines.length - MOST_LINES} more`]
    : words.lines;
  return [`from ${words.where}`, ...lines.map((line) => `  | ${plain(line)}`)];
}

const MOST_PLACES = 4, MOST_LINES = 8;

/** What stands at a place: as the tool printed it, or the text of a file, or in it the lines with a key. */
function wordsOf<C>(place: Place<C, unknown>, context: C, { items, files }: Around): Words | undefined {
  const printed = place.raw?.(context);
  if (printed) return printed;
  const [path, key] = fill(place.words, items).split(": ", 2) as [string, string?];
  const text = files.get(path);
  if (text === undefined) return undefined;
  const lines = text.trim().split("\n");
  const wanted = key === undefined ? lines.slice(0, 3) : lines.filter((line) => line.includes(key)).slice(0, 3);
  return wanted.length > 0 ? { where: path, lines: wanted } : undefined;
}

/** `template` with the facts around in the place of "{name}", where they are known. */
function fill(template: string, items: readonly Record<string, unknown>[]): string {
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = items.findLast((item) => item[name] !== undefined)?.[name];
    return value === undefined ? hole : String(value);
  });
}

/** A value as JSON, on one line. */
export function shown(value: unknown): string {
  return plain(JSON.stringify(value));
}

const MOST_COLUMNS = 400;

/** Text of a tool, without what would steer a terminal, and cut where it is no line any more. */
export function plain(text: string): string {
  const clean = text.replaceAll("\t", "  ").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  return clean.length > MOST_COLUMNS ? `${clean.slice(0, MOST_COLUMNS)}…` : clean;
}
