/**
 * The daemon's own memory and CPU over many cycles, as fast as they go: its real code and sockets, on a clock that jumps
 * to whatever is next. Run by soak.ts: `cycles.ts URL FOLDER CYCLES [COLLECT_INTERVAL]`; prints one JSON line at the
 * start, and one after each tenth of the cycles.
 */
import { systemClock } from "../../checkin/clock.ts";
import { configForServer } from "../../checkin/config/mod.ts";
import { createLogger } from "../../checkin/log.ts";
import { runDaemon } from "../../checkin/loop.ts";
import { createPowerChannel } from "../../checkin/power.ts";
import { openState } from "../../checkin/state/mod.ts";
import { createLocalHost } from "../../collectors/host/local.ts";
import { collectParts } from "../../collectors/mod.ts";
import { createFakeClock } from "../checkin/fake_clock.ts";

/** What is printed. */
export interface CyclesReport {
  cycles: number;
  rssMiB: number;
  heapMiB: number;
  /** Open files and sockets, those of the runtime included. */
  descriptors: number;
  cpuSeconds: number;
}

if (import.meta.main) {
  const [url = "", folder = "", cycles = ""] = Deno.args;
  let busy = 0;
  const clock = createFakeClock(() => busy > 0);
  const ending = new AbortController();
  const state = openState(folder);
  const running = runDaemon({
    host: createLocalHost(),
    clock: { ...clock, wall: systemClock.wall },
    random: Math.random,
    async fetch(input: RequestInfo | URL, init?: RequestInit) {
      busy++;
      return await globalThis.fetch(input, init).finally(() => busy--);
    },
    log: createLogger({ write: () => {} }),
    state,
    agentVersion: "bench",
    config: { config: { ...configForServer(url), mk_collect_interval: Number(Deno.args[3] ?? 600) } },
    signal: ending.signal,
    collectParts: (host, options) => {
      busy++;
      return collectParts(host, options).finally(() => busy--);
    },
    power: createPowerChannel(state, clock, undefined),
    pid: Deno.pid,
  });
  const report = (cycles: number) => {
    const { rss, heapUsed } = Deno.memoryUsage();
    const report: CyclesReport = {
      cycles,
      rssMiB: rss / 2 ** 20,
      heapMiB: heapUsed / 2 ** 20,
      descriptors: [...Deno.readDirSync("/proc/self/fd")].length,
      cpuSeconds: cpuSeconds(),
    };
    console.log(JSON.stringify(report));
  };
  report(0);
  for (let cycle = 1; cycle <= Number(cycles); cycle++) {
    await clock.advance(60_000);
    if (cycle % Math.ceil(Number(cycles) / 10) === 0) report(cycle);
  }
  ending.abort();
  await clock.advance(1_000);
  await running;
}

/** User and system time of this process, without its children: fields 14 and 15 of /proc/self/stat (proc(5)). */
function cpuSeconds(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
