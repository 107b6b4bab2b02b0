/**
 * Temporary files under fixed names: what a killed run left is found without listing a folder of many files. Whoever
 * writes one holds a lock on it (flock(2)), which ends with its process.
 */

/** Between making the file and locking it. */
const UNLOCKED_MS = 2_000;

/**
 * A new file at `path`, opened for writing and locked, with the permissions `mode`; where another process has one there,
 * at `path` with a random ending. What a killed run left there is replaced. Throws what Deno.openSync throws.
 */
export function createTemporary(
  path: string,
  mode = 0o600,
  randomName: () => string = () => crypto.randomUUID(),
): { path: string; file: Deno.FsFile } {
  removeStale(path);
  const open = (path: string) => {
    const file = Deno.openSync(path, { write: true, createNew: true, mode });
    file.tryLockSync(true);
    return { path, file };
  };
  try {
    return open(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return open(`${path}.${randomName()}`);
  }
}

/** Removes the caller's file at `path` where no process is writing it. `nowMs`: milliseconds since the epoch. */
export function removeStale(path: string, nowMs = Date.now()): void {
  try {
    const { isFile, uid, mtime } = Deno.lstatSync(path);
    if (!isFile || uid !== Deno.uid() || nowMs - (mtime?.getTime() ?? nowMs) < UNLOCKED_MS) return;
    using file = Deno.openSync(path);
    if (file.tryLockSync(true)) Deno.removeSync(path);
  } catch {
    // Not there, or not to be removed: it does no harm but to take up room.
  }
}
