/** Whether a machine is what it should be, and what is wrong with it, as lines for a person. */
import type { Finding, SpecResult } from "../facts/verdict.ts";
import { columns, PIPE_WIDTH, value } from "./layout.ts";

/** "MATCHES compute-r760", or one line a deviation: what, expected, found, where. */
export function specLines(
  { name, matches, deviations }: SpecResult,
  paint: (code: number, text: string) => string,
  width = PIPE_WIDTH,
): string[] {
  if (matches) return [paint(32, `MATCHES ${value(name)}`)];
  const rows = deviations.map(({ path, expected, found, item }) => [path, expected, found, item]);
  const lines = columns(["WHAT", "EXPECTED", "FOUND", "WHERE"], rows, ["WHAT", "EXPECTED", "FOUND", "WHERE"], width);
  return [paint(31, `DEVIATES FROM ${value(name)}`), ...lines];
}

/** One line a finding, the gravest first. */
export function findingLines(findings: readonly Finding[] = [], width = PIPE_WIDTH): string[] {
  return findings.map(({ level, message }) => `  ${level.padEnd(10)} ${value(message, width)}`);
}
