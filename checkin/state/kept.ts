/** Reading one file of the state folder. */
import { dirname } from "@std/path/dirname";
import { checkFolder, type FileProblem, readTrustedFile } from "./trusted_files.ts";

/** What was kept, if anything was; `problem` where there is something that is not to be believed or understood. */
export interface Kept<T> {
  value?: T;
  problem?: FileProblem;
}

/** To be read and written; what the sources report of the largest machine known is below 1 MiB. */
export const KEPT_LIMIT_BYTES = 8 * 1024 * 1024;

/** What `understand` makes of the text of the file at `path`; what it throws at counts as not there, with a problem. */
export function readKept<T>(path: string, understand: (text: string) => T | undefined): Kept<T> {
  const problem = checkFolder(dirname(path));
  if (problem) return { problem };
  const file = readTrustedFile(path, { limitBytes: KEPT_LIMIT_BYTES });
  if ("problem" in file) return file.problem.kind === "absent" ? {} : file;
  try {
    const value = understand(file.text);
    return value === undefined ? {} : { value };
  } catch {
    return { problem: { kind: "failed", message: `${path}: cannot be understood, and counts as not there` } };
  }
}

/** Throws where there is no value: the file is of another form. */
export function expectValue<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("of another form");
  return value;
}
