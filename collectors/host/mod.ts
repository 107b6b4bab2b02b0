/**
 * The only door to the machine: running a tool and reading one of the host's files, each with a limit on time and size.
 * Paths are always the host's own ("/proc/cpuinfo", "/sys/class/net", "/dev/disk/by-id", "/etc/os-release"); where
 * they really lie (/host-proc …) is up to the implementation.
 */
import { decode } from "./text.ts";

export { decode };

/** What came of running a tool. */
export interface RunResult {
  /**
   * Absent where the tool ran and exited with 0. `missing`: not installed; `timeout`, `flood`: killed for taking too
   * long or printing too much; `failed`: exited with another code, was killed, or could not be started.
   */
  failure?: RunFailure;
  /** The exit code; absent where there is none. */
  code?: number;
  /** The signal that ended it, where one did that was not sent by this program: "SIGSEGV". */
  signal?: string;
  /** Why it could not be run, where it is installed and yet could not; what a recording has instead. */
  error?: string;
  /** What it printed, up to the end or the kill. Decoded as `decode` says. */
  stdout: string;
  stderr: string;
  elapsedMs: number;
}
export const RUN_FAILURES = ["missing", "timeout", "flood", "failed"] as const;
export type RunFailure = (typeof RUN_FAILURES)[number];

/**
 * What came of reading: the value, or why there is none. `failed` is the kernel's or the disk's refusal (EINVAL, EIO);
 * `late`: no answer within the limit on time, so that nothing is known.
 */
export type Read<T> = { value: T } | { why: WhyUnread; message: string };
export type WhyUnread = "absent" | "denied" | "failed" | "late";

export interface FolderEntry {
  name: string;
  kind: "file" | "folder" | "link" | "other";
}

/** An address of one interface, as the kernel has it. */
export interface InterfaceAddress {
  interface: string;
  family: "IPv4" | "IPv6";
  address: string;
  netmask: string;
}

/** A tool that was started and goes on running (lldpad). */
export interface RunningTool {
  /** Settles with the exit code and the last of stderr when it ends by itself or by `stop`. */
  ended: Promise<{ code: number; stderr: string }>;
  /** Ends it: SIGTERM, and SIGKILL where that does not help within half a second. */
  stop(): Promise<void>;
}

export interface RunOptions {
  /** Default 20 s. */
  timeoutMs?: number;
  /** Kills the tool when aborted; the result is then `timeout`. */
  signal?: AbortSignal;
  /**
   * Bytes that the tool reads as a file: INPUT_FILE among `args` stands for its path. What the file is called is the
   * business of the implementation, so that what is asked for is the same on every machine and in every recording.
   */
  inputFile?: Uint8Array;
}

/** The word in a tool's arguments that stands for the path of the file made of `RunOptions.inputFile`. */
export const INPUT_FILE = "INPUT_FILE";

/** A machine: the one that this program runs on, or a recorded one. */
export interface Host {
  /** Runs a tool to its end. Never throws: what goes wrong is in the result. */
  run(tool: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a tool that is to keep running; undefined where it is not installed or cannot be started. */
  start(tool: string, args: readonly string[]): Promise<RunningTool | undefined>;
  /** A whole file. */
  read(path: string): Promise<Read<Uint8Array>>;
  /** A folder's entries, sorted by name. */
  list(path: string): Promise<Read<FolderEntry[]>>;
  /** Where a symbolic link points, as it is written. */
  link(path: string): Promise<Read<string>>;
  /** The addresses of all interfaces. */
  addresses(): Promise<Read<InterfaceAddress[]>>;
  /** Where the host's /proc, /sys and /dev really lie. */
  readonly roots: Roots;
}

export interface Roots {
  proc: string;
  sys: string;
  dev: string;
}

/** The text of a file, or undefined where it cannot be read. */
export async function readText(host: Host, path: string): Promise<string | undefined> {
  const read = await host.read(path);
  return "value" in read ? decode(read.value) : undefined;
}

/** The text of a one-line file, trimmed, or undefined where it is empty or cannot be read. */
export async function readLine(host: Host, path: string): Promise<string | undefined> {
  return (await readText(host, path))?.replaceAll("\0", "").trim() || undefined;
}

/** The names in a folder, sorted; empty where it cannot be listed. */
export async function listNames(host: Host, path: string): Promise<string[]> {
  const entries = await host.list(path);
  return "value" in entries ? entries.value.map((entry) => entry.name) : [];
}

/** One line that says what went wrong with a tool, for `sources` and logs: "lshw: killed after 20.0 s without an end". */
export function describeFailure(tool: string, result: RunResult): string {
  const lastWords = result.stderr.trim().split("\n").slice(-3).join(" / ").slice(0, 300);
  const because = lastWords ? `: ${lastWords}` : "";
  switch (result.failure) {
    case "missing":
      return `${tool}: ${result.error ?? "not installed"}`;
    case "timeout":
      return `${tool}: killed after ${(result.elapsedMs / 1000).toFixed(1)} s without an end`;
    case "flood":
      return `${tool}: killed after more than ${OUTPUT_LIMIT_BYTES / 1024 / 1024} MiB of output`;
    default:
      if (result.error !== undefined) return `${tool}: could not be run: ${result.error}`;
      if (result.signal !== undefined) return `${tool}: killed by ${result.signal}${because}`;
      return `${tool}: ${
        result.code === undefined ? "could not be run to its end" : `exit code ${result.code}`
      }${because}`;
  }
}

/** The most that a tool may print, and a file may hold. */
export const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;
