import type { Words } from "../../../collectors/facts/table.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A flat fact under the name that a Hanlon server knows, and what it is made of. */
export interface Attribute {
  name: string;
  value: Json;
  from: Origin;
  /** True where the value changes while nothing happens to the machine. */
  isVolatile?: boolean;
}

/** For `--explain`. */
export interface Origin {
  /** The typed facts behind it, as paths (facts/path.ts): "memory.usableBytes". */
  facts?: readonly string[];
  /** The words of tools behind it, where it is made of these. */
  words?: readonly Words[];
  /** How the value was made of them, where it is not simply the same. */
  how?: string;
}

/** A key that every store of a Hanlon server takes: without the characters that the old agent deleted, and dots. */
export function cleanKey(key: string): string {
  return key.replace(/[!@#$%^&*()=+[\]{}.\p{Cc}]/gu, "");
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
