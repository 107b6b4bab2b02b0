/** Files with limits on time and size. */
import { FILE_LIMIT_BYTES, type FolderEntry, type Read, type WhyUnread } from "./mod.ts";

/** Each function takes where the thing lies, and what the host calls it, for messages. */
export interface FileReader {
  /** A whole file. Only regular ones: to open a FIFO or a device may wait for ever, or do something. */
  read(location: string, path: string): Promise<Read<Uint8Array>>;
  /** The same for what is known to be a regular file, and no endless one, if it is there: in half the time. */
  readRegular(location: string, path: string): Promise<Read<Uint8Array>>;
  /** A folder's entries, sorted by name. */
  list(location: string, path: string): Promise<Read<FolderEntry[]>>;
  /** Where a symbolic link points, as it is written. */
  link(location: string, path: string): Promise<Read<string>>;
}

/** A driver that waits for broken hardware must not hold up the rest. */
const TIME_LIMIT_MS = 5_000;
/** The longest folders are those of the disks' names: 5 for each of some thousand disks and partitions. */
const MOST_ENTRIES = 100_000;
/** More at once cost memory (a thread each) and save no time. */
const AT_ONCE = 16;

/** Reads up to `AT_ONCE` things at a time; gives up what takes longer than `timeLimitMs`. */
export function fileReader(timeLimitMs: number = TIME_LIMIT_MS): FileReader {
  const limited = limiter(AT_ONCE);
  const punctual = deadline(timeLimitMs);
  const ask = <T>(path: string, action: () => Promise<T>) => attempt(path, () => limited(() => punctual(action)));
  return {
    read: (location, path) =>
      ask(path, async () => {
        const { isFile, size } = await Deno.stat(location);
        if (!isFile) throw new Refusal(NO_REGULAR_FILE);
        if (size > FILE_LIMIT_BYTES) throw new Refusal(TOO_BIG);
        // Most files of /proc say that they hold 0 bytes, whatever they hold.
        return size === 0 ? await readUpToLimit(location) : await Deno.readFile(location);
      }),
    readRegular: (location, path) =>
      ask(path, async () => {
        const content = await Deno.readFile(location);
        if (content.length > FILE_LIMIT_BYTES) throw new Refusal(TOO_BIG);
        return content;
      }),
    list: (location, path) =>
      ask(path, async () => {
        const entries: FolderEntry[] = [];
        for await (const { name, isFile, isDirectory, isSymlink } of Deno.readDir(location)) {
          if (entries.length === MOST_ENTRIES) throw new Refusal(`more than ${MOST_ENTRIES} entries`);
          entries.push({ name, kind: isSymlink ? "link" : isDirectory ? "folder" : isFile ? "file" : "other" });
        }
        return entries.sort((a, b) => a.name < b.name ? -1 : 1);
      }),
    link: (location, path) => ask(path, () => Deno.readLink(location)),
  };
}

/** What is said of a FIFO, a device, a folder. */
export const NO_REGULAR_FILE = "no regular file";
const TOO_BIG = `more than ${FILE_LIMIT_BYTES / 1024 / 1024} MiB`;

/** Why something is not read although the kernel might let it be. */
export class Refusal extends Error {
  readonly why: WhyUnread;

  constructor(message: string, why: WhyUnread = "failed") {
    super(message);
    this.why = why;
  }
}

/** What `action` gives, or why it gives nothing; `path` is what the host calls it, for the message. */
export async function attempt<T>(path: string, action: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await action() };
  } catch (error) {
    return { why: reasonOf(error), message: `${path}: ${messageOf(error)}` };
  }
}

/** errno(3) of an attribute that has no value now. */
const SAYS_NONE = new Set(["EINVAL", "EOPNOTSUPP", "ENOTSUP", "ENODATA", "ENXIO"]);

function reasonOf(error: unknown): WhyUnread {
  if (error instanceof Refusal) return error.why;
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) return "denied";
  // ENOTDIR: something above it is a file, so it is not there.
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return "absent";
  const { code } = error as { code?: unknown };
  return typeof code === "string" && SAYS_NONE.has(code) ? "absent" : "failed";
}

/** Deno's words without its own mention of the path, which is where the file lies, not what it is called. */
function messageOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "this program lacks the permission to read it";
  if (error instanceof Deno.errors.IsADirectory) return NO_REGULAR_FILE;
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "");
}

async function readUpToLimit(location: string): Promise<Uint8Array> {
  using file = await Deno.open(location);
  let buffer = new Uint8Array(16 * 1024);
  let used = 0;
  while (true) {
    const got = await file.read(buffer.subarray(used));
    if (got === null) return buffer.subarray(0, used);
    used += got;
    if (used > FILE_LIMIT_BYTES) throw new Refusal(TOO_BIG);
    if (used === buffer.length) {
      const grown = new Uint8Array(2 * used);
      grown.set(buffer);
      buffer = grown;
    }
  }
}

/** Runs what it is given, `limit` at a time, in the order in which it comes. */
function limiter(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let next = 0, free = limit;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      if (next < waiting.length) waiting[next++]!();
      else {
        free++;
        waiting.length = next = 0;
      }
    }
  };
}

/** What was answered in time, while this program was too busy to hear it, is heard within that. */
const GRACE_MS = 100;

interface Pending {
  end: number;
  giveUp: (reason: Refusal) => void;
}

/** Rejects what takes longer than `ms`. One timer for all: one for each costs as much as a read. */
function deadline(ms: number): <T>(action: () => Promise<T>) => Promise<T> {
  const pending = new Set<Pending>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUpLate = () => {
    timer = undefined;
    const late: Pending[] = [];
    for (const each of pending) {
      const left = each.end - performance.now();
      if (left > 0) {
        timer = setTimeout(giveUpLate, left);
        break;
      }
      pending.delete(each);
      late.push(each);
    }
    if (late.length === 0) return;
    setTimeout(() => {
      for (const { giveUp } of late) giveUp(new Refusal(`no answer within ${ms / 1000} s`, "late"));
    }, GRACE_MS);
  };
  return async (action) => {
    const { promise: late, reject: giveUp } = Promise.withResolvers<never>();
    const entry = { end: performance.now() + ms, giveUp };
    pending.add(entry);
    timer ??= setTimeout(giveUpLate, ms);
    try {
      return await Promise.race([action(), late]);
    } finally {
      pending.delete(entry);
      if (pending.size === 0) {
        clearTimeout(timer);
        timer = undefined;
      }
    }
  };
}
