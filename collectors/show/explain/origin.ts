import type { Place } from "./places.ts";

/** Where a fact comes from. Of several places the first that knows it counts. */
export interface Origin {
  from: readonly Place[];
  /** How it is made of what stands there, where it is not simply the same. */
  how?: string;
}

/** Origins by path, as `Resolved.pattern` has it: "disks[].serialNumber". */
export type Origins = Readonly<Record<string, Origin>>;

/** The origins of one section's fields: places alone, or `made` of them. */
export function section(path: string, fields: Readonly<Record<string, readonly Place[] | Origin>>): Origins {
  return Object.fromEntries(
    Object.entries(fields).map(([name, origin]) => [
      `${path}.${name}`,
      "from" in origin ? origin : { from: origin },
    ]),
  );
}

/** A fact that is not simply what stands in those places. */
export function made(how: string, ...from: Place[]): Origin {
  return { from, how };
}
