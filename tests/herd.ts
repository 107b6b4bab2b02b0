/**
 * A fleet of agents and a server that fails and comes back, on a clock of their own: the real scheduling code, without
 * sockets. `deno task herd` prints what the server sees, second by second, and whether it stays within bounds.
 */
import { parseArgs } from "@std/cli/parse-args";
import {
  addPending,
  afterAnswer,
  afterFailure,
  afterOutage,
  type CheckinSchedule,
  firstCheckin,
  NOTHING_PENDING,
  type Pending,
  REGISTER_TIMEOUT_MS,
} from "../checkin/schedule.ts";
import { createQueue, seeded } from "./herd/queue.ts";
import { DEFAULT_LOAD, printLoad } from "./herd/load.ts";

export { seeded } from "./herd/queue.ts";

/** Times are in seconds. */
export interface HerdOptions {
  agents: number;
  interval: number;
  skew: number;
  /** All agents start within so long. */
  startedWithin: number;
  outageAt: number;
  outageFor: number;
  /** How the server fails: at once (connection refused), or by silence until the request times out. */
  outage: "refused" | "silent";
  /** How long the simulation goes on after the return. */
  after: number;
  random: () => number;
}

export const DEFAULT_HERD: Omit<HerdOptions, "random"> = {
  agents: 100_000,
  interval: 60,
  skew: 5,
  startedWithin: 60,
  outageAt: 300,
  outageFor: 600,
  outage: "refused",
  after: 900,
};

export interface HerdResult {
  /** Requests in each second of the simulation, those that failed included. */
  checkins: Uint32Array;
  registrations: Uint32Array;
  /** The most in any second after the return, and the second (since the return) in which it was. */
  peakCheckins: { count: number; at: number };
  peakRegistrations: { count: number; at: number };
  /** The longest that the server, being up, heard nothing of a node: until its first check-in, or between two. */
  longestSilence: number;
  /** Nodes that never registered after the return. */
  unregistered: number;
}

/** What a request costs a server that answers, and how long a silent one is waited for. */
const ANSWER_MS = 20;
const REQUEST_TIMEOUT_MS = 10_000;
/** How long tools take to give the facts: between so and so many milliseconds. */
const COLLECTION_MS = [3_000, 20_000] as const;

/** Runs the fleet through start, outage and return. */
export function simulate(options: HerdOptions): HerdResult {
  const { agents, random } = options;
  const intervalMs = options.interval * 1000, downMs = options.outageAt * 1000;
  const upMs = downMs + options.outageFor * 1000, endMs = upMs + options.after * 1000;
  const checkins = new Uint32Array(endMs / 1000), registrations = new Uint32Array(endMs / 1000);
  const schedules: CheckinSchedule[] = [];
  const pending: Pending[] = Array(agents).fill(NOTHING_PENDING);
  const collectedMs = new Float64Array(agents);
  const lastContactMs = new Float64Array(agents).fill(-Infinity);
  const registeredMs = new Float64Array(agents).fill(-Infinity);
  let longestSilenceMs = 0;
  const queue = createQueue(endMs);

  for (let agent = 0; agent < agents; agent++) {
    schedules.push(firstCheckin(random() * options.startedWithin * 1000, options.skew * 1000, random));
    queue.add(schedules[agent]!.dueMs, agent, checkIn);
  }
  queue.run();

  function checkIn(agent: number, nowMs: number): void {
    checkins[Math.floor(nowMs / 1000)]!++;
    const schedule = schedules[agent]!;
    if (nowMs >= downMs && nowMs < upMs) {
      const failedMs = nowMs + (options.outage === "refused" ? 1 : REQUEST_TIMEOUT_MS);
      schedules[agent] = afterFailure(schedule, failedMs, random);
    } else {
      const silentMs = nowMs - lastContactMs[agent]!;
      lastContactMs[agent] = nowMs;
      // The outage itself is not the agent's silence.
      if (nowMs >= upMs) longestSilenceMs = Math.max(longestSilenceMs, Math.min(silentMs, nowMs - upMs));
      schedules[agent] = afterAnswer(schedule, intervalMs, nowMs + ANSWER_MS, random);
      if (schedule.failures > 0) {
        const outageMs = nowMs - schedule.failingSinceMs!;
        pending[agent] = afterOutage(pending[agent]!, nowMs, outageMs, intervalMs, random);
      }
      if (silentMs > REGISTER_TIMEOUT_MS && !pending[agent]!.isPending) {
        pending[agent] = addPending(pending[agent]!);
        const [least, most] = COLLECTION_MS;
        collectedMs[agent] = nowMs + least + random() * (most - least);
        queue.add(Math.max(collectedMs[agent]!, pending[agent]!.notBeforeMs), agent, register);
      }
    }
    queue.add(schedules[agent]!.dueMs, agent, checkIn);
  }

  function register(agent: number, nowMs: number): void {
    // Not even tried while check-ins fail; it stays pending, and comes with the return.
    if (nowMs >= downMs && nowMs < upMs) return queue.add(upMs + random() * intervalMs, agent, register);
    registrations[Math.floor(nowMs / 1000)]!++;
    registeredMs[agent] = nowMs;
    pending[agent] = NOTHING_PENDING;
  }

  const upSecond = upMs / 1000;
  return {
    checkins,
    registrations,
    peakCheckins: peak(checkins, upSecond),
    peakRegistrations: peak(registrations, upSecond),
    longestSilence: longestSilenceMs / 1000,
    unregistered: registeredMs.reduce((count, at) => count + (at < upMs ? 1 : 0), 0),
  };
}

function peak(perSecond: Uint32Array, from: number): { count: number; at: number } {
  let count = 0, at = 0;
  for (let second = from; second < perSecond.length; second++) {
    if (perSecond[second]! > count) [count, at] = [perSecond[second]!, second - from];
  }
  return { count, at };
}

/** What may not be exceeded, and what was found. */
export function judge(options: HerdOptions, result: HerdResult): { name: string; found: number; bound: number }[] {
  const fair = options.agents / options.interval;
  return [
    { name: "check-ins in one second after the return", found: result.peakCheckins.count, bound: 3 * fair },
    { name: "registrations in one second after the return", found: result.peakRegistrations.count, bound: 3 * fair },
    { name: "seconds without a word from some node", found: result.longestSilence, bound: 120 },
    { name: "nodes whose registration is still pending", found: result.unregistered, bound: 0 },
  ];
}

function print(options: HerdOptions, result: HerdResult): void {
  const fair = options.agents / options.interval;
  const from = options.outageAt - 20, step = 10;
  console.log(
    `requests a second, mean and peak of ${step} s; the line is agents/interval = ${Math.round(fair)} a second`,
  );
  console.log("  time      check-ins      registrations");
  for (let second = from; second < options.outageAt + options.outageFor + 240; second += step) {
    const [shown, also] = [result.checkins, result.registrations].map((perSecond) => {
      const slice = perSecond.subarray(second, second + step);
      return { mean: slice.reduce((sum, n) => sum + n, 0) / step, peak: Math.max(...slice) };
    });
    const since = second - options.outageAt - options.outageFor;
    const when = since >= 0 ? `+${since} s` : second >= options.outageAt ? "down" : `-${options.outageAt - second} s`;
    const bar = "#".repeat(Math.round(shown!.mean / fair * 20)).padEnd(20, ".");
    const numbers = [shown!.mean, shown!.peak, also!.mean, also!.peak].map((n) => n.toFixed(0).padStart(7));
    if (since >= 0 || second < options.outageAt + 120) console.log(`${when.padStart(7)} ${numbers.join("")}  ${bar}`);
  }
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, {
    string: ["agents", "interval", "outage-for", "seed", "within"],
    boolean: ["silent"],
  });
  const number = (name: string, otherwise: number) => Number(flags[name] ?? otherwise);
  const options: HerdOptions = {
    ...DEFAULT_HERD,
    agents: number("agents", DEFAULT_HERD.agents),
    interval: number("interval", DEFAULT_HERD.interval),
    outageFor: number("outage-for", DEFAULT_HERD.outageFor),
    startedWithin: number("within", DEFAULT_HERD.startedWithin),
    outage: flags.silent ? "silent" : "refused",
    random: seeded(number("seed", 1)),
  };
  const result = simulate(options);
  print(options, result);
  const judged = judge(options, result);
  judged.push(...printLoad({ ...DEFAULT_LOAD, random: options.random }));
  for (const { name, found, bound } of judged) {
    const shown = Number.isInteger(found) ? found : found.toFixed(1);
    console.log(`${found <= bound ? "ok  " : "FAIL"} ${name}: ${shown} (bound ${Math.round(bound)})`);
    if (found > bound) Deno.exitCode = 1;
  }
}
