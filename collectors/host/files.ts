/**
 * Files with limits on time and size: regular files only, since opening a FIFO or a device may wait for ever or do
 * something. Each function takes where the thing lies, and the host's path of it for messages.
 */
import { type FolderEntry, OUTPUT_LIMIT_BYTES, type Read } from "../host.ts";

/** A driver that waits for broken hardware must not hold up the rest. */
const TIME_LIMIT_MS = 2_000;

/** A whole file. */
export function readRegularFile(location: string, path: string): Promise<Read<Uint8Array>> {
  return attempt(path, async () => {
    const { isFile, size } = await Deno.stat(location);
    if (!isFile) throw new Refusal(NO_REGULAR_FILE);
    if (size > OUTPUT_LIMIT_BYTES) throw new Refusal(TOO_BIG);
    // Most files of /proc say that they hold 0 bytes, whatever they hold.
    return size === 0 ? await readUpToLimit(location) : await Deno.readFile(location);
  });
}

/** A folder's entries, sorted by name. */
export function listFolder(location: string, path: string): Promise<Read<FolderEntry[]>> {
  return attempt(path, async () => {
    const entries: FolderEntry[] = [];
    for await (const { name, isFile, isDirectory, isSymlink } of Deno.readDir(location)) {
      entries.push({ name, kind: isSymlink ? "link" : isDirectory ? "folder" : isFile ? "file" : "other" });
    }
    return entries.sort((a, b) => a.name < b.name ? -1 : 1);
  });
}

/** Where a symbolic link points, as it is written. */
export function readLinkTarget(location: string, path: string): Promise<Read<string>> {
  return attempt(path, () => Deno.readLink(location));
}

/** What is said of a FIFO, a device, a folder. */
export const NO_REGULAR_FILE = "no regular file";
const TOO_BIG = `more than ${OUTPUT_LIMIT_BYTES / 1024 / 1024} MiB`;

/** Why something is not read although the kernel might let it be; `denied` is told apart from `failed`. */
export class Refusal extends Error {
  readonly denied: boolean;

  constructor(message: string, options: { denied?: boolean } = {}) {
    super(message);
    this.denied = options.denied ?? false;
  }
}

async function readUpToLimit(location: string): Promise<Uint8Array> {
  using file = await Deno.open(location);
  let buffer = new Uint8Array(16 * 1024);
  let used = 0;
  while (true) {
    const got = await file.read(buffer.subarray(used));
    if (got === null) return buffer.subarray(0, used);
    used += got;
    if (used > OUTPUT_LIMIT_BYTES) throw new Refusal(TOO_BIG);
    if (used === buffer.length) {
      const grown = new Uint8Array(2 * used);
      grown.set(buffer);
      buffer = grown;
    }
  }
}

/** What `action` gives, or why it gives nothing; `path` is the host's, for the message. */
export async function attempt<T>(path: string, action: () => Promise<T>): Promise<Read<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal(`no answer within ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS);
  });
  try {
    return { value: await Promise.race([action(), late]) };
  } catch (error) {
    return { why: reasonOf(error), message: `${path}: ${messageOf(error)}` };
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): "absent" | "denied" | "failed" {
  // ENOTDIR: something above it is a file, so it is not there.
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return "absent";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) return "denied";
  if (error instanceof Refusal && error.denied) return "denied";
  return "failed";
}

/** Deno's words without its own mention of the path, which is where the file lies, not what it is called. */
function messageOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "this program lacks the permission to read it";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}
