/**
 * Facts as tables: for each field the places that may report it, in the order in which they are believed. The tables make
 * the facts, `--explain` shows them at work, and docs/facts.md and the descriptions of the JSON Schema are made from them.
 *
 * `C` is the context that a table reads from: the whole machine, or what the sources say of one item of a list.
 */

/** The words of a tool or a file as they stand there. */
export interface Words {
  /** The command line, or the path of the file. */
  where: string;
  lines: readonly string[];
}

/** A place that may report a fact. */
export interface Place<C, T> {
  /** For people: "dmidecode: System Information: Serial Number", "/sys/class/net/{name}/mtu". */
  readonly words: string;
  /** The fact; undefined where this place does not report it. */
  read(context: C): T | undefined;
  /** What stands there as printed, be it a fact or not. Without it, `words` name a file whose text is shown. */
  raw?(context: C): Words | undefined;
}

/** A fact that is computed, by a rule in words, from what stands in some places. */
export interface Derived<C, T> {
  readonly rule: string;
  /** What the rule looks at, for people. */
  readonly from: readonly Place<C, unknown>[];
  read(context: C): T | undefined;
}

/** A fact that is an object of facts. */
export interface Nested<C, S> {
  /** What the table reads from; undefined where there is nothing to read. */
  pick(context: C): unknown;
  readonly table: Table<never, S>;
}

/** A list of objects: what the sources say of each, in the order of the list, and the table that reads it. */
export interface ListOf<C, I> {
  /** What is in the list, and in which order. */
  readonly rule: string;
  items(context: C): readonly unknown[] | undefined;
  readonly table: Table<never, I>;
}

type Item<T> = T extends readonly (infer I extends object)[] ? I : never;

/** How one field is known. An array: the first place that reports it counts. */
export type Entry<C, T> =
  | readonly Place<C, T>[]
  | Derived<C, T>
  | (T extends readonly unknown[] ? [Item<T>] extends [never] ? never : ListOf<C, Item<T>>
    : T extends object ? Nested<C, T>
    : never);

/** A section: an entry for every field. The facts have the fields in the order of the table. */
export type Table<C, S> = { readonly [K in keyof S]-?: Entry<C, NonNullable<S[K]>> };

/** An entry of any type: what walks over tables sees. */
export type AnyEntry<C> =
  | readonly Place<C, unknown>[]
  | Derived<C, unknown>
  | Nested<C, unknown>
  | ListOf<C, object>;

/** A computed fact: its rule in words, how it is computed, and the places that the rule looks at. */
export function derived<C, T>(
  rule: string,
  read: (context: C) => T | undefined,
  ...from: readonly Place<C, unknown>[]
): Derived<C, T> {
  return { rule, read, from };
}

/** A section; `pick` finds what its table reads from. */
export function section<C, S>(table: Table<C, S>): Nested<C, S>;
export function section<C, D, S>(table: Table<D, S>, pick: (context: C) => D | undefined): Nested<C, S>;
export function section<C, S>(
  table: Table<never, S>,
  pick: (context: C) => unknown = (context) => context,
): Nested<C, S> {
  return { table, pick };
}

/** A list of objects; `items` gives undefined where no source knows whether there are any. */
export function listOf<C, D, I extends object>(
  rule: string,
  items: (context: C) => readonly D[] | undefined,
  table: Table<D, I>,
): ListOf<C, I> {
  // `items` makes what `table` reads, and nobody else hands anything to it.
  return { rule, items, table: table as Table<never, I> };
}

/** Where each field of `S` stands, in words: one place, or several in the order in which they are believed. */
export type PlaceWords<S> = { readonly [K in keyof S]-?: string | readonly string[] };

/** What tools printed of an item, kept beside its typed values. */
export interface AsPrinted {
  /** A line "name : value", or the lines below a heading. */
  fields?: readonly { name: string; value: string | readonly string[] }[];
  /** Finds what is printed at a place that is named so, where it does not stand in `fields`. */
  printed?: (words: string) => Words | undefined;
}

/**
 * A table of items that come in the shape of the facts, by the places of each field: "ipmitool mc info: Device ID". What
 * stands behind the last ": " is looked up in the item's `fields`, where it has any.
 */
export function asGiven<D extends S & AsPrinted, S extends object>(words: PlaceWords<S>): Table<D, S> {
  const place = (name: keyof S, words: string): Place<D, unknown> => ({
    words,
    read: (item) => item[name] ?? undefined,
    raw: (item) => item.printed?.(words) ?? printedField(words, item.fields),
  });
  const entries = Object.entries(words) as [keyof S, string | readonly string[]][];
  return Object.fromEntries(
    entries.map(([name, words]) => [name, [words].flat().map((one) => place(name, one))]),
  ) as unknown as Table<D, S>;
}

/** What is printed at a place "…: KEY" under a name KEY, with its lines. */
export function printedField(words: string, fields: AsPrinted["fields"] = []): Words | undefined {
  const colon = words.lastIndexOf(": "), key = words.slice(colon + 2);
  const found = fields.filter(({ name }) => name === key);
  if (found.length === 0) return undefined;
  const lines = found.flatMap(({ name, value }) =>
    typeof value === "string" ? [`${name} : ${value}`] : [name, ...value]
  );
  return { where: words.slice(0, colon), lines };
}

/** `place` as it is read in a wider context: `pick` finds what it is about; undefined: it reports nothing. */
export function within<C, D, T>(pick: (context: C) => D | undefined, place: Place<D, T>): Place<C, T> {
  const { raw } = place;
  const of = <R>(context: C, read: (narrow: D) => R | undefined): R | undefined => {
    const narrow = pick(context);
    return narrow === undefined ? undefined : read(narrow);
  };
  return {
    words: place.words,
    read: (context) => of(context, (narrow) => place.read(narrow)),
    ...raw === undefined ? {} : { raw: (context: C) => of(context, (narrow) => raw.call(place, narrow)) },
  };
}

/** The section: of every field what the first place reports that reports it; undefined where none reports any. */
export function make<C, S extends object>(table: Table<C, S>, context: C): S | undefined {
  const section: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(table) as [string, AnyEntry<C>][]) {
    const value = valueOf(entry, context);
    if (value !== undefined) section[name] = value;
  }
  return Object.keys(section).length > 0 ? section as S : undefined;
}

/** What one entry gives in its context. */
export function valueOf<C>(entry: AnyEntry<C>, context: C): unknown {
  if (isPlaces(entry)) {
    for (const place of entry) {
      const value = place.read(context);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  if ("items" in entry) {
    return entry.items(context)?.map((item) => make(entry.table, item as never)).filter((item) => item !== undefined);
  }
  if (!("table" in entry)) return entry.read(context);
  const picked = entry.pick(context);
  return picked === undefined ? undefined : make(entry.table as Table<unknown, object>, picked);
}

/** Whether an entry is a list of places. */
export function isPlaces<C>(entry: AnyEntry<C>): entry is readonly Place<C, unknown>[] {
  return Array.isArray(entry);
}
