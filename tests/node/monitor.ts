/** QEMU's monitor (QMP: docs/interop/qmp-spec). */

import { linesOf } from "./lines.ts";

/** A connection to the monitor. */
export interface Monitor {
  /** Runs a command and gives what it returns. Throws an Error with QEMU's words where it refuses. */
  execute(command: string, parameters?: Record<string, unknown>): Promise<unknown>;
  close(): void;
}

interface Reply {
  id?: number;
  return?: unknown;
  error?: { desc: string };
}

/** Connects to the socket, which QEMU makes just after its start. */
export async function connectMonitor(socket: string, signal: AbortSignal): Promise<Monitor> {
  const connection = await connect(socket, signal);
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  (async () => {
    for await (const line of linesOf(connection.readable)) {
      const reply = JSON.parse(line) as Reply;
      const waiting = reply.id === undefined ? undefined : pending.get(reply.id);
      if (!waiting) continue; // the greeting, or an event
      pending.delete(reply.id!);
      if (reply.error) waiting.reject(new Error(`QEMU: ${reply.error.desc}`));
      else waiting.resolve(reply.return);
    }
  })().catch(() => {}).finally(() => {
    for (const { reject } of pending.values()) reject(new Error("QEMU has closed its monitor"));
  });

  const writer = connection.writable.getWriter();
  const execute = async (command: string, parameters?: Record<string, unknown>) => {
    const id = ++last;
    const answer = Promise.withResolvers<unknown>();
    pending.set(id, answer);
    await writer.write(
      new TextEncoder().encode(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`),
    );
    return await answer.promise;
  };
  await execute("qmp_capabilities");
  return {
    execute,
    close: () => close(connection),
  };
}

/** Closes a connection that the end of QEMU may have closed already. */
export function close(connection: Deno.UnixConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

/** Connects to a socket of QEMU's as soon as it is there. */
export async function connect(socket: string, signal: AbortSignal): Promise<Deno.UnixConn> {
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path: socket });
    } catch (error) {
      if (signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
