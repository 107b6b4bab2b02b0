/** Helpers for plain JSON values: what every room may use. It imports nothing. */

/** A copy of `value` without the keys that hold undefined, so that absent means that the key is not there. */
export function prune<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key of Object.keys(value) as (keyof T)[]) {
    if (value[key] !== undefined) kept[key] = value[key] as T[keyof T];
  }
  return kept as T;
}

/** Whether `value` is a map of names to values: of JSON an object, and no list. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `list`, or undefined where it is empty: an empty list is a fact only where a source says so. */
export function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Compares names with their runs of digits as numbers: eth2 before eth10, and sdz before sdaa. */
export function byName(a: string, b: string): number {
  const partsOfA = a.match(/\d+|\D+/g) ?? [];
  const partsOfB = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(partsOfA.length, partsOfB.length); i++) {
    const x = partsOfA[i]!, y = partsOfB[i]!;
    if (x === y) continue;
    const numeric = /^\d/.test(x) && /^\d/.test(y);
    if (numeric && Number(x) !== Number(y)) return Number(x) - Number(y);
    return shorterDiskFirst(x) < shorterDiskFirst(y) ? -1 : 1;
  }
  return partsOfA.length - partsOfB.length;
}

/** The kernel counts disks sda … sdz, sdaa …: their names sort by length first, so it goes into the text. */
function shorterDiskFirst(name: string): string {
  const disk = /^(sd|vd|hd|xvd)[a-z]+$/.exec(name);
  return disk ? disk[1]! + String.fromCharCode(name.length) + name : name;
}
