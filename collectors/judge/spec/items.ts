/** Items of lists in words: "sdc, 480 GB SSD". */
import { nameOf } from "../../facts/path.ts";
import { isMap } from "../../values.ts";
import { quantityText } from "./units.ts";

export type Item = Record<string, unknown>;

/** What the items of a list are called; of two of one name, and of one without, its place in the list, from 0. */
export function itemNames(items: readonly Item[]): string[] {
  const alike = Map.groupBy(items, ownName);
  return items.map((item, i) => {
    const name = ownName(item);
    return name !== undefined && alike.get(name)!.length === 1 ? name : String(i);
  });
}

/** The fields that tell items apart, in the order of what tells most. */
export const NAMING_FIELDS = ["locator", "location", "name", "designation", "socket", "interface", "address"];

function ownName(item: Item): string | undefined {
  return typeof item.location === "string" ? item.location : nameOf(item);
}

/** Fields that say what an item is; the first of each line that is there. */
const KINDS = [["type", "kind"], ["product", "productName", "model", "modelName", "partNumber", "ip", "class"]];

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
