import { splitLines } from "../parsing.ts";

/**
 * /etc/os-release (os-release(5)): shell assignments; values bare, or in single or double quotes.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const values = parseOsRelease(`ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n`);
 * deepStrictEqual(values.get("PRETTY_NAME"), "Debian GNU/Linux 12 (bookworm)");
 * ```
 */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of splitLines(text, "/etc/os-release")) {
    const assignment = line.trim().match(/^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/);
    if (assignment) values.set(assignment[1]!, unquote(assignment[2]!.trim()));
  }
  return values;
}

function unquote(value: string): string {
  if (value.length >= 2 && value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1);
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
  return (isQuoted ? value.slice(1, -1) : value).replace(/\\([\\"$`'])/g, "$1");
}
