/**
 * The only door to the machine: running a tool and reading one of the host's files, each with a limit on time and size.
 * Paths are always the host's own ("/proc/cpuinfo", "/sys/class/net", "/dev/disk/by-id", "/etc/os-release"); where
 * they really lie (/host-proc …) is up to the implementation.
 */
import { decode } from "./text.ts";

export { decode };

const MIB = 1024 * 1024;

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
  /**
   * Why it could not be run, where it is installed and yet could not; what a recording has instead; of a flood the
   * limit, where that was not the usual one: "more than 256 KiB of output".
   */
  error?: string;
  /** What it printed, up to the end or the kill. Decoded as `decode` says. */
  stdout: string;
  stderr: string;
  elapsedMs: number;
}
export const RUN_FAILURES = ["missing", "timeout", "flood", "failed"] as const;
export type RunFailure = (typeof RUN_FAILURES)[number];

/**
 * What came of reading. It has three ends, and only the first two are facts about the machine: the value; `absent`, the
 * kernel's word that there is none; and everything else, in which case nothing is known.
 */
export type Read<T> = { value: T } | Absent | Unknown;

/**
 * There is no such file (ENOENT, ENOTDIR), or it has no value now (EINVAL, EOPNOTSUPP, ENODATA, ENXIO), as the carrier of
 * an interface that is down.
 */
export interface Absent {
  why: "absent";
  message: string;
}

/** What is there is not known. Never a reason to leave out a fact that was known before. */
export interface Unknown {
  /**
   * `denied`: this program lacks the right; `late`: no answer within the limit on time; `failed`: any other error
   * (EMFILE, ENFILE, ENOMEM, EIO, ENODEV of a device that is just being removed).
   */
  why: "denied" | "failed" | "late";
  message: string;
}
export type WhyUnread = (Absent | Unknown)["why"];

/** Whether nothing is known: neither a value, nor that there is none. */
export function isUnknown(read: Read<unknown>): read is Unknown {
  return "why" in read && read.why !== "absent";
}

/** `read` with its value converted. */
export function mapRead<T, R>(read: Read<T>, convert: (value: T) => R): Read<R> {
  return "value" in read ? { value: convert(read.value) } : read;
}

/** The value, or undefined whatever the reason: only for what takes no fact away where it is not known. */
export function valueOf<T>(read: Read<T>): T | undefined {
  return "value" in read ? read.value : undefined;
}

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
  /** The most that it may print; default `OUTPUT_LIMIT_BYTES`. */
  outputLimitBytes?: number;
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
  /** Of a recorded machine the collection that was recorded, where the recording says. */
  readonly recorded?: Recorded;
}

/** When a recording was made, and by which version of the agent. */
export interface Recorded {
  /** RFC 3339, UTC: `collectedAt` of the facts then. */
  collectedAt: string;
  agentVersion: string;
}

export interface Roots {
  proc: string;
  sys: string;
  dev: string;
}

/** A read that came to no end, on its way from `known` to `reading`. */
class NotKnown extends Error {
  override readonly name = "NotKnown";
  readonly read: Unknown;

  constructor(read: Unknown) {
    super(read.message);
    this.read = read;
  }
}

/** The value, or undefined where there is none. Only within `reading`: what is not known ends that. */
export function known<T>(read: Read<T>): T | undefined {
  if (isUnknown(read)) throw new NotKnown(read);
  return valueOf(read);
}

/** What `action` makes of several reads; where one of those that it takes with `known` came to no end, that one. */
export async function reading<T>(action: () => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await action() };
  } catch (error) {
    if (error instanceof NotKnown) return error.read;
    throw error;
  }
}

/** The text of a file. */
export async function readText(host: Host, path: string): Promise<Read<string>> {
  return mapRead(await host.read(path), decode);
}

/** The text of a one-line file, trimmed; `absent` where it is empty. */
export async function readLine(host: Host, path: string): Promise<Read<string>> {
  const read = mapRead(await readText(host, path), (text) => text.replaceAll("\0", "").trim());
  return "value" in read && read.value === "" ? { why: "absent", message: `${path}: empty` } : read;
}

/** The names in a folder, sorted. */
export async function listNames(host: Host, path: string): Promise<Read<string[]>> {
  return mapRead(await host.list(path), (entries) => entries.map((entry) => entry.name));
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
      return `${tool}: killed after ${result.error ?? moreOutputThan(OUTPUT_LIMIT_BYTES)}: not one machine's`;
    default:
      if (result.error !== undefined) return `${tool}: could not be run: ${result.error}`;
      if (result.signal !== undefined) return `${tool}: killed by ${result.signal}${because}`;
      return `${tool}: ${
        result.code === undefined ? "could not be run to its end" : `exit code ${result.code}`
      }${because}`;
  }
}

/** "more than 4 MiB of output" */
export function moreOutputThan(limitBytes: number): string {
  return `more than ${limitBytes < MIB ? `${limitBytes / 1024} KiB` : `${limitBytes / MIB} MiB`} of output`;
}

/** The most that a tool may print: the longest outputs known have 280 kB. */
export const OUTPUT_LIMIT_BYTES = 4 * MIB;
/** The most that a file may hold: /proc/cpuinfo of 8192 CPUs has 12 MiB. */
export const FILE_LIMIT_BYTES = 16 * MIB;
