/** What differs between two facts, as paths: nics.eth1.carrier. */

import type { Facts } from "../../collectors/facts/mod.ts";

/** What changes by itself; and what says again, in the tools' words, what other sections say. */
const ASIDE = new Set([
  ...["collectedAt", "sources", "volatile", "raw", "listenedSeconds", "changes"],
  ...["rtcOffsetSeconds", "sel", "hint", "firmwares"],
]);

/**
 * The paths at which a value came, went or changed; entries of lists by their name, else by their place. No list is
 * the same as an empty one.
 */
export function changedPaths(before: Facts, after: Facts): string[] {
  const paths: string[] = [];
  const compare = (path: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) === JSON.stringify(b)) return;
    const inA = parts(a ?? (Array.isArray(b) ? [] : a)), inB = parts(b ?? (Array.isArray(a) ? [] : b));
    if (!inA || !inB) return void paths.push(path);
    for (const key of new Set([...inA.keys(), ...inB.keys()])) {
      if (!ASIDE.has(key)) compare(path === "" ? key : `${path}.${key}`, inA.get(key), inB.get(key));
    }
  };
  compare("", before, after);
  return paths;
}

function parts(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(
    value.map((entry, index) => [String(entry?.name ?? entry?.interface ?? entry?.address ?? index), entry]),
  );
}
