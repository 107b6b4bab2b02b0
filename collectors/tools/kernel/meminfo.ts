import { splitLines } from "../parsing.ts";
import { wholeNumber } from "./files.ts";

/**
 * /proc/meminfo in bytes (proc_meminfo(5)): lines of "MemTotal:  2030356 kB", where kB are 1024 bytes.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseMeminfo("MemTotal:        2030356 kB\nHugePages_Total:       0\n"), new Map([["MemTotal", 2079084544]]));
 * ```
 */
export function parseMeminfo(text: string): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const line of splitLines(text, "/proc/meminfo")) {
    const colon = line.indexOf(":");
    const [value, unit, ...more] = line.slice(colon + 1).trim().split(/\s+/, 3);
    const kibibytes = wholeNumber(value);
    // The lines without a unit count pages of hugetlbfs.
    if (colon > 0 && kibibytes !== undefined && unit === "kB" && more.length === 0) {
      bytes.set(line.slice(0, colon).trim(), kibibytes * 1024);
    }
  }
  return bytes;
}
