/** The last changes of the machine, in the state folder: what `--status` shows. */
import { join } from "@std/path/join";
import type { Change } from "../../collectors/facts/verdict.ts";
import { isMap } from "../../collectors/values.ts";
import { type Kept, readKept } from "./kept.ts";
import { checkFolder, type FileProblem, replaceFile } from "./trusted_files.ts";

/** One change, when it was noticed, in the words of the log. */
export interface KeptChange {
  /** RFC 3339, UTC. */
  at: string;
  kind: Change["kind"];
  path: string;
  text: string;
}

const FILE = "changes.json";
const MOST = 100;
/** The name of a part, or of a switch, may be as long as whoever gave it likes. */
const MOST_CHARACTERS = 1_000;

/** The last hundred, the newest last. Never throws. */
export function readChanges(folder: string): Kept<KeptChange[]> {
  return readKept(join(folder, FILE), (text) => {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || !list.every(isKeptChange)) throw new Error("of another form");
    return list;
  });
}

/** Adds what changed, noticed `at` (RFC 3339, UTC); gives why it could not. Never throws. */
export function rememberChanges(folder: string, at: string, changes: readonly Change[]): FileProblem | undefined {
  if (changes.length === 0) return undefined;
  const fresh = changes.slice(-MOST).map(({ kind, path, text }): KeptChange => (
    { at, kind, path: path.slice(0, MOST_CHARACTERS), text: text.slice(0, MOST_CHARACTERS) }
  ));
  const all = [...readChanges(folder).value ?? [], ...fresh].slice(-MOST);
  return checkFolder(folder) ?? replaceFile(join(folder, FILE), `${JSON.stringify(all)}\n`, { mode: 0o600 });
}

function isKeptChange(value: unknown): value is KeptChange {
  return isMap(value) && ["at", "kind", "path", "text"].every((key) => typeof value[key] === "string");
}
