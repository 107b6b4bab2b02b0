/** Machines from recordings, facts files, folders and archives of them, one after the other. */
import { basename } from "@std/path/basename";
import { join } from "@std/path/join";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { BundleError, COMMANDS } from "../../../collectors/host/bundle.ts";
import { FactsError, parseFacts } from "../../../collectors/judge/facts_file.ts";
import { byName } from "../../../collectors/values.ts";
import { NamedFileError, readNamedFile } from "../../named_file.ts";
import { type Budget, budgetOf, TarError } from "./tar.ts";
import { isOfSystem } from "./system_error.ts";
import { unpack } from "./unpack.ts";

/** One of them: its facts, or why there are none. */
export interface Machine {
  /** What its recording or file is called, without ".json" or ".facts.json". */
  name: string;
  facts?: Facts;
  problem?: string;
}

/** Gives the facts of the recording in a folder. Throws BundleError. */
export type CollectRecording = (folder: string) => Promise<Facts>;

/** Folders in folders; a recording is none of them. */
const DEEPEST = 4;
/** Of one machine's facts. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;

/** The machines at the paths, in order of name within a folder. Never throws: what cannot be read is a problem. */
export async function* machinesAt(paths: readonly string[], collect: CollectRecording): AsyncGenerator<Machine> {
  for (const path of paths) yield* machinesIn(path, collect, { isNamed: true, depth: 0, seen: new Set() });
}

interface Place {
  /** Whether somebody named it: of what just lies in a folder, other files are left alone. */
  isNamed: boolean;
  depth: number;
  /** The folders that were looked into, without links in their paths: a link may lead to one again. */
  seen: Set<string>;
  /** What may still be unpacked, within an archive. */
  budget?: Budget;
}

async function* machinesIn(path: string, collect: CollectRecording, place: Place): AsyncGenerator<Machine> {
  const name = basename(path).replace(/(\.facts)?\.(json|ndjson|jsonl)$/, "");
  try {
    const { isDirectory, isFile } = await Deno.stat(path);
    if (isDirectory) yield* inFolder(path, name, collect, place);
    else if (isFile && /\.(tar|tar\.gz|tgz)$/.test(path)) yield* inArchive(path, collect, place);
    else if (isFile && /\.(ndjson|jsonl)$/.test(path)) yield* inLines(path, name);
    else if (place.isNamed || path.endsWith(".json")) yield* inFile(path, name, place);
  } catch (error) {
    if (!isExpected(error)) throw error;
    yield { name, problem: (error as Error).message };
  }
}

function isExpected(error: unknown): boolean {
  return [BundleError, FactsError, NamedFileError, TarError].some((kind) => error instanceof kind) || isOfSystem(error);
}

/** Whether a file is one of one machine's facts, by its name. */
export function isFactsFile(path: string): boolean {
  return path.endsWith(".json");
}

/** Whether a folder holds a recording. Of what is not there or no folder the recording's reader knows what to say. */
export function isRecording(path: string): boolean {
  try {
    if (!Deno.statSync(path).isDirectory) return !/\.(json|ndjson|jsonl|tar|tar\.gz|tgz)$/.test(path);
    const names = [...Deno.readDirSync(path)].map(({ name }) => name);
    return hasRecording(names) || !names.some((name) => isMachine(path, name));
  } catch {
    return true;
  }
}

/** A folder in it, or a file that facts may be in. */
function isMachine(folder: string, name: string): boolean {
  if (/\.(json|ndjson|jsonl|tar|tar\.gz|tgz)$/.test(name)) return true;
  try {
    const path = join(folder, name);
    return Deno.statSync(path).isDirectory && hasRecording([...Deno.readDirSync(path)].map(({ name }) => name));
  } catch {
    // A link to nowhere, or a folder of somebody else's.
    return false;
  }
}

function hasRecording(names: readonly string[]): boolean {
  return [COMMANDS, "proc", "sys"].some((part) => names.includes(part));
}

async function* inFolder(path: string, name: string, collect: CollectRecording, place: Place): AsyncGenerator<Machine> {
  const real = await Deno.realPath(path);
  if (place.seen.has(real)) return;
  place.seen.add(real);
  const names = [...Deno.readDirSync(path)].map((entry) => entry.name).sort(byName);
  if (hasRecording(names)) {
    yield { name, facts: await collect(path) };
  } else if (place.depth < DEEPEST) {
    for (const each of names) {
      if (!each.startsWith(".")) {
        yield* machinesIn(join(path, each), collect, { ...place, isNamed: false, depth: place.depth + 1 });
      }
    }
  }
}

async function* inArchive(path: string, collect: CollectRecording, place: Place): AsyncGenerator<Machine> {
  const budget = place.budget ?? await budgetOf(path);
  using unpacked = await unpack(path, budget);
  const names = [...Deno.readDirSync(unpacked.folder)].map((entry) => entry.name);
  // A recording packed without the folder around it has no name but the archive's.
  if (names.includes(COMMANDS)) {
    yield { name: basename(path).replace(/\.(tar|tar\.gz|tgz)$/, ""), facts: await collect(unpacked.folder) };
  } else yield* machinesIn(unpacked.folder, collect, { ...place, isNamed: false, budget });
}

async function* inFile(path: string, name: string, { isNamed }: Place): AsyncGenerator<Machine> {
  const text = await readNamedFile(path, MOST_FILE_BYTES);
  const machine = machineOf(text, name);
  // A folder may hold other JSON, such as a list of what is in it.
  if (isNamed || machine.facts || /^\s*\{\s*"schemaVersion"/.test(text)) yield machine;
}

/** Facts line by line, of any number of machines. */
async function* inLines(path: string, name: string): AsyncGenerator<Machine> {
  let count = 0;
  for await (const line of linesOf(await Deno.open(path))) yield* inLine(line, `${name}:${++count}`);
}

async function* linesOf({ readable }: Deno.FsFile): AsyncGenerator<string> {
  let pieces: string[] = [], length = 0;
  for await (const chunk of readable.pipeThrough(new TextDecoderStream())) {
    const [first, ...more] = chunk.split("\n");
    pieces.push(first!);
    length += first!.length;
    if (length > MOST_FILE_BYTES) throw new FactsError("found a line that is longer than facts are");
    for (const begun of more) {
      yield pieces.join("");
      pieces = [begun];
      length = begun.length;
    }
  }
  yield pieces.join("");
}

function* inLine(line: string, place: string): Generator<Machine> {
  if (line.trim() === "") return;
  const machine = machineOf(line, place);
  const { identity, system } = machine.facts ?? {};
  yield { ...machine, name: identity?.hostname ?? system?.serialNumber ?? place };
}

function machineOf(text: string, name: string): Machine {
  try {
    return { name, facts: parseFacts(text) };
  } catch (error) {
    if (!(error instanceof FactsError)) throw error;
    return { name, problem: error.message };
  }
}
