/** Items of lists in words: "sdc, 480 GB SSD". */
import { nameOf } from "../../facts/path.ts";
import { isMap } from "../../values.ts";
import { quantityText } from "./units.ts";

export type Item = Record<string, unknown>;

/** What each item is called; of two of one name, and of one without, its place in the list, from 0. */
export function itemNames(items: readonly Item[]): string[] {
  const names = items.map(ownName);
  const counts = new Map<string | undefined, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.map((name, i) => name !== undefined && counts.get(name) === 1 ? name : String(i));
}

/**
 * What each item is called in words: by its name, or where several have that, by it and the bank that it is in or the
 * product that it is; else by its place.
 */
export function itemLabels(items: readonly Item[]): string[] {
  const names = itemNames(items);
  const whole = items.map((item) => [item.bank ?? item.productName, ownName(item)].filter(Boolean).join(" "));
  const counts = Map.groupBy(whole, (own) => own);
  return names.map((name, i) => {
    const isPlace = name === String(i), own = whole[i]!;
    return isPlace && own !== "" && counts.get(own)!.length === 1 ? own : name;
  });
}

/** Nobody reads more names. */
const MOST_NAMES = 16;

/** Names behind each other, and of many how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more <= 1 ? names.join(", ") : `${names.slice(0, MOST_NAMES).join(", ")} and ${more} more`;
}

/** The fields that tell items apart, in the order of what tells most. */
export const NAMING_FIELDS = ["locator", "location", "name", "designation", "socket", "interface", "address", "bay"];

function ownName(item: Item): string | undefined {
  return typeof item.location === "string" ? item.location : nameOf(item);
}

/** Fields that say what an item is; the first of each line that is there. */
const KINDS = [
  ["type", "kind"],
  ["product", "productName", "model", "modelName", "partNumber", "ip", "class", "status"],
];

/** A few words on an item of the list at `path`: "480 GB SSD", "64 GiB DDR5", "MT2892 Family [ConnectX-6 Dx]". */
export function itemText(path: string, item: Item): string {
  const size = item.sizeBytes ?? item.totalBytes;
  const words = [
    typeof size === "number" ? quantityText(`${path}.sizeBytes`, size) : undefined,
    typeof item.rotational === "boolean" ? (item.rotational ? "HDD" : "SSD") : undefined,
    ...KINDS.map((fields) => fields.map((field) => item[field]).find((value) => value !== undefined)),
  ].filter((word) => typeof word === "string" || typeof word === "number");
  // Of a disk or DIMM its size and kind tell enough.
  return (typeof size === "number" ? words.slice(0, 2) : words).join(" ") || idsOf(item);
}

function idsOf({ vendorId, deviceId }: Item): string {
  return vendorId && deviceId ? `${vendorId}:${deviceId}` : "";
}

/** The items of a list in the facts; none where it is absent. */
export function itemsOf(value: unknown): Item[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}
