/** Quantities as people write them: "64 GiB", "3.8 TB", "25 Gb/s", "2.4 GHz". */

/** How a quantity is written, told by the ending of its field's name; see style of the facts: units stand in the names. */
interface Unit {
  /** What the field's name ends in. */
  ending: string;
  /** What may stand behind the number, and how many of the field's own unit it is. */
  scales: Readonly<Record<string, number>>;
}

const DECIMAL_BYTES = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
const BINARY_BYTES = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50 };

const UNITS: readonly Unit[] = [
  { ending: "Bytes", scales: { ...DECIMAL_BYTES, ...BINARY_BYTES } },
  { ending: "Mbps", scales: { "Mb/s": 1, "Mbit/s": 1, Mbps: 1, "Gb/s": 1e3, "Gbit/s": 1e3, Gbps: 1e3 } },
  { ending: "MHz", scales: { MHz: 1, GHz: 1e3 } },
  { ending: "MTs", scales: { "MT/s": 1, "GT/s": 1e3 } },
  { ending: "W", scales: { W: 1, kW: 1e3 } },
  { ending: "V", scales: { V: 1 } },
  { ending: "Seconds", scales: { s: 1 } },
];

/** A number in the unit of its field. */
export interface Quantity {
  value: number;
  /** The unit that it was written with. */
  unit?: string;
}

/** `text` as a number of `field`'s own unit; undefined where it is none. */
export function parseQuantity(field: string, text: string): Quantity | undefined {
  const [, digits, unit] = /^(-?\d+(?:\.\d+)?)\s*(\S*)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  if (unit === "") return { value: Number(digits) };
  const scales = unitOf(field)?.scales ?? {};
  return Object.hasOwn(scales, unit) ? { value: Number(digits) * scales[unit]!, unit } : undefined;
}

/** The words for what `field` takes: "a number, with B, kB, … if need be". */
export function quantityWords(field: string): string {
  const unit = unitOf(field);
  return unit ? `a number, alone or with one of ${Object.keys(unit.scales).join(", ")}` : "a number";
}

/**
 * Whether two values are one: exactly, but for what was written with a decimal unit of bytes. A disk sold as 960 GB has
 * 960,197,124,096 bytes (IDEMA LBA1-03), so these may differ by 0.5 %.
 */
export function isSame(found: number, { value, unit }: Quantity): boolean {
  const isSold = unit !== undefined && unit !== "B" && Object.hasOwn(DECIMAL_BYTES, unit);
  return isSold ? Math.abs(found - value) <= value * 0.005 : found === value;
}

/** `value` of `field` in words: "64 GiB", "960 GB" of a disk, "4800 MT/s". */
export function quantityText(path: string, value: number): string {
  const field = path.split(".").at(-1)!;
  switch (unitOf(field)?.ending) {
    case "Bytes":
      return scaled(value, /^(disks|partitions)\b/.test(path) ? DECIMAL_BYTES : { B: 1, ...BINARY_BYTES });
    case "Mbps":
      return value >= 1000 ? `${value / 1000} Gb/s` : `${value} Mb/s`;
    case "MHz":
      return `${value} MHz`;
    case "MTs":
      return `${value} MT/s`;
    case "W":
      return `${value} W`;
    case "V":
      return `${value} V`;
    case "Seconds":
      return `${value} s`;
    default:
      return String(value);
  }
}

function unitOf(field: string): Unit | undefined {
  const name = field.split(".").at(-1)!;
  return UNITS.find(({ ending }) => name.endsWith(ending) && name.length > ending.length);
}

function scaled(value: number, scales: Readonly<Record<string, number>>): string {
  const [name, scale] = Object.entries(scales).filter(([name, scale]) => name !== "KB" && scale <= value).at(-1) ??
    ["B", 1];
  const number = value / scale;
  return `${Number(number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0))} ${name}`;
}
