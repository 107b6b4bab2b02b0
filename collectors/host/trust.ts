/**
 * Whom to believe, and where to write: /tmp of a bare node is anyone's. A file, folder or link is trusted if it belongs
 * to root or to the caller and nobody else may write it.
 */
import { dirname } from "@std/path/dirname";
import { resolve } from "@std/path/resolve";

/** Why something that belongs to another than root or `caller` (a uid), or that others may write, is not trusted. */
export function whyNotTrusted(seen: Deno.FileInfo, caller: number | null = Deno.uid()): string | undefined {
  const { uid, gid, mode } = seen;
  if (uid !== 0 && uid !== caller) {
    return `it is owned by user ${uid}, not by root${caller ? ` or user ${caller}` : ""}`;
  }
  // The modes of a link mean nothing. In a sticky folder (/tmp) everybody may make files, but remove only his own.
  if (seen.isSymlink || (seen.isDirectory && (mode! & 0o1000) !== 0)) return undefined;
  const isWritable = (mode! & 0o002) !== 0 || ((mode! & 0o020) !== 0 && gid !== 0);
  return isWritable ? `it is writable by others (mode ${(mode! & 0o7777).toString(8).padStart(4, "0")})` : undefined;
}

/**
 * Why others could put something else in the place of what is in `folder`: it, a parent, or a link on the way is not
 * trusted; undefined where nobody could. Throws what lstat throws for `folder`.
 */
export function whyUnsafe(folder: string, caller: number | null = Deno.uid()): string | undefined {
  let hasLinks = false;
  for (let path = resolve(folder), isFolder = true;; path = dirname(path), isFolder = false) {
    const of = isFolder ? "it" : path;
    try {
      const seen = Deno.lstatSync(path);
      hasLinks ||= seen.isSymlink;
      if (isFolder && !seen.isSymlink && !seen.isDirectory) return `it is not a folder, but ${kindOf(seen)}`;
      const why = whyNotTrusted(seen, caller);
      if (why) return why.replace(/^it/, seen.isSymlink ? `the link ${path}` : of);
    } catch (error) {
      // The compiled program writes in /tmp only, and cannot look above it.
      if (isFolder || !(error instanceof Deno.errors.NotCapable)) throw error;
    }
    if (path === "/") break;
  }
  return hasLinks ? whyUnsafe(Deno.realPathSync(folder), caller) : undefined;
}

/** What a file is, in words. */
export function kindOf(seen: Deno.FileInfo): string {
  if (seen.isSymlink) return "a symbolic link";
  if (seen.isDirectory) return "a folder";
  if (seen.isFifo) return "a FIFO";
  if (seen.isSocket) return "a socket";
  return seen.isFile ? "a regular file" : "a device";
}
