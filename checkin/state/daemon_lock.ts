/**
 * A daemon's hold on its state folder: a lock (flock(2)) on a file in it, which ends with the process, however that ends
 * and in whichever container it runs.
 */
import { join } from "@std/path/join";
import { isAbsent, openLock } from "./trusted_files.ts";

const LOCK_FILE = "daemon.lock";

/**
 * Holds `folder` until `release`. `problem`: a whole sentence about why it cannot be held, as where another daemon
 * already uses it.
 */
export function lockFolder(folder: string): { release: () => void } | { problem: string } {
  const opened = openLock(join(folder, LOCK_FILE));
  if ("problem" in opened) return { problem: opened.problem.message };
  const { file } = opened;
  if (file.tryLockSync(true)) return { release: () => file.close() };
  file.close();
  return { problem: `${folder}: another daemon uses this state folder: each needs one of its own (--state-dir)` };
}

/** Whether a daemon holds `folder`; undefined where none ever did, or that is not to be known. */
export function isLocked(folder: string): boolean | undefined {
  const path = join(folder, LOCK_FILE);
  if (isAbsent(path)) return undefined;
  const opened = openLock(path);
  if ("problem" in opened) return undefined;
  using file = opened.file;
  return !file.tryLockSync(false);
}
