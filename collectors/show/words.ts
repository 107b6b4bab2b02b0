/** How the table words counts, sizes and lists. */

/** The parts that there are, with blanks between them; undefined where there are none. */
export function words(...parts: (string | number | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined && part !== "").join(" ") || undefined;
}

/** The parts that there are, with commas between them. */
export function list(...parts: (string | number | undefined)[]): string | undefined {
  return parts.filter((part) => part !== undefined && part !== "" && part !== 0).join(", ") || undefined;
}

/** "1 socket", "2 sockets". */
export function count(number: number | undefined, thing: string, of = ""): string | undefined {
  const things = number === 1 ? thing : thing.endsWith("y") ? `${thing.slice(0, -1)}ies` : `${thing}s`;
  return number === undefined ? undefined : words(`${number} ${things}`, of);
}

/** "2666 MT/s" */
export function rate(number: number | undefined, unit: string): string | undefined {
  return number === undefined ? undefined : `${number} ${unit}`;
}

/** The rate of a link, and what it could be where that is more: "25G", "10G of 25G", "- of 1G". */
export function rateOf(mbps: number | undefined, most: number | undefined): string | undefined {
  const gigabits = (mbps: number) => mbps >= 1000 ? `${mbps / 1000}G` : `${mbps}M`;
  const now = mbps === undefined ? undefined : gigabits(mbps);
  return most === undefined || most === mbps ? now : `${now ?? "-"} of ${gigabits(most)}`;
}

/** Memory, by powers of 1024: 32 GiB. */
export function binary(bytes: number): string {
  return scaled(bytes, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]);
}

/** Disks, by powers of 1000, as they are sold: 960 GB. */
export function decimal(bytes: number): string {
  return scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB", "PB"]);
}

function scaled(value: number, base: number, units: string[]): string {
  let i = 0;
  for (; value >= base && i < units.length - 1; i++) value /= base;
  return `${Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0))} ${units[i]}`;
}

/** "powerSupplies" as a heading: "POWER SUPPLIES". */
export function heading(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toUpperCase();
}

/** A run of fewer names is told one by one. */
const LEAST_RUN = 3;

/**
 * The names at these places of `all`, runs of neighbours by their ends and of others with the same words the numbers
 * alone: "eth0–eth4, eth7", "PROC 1 DIMM 1, 4, 9".
 */
export function ranges(places: readonly number[], all: readonly string[], between = "–"): string {
  const runs: number[][] = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === place - 1) run.push(place);
    else runs.push([place]);
  }
  const names = runs.flatMap((run) =>
    run.length < LEAST_RUN ? run.map((place) => all[place]!) : `${all[run[0]!]}${between}${all[run.at(-1)!]}`
  );
  return names.map((name, i) => {
    const start = name.lastIndexOf(" ") + 1;
    const isSame = start > 0 && names[i - 1]?.startsWith(name.slice(0, start));
    return isSame && /^\d+$/.test(name.slice(start)) && !names[i - 1]!.slice(start).includes(" ")
      ? name.slice(start)
      : name;
  }).join(", ");
}

/** Items that are equal by their `key`, in the order of the first of each, with their places in `items`. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): { item: T; places: number[] }[] {
  const groups = Map.groupBy(items.keys(), (place) => key(items[place]!));
  return [...groups.values()].map((places) => ({ item: items[places[0]!]!, places }));
}

/** "12 × " before what there is more than one of. */
export function times(places: readonly number[], what: string | undefined): string | undefined {
  return places.length < 2 ? what : `${places.length} × ${what ?? "unknown"}`;
}
