/** Reading and replacing the agent's own files in a folder that is anyone's: /tmp on a bare node. */
import { basename } from "@std/path/basename";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { decode } from "../../collectors/host/mod.ts";
import { createTemporary, removeStale } from "../../collectors/host/temporary.ts";
import { kindOf, whyNotTrusted, whyUnsafe } from "../../collectors/host/trust.ts";

/** Why a file could not be read or replaced. `message` is a whole sentence for the log that begins with the path. */
export interface FileProblem {
  /** `refused`: it is there, but is not trusted; `denied`: the kernel or Deno forbids it. */
  kind: "absent" | "refused" | "denied" | "full" | "readOnly" | "failed";
  message: string;
}

export interface ReadOptions {
  /** A file that is larger is refused. */
  limitBytes: number;
  /** A link that root or the caller made is followed (certificates are often links); else a link is refused. */
  followLinks?: boolean;
  /** Who is believed besides root. Default: the user of this process. */
  caller?: number | null;
}

/**
 * The text of the regular file at `path` (UTF-8, else Latin-1), or why it is not to be had. Only a file is believed that
 * root or the caller alone could have written or put there. Never waits, never throws.
 */
export function readTrustedFile(path: string, options: ReadOptions): { text: string } | { problem: FileProblem } {
  for (let attempt = 0; attempt < 5; attempt++) {
    const read = readOnce(path, options);
    if (read !== "replaced") return read;
  }
  return { problem: refused(path, "it is replaced again and again while it is opened") };
}

/** "replaced" where the file that was opened is not the one that was looked at, as when another process has written it. */
function readOnce(path: string, options: ReadOptions): { text: string } | { problem: FileProblem } | "replaced" {
  const { limitBytes, followLinks = false, caller = Deno.uid() } = options;
  try {
    let seen = Deno.lstatSync(path);
    if (seen.isSymlink && followLinks) {
      if (whyNotTrusted(seen, caller)) return { problem: refused(path, `it is a link made by user ${seen.uid}`) };
      seen = Deno.statSync(path);
    }
    // Replaced while it was looked at.
    if (seen.nlink === 0) return "replaced";
    const why = whyNotBelieved(seen, caller);
    if (why) return { problem: refused(path, why) };
    // Where others could put a FIFO in its place at this moment, opening it would wait for ever. An administrator's files
    // may lie where a group can write (/usr/local of older Debians).
    const unsafe = followLinks ? undefined : checkFolder(dirname(path), caller);
    if (unsafe) return { problem: unsafe };
    using file = Deno.openSync(path);
    const opened = file.statSync();
    if (opened.ino !== seen.ino || opened.dev !== seen.dev) return "replaced";
    if (opened.size > limitBytes) return { problem: refused(path, `it is larger than ${limitBytes} bytes`) };
    const bytes = new Uint8Array(opened.size);
    let length = 0;
    while (length < bytes.length) {
      const count = file.readSync(bytes.subarray(length));
      if (count === null) break;
      length += count;
    }
    return { text: decode(bytes.subarray(0, length)) };
  } catch (error) {
    return { problem: problemOf(path, error) };
  }
}

function whyNotBelieved(seen: Deno.FileInfo, caller: number | null): string | undefined {
  if (seen.isSymlink) return "it is a symbolic link";
  if (!seen.isFile) return `it is not a regular file, but ${kindOf(seen)}`;
  // Whoever may not write a file may still give it a second name.
  return seen.nlink === 1 ? whyNotTrusted(seen, caller) : `it has ${seen.nlink} names (hard links)`;
}

/**
 * Makes `text` the content of the file at `path`, or leaves the file as it is: written to a new file beside it, synced,
 * and renamed. Gives why it could not be done, or undefined. Never throws.
 */
export function replaceFile(
  path: string,
  text: string,
  options: { mode?: number; randomName?: () => string } = {},
): FileProblem | undefined {
  let temporary: string | undefined;
  try {
    const bytes = new TextEncoder().encode(text);
    const made = createTemporary(temporaryOf(path), options.mode, options.randomName);
    temporary = made.path;
    using file = made.file;
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
    file.syncSync();
    Deno.renameSync(temporary, path);
    temporary = undefined;
    syncFolder(dirname(path));
  } catch (error) {
    // What cannot be removed now is removed when the file is written next.
    if (temporary !== undefined) removeFile(temporary);
    const problem = problemOf(path, error);
    return problem.kind === "absent" ? { ...problem, message: `${dirname(path)}: does not exist` } : problem;
  }
}

/**
 * Writes `text` to a file that a user names: whole or not at all, and over nothing but a regular file. Gives why it could
 * not be done, or undefined. Never throws.
 */
export function writeWhole(path: string, text: string): FileProblem | undefined {
  try {
    const unsafe = checkFolder(dirname(path));
    if (unsafe) return unsafe;
    const seen = isAbsent(path) ? undefined : Deno.lstatSync(path);
    if (seen && !seen.isFile) return refused(path, `it is not a regular file, but ${kindOf(seen)}`);
    return replaceFile(path, text, { mode: seen ? seen.mode! & 0o777 : 0o644 });
  } catch (error) {
    return problemOf(path, error);
  }
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.hnl_mk_tmp`);
}

/** Removes what a run that was killed left beside the file at `path`. */
export function removeLeftover(path: string): void {
  removeStale(temporaryOf(path));
}

/** Opens the file at `path` to lock it, and makes it where there is none. Never waits, never throws. */
export function openLock(path: string): { file: Deno.FsFile } | { problem: FileProblem } {
  try {
    const unsafe = checkFolder(dirname(path));
    if (unsafe) return { problem: unsafe };
    try {
      return { file: Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }) };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const why = whyNotBelieved(Deno.lstatSync(path), Deno.uid());
    return why === undefined ? { file: Deno.openSync(path) } : { problem: refused(path, why) };
  } catch (error) {
    return { problem: problemOf(path, error) };
  }
}

/** Removes the file at `path`; gives why it could not be done. One that is not there is removed. Never throws. */
export function removeFile(path: string): FileProblem | undefined {
  try {
    Deno.removeSync(path);
  } catch (error) {
    const problem = problemOf(path, error);
    return problem.kind === "absent" ? undefined : problem;
  }
}

/** Whether there is certainly nothing at `path`. */
export function isAbsent(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return false;
  } catch (error) {
    return problemOf(path, error).kind === "absent";
  }
}

/** Why the folder at `path` is not fit for state: not there, no folder, or one in which others can rename our files. */
export function checkFolder(path: string, caller: number | null = Deno.uid()): FileProblem | undefined {
  try {
    const why = whyUnsafe(path, caller);
    return why === undefined ? undefined : refused(path, why);
  } catch (error) {
    return problemOf(path, error);
  }
}

function refused(path: string, why: string): FileProblem {
  return { kind: "refused", message: `${path}: refused: ${why}` };
}

function problemOf(path: string, error: unknown): FileProblem {
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case "ENOENT":
      return { kind: "absent", message: `${path}: does not exist` };
    case "ENOSPC":
    case "EDQUOT":
      return { kind: "full", message: `${path}: no space left` };
    case "EROFS":
      return { kind: "readOnly", message: `${path}: the file system is read-only` };
    case "EACCES":
    case "EPERM":
      return { kind: "denied", message: `${path}: permission denied` };
    default:
      return {
        kind: error instanceof Deno.errors.NotCapable ? "denied" : "failed",
        message: `${path}: ${code ?? message ?? String(error)}`,
      };
  }
}

function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(path);
    folder.syncSync();
  } catch {
    // Some file systems cannot; the file is in its place all the same.
  }
}
