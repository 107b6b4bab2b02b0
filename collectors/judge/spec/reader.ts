/** A spec's YAML while it is read, and the mistakes found in it so far. */
import { closestString } from "@std/text/closest-string";
import { parse } from "@std/yaml";
import { keyLines } from "./lines.ts";

/** The text is no spec; `message` says for each mistake the file, the line, what was found and what is expected. */
export class SpecError extends Error {
  override readonly name = "SpecError";
}

export interface Reader {
  root: unknown;
  mistakes: string[];
  /** Moves on to a key, in the order of the document. */
  goTo(key: string): void;
  /** Notes a mistake at the key that was gone to last. */
  complain(path: string, what: string): void;
}

/** Parses the YAML. Throws SpecError. */
export function createReader(text: string, file: string): Reader {
  let root: unknown;
  try {
    root = parse(text, { schema: "failsafe" });
  } catch (error) {
    const [what] = (error as Error).message.split(":\n");
    const hint = /:\s*(>=?|<=?|!=|\*|[^\s"'{[]*\{\d)/.test(text)
      ? ` (quote comparisons and patterns: ">= 4800", "*")`
      : "";
    throw new SpecError(`${file}: no YAML: ${what}${hint}`);
  }
  const lineOf = keyLines(text);
  let line = 1;
  const mistakes: string[] = [];
  return {
    root,
    mistakes,
    goTo: (key) => line = lineOf(key),
    complain: (path, what) => mistakes.push(`${file}:${line}: ${path && `${cut(path, 200)}: `}${cut(what, 2_000)}`),
  };
}

/** "; did you mean dimms?" */
export function nearest(name: string, names: readonly string[]): string {
  return names.length > 0 ? `; did you mean ${closestString(name, names)}?` : "";
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** What was found, for a message. */
export function kindOf(value: unknown): string {
  if (typeof value === "string" && value !== "") return cut(JSON.stringify(value), 200);
  return value === null || value === undefined || value === "" ? "nothing" : Array.isArray(value) ? "a list" : "a map";
}
