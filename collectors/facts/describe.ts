/** Every field of the tables: what --explain --list, the docs and the schema's descriptions are made from. */
import { SOURCE_NAMES, type SourceName } from "../tools/source.ts";
import { type AnyEntry, isPlaces, type Table } from "./table.ts";

/** One field. */
export interface Described {
  /** "disks[].serialNumber" */
  path: string;
  entry: AnyEntry<never>;
}

/** The fields of `table` and of the tables in it, in their order; sections and lists before what is in them. */
export function* describe<C, S>(table: Table<C, S>, path = ""): Generator<Described> {
  for (const [name, entry] of Object.entries(table) as [string, AnyEntry<never>][]) {
    const own = path === "" ? name : `${path}.${name}`;
    yield { path: own, entry };
    if (!isPlaces(entry) && "table" in entry) {
      yield* describe(entry.table as Table<never, unknown>, "items" in entry ? `${own}[]` : own);
    }
  }
}

/** The places of an entry in words, in the order in which they are believed; none of a section or a list. */
export function placesOf(entry: AnyEntry<never>): string[] {
  const places = isPlaces(entry) ? entry : "from" in entry ? entry.from : [];
  return places.map(({ words }) => words);
}

/** The sources behind the places of an entry. */
export function sourcesOfEntry(entry: AnyEntry<never>): SourceName[] {
  return placesOf(entry).map((words) => SOURCE_NAMES.find((source) => words.startsWith(source)) ?? "hostfs");
}

/** How a field is known, in a sentence: its rule, and its places in the order in which they are believed. */
export function howKnown(entry: AnyEntry<never>): string {
  const rule = isPlaces(entry) || !("rule" in entry) ? "" : entry.rule;
  const places = placesOf(entry).join(", else ");
  const said = [rule, places === "" ? "" : rule === "" ? `From ${places}` : `from ${places}`].filter(Boolean).join(
    "; ",
  );
  return said === "" ? "" : `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}
