import { splitLines } from "../parsing.ts";

/** A `uevent` file of sysfs: lines of KEY=VALUE (Documentation/ABI/testing/sysfs-uevent). */
export function parseUevent(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of splitLines(text, "uevent")) {
    const equals = line.indexOf("=");
    if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1).trim());
  }
  return values;
}
