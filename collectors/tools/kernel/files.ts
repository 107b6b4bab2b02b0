import { decode, type FolderEntry, type Host, type Read } from "../../host/mod.ts";

/** The host's small files as the subjects of hostfs read them; what is refused is remembered. */
export interface HostFiles {
  bytes(path: string): Promise<Uint8Array | undefined>;
  text(path: string): Promise<string | undefined>;
  /** A one-line file, trimmed; undefined where it is empty. */
  line(path: string): Promise<string | undefined>;
  /** A file that holds one whole number of 0 or more; undefined for every other content (-1 is the kernel's "none"). */
  count(path: string): Promise<number | undefined>;
  /** A folder's entries, sorted by name; undefined where it cannot be listed. */
  entries(path: string): Promise<FolderEntry[] | undefined>;
  /** Where a symbolic link points, as it is written. */
  link(path: string): Promise<string | undefined>;
  /** The paths that need more rights than this process has. */
  denied(): string[];
  /** The paths that gave no answer in time. */
  late(): string[];
  /** The paths that are not there or cannot be read, rights or not, and the texts that are empty. */
  lacking(): ReadonlySet<string>;
  /** Those of /proc and /sys of which nothing at all could be read. */
  silent(): ("proc" | "sys")[];
}

/** `host` with a memory of texts: two subjects that need the same one cost one read. Good for one collection. */
export function hostFiles(host: Host): HostFiles {
  const denied = new Set<string>();
  const late = new Set<string>();
  const lacking = new Set<string>();
  const answered = new Set<string>();

  async function answer<T>(path: string, ask: (path: string) => Promise<Read<T>>): Promise<T | undefined> {
    const read = await ask(path);
    if ("value" in read) {
      answered.add(path.split("/", 2)[1]!);
      return read.value;
    }
    ({ denied, late, absent: lacking, failed: lacking })[read.why].add(path);
    return undefined;
  }

  const bytes = (path: string) => answer(path, (path) => host.read(path));
  const texts = new Map<string, Promise<string | undefined>>();
  const text = (path: string) => {
    const known = texts.get(path);
    if (known) return known;
    const asked = bytes(path).then((content) => {
      const text = content && decode(content);
      if (text?.trim() === "") lacking.add(path);
      return text;
    });
    texts.set(path, asked);
    return asked;
  };
  const line = async (path: string) => (await text(path))?.replaceAll("\0", "").trim() || undefined;
  return {
    bytes,
    text,
    line,
    count: async (path) => wholeNumber(await line(path)),
    entries: (path) => answer(path, (path) => host.list(path)),
    link: (path) => answer(path, (path) => host.link(path)),
    denied: () => [...denied].sort(),
    late: () => [...late].sort(),
    lacking: () => lacking,
    silent: () => (["proc", "sys"] as const).filter((root) => !answered.has(root)),
  };
}

/** A decimal number of 0 or more that a double holds exactly; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}
