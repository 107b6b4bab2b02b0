/** A shell in a node, over a port to the host. */

import { close, connect } from "./monitor.ts";
import { linesOf } from "./lines.ts";

export interface Shell {
  /**
   * Runs a script of sh and gives what it printed, standard error too. Scripts run one after the other.
   * Throws an Error with the last of the output where it ends with another code than 0 or not within `timeoutMs`.
   */
  run(script: string, options?: { timeoutMs?: number }): Promise<string>;
  /** Settles when the node has come up for the `count`th time. */
  up(count: number): Promise<void>;
  close(): void;
}

/** What init.sh says before it listens; what was sent before is lost. */
const GREETING = "shell is up";

/** Connects to the socket of the port. Use `up` before the first `run`. */
export async function connectShell(socket: string, signal: AbortSignal): Promise<Shell> {
  const connection = await connect(socket, signal);
  const writer = connection.writable.getWriter();
  const lines: string[] = [];
  let ups = 0;
  let closed = false;
  let wake = Promise.withResolvers<void>();
  const stir = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  (async () => {
    for await (const line of linesOf(connection.readable)) {
      if (line.endsWith(GREETING)) ups++;
      else lines.push(line);
      stir();
    }
  })().catch(() => {}).finally(() => {
    closed = true;
    stir();
  });

  let count = 0;
  const runNow = async (script: string, timeoutMs: number) => {
    lines.length = 0;
    const mark = `--- end of script ${++count}: `;
    // Nothing that the script starts may read the scripts behind it.
    await writer.write(new TextEncoder().encode(`{ (${script}\n) </dev/null; code=$?; echo; echo "${mark}$code"; }\n`));
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), timeoutMs);
    try {
      for (;;) {
        const end = lines.findIndex((line) => line.startsWith(mark));
        if (end >= 0) {
          const output = lines.slice(0, end).join("\n").replace(/\n$/, "");
          const code = Number(lines[end]!.slice(mark.length));
          if (code === 0) return output;
          throw new Error(`exit code ${code}: ${script}\n${output.slice(-2000)}`);
        }
        if (closed) throw new Error(`the node has gone away: ${script}`);
        if (await Promise.race([wake.promise, late.promise]) === "late") {
          throw new Error(`no end within ${timeoutMs / 1000} s: ${script}\n${lines.slice(-20).join("\n")}`);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  };

  let before: Promise<unknown> = Promise.resolve();
  return {
    run(script, { timeoutMs = 60_000 } = {}) {
      const result = before.then(() => runNow(script, timeoutMs));
      before = result.catch(() => {});
      return result;
    },
    async up(count) {
      while (ups < count) {
        if (closed) throw new Error("the node has gone away before it was up");
        await wake.promise;
      }
    },
    close: () => close(connection),
  };
}
