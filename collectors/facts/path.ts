/**
 * Paths into Facts, as people write them: `memory.totalBytes`, `disks[0].serialNumber`, `nics.eth0.speedMbps`,
 * `interfaces[eth0.100].mtu`. An item of a list goes by its name (disk, interface, slot, PCI address, number of a
 * channel) or else by its place, counted from 0.
 */
import type { Facts } from "./mod.ts";
import { isMap } from "../values.ts";

/** What a path leads to. */
export interface Resolved {
  value: unknown;
  /** The path without what tells items of a list apart: "disks[].serialNumber". */
  pattern: string;
  /** The objects on the way, the innermost last. */
  items: Record<string, unknown>[];
}

/** One item of a list, by its name or its place: "disks[sda]", "cpu.logical[0]". */
export function itemPath(list: string, item: string | number): string {
  return `${list}[${item}]`;
}

/** What stands in `facts` at `path`; undefined where nothing does. */
export function resolve(facts: Facts, path: string): Resolved | undefined {
  let value: unknown = facts;
  let pattern = "";
  const items: Record<string, unknown>[] = [];
  for (const step of stepsOf(path)) {
    if (Array.isArray(value)) {
      value = itemOf(value, step);
      if (value === undefined) return undefined;
      pattern += "[]";
    } else if (isMap(value) && Object.hasOwn(value, step)) {
      pattern += `${pattern && "."}${step}`;
      value = value[step];
    } else return undefined;
    if (isMap(value)) items.push(value);
  }
  return pattern === "" || value === undefined ? undefined : { value, pattern, items };
}

/** Every path to a value in `facts` that is no object, items by their names: what can be asked for. */
export function* allPaths(value: unknown, path = ""): Generator<string> {
  if (Array.isArray(value)) {
    if (!value.some(isMap)) yield path;
    else for (const [i, item] of value.entries()) yield* allPaths(item, itemPath(path, nameOf(item) ?? i));
  } else if (isMap(value)) {
    for (const [key, inner] of Object.entries(value)) yield* allPaths(inner, path === "" ? key : `${path}.${key}`);
  } else yield path;
}

/** "a.b[c.d].e" is a, b, c.d, e. */
export function stepsOf(path: string): string[] {
  const steps: string[] = [];
  for (let i = 0; i < path.length;) {
    if (path[i] === "[") {
      const close = /\](?=[.[]|$)/g;
      close.lastIndex = i;
      const end = close.exec(path)?.index ?? path.length;
      steps.push(path.slice(i + 1, end));
      i = end + 1;
    } else {
      const [name] = /^[^.[]*/.exec(path.slice(i))!;
      if (name !== "") steps.push(name);
      i += name.length + (path[i + name.length] === "." || name === "" ? 1 : 0);
    }
  }
  return steps;
}

function itemOf(list: unknown[], step: string): unknown {
  return list.find((item) => nameOf(item) === step) ?? (/^\d+$/.test(step) ? list[Number(step)] : undefined);
}

/** What the items of the lists are called by, in the order of what tells most. */
const NAME_KEYS = ["name", "interface", "locator", "designation", "socket", "address", "number", "id"];

/** What an item of a list is called by; undefined for one without a name. */
export function nameOf(item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  const key = NAME_KEYS.find((key) => item[key] !== undefined);
  return key === undefined ? undefined : String(item[key]);
}
