/** Records what a host is asked and what it answers, so that it can be asked again elsewhere. */
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { resolve } from "@std/path/resolve";
import { type Host, type InterfaceAddress, isUnknown, type Read, type Recorded, type RunResult } from "./mod.ts";
import {
  ADDRESSES,
  BundleError,
  type CommandEntry,
  COMMANDS,
  COMMANDS_FOLDER,
  EMPTY,
  LINKS,
  RECORDING,
  ROOTS,
  UNREADABLE,
  type Unreadable,
} from "./bundle.ts";
import { within } from "./deadline.ts";
import { type Masker, masker } from "./secrets.ts";
import { whyUnsafe } from "./trust.ts";
import { type FileTree, fileTree } from "./tree.ts";

export interface RecordingOptions {
  /** Keep the SNMP community and the secrets of the kernel command line. */
  includeSecrets: boolean;
}

/** A host that remembers; what it remembers is written by `finish`. */
export interface RecordingHost extends Host {
  /** Writes the recording, and of which collection it is. Throws `BundleError` where it cannot. */
  finish(recorded?: Recorded): Promise<void>;
}

/**
 * A host that answers as `inner` does and records that in `folder` (bundle.ts says how), which must be new, or empty
 * and this user's own: throws `BundleError` at once where it is not. The folder is made readable for this user alone,
 * since it holds what may be read by root alone. Tools that were only started (`start`) are not recorded.
 */
export function recordingHost(inner: Host, folder: string, options: RecordingOptions): RecordingHost {
  claim(folder);
  const commands = new Map<string, { argv: string[]; began: number; result: Promise<RunResult> }>();
  const unreadable = new Map<string, Unreadable>();
  const tree = fileTree(inner);
  let addresses: InterfaceAddress[] | undefined;

  const note = <T>(asked: Unreadable["asked"], path: string, read: Read<T>) => {
    if (isUnknown(read)) {
      unreadable.set(`${path}\0${asked}`, { asked, path, why: read.why, message: read.message });
    }
  };
  return {
    roots: inner.roots,
    ...inner.recorded && { recorded: inner.recorded },
    run: (tool, args, runOptions) => {
      const argv = [tool, ...args];
      const began = performance.now();
      const result = inner.run(tool, args, runOptions);
      commands.set(JSON.stringify(argv), { argv, began, result });
      return result;
    },
    start: (tool, args) => inner.start(tool, args),
    read: async (path) => {
      const read = await inner.read(path);
      if ("value" in read) await tree.addFile(path, read.value);
      else note("read", path, read);
      return read;
    },
    list: async (path) => {
      const read = await inner.list(path);
      if ("value" in read) await tree.addListing(path, read.value);
      else note("list", path, read);
      return read;
    },
    link: async (path) => {
      const read = await inner.link(path);
      if ("value" in read) await tree.addLink(path, read.value);
      else note("link", path, read);
      return read;
    },
    addresses: async () => {
      const read = await inner.addresses();
      if ("value" in read) addresses = read.value;
      return read;
    },
    finish: async (recorded) => {
      const mask = options.includeSecrets ? undefined : await maskerFor(inner);
      await writing(folder, async () => {
        await writeTree(folder, tree, mask);
        await writeCommands(folder, await resultsOf([...commands.values()]), mask);
        if (addresses) await writeJson(folder, ADDRESSES, addresses);
        const paths = [...unreadable.keys()].sort();
        if (paths.length > 0) await writeJson(folder, UNREADABLE, paths.map((path) => unreadable.get(path)));
        await writeJson(folder, ROOTS, inner.roots);
        if (!recorded) return;
        const { collectedAt, agentVersion } = recorded;
        await writeJson(folder, RECORDING, { collectedAt, agentVersion });
      });
    },
  };
}

/** A tool that was given up is being killed: that takes less. */
const LAST_WAIT_MS = 1_000;

/** In one that others have made, or can write in, links would lead what is written to where they want it. */
function claim(folder: string): void {
  let found: string | undefined;
  try {
    const unsafe = () => {
      const why = whyUnsafe(existing(dirname(resolve(folder))));
      if (why) throw new Error(`others could put another folder in its place: its parent: ${why}`);
    };
    unsafe();
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    unsafe();
    // A slash behind it would follow a link.
    const { isSymlink, uid, mode } = Deno.lstatSync(resolve(folder));
    if (isSymlink) found = "a link";
    else if (uid !== Deno.uid()) found = `a folder of user ${uid}`;
    else {
      // What is refused is left as it is: who names /tmp must not lose it. Looked at again once nobody else can enter.
      const isFull = () => [...Deno.readDirSync(folder)].length > 0;
      if (!isFull() && (mode! & 0o077) !== 0) Deno.chmodSync(folder, 0o700);
      if (isFull()) found = "a folder with something in it";
    }
  } catch (cause) {
    throw new BundleError(`${folder}: cannot be made a recording: ${(cause as Error).message}`, { cause });
  }
  if (found) throw new BundleError(`${folder}: found ${found}, expected a new folder, or an empty one of your own`);
}

/** The folder at `path`, or the nearest above it that is there. */
function existing(path: string): string {
  try {
    Deno.lstatSync(path);
    return path;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return existing(dirname(path));
  }
}

async function writing(folder: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    throw new BundleError(`${folder}: the recording cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** The results; of a tool that still runs although the recording is at its end, that it took too long. */
async function resultsOf(
  commands: { argv: string[]; began: number; result: Promise<RunResult> }[],
): Promise<{ argv: string[]; result: RunResult }[]> {
  return await Promise.all(commands.map(async ({ argv, began, result }) => {
    const ended = await within(result, LAST_WAIT_MS, undefined);
    const late = (): RunResult => ({
      failure: "timeout",
      stdout: "",
      stderr: "",
      elapsedMs: performance.now() - began,
    });
    return { argv, result: ended ?? late() };
  }));
}

async function maskerFor(host: Host): Promise<Masker> {
  const commandLine = await host.read("/proc/cmdline");
  return masker("value" in commandLine ? commandLine.value : undefined);
}

/** Links come last: nothing is ever written through one, wherever it points. */
async function writeTree(folder: string, tree: FileTree, mask: Masker | undefined): Promise<void> {
  const nodes = tree.nodes();
  const filled = new Set(nodes.map(([path]) => dirname(path)));
  for (const [path, node] of nodes) {
    if (node.kind !== "folder") continue;
    await Deno.mkdir(join(folder, path), { recursive: true });
    if (!filled.has(path)) await Deno.writeFile(join(folder, path, EMPTY), new Uint8Array(), { createNew: true });
  }
  for (const [path, node] of nodes) {
    if (node.kind !== "file") continue;
    const content = mask ? mask.file(path, node.content) : node.content;
    await Deno.writeFile(join(folder, path), content, { createNew: true });
  }
  const listed: Record<string, string> = {};
  for (const [path, node] of nodes) {
    if (node.kind === "link" && !await makeLink(node.target, join(folder, path))) listed[path] = node.target;
  }
  if (Object.keys(listed).length > 0) await writeJson(folder, LINKS, listed);
}

/** Deno makes links only for a program that may read and write everywhere: the compiled one lists them instead. */
async function makeLink(target: string, path: string): Promise<boolean> {
  try {
    await Deno.symlink(target, path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

async function writeCommands(
  folder: string,
  commands: { argv: string[]; result: RunResult }[],
  mask: Masker | undefined,
): Promise<void> {
  if (commands.length > 0) await Deno.mkdir(join(folder, COMMANDS_FOLDER));
  const inOrder = commands.map((command) => ({ ...command, key: command.argv.join("\0") }))
    .sort((a, b) => a.key < b.key ? -1 : 1);
  const taken = new Set<string>();
  const entries: CommandEntry[] = [];
  for (const { argv, result } of inOrder) {
    const { failure, code, signal, error, elapsedMs } = result;
    const entry: CommandEntry = { argv };
    if (failure !== undefined && (code === undefined || failure !== "failed")) entry.failure = failure;
    if (code !== undefined) entry.code = code;
    if (signal !== undefined) entry.signal = signal;
    if (error !== undefined) entry.error = error;
    if (failure === "timeout") entry.elapsedMs = Math.round(elapsedMs / 100) * 100;
    const name = freeName(argv, taken);
    for (const stream of ["stdout", "stderr"] as const) {
      if (result[stream] === "") continue;
      entry[stream] = `${COMMANDS_FOLDER}/${name}.${stream}`;
      const text = mask ? mask.output(argv, result[stream]) : result[stream];
      await Deno.writeTextFile(join(folder, entry[stream]), text, { createNew: true });
    }
    entries.push(entry);
  }
  await writeJson(folder, COMMANDS, entries);
}

/** A file name that tells the command, not yet taken: "ipmitool_lan_print_1". */
function freeName(argv: string[], taken: Set<string>): string {
  const telling = argv.join("_").replace(/[^A-Za-z0-9.-]+/g, "_").replace(/^[._]+|_$/g, "").slice(0, 100);
  let name = telling;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${telling}~${i}`;
  taken.add(name.toLowerCase());
  return name;
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(join(folder, name), JSON.stringify(value, null, 2) + "\n", { createNew: true });
}
