/** The machine that this program runs on. */
import type { Host, InterfaceAddress, Read, Roots } from "../host.ts";
import { listFolder, readLinkTarget, readRegularFile } from "./files.ts";
import { type ProcessContext, runTool, startTool } from "./processes.ts";

export interface LocalHostOptions {
  /** Where the host's /proc, /sys and /dev lie; default: `defaultRoots()`. */
  roots?: Partial<Roots>;
  /** The tools' PATH; default: this program's own, and behind it the standard folders that it lacks. */
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
  const locate = (path: string) => locateIn(roots, options.osRelease, path);
  const limited = limiter(READS_AT_ONCE);
  let stuck = 0;
  const context: ProcessContext = {
    path: options.path ?? searchPath(),
    tempFolder: options.tempFolder ?? "/tmp",
    ...(options.signal ? { signal: options.signal } : {}),
    onStuck: (ended) => {
      stuck++;
      ended.then(() => stuck--);
    },
  };
  const ask = async <T>(path: string, reader: (location: string, path: string) => Promise<Read<T>>) => {
    const location = locate(path);
    if (location === undefined) return { why: "absent", message: `${path}: not a path of the host` } as const;
    return await limited(() => reader(location, path));
  };
  return {
    roots,
    run: (tool, args, runOptions) => runTool(context, tool, args, runOptions),
    start: (tool, args) => Promise.resolve(startTool(context, tool, args)),
    read: (path) => ask(path, readRegularFile),
    list: (path) => ask(path, listFolder),
    link: (path) => ask(path, readLinkTarget),
    addresses: () => Promise.resolve(addresses()),
    stuck: () => stuck,
  };
}

/** /host-proc, /host-sys and /host-dev where something is mounted there, else /proc, /sys and /dev. */
export function defaultRoots(): Roots {
  return {
    proc: holdsSomething("/host-proc") ? "/host-proc" : "/proc",
    sys: holdsSomething("/host-sys") ? "/host-sys" : "/sys",
    dev: holdsSomething("/host-dev") ? "/host-dev" : "/dev",
  };
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

/** More at once cost memory (a thread each) and save no time. */
const READS_AT_ONCE = 16;

/** Where a path of the host lies; undefined for what is not the host's, or not of the kinds that are read. */
function locateIn(roots: Roots, osRelease: string | undefined, path: string): string | undefined {
  for (const root of ["proc", "sys", "dev"] as const) {
    if (path === `/${root}` || path.startsWith(`/${root}/`)) return roots[root] + path.slice(root.length + 1);
  }
  if (path === "/etc/os-release" && osRelease !== undefined) return osRelease;
  const onTheHost = roots.proc === "/proc" && roots.sys === "/sys" && osRelease === undefined;
  return onTheHost && (path === "/etc/os-release" || path === "/etc/debian_version") ? path : undefined;
}

const STANDARD_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

function searchPath(): string {
  let inherited = "";
  try {
    inherited = Deno.env.get("PATH") ?? "";
  } catch {
    // Not to be read: the standard folders have to do.
  }
  // A folder named relatively would be one below wherever this program was started.
  const folders = inherited.split(":").filter((folder) => folder.startsWith("/"));
  return [...new Set([...folders, ...STANDARD_FOLDERS])].join(":");
}

function addresses(): Read<InterfaceAddress[]> {
  try {
    return {
      value: Deno.networkInterfaces().map(({ name, family, address, netmask, scopeid, mac }) => ({
        interface: name,
        family,
        address,
        netmask,
        ...(scopeid ? { scopeId: scopeid } : {}),
        mac,
      })),
    };
  } catch (error) {
    const denied = error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
    const message = denied ? "this program lacks --allow-sys=networkInterfaces" : String(error);
    return { why: denied ? "denied" : "failed", message: `addresses of the interfaces: ${message}` };
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
