/** lshw's text output, rebuilt from the numbers of its JSON: the forms that tags on a Hanlon server match on. */
import type { HardwareNode } from "../../../collectors/tools/lshw/node.ts";

/** The fields of a node that JSON tells too, in the order of the text output, and where the node holds them. */
const FIELDS = {
  "description": "description",
  "product": "product",
  "vendor": "vendor",
  "physical id": "physId",
  "bus info": "busInfo",
  "logical name": "logicalNames",
  "version": "version",
  "date": "date",
  "serial": "serial",
  "slot": "slot",
  "size": "size",
  "capacity": "capacity",
  "width": "width",
  "clock": "clock",
  "capabilities": "capabilities",
  "configuration": "configuration",
} as const satisfies Record<string, keyof HardwareNode>;

/** A field by the name that it has in the text output. */
export type LshwField = keyof typeof FIELDS;
export const LSHW_FIELDS = Object.keys(FIELDS) as LshwField[];

/** Where a node holds the field: "physId" for "physical id". */
export function nodeKey(field: LshwField): keyof HardwareNode {
  return FIELDS[field];
}

/** What stands behind "field:" (lshw's src/core/print.cc), or undefined where it prints no such line. */
export function fieldText(node: HardwareNode, field: LshwField): string | undefined {
  switch (field) {
    case "size":
    case "capacity":
      return node[field] ? sizeText(node.class, node[field]) : undefined;
    case "logical name":
      return node.logicalNames?.[0];
    case "width":
      return node.width ? `${node.width} bits` : undefined;
    case "clock":
      return node.clock ? clockText(node.class, node.clock) : undefined;
    case "capabilities":
      return node.capabilities?.map(({ name }) => name).join(" ") || undefined;
    case "configuration":
      return node.configuration?.toSorted((a, b) => a.name < b.name ? -1 : 1)
        .map(({ name, value }) => `${name}=${value}`).join(" ") || undefined;
    default:
      return node[FIELDS[field]] || undefined;
  }
}

/** A size or capacity in the unit of the class: "16GiB", "278GiB (299GB)" for disks, "2100MHz", "1Gbit/s". */
export function sizeText(nodeClass: string, value: number): string {
  switch (nodeClass) {
    case "disk":
      return `${binary(value)} (${decimal(value, "B")})`;
    case "memory":
    case "storage":
    case "volume":
    case "display":
    case "address":
      return binary(value);
    case "processor":
    case "bus":
    case "system":
      return decimal(value, "Hz");
    case "network":
      return decimal(value, "bit/s");
    case "power":
      return `${value}mWh`;
    default:
      return String(value);
  }
}

/** "33MHz"; of memory "2666MHz (0.4ns)". */
function clockText(nodeClass: string, hertz: number): string {
  const text = decimal(hertz, "Hz");
  return nodeClass === "memory" ? `${text} (${(1e9 / hertz).toFixed(1)}ns)` : text;
}

function binary(bytes: number): string {
  const { value, prefix } = scaled(bytes, 1024);
  return `${value}${prefix}${prefix && "i"}B`;
}

function decimal(number: number, unit: string): string {
  const { value, prefix } = scaled(number, 1000);
  return `${value}${prefix}${unit}`;
}

const PREFIXES = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];

/** Divides while the value is above ten of the next unit, or divides evenly, as lshw does: 2100 M, not 2.1 G. */
function scaled(value: number, base: number): { value: number; prefix: string } {
  let i = 0;
  while (value > 0 && i < PREFIXES.length - 1 && (value > 10 * base || value % base === 0)) {
    value = Math.floor(value / base);
    i++;
  }
  return { value, prefix: PREFIXES[i]! };
}
