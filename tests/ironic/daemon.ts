/** The daemon on a recorded machine, with a real clock and a real network: what it delivers is what a node would. */
import type { Host } from "../../collectors/host/mod.ts";
import { collectParts } from "../../collectors/mod.ts";
import { systemClock } from "../../checkin/clock.ts";
import type { ConfigSource } from "../../checkin/config/settings.ts";
import { createLogger } from "../../checkin/log.ts";
import { runDaemon } from "../../checkin/loop.ts";
import { createPowerChannel } from "../../checkin/power.ts";
import { openState } from "../../checkin/state/mod.ts";
import { tempFolder } from "../temp_folder.ts";

export interface RunningDaemon {
  /** Every line of the log. */
  lines: string[];
  /** Waits, for a minute, until a line of the log matches. Throws with the whole log where none does. */
  untilLine(pattern: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it in a boot of its own: nothing is remembered. */
export async function startDaemon(host: Host, config: ConfigSource): Promise<RunningDaemon> {
  const ending = new AbortController();
  const lines: string[] = [];
  let wake = () => {};
  const log = createLogger({
    level: "DEBUG",
    write: (line) => {
      lines.push(line.trimEnd());
      wake();
    },
  });
  const state = openState(await tempFolder());
  const running = runDaemon({
    host,
    clock: systemClock,
    random: Math.random,
    fetch,
    log,
    state,
    agentVersion: "4.0.0",
    config,
    signal: ending.signal,
    collectParts,
    power: createPowerChannel(state, systemClock, undefined),
    pid: Deno.pid,
  });
  return {
    lines,
    async untilLine(pattern) {
      const late = AbortSignal.timeout(240_000);
      late.addEventListener("abort", () => wake());
      while (!lines.some((line) => pattern.test(line))) {
        if (late.aborted) throw new Error(`no ${pattern} in:\n${lines.join("\n")}`);
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}
