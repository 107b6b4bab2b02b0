/**
 * Children with limits on time and output. Deno's `output()` waits for whoever holds the pipe, be it a grandchild that
 * outlives the tool: so the streams are read here, and closed when the tool is gone.
 */
import {
  decode,
  INPUT_FILE,
  moreOutputThan,
  OUTPUT_LIMIT_BYTES,
  type RunFailure,
  type RunningTool,
  type RunOptions,
  type RunResult,
} from "./mod.ts";

import { within } from "./deadline.ts";
import { withInputFile } from "./input_file.ts";
import { endGroup } from "./process_group.ts";

/** What all children share. */
export interface ProcessContext {
  /** The folders in which tools are looked for, with colons between them: the children's PATH. */
  path: string;
  /** Folders of PATH in which they are not looked for, because others may write there. */
  skipped: readonly string[];
  /** Where the children's input files are written. */
  tempFolder: string;
  /** Ends every child when aborted. */
  signal?: AbortSignal;
  /** Is given each child that was killed and yet has not ended, with a promise of its end. */
  onStuck: (ended: Promise<unknown>) => void;
}

const DEFAULT_TIMEOUT_MS = 20_000;
/** How long a killed child may take to end; one that waits for broken hardware may take for ever. */
const AFTER_KILL_MS = 500;
/** How long a tool that is asked to end (SIGTERM) may take. */
const AFTER_TERM_MS = 500;
/** Of stderr the beginning and the end are kept: what it is about, and its last words. */
const STDERR_HEAD_BYTES = 64 * 1024;
const STDERR_TAIL_BYTES = 64 * 1024;

/** Runs a tool to its end, or kills it: `Host.run`. */
export async function runTool(
  context: ProcessContext,
  tool: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (options.inputFile === undefined) return await run(context, tool, args, options);
  const began = performance.now();
  try {
    return await withInputFile(context.tempFolder, options.inputFile, (path) => {
      return run(context, tool, args.map((arg) => arg === INPUT_FILE ? path : arg), options);
    });
  } catch (error) {
    return noStart("failed", began, `its input file cannot be written: ${messageOf(error)}`);
  }
}

async function run(
  context: ProcessContext,
  tool: string,
  args: readonly string[],
  { timeoutMs = DEFAULT_TIMEOUT_MS, outputLimitBytes = OUTPUT_LIMIT_BYTES, signal }: RunOptions,
): Promise<RunResult> {
  const began = performance.now();
  const signals = [signal, context.signal].filter((each) => each !== undefined);
  if (signals.some(({ aborted }) => aborted)) return noStart("timeout", began);
  let child: Deno.ChildProcess;
  try {
    child = spawn(context.path, tool, args);
  } catch (error) {
    return notSpawned(context, tool, error, began);
  }

  const { promise: giveUp, resolve: giveUpFor } = Promise.withResolvers<"timeout" | "flood">();
  const onTimeout = () => giveUpFor("timeout");
  const onFlood = () => giveUpFor("flood");
  const timer = setTimeout(onTimeout, timeoutMs);
  for (const each of signals) each.addEventListener("abort", onTimeout);
  const stdout = capture(child.stdout, outputLimitBytes, 0, { limit: outputLimitBytes, onFlood });
  const stderr = capture(child.stderr, STDERR_HEAD_BYTES, STDERR_TAIL_BYTES, { limit: OUTPUT_LIMIT_BYTES, onFlood });
  const ended = await Promise.race([child.status, giveUp]);
  clearTimeout(timer);
  for (const each of signals) each.removeEventListener("abort", onTimeout);

  if (typeof ended === "string") await kill(child, context);
  await drained([stdout, stderr], typeof ended === "string" ? ROUNDS_AFTER_KILL : ROUNDS_AFTER_END);
  endGroup(child.pid);
  const result = { stdout: stdout.text(), stderr: stderr.text(), elapsedMs: performance.now() - began };
  if (ended === "flood" && outputLimitBytes !== OUTPUT_LIMIT_BYTES) {
    return { failure: ended, error: moreOutputThan(outputLimitBytes), ...result };
  }
  if (typeof ended === "string") return { failure: ended, ...result };
  if (ended.signal !== null) return { failure: "failed", signal: ended.signal, ...result };
  return { ...(ended.code === 0 ? {} : { failure: "failed" }), code: ended.code, ...result };
}

/** Starts a tool that goes on running: `Host.start`. */
export function startTool(context: ProcessContext, tool: string, args: readonly string[]): RunningTool | undefined {
  if (context.signal?.aborted) return undefined;
  let child: Deno.ChildProcess;
  try {
    child = spawn(context.path, tool, args);
  } catch {
    return undefined;
  }
  const stdout = capture(child.stdout, 0, STDERR_TAIL_BYTES);
  const stderr = capture(child.stderr, 0, STDERR_TAIL_BYTES);
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<undefined>();
  let stopping: Promise<void> | undefined;
  const stop = () => stopping ??= terminate(child, context).then(giveUp);
  context.signal?.addEventListener("abort", stop);
  const ended = Promise.race([child.status, givenUp]).then(async (status) => {
    context.signal?.removeEventListener("abort", stop);
    await drained([stdout, stderr], ROUNDS_AFTER_KILL);
    endGroup(child.pid);
    return { code: status?.code ?? KILLED, stderr: stderr.text() };
  });
  return {
    ended,
    stop: async () => {
      await stop();
      await ended;
    },
  };
}

/** The exit code that a shell gives for SIGKILL. */
const KILLED = 128 + 9;

/**
 * As the leader of a process group, for `endGroup`. In /, wherever this program is: where there is no
 * /sys/devices/parisc lshw looks for that machine in its working folder instead, shows folders with numbers for names
 * as devices, and runs in a circle at one that it may not enter.
 */
function spawn(path: string, tool: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(tool, {
    args: [...args],
    cwd: "/",
    detached: true,
    clearEnv: true,
    // ipmitool prints times in the zone of the machine, and not its name in all versions.
    env: { PATH: path, LC_ALL: "C", LANG: "C", TZ: "UTC0" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function notSpawned({ skipped }: ProcessContext, tool: string, error: unknown, began: number): RunResult {
  const message = messageOf(error);
  if (error instanceof Deno.errors.NotFound) {
    // Deno finds the tool in PATH itself: an ENOENT from the kernel is about what the tool needs in order to run.
    const found = message.includes("os error 2") && !tool.includes("/");
    if (found) return noStart("failed", began, "its interpreter or loader is not there");
    const unsafe = `not found; PATH without ${skipped.join(", ")}, where others may write`;
    return noStart("missing", began, skipped.length === 0 ? undefined : unsafe);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return noStart("failed", began, "--allow-run does not name it, or it was not in PATH when this program started");
  }
  return noStart("failed", began, message);
}

function noStart(failure: RunFailure, began: number, error?: string): RunResult {
  const elapsedMs = performance.now() - began;
  return { failure, ...(error === undefined ? {} : { error }), stdout: "", stderr: "", elapsedMs };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** SIGKILL, and a short wait. A child that does not end even so is let go: nothing waits for it, Deno's exit neither. */
async function kill(child: Deno.ChildProcess, context: ProcessContext): Promise<void> {
  send(child, "SIGKILL");
  if (await within(child.status, AFTER_KILL_MS, undefined)) return;
  child.unref();
  context.onStuck(child.status);
}

async function terminate(child: Deno.ChildProcess, context: ProcessContext): Promise<undefined> {
  send(child, "SIGTERM");
  if (!await within(child.status, AFTER_TERM_MS, undefined)) await kill(child, context);
  return undefined;
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended by itself.
  }
}

/** A stream that is being read. */
interface Capture {
  /** Settles at the end of the stream, at the limit, or when cancelled. */
  done: Promise<void>;
  /** How many bytes have come. */
  seen(): number;
  cancel(): Promise<void>;
  text(): string;
}

/**
 * Reads a stream to its end, keeping its first `head` and its last `tail` bytes; calls `onFlood` and reads no more
 * where it holds more than the limit. Without one it is read for ever.
 */
function capture(
  stream: ReadableStream<Uint8Array>,
  head: number,
  tail: number,
  flood?: { limit: number; onFlood: () => void },
): Capture {
  const reader = stream.getReader();
  const kept = headAndTail(head, tail);
  const read = async () => {
    while (true) {
      const { value } = await reader.read();
      if (value === undefined) return;
      kept.add(value);
      if (flood && kept.seen() > flood.limit) return flood.onFlood();
    }
  };
  return {
    done: read().catch(() => {}),
    seen: kept.seen,
    cancel: () => reader.cancel().catch(() => {}),
    text: kept.text,
  };
}

const ROUND_MS = 50;
const QUIET_ROUNDS = 4;
const ROUNDS_AFTER_KILL = 4;
const ROUNDS_AFTER_END = 40;

/**
 * Reads what is left in the pipes of a child that is gone, then closes them. Whoever else holds them (a grandchild) is
 * waited for only as long as something comes. Counted in rounds of the event loop, not in time: a long computation of
 * our own must not look like a pipe in which nothing comes.
 */
async function drained(captures: Capture[], rounds: number): Promise<void> {
  const done = Promise.all(captures.map((each) => each.done));
  let quiet = 0, seen = -1;
  for (let round = 0; round < rounds && quiet < QUIET_ROUNDS; round++) {
    if (await within(done, ROUND_MS, undefined)) return;
    const now = captures.reduce((sum, each) => sum + each.seen(), 0);
    quiet = now === seen ? quiet + 1 : 0;
    seen = now;
  }
  await Promise.all(captures.map((each) => each.cancel()));
}

/** Keeps the first `head` and the last `tail` bytes of what is added, in memory that grows with it. */
function headAndTail(head: number, tail: number): { add(chunk: Uint8Array): void; seen(): number; text(): string } {
  const most = head + 2 * tail;
  let buffer = new Uint8Array(Math.min(most, 16 * 1024));
  let used = 0, seen = 0;
  const add = (chunk: Uint8Array) => {
    seen += chunk.length;
    while (chunk.length > 0) {
      if (used === most) {
        if (tail === 0) return;
        buffer.copyWithin(head, used - tail, used);
        used = head + tail;
      }
      if (used === buffer.length) {
        const grown = new Uint8Array(Math.min(most, 2 * used));
        grown.set(buffer);
        buffer = grown;
      }
      const fits = chunk.subarray(0, buffer.length - used);
      buffer.set(fits, used);
      used += fits.length;
      chunk = chunk.subarray(fits.length);
    }
  };
  const text = () => {
    const lost = seen - used;
    if (lost === 0 || tail === 0) return decode(buffer.subarray(0, used));
    const end = decode(buffer.subarray(head, used));
    return `${decode(buffer.subarray(0, head))}\n[${lost} bytes left out]\n${end}`;
  };
  return { add, seen: () => seen, text };
}
