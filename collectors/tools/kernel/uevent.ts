import { splitLines } from "../parsing.ts";

/**
 * A `uevent` file of sysfs: lines of KEY=VALUE (Documentation/ABI/testing/sysfs-uevent).
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseUevent("DRIVER=igb\nPCI_ID=8086:1521\n").get("DRIVER"), "igb");
 * ```
 */
export function parseUevent(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of splitLines(text, "uevent")) {
    const equals = line.indexOf("=");
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1).trim());
  }
  return values;
}
