/** A recorded machine (bundle.ts says what a recording is made of). */
import type { FolderEntry, Host, Read, RunResult } from "./mod.ts";
import { decode } from "./mod.ts";
import { prune } from "../values.ts";
import { type CommandEntry, EMPTY, isRecordable, type Unreadable } from "./bundle.ts";
import { locate, openBundle, readInside } from "./bundle_reader.ts";
import { followLinks } from "./links.ts";
import { basename } from "@std/path/basename";
import { dirname } from "@std/path/dirname";
import { type FileReader, fileReader, NO_REGULAR_FILE } from "./files.ts";

/** Behind the files of a recording is no driver that may hang, but perhaps a busy machine or a slow file system. */
const TIME_LIMIT_MS = 60_000;

export interface ReplayHost extends Host {
  /** What is wrong with the recording, but not so wrong that it cannot be used: one line each. */
  readonly problems: readonly string[];
}

/**
 * The machine that was recorded in `folder`. What the recording lacks is not installed, or not there; what is wrong
 * with one command costs that command. Nothing outside the folder is read, wherever its links lead.
 * Throws `BundleError` where the recording as a whole cannot be used.
 */
export async function openReplay(folder: string): Promise<ReplayHost> {
  const files = fileReader(TIME_LIMIT_MS);
  const { root, problems, commands, unreadable, links, roots, addresses, recorded } = await openBundle(folder, files);

  const ask = async <T>(
    asked: Unreadable["asked"],
    path: string,
    reader: (location: string, path: string) => Promise<Read<T>>,
  ): Promise<Read<T>> => {
    if (!isRecordable(path)) return { why: "absent", message: `${path}: not a path of the host` };
    const known = unreadable.get(`${asked} ${path}`);
    if (known) return { why: known.why, message: known.message };
    // The last link is followed unless it is the one that is asked for.
    const slash = path.lastIndexOf("/");
    const [way, rest] = asked === "link" ? [path.slice(0, slash), path.slice(slash)] : [path, ""];
    const real = links.size === 0 ? way : await followLinks(way, (here) => links.get(here));
    if (real === undefined) return { why: "denied", message: `${path}: leads out of the recording` };
    const location = await locate(root, real + rest, asked === "link" ? "link" : "target");
    return "value" in location ? await reader(location.value, path) : location;
  };
  /** A file under dev/ stands for a device, of which only the name is known. */
  const isDevice = (location: string) => location.startsWith(`${root}/dev/`);
  const content = (location: string, path: string): Promise<Read<Uint8Array>> => {
    if (!isDevice(location)) return files.read(location, path);
    return Promise.resolve({ why: "failed", message: `${path}: ${NO_REGULAR_FILE}` });
  };
  /** What there is of a tool instead: whoever made a recording by hand may have run it otherwise, or by its path. */
  const nearby = (tool: string, args: readonly string[]): string | undefined => {
    const others = [...commands.keys()].map((key): string[] => JSON.parse(key))
      .filter((argv) => argv.some((word) => basename(word) === tool)).map((argv) => `"${argv.join(" ")}"`);
    if (others.length === 0) return undefined;
    const wanted = [tool, ...args].join(" ");
    return `the recording has no "${wanted}", but ${others.slice(0, 3).join(", ")}${others.length > 3 ? " …" : ""}`;
  };
  const linksByFolder = Map.groupBy(links.keys(), dirname);
  const listedLinks = (folder: string): FolderEntry[] =>
    (linksByFolder.get(folder) ?? []).map((link) => ({ name: basename(link), kind: "link" }));
  const kinds = async (location: string, path: string): Promise<Read<FolderEntry[]>> => {
    const entries = await files.list(location, path);
    if ("why" in entries) return entries;
    const isDev = isDevice(`${location}/`);
    const made = entries.value.filter(({ name }) => name !== EMPTY).map(({ name, kind }): FolderEntry => (
      { name, kind: isDev && kind === "file" ? "other" : kind }
    ));
    return { value: [...made, ...listedLinks(location.slice(root.length))].sort((a, b) => a.name < b.name ? -1 : 1) };
  };
  return {
    roots,
    ...recorded && { recorded },
    problems,
    run: async (tool, args) => {
      const command = commands.get(JSON.stringify([tool, ...args]));
      if (command === undefined) return prune<RunResult>({ failure: "missing", error: nearby(tool, args), ...NOTHING });
      return typeof command === "string" ? broken(command) : await resultOf(files, root, command);
    },
    start: () => Promise.resolve(undefined),
    read: (path) => ask("read", path, content),
    list: (path) => ask("list", path, kinds),
    link: (path) =>
      ask("link", path, (location, path) => {
        const listed = links.get(location.slice(root.length));
        return listed === undefined ? files.link(location, path) : Promise.resolve({ value: listed });
      }),
    addresses: () => Promise.resolve(addresses),
  };
}

const NOTHING = { stdout: "", stderr: "", elapsedMs: 0 };

function broken(what: string): RunResult {
  return { failure: "failed", error: `the recording is broken: ${what}`, ...NOTHING };
}

async function resultOf(files: FileReader, root: string, entry: CommandEntry): Promise<RunResult> {
  const { failure, code, signal, error, elapsedMs = 0 } = entry;
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    const name = entry[stream];
    if (name === undefined) continue;
    const read = await readInside(files, root, name);
    if ("why" in read) return broken(read.message);
    printed[stream] = decode(read.value);
  }
  const result: RunResult = { ...printed, elapsedMs };
  if (failure !== undefined) result.failure = failure;
  else if (code !== undefined && code !== 0) result.failure = "failed";
  if (code !== undefined || failure === undefined) result.code = code ?? 0;
  if (signal !== undefined) result.signal = signal;
  if (error !== undefined) result.error = error;
  return result;
}
