/**
 * Reading and replacing the agent's own files in a folder that is anyone's: /tmp on a bare node. Run as root, a file is
 * only believed if nobody but root could have written it.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "@std/path";
import { decode } from "../../collectors/host/mod.ts";

/** Why a file could not be read or replaced. `message` is a whole sentence for the log that begins with the path. */
export interface FileProblem {
  /** `refused`: it is there, but is not trusted; `denied`: the kernel or Deno forbids it. */
  kind: "absent" | "refused" | "denied" | "full" | "readOnly" | "failed";
  message: string;
}

export interface TrustOptions {
  /** Whether the agent runs as root, and so must not believe what others wrote. */
  isRoot: boolean;
}

export interface ReadOptions extends TrustOptions {
  /** A file that is larger is refused. */
  limitBytes: number;
  /** A link that root made is followed (certificates are often links); else a link is refused. */
  followLinks?: boolean;
}

/** The text of the regular file at `path` (UTF-8, else Latin-1), or why it is not to be had. Never waits, never throws. */
export function readTrustedFile(path: string, options: ReadOptions): { text: string } | { problem: FileProblem } {
  for (let attempt = 0; attempt < 5; attempt++) {
    const read = readOnce(path, options);
    if (read !== "replaced") return read;
  }
  return { problem: refused(path, "it is replaced again and again while it is opened") };
}

/** "replaced" where the file that was opened is not the one that was looked at, as when another process has written it. */
function readOnce(path: string, options: ReadOptions): { text: string } | { problem: FileProblem } | "replaced" {
  const { isRoot, limitBytes, followLinks = false } = options;
  let descriptor: number | undefined;
  try {
    let seen = lstatSync(path);
    if (seen.isSymbolicLink() && (followLinks || !isRoot)) {
      if (isRoot && seen.uid !== 0) return { problem: refused(path, `it is a link made by user ${seen.uid}`) };
      seen = statSync(path);
    }
    const distrust = whyNotTrusted(seen, isRoot);
    if (distrust) return { problem: refused(path, distrust) };
    // Without O_NONBLOCK a FIFO that takes the file's place at this moment would keep us waiting. O_NOFOLLOW would not
    // help against a link: with scoped permissions Deno resolves links before it opens.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const opened = fstatSync(descriptor);
    if (opened.ino !== seen.ino || opened.dev !== seen.dev) return "replaced";
    if (opened.size > limitBytes) return { problem: refused(path, `it is larger than ${limitBytes} bytes`) };
    const bytes = new Uint8Array(opened.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return { text: decode(bytes.subarray(0, length)) };
  } catch (error) {
    return { problem: problemOf(path, error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
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
  const { mode = 0o600, randomName = () => crypto.randomUUID() } = options;
  const temporary = join(dirname(path), `.${basename(path)}.${randomName()}${TEMPORARY}`);
  let exists = false;
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const descriptor = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    exists = true;
    try {
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(descriptor, bytes, written, bytes.length - written);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    exists = false;
    syncFolder(dirname(path));
  } catch (error) {
    // What cannot be removed now is removed at the next start.
    if (exists) removeFile(temporary);
    const problem = problemOf(path, error);
    return problem.kind === "absent" ? { ...problem, message: `${dirname(path)}: does not exist` } : problem;
  }
}

/** Removes the file at `path`; gives why it could not be done. One that is not there is removed. Never throws. */
export function removeFile(path: string): FileProblem | undefined {
  try {
    unlinkSync(path);
  } catch (error) {
    const problem = problemOf(path, error);
    return problem.kind === "absent" ? undefined : problem;
  }
}

/** Whether there is certainly nothing at `path`. */
export function isAbsent(path: string): boolean {
  try {
    lstatSync(path);
    return false;
  } catch (error) {
    return problemOf(path, error).kind === "absent";
  }
}

/** Why the folder at `path` is not fit for state: not there, no folder, or one in which others can rename our files. */
export function checkFolder(path: string, { isRoot }: TrustOptions): FileProblem | undefined {
  try {
    const seen = isRoot ? lstatSync(path) : statSync(path);
    if (seen.isSymbolicLink()) return refused(path, "it is a symbolic link");
    if (!seen.isDirectory()) return refused(path, `it is not a folder, but ${kindOf(seen)}`);
    // In a sticky folder (/tmp) everybody may make files, but only a file's owner may rename or remove it.
    const isSticky = (seen.mode & 0o1000) !== 0;
    const distrust = isRoot ? whyNotOfRoot(seen, isSticky) : undefined;
    return distrust ? refused(path, distrust) : undefined;
  } catch (error) {
    return problemOf(path, error);
  }
}

/** Removes what a crash between writing and renaming left in `folder`. `now`: milliseconds since the epoch. */
export function removeLeftovers(folder: string, now: number, { isRoot }: TrustOptions): void {
  try {
    for (const name of readdirSync(folder).filter((name) => name.startsWith(".") && name.endsWith(TEMPORARY))) {
      const path = join(folder, name);
      const seen = lstatSync(path);
      const isOurs = seen.isFile() && (!isRoot || seen.uid === 0);
      // A younger one may be another process's that is just being written.
      if (isOurs && now - seen.mtimeMs > 60_000) removeFile(path);
    }
  } catch {
    // They do no harm but to take up room.
  }
}

const TEMPORARY = ".hnl_mk_tmp";

function whyNotTrusted(seen: Stats, isRoot: boolean): string | undefined {
  if (seen.isSymbolicLink()) return "it is a symbolic link";
  if (!seen.isFile()) return `it is not a regular file, but ${kindOf(seen)}`;
  return isRoot ? whyNotOfRoot(seen, false) : undefined;
}

function whyNotOfRoot(seen: Stats, mayBeWritable: boolean): string | undefined {
  if (seen.uid !== 0) return `it is owned by user ${seen.uid}, not by root`;
  const isWritable = (seen.mode & 0o002) !== 0 || ((seen.mode & 0o020) !== 0 && seen.gid !== 0);
  if (isWritable && !mayBeWritable) {
    return `it is writable by others than root (mode ${(seen.mode & 0o7777).toString(8).padStart(4, "0")})`;
  }
}

function kindOf(seen: Stats): string {
  if (seen.isDirectory()) return "a folder";
  if (seen.isFIFO()) return "a FIFO";
  if (seen.isSocket()) return "a socket";
  return seen.isFile() ? "a regular file" : "a device";
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
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Some file systems cannot; the file is in its place all the same.
  }
}
