import {
  decode,
  type FolderEntry,
  type Host,
  type InterfaceAddress,
  isUnknown,
  mapRead,
  type Read,
  valueOf,
} from "../../host/mod.ts";

/**
 * The host's small files as one subject of hostfs reads them. Undefined is what has no value, or is not known: which of
 * the two is kept in mind here (`unknown`), so that no reader has to.
 */
export interface HostFiles {
  bytes(path: string): Promise<Uint8Array | undefined>;
  /** The same of a file that broken hardware fails to give, now and ever: there an error means that it has no value. */
  bytesIfWell(path: string): Promise<Uint8Array | undefined>;
  text(path: string): Promise<string | undefined>;
  /** A one-line file, trimmed; undefined where it is empty. */
  line(path: string): Promise<string | undefined>;
  /** A file that holds one whole number of 0 or more; undefined for every other content (-1 is the kernel's "none"). */
  count(path: string): Promise<number | undefined>;
  /** A folder's entries, sorted by name; undefined where it cannot be listed. */
  entries(path: string): Promise<FolderEntry[] | undefined>;
  /** Where a symbolic link points, as it is written. */
  link(path: string): Promise<string | undefined>;
  /** The addresses of all interfaces. */
  addresses(): Promise<InterfaceAddress[] | undefined>;
  /**
   * The paths of which this subject does not know what is there. A file that only needs more rights is none of them: a
   * plain user reads the rest of the machine without it.
   */
  unknown(): string[];
  /** Of /proc and /sys those that this subject asked. */
  asked(): ReadonlySet<string>;
}

/** What the subjects of one collection read, all together. */
export interface Readings {
  /** The files for one subject; two that need the same text cost one read. */
  forSubject(): HostFiles;
  /** The paths that need more rights than this process has. */
  denied(): string[];
  /** The paths that gave no answer in time. */
  late(): string[];
  /** The paths that could not be read for any other reason. */
  failed(): string[];
  /** The paths that are not there or cannot be read, rights or not, and the texts that are empty. */
  lacking(): ReadonlySet<string>;
  /** Those of /proc and /sys of which nothing at all could be read. */
  silent(): ("proc" | "sys")[];
}

/** `host` with a memory. Good for one collection. */
export function readingsOf(host: Host): Readings {
  const unread = {
    absent: new Set<string>(),
    denied: new Set<string>(),
    late: new Set<string>(),
    failed: new Set<string>(),
  };
  const empty = new Set<string>();
  const answered = new Set<string>();
  const texts = new Map<string, Promise<Read<string>>>();
  const textOf = (path: string) => {
    const known = texts.get(path);
    if (known) return known;
    const asked = host.read(path).then((read) => mapRead(read, decode));
    texts.set(path, asked);
    return asked;
  };

  const forSubject = (): HostFiles => {
    const unknown = new Set<string>();
    const roots = new Set<string>();
    const answer = async <T>(path: string, asked: Promise<Read<T>>, isList = false): Promise<T | undefined> => {
      const root = path.split("/", 2)[1]!;
      roots.add(root);
      const read = await asked;
      if ("value" in read) answered.add(root);
      else unread[read.why].add(path);
      if (isUnknown(read) && (isList || read.why !== "denied")) unknown.add(path);
      return valueOf(read);
    };
    const text = async (path: string) => {
      const text = await answer(path, textOf(path));
      if (text?.trim() === "") empty.add(path);
      return text;
    };
    const line = async (path: string) => (await text(path))?.replaceAll("\0", "").trim() || undefined;
    return {
      bytes: (path) => answer(path, host.read(path)),
      bytesIfWell: (path) => answer(path, host.read(path).then(failureAsAbsent)),
      text,
      line,
      count: async (path) => wholeNumber(await line(path)),
      entries: (path) => answer(path, host.list(path), true),
      link: (path) => answer(path, host.link(path)),
      addresses: () => answer("addresses of the interfaces", host.addresses()),
      unknown: () => [...unknown],
      asked: () => roots,
    };
  };
  return {
    forSubject,
    denied: () => [...unread.denied].sort(),
    late: () => [...unread.late].sort(),
    failed: () => [...unread.failed].sort(),
    lacking: () => new Set([...unread.absent, ...unread.failed, ...empty]),
    silent: () => (["proc", "sys"] as const).filter((root) => !answered.has(root)),
  };
}

function failureAsAbsent<T>(read: Read<T>): Read<T> {
  return "why" in read && read.why === "failed" ? { why: "absent", message: read.message } : read;
}

/** A decimal number of 0 or more that a double holds exactly; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}
