/** A running QEMU: ended by its own process ID, and never older than its time limit. */

import { startBound } from "./command.ts";
import { linesOf } from "./lines.ts";
import { connectMonitor, type Monitor } from "./monitor.ts";
import { connectShell, type Shell } from "./shell.ts";

export interface Vm extends AsyncDisposable {
  monitor: Monitor;
  shell: Shell;
  /** Every line of the console so far. */
  console: readonly string[];
  readonly isRunning: boolean;
  /** Settles when QEMU has ended. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

export interface VmOptions {
  /** After this it is killed. */
  timeLimitMs: number;
  /** Gets every line of the console, and of QEMU's standard error. */
  onLine?: (line: string) => void;
}

/** QEMU's remarks on CPU features that emulation lacks, and on a NIC without anybody at the other end of its wire. */
const NOISE = ["TCG doesn't support requested feature", "is not connected to host network"];

/** Starts `program`, a QEMU, with arguments that put the console on standard output, and connects to its two sockets. */
export async function startVm(
  program: string,
  args: readonly string[],
  sockets: { monitorSocket: string; shellSocket: string },
  { timeLimitMs, onLine = () => {} }: VmOptions,
): Promise<Vm> {
  const qemu = await startBound(program, args);
  const gone = new AbortController();
  const timer = setTimeout(() => {
    lines.push(`killed after ${timeLimitMs / 1000} s`);
    qemu.kill("SIGKILL");
  }, timeLimitMs);

  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const line of linesOf(stream)) {
      if (NOISE.some((words) => line.includes(words))) continue;
      lines.push(line);
      onLine(line);
    }
  };
  const ended = Promise.all([read(qemu.stdout), read(qemu.stderr), qemu.status]).then(() => {
    clearTimeout(timer);
    gone.abort();
  });

  const stop = async () => {
    try {
      qemu.kill("SIGKILL");
    } catch { /* it has ended by itself */ }
    await ended;
  };

  try {
    const monitor = await connectMonitor(sockets.monitorSocket, gone.signal);
    const shell = await connectShell(sockets.shellSocket, gone.signal);
    const close = async () => {
      await stop();
      monitor.close();
      shell.close();
    };
    return {
      ...{ monitor, shell, console: lines, ended, stop: close, [Symbol.asyncDispose]: close },
      get isRunning() {
        return !gone.signal.aborted;
      },
    };
  } catch (error) {
    await stop();
    throw new Error(`QEMU did not start:\n${lines.slice(-20).join("\n")}`, { cause: error });
  }
}
