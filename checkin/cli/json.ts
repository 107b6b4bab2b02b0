/** JSON for a terminal or a program. */
import { escapeControls } from "../log.ts";
import { UsageError } from "./command.ts";
import type { Command } from "./options.ts";

/** JSON, in which the words of a tool or of a switch do not steer the terminal. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2).split("\n").map((line) => `${escapeControls(line)}\n`).join("");
}

/** Whether a mode that has lines for a person is to print JSON. Throws UsageError for another `--format`. */
export function asJson({ mode, values }: Command): boolean {
  const format = values["format"];
  if (format === undefined || format === "json") return format === "json";
  throw new UsageError(`--format ${format} goes only with --once: --${mode} has json`);
}
