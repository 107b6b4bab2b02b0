/** What a shell can offer for the value of an option. */
import { sections } from "../../collectors/mod.ts";
import { WHOLE_SECTIONS } from "../../checkin/cli/host.ts";
import type { Option } from "../../checkin/cli/options.ts";

/** The kinds of values: nothing to type, one of these words, several of them behind commas, a file, a folder, free text. */
export type ValueKind =
  | { kind: "none" | "file" | "folder" | "text" }
  | { kind: "words" | "list"; words: readonly string[] };

/** The kind of value that `option` takes. */
export function valueKind({ name, value, words, access }: Option): ValueKind {
  if (value === undefined) return { kind: "none" };
  if (words) return { kind: "words", words };
  if (name === "only") return { kind: "list", words: [...WHOLE_SECTIONS, ...sections()].filter(isFirst) };
  // A recording is a folder; what else can be read is a file or a folder.
  if (access) return { kind: value === "DIR" ? "folder" : "file" };
  return { kind: "text" };
}

function isFirst(word: string, i: number, all: string[]): boolean {
  return all.indexOf(word) === i;
}
