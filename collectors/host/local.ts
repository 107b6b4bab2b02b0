/** The machine that this program runs on. */
import type { Host, InterfaceAddress, Read, Roots } from "./mod.ts";
import { isReleasePath } from "./bundle.ts";
import { fileReader } from "./files.ts";
import { type ProcessContext, runTool, startTool } from "./processes.ts";
import { searchPath } from "./search_path.ts";

export interface LocalHostOptions {
  /** Where the host's /proc, /sys and /dev lie; default: `defaultRoots()`. */
  roots?: Partial<Roots>;
  /** The tools' PATH; default: `searchPath` of this program's own. */
  path?: string;
  /** Where files that tools are to read (`RunOptions.inputFile`) are written for as long as they run; default: /tmp. */
  tempFolder?: string;
  /** The host's os-release, where /etc is not the host's. */
  osRelease?: string;
  /** Ends every tool when aborted. */
  signal?: AbortSignal;
}

export interface LocalHost extends Host {
  /** How many children were killed and have not ended yet: they wait for hardware that does not answer. */
  stuck(): number;
}

/** The machine that this program runs on, with limits on time and output. Needs no permission until it is asked. */
export function createLocalHost(options: LocalHostOptions = {}): LocalHost {
  const roots = { ...defaultRoots(), ...options.roots };
  const files = fileReader();
  let stuck = 0;
  const { path, skipped } = options.path === undefined
    ? searchPath(inheritedPath())
    : { path: options.path, skipped: [] };
  const context: ProcessContext = {
    path,
    skipped,
    tempFolder: options.tempFolder ?? "/tmp",
    ...(options.signal ? { signal: options.signal } : {}),
    onStuck: (ended) => {
      stuck++;
      ended.then(() => stuck--);
    },
  };
  const ask = <T>(path: string, reader: (location: string, path: string) => Promise<Read<T>>): Promise<Read<T>> => {
    const location = locate(roots, options.osRelease, path);
    if (location !== undefined) return reader(location, path);
    return Promise.resolve({ why: "absent", message: `${path}: not a path of the host` });
  };
  const hostRoot = `${roots.proc}/1/root`;
  /** The kernel would look for the target of a link that begins with "/" in this process's own root. */
  const readInRoot = async (location: string, path: string): Promise<Read<Uint8Array>> => {
    const targetOf = async (here: string) => {
      const link = here.startsWith(`${hostRoot}/`) ? await files.link(here, path) : undefined;
      return link && "value" in link && link.value.startsWith("/") ? hostRoot + link.value : undefined;
    };
    const target = await targetOf(location);
    const isEnd = target === undefined || await targetOf(target) === undefined;
    if (!isEnd) return { why: "absent", message: `${path}: a link to a link of the host` };
    return await files.read(target ?? location, path);
  };
  // The kernel's /sys holds regular files of a few KiB and nothing else; a folder given by hand may hold anything.
  const isKernels = roots.sys === "/sys" || roots.sys === "/host-sys";
  return {
    roots,
    run: (tool, args, runOptions) => runTool(context, tool, args, runOptions),
    start: (tool, args) => Promise.resolve(startTool(context, tool, args)),
    read: (path) => ask(path, isKernels && path.startsWith("/sys/") ? files.readRegular : readInRoot),
    list: (path) => ask(path, files.list),
    link: (path) => ask(path, files.link),
    addresses: () => Promise.resolve(addresses()),
    stuck: () => stuck,
  };
}

/** /host-proc, /host-sys and /host-dev where something is mounted there, else /proc, /sys and /dev. */
export function defaultRoots(): Roots {
  return {
    // Of /host-proc the compiled program may read single files only.
    proc: isThere("/host-proc/version") ? "/host-proc" : "/proc",
    sys: holdsSomething("/host-sys") ? "/host-sys" : "/sys",
    dev: holdsSomething("/host-dev") ? "/host-dev" : "/dev",
  };
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** An image may have the folder for the mount, and be run without it. */
function holdsSomething(folder: string): boolean {
  try {
    for (const _ of Deno.readDirSync(folder)) return true;
  } catch {
    // Not there, or not to be read.
  }
  return false;
}

/** Where a path of the host lies; undefined for what is not the host's, or not of the kinds that are read. */
function locate(roots: Roots, osRelease: string | undefined, path: string): string | undefined {
  for (const root of ["proc", "sys", "dev"] as const) {
    if (path === `/${root}` || path.startsWith(`/${root}/`)) return roots[root] + path.slice(root.length + 1);
  }
  if (osRelease !== undefined) return path === "/etc/os-release" ? osRelease : undefined;
  if (!isReleasePath(path)) return undefined;
  // In a container /etc is its own, and so is the first process of its own /proc.
  if (roots.proc !== "/proc") return `${roots.proc}/1/root${path}`;
  return roots.sys === "/sys" ? path : undefined;
}

function inheritedPath(): string {
  try {
    return Deno.env.get("PATH") ?? "";
  } catch {
    // Not to be read: the standard folders have to do.
    return "";
  }
}

function addresses(): Read<InterfaceAddress[]> {
  try {
    return {
      value: Deno.networkInterfaces().map(({ name, family, address, netmask }) => (
        { interface: name, family, address, netmask }
      )),
    };
  } catch (error) {
    const denied = error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
    const message = denied ? "this program lacks --allow-sys=networkInterfaces" : String(error);
    return { why: denied ? "denied" : "failed", message: `addresses of the interfaces: ${message}` };
  }
}
