/** Finds the entry of the tables that a path into the facts leads to, and the context that it reads from. */
import { nameOf } from "./path.ts";
import { type AnyEntry, isPlaces, make, type Table } from "./table.ts";

/** An entry, and what it reads. */
export interface Located {
  entry: AnyEntry<unknown>;
  context: unknown;
}

/**
 * Walks from `table` along `steps` ("disks", "sda", "serialNumber"). Where the facts go on below an entry (a port ID's
 * subtype), the entry is found. Undefined where the machine has no such item.
 */
export function locate<C, S>(table: Table<C, S>, context: C, steps: readonly string[]): Located | undefined {
  const [name, ...rest] = steps;
  const entry = (table as Record<string, AnyEntry<C>>)[name ?? ""];
  return entry && within(entry as AnyEntry<unknown>, context, rest);
}

function within(entry: AnyEntry<unknown>, context: unknown, steps: readonly string[]): Located | undefined {
  if (steps.length === 0 || isPlaces(entry) || !("table" in entry)) return { entry, context };
  if ("pick" in entry) {
    const picked = entry.pick(context);
    return picked === undefined ? undefined : locate(entry.table as Table<unknown, unknown>, picked, steps);
  }
  const [step, ...rest] = steps;
  const items = entry.items(context) ?? [];
  const facts = items.map((item) => make(entry.table as Table<unknown, object>, item));
  const byName = facts.findIndex((one) => nameOf(one) === step);
  const i = byName !== -1 ? byName : /^\d+$/.test(step!) ? Number(step) : -1;
  if (items[i] === undefined) return undefined;
  return rest.length === 0 ? { entry, context } : locate(entry.table as Table<unknown, unknown>, items[i], rest);
}
