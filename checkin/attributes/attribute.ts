import type { HardwareNode } from "../../collectors/facts.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A flat fact under the name that a Hanlon server knows, and where it comes from. */
export interface Attribute {
  name: string;
  value: Json;
  from: Origin;
  /** True where the value changes while nothing happens to the machine. */
  isVolatile?: boolean;
}

/** For `--explain`: what stands behind a fact. */
export interface Origin {
  /** The command or file that told it: "lshw -json", "/proc/meminfo". */
  source: string;
  /** The raw line or key to look for in it. */
  line?: string;
  /** The JSON node of lshw behind it. */
  node?: HardwareNode;
  /** How the value was made of that. */
  how: string;
}

/** A key that every store of a Hanlon server takes: without the characters that the old agent deleted, and dots. */
export function cleanKey(key: string): string {
  return key.replace(/[!@#$%^&*()=+[\]{}.]/g, "");
}

/** `value` with the keys at every depth cleaned. */
export function cleanValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanKey(key), cleanValue(inner)]));
}

/** lscpu's and ipmitool's keys in the old agent's form: "802.1q VLAN ID" is "8021q_VLAN_ID". */
export function fieldKey(key: string): string {
  return key.trim().replace(/\s+/g, " ").replace(/^#/, "number").replace(/[ /\\]/g, "_").replaceAll(".", "");
}
