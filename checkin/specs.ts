/** The specs that machines are compared with: one file, or a folder of them. */
import { join } from "@std/path/join";
import { SpecError } from "../collectors/judge/spec/reader.ts";
import type { Spec } from "../collectors/judge/spec/spec.ts";
import { byName } from "../collectors/values.ts";
import type { Logger } from "./log.ts";
import { readNamedFile } from "./named_file.ts";
import { checkFolder, readTrustedFile } from "./state/trusted_files.ts";

/** Where an administrator lays specs down. */
const SPECS_FOLDER = "/etc/hnl_mk/specs";

const MOST_FILES = 1000;
const FILE_LIMIT_BYTES = 1024 * 1024;

/** Gives the text of a file. Throws SpecError. */
type ReadSpec = (file: string) => string | Promise<string>;

/**
 * The specs in `path`: of a folder those of all *.yaml, *.yml and *.json files, in order of name. `read` is how a file is
 * read; whoever names one on the command line may name any. Throws SpecError for the first that is none, and where there
 * is nothing at `path`.
 */
export async function loadSpecs(path: string, read: ReadSpec = readAny): Promise<Spec[]> {
  const files = filesAt(path);
  // Nothing of this is needed where there are no specs.
  const { parseSpec } = await import("../collectors/judge/spec/parse.ts");
  const specs: Spec[] = [];
  for (const file of files) specs.push(parseSpec(await read(file), file));
  return specs;
}

async function readAny(file: string): Promise<string> {
  try {
    return await readNamedFile(file, FILE_LIMIT_BYTES);
  } catch (error) {
    throw new SpecError(`${file}: ${(error as Error).message}`);
  }
}

/** Nobody but root and the agent itself decides what a machine should be. */
function readTrusted(file: string): string {
  const read = readTrustedFile(file, { limitBytes: FILE_LIMIT_BYTES });
  if ("problem" in read) throw new SpecError(read.problem.message);
  return read.text;
}

function filesAt(path: string): string[] {
  try {
    if (!Deno.statSync(path).isDirectory) return [path];
    const names = [...Deno.readDirSync(path)].map(({ name }) => name).filter((name) => /\.(ya?ml|json)$/.test(name));
    if (names.length > MOST_FILES) throw new SpecError(`${path}: found ${names.length} specs`);
    return names.sort(byName).map((name) => join(path, name));
  } catch (error) {
    throw error instanceof SpecError ? error : new SpecError(`${path}: ${(error as Error).message}`);
  }
}

/** The specs in force, read anew each time. */
export type Specs = () => Promise<readonly Spec[]>;

/**
 * The specs at `configured` (mk_spec_path), else those in SPECS_FOLDER or in the state folder's `specs`, where there is
 * one. Files and folders that others may write are not believed. Never throws: specs with a mistake are logged once,
 * and none of them holds, since half of them could take a machine for what it is not.
 */
export function specsOf(log: Logger, stateFolder: string, configured: () => string | undefined): Specs {
  return async () => {
    const path = configured() ?? [SPECS_FOLDER, join(stateFolder, "specs")].find(isFolder);
    if (path === undefined) return [];
    try {
      // What lies in a folder of somebody else's is not even listed: there may be any number of names in it.
      const unsafe = isFolder(path) ? checkFolder(path) : undefined;
      if (unsafe) throw new SpecError(unsafe.message);
      const specs = await loadSpecs(path, readTrusted);
      log.forget("specs");
      return specs;
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      log.once("specs", "ERROR", `the machine is compared with no spec: ${error.message.split("\n").join("; ")}`);
      return [];
    }
  };
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
