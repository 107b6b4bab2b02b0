/** lshw's own text forms, rebuilt from the numbers of its JSON: what tags on a Hanlon server match on. */
import type { HardwareNode } from "../../collectors/facts.ts";

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

/** 98304 is "96KiB", 17179869184 "16GiB". */
export function binarySize(bytes: number): string {
  const { value, prefix } = scaled(bytes, 1024);
  return `${value}${prefix}${prefix && "i"}B`;
}

/** 2100000000 of "Hz" is "2100MHz", 1000000000 of "bit/s" is "1Gbit/s". */
export function decimalSize(number: number, unit: string): string {
  const { value, prefix } = scaled(number, 1000);
  return `${value}${prefix}${unit}`;
}

/** "278GiB (299GB)": how lshw writes the size of a disk. */
export function diskSize(bytes: number): string {
  return `${binarySize(bytes)} (${decimalSize(bytes, "B")})`;
}

/** The node's size or capacity as its class writes it, or undefined where there is none (0 counts as none). */
export function sizeText(node: HardwareNode, field: "size" | "capacity"): string | undefined {
  const value = node[field];
  if (!value) return undefined;
  switch (node.class) {
    case "disk":
      return field === "size" ? diskSize(value) : binarySize(value);
    case "processor":
    case "bus":
    case "system":
      return decimalSize(value, "Hz");
    case "network":
      return decimalSize(value, "bit/s");
    case "power":
      return `${value}m${field === "size" ? "V" : "Wh"}`;
    default:
      return binarySize(value);
  }
}

/** A field of lshw's text output, by the name that it has there, or undefined where lshw prints no such line. */
export function fieldText(node: HardwareNode, field: LshwField): string | undefined {
  switch (field) {
    case "physical id":
      return node.physId;
    case "bus info":
      return node.busInfo;
    case "logical name":
      return node.logicalNames?.[0];
    case "size":
    case "capacity":
      return sizeText(node, field);
    case "width":
      return node.width ? `${node.width} bits` : undefined;
    case "clock":
      return node.clock ? decimalSize(node.clock, "Hz") : undefined;
    case "capabilities":
      return node.capabilities?.map(({ name }) => name).join(" ") || undefined;
    case "configuration":
      return node.configuration?.map(({ name, value }) => `${name}=${value}`).sort().join(" ") || undefined;
    default:
      return node[field]?.trim() || undefined;
  }
}

export type LshwField =
  | "description"
  | "product"
  | "vendor"
  | "physical id"
  | "bus info"
  | "logical name"
  | "version"
  | "date"
  | "serial"
  | "slot"
  | "size"
  | "capacity"
  | "width"
  | "clock"
  | "capabilities"
  | "configuration";
