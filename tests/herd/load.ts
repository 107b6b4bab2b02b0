/**
 * A fleet and a server that is slow for its load: each request costs it all its nodes with all their facts, and it has
 * one core. The real scheduling code, on a clock of its own.
 */
import { afterAnswer, afterFailure, type CheckinSchedule, firstCheckin } from "../../checkin/schedule.ts";
import { REAL_LOAD } from "../hanlon_server/load.ts";
import { createQueue } from "./queue.ts";

/** Times are in seconds. */
export interface LoadOptions {
  agents: number;
  /** Of a node. */
  facts: number;
  interval: number;
  /** How long an agent waits for an answer. */
  timeout: number;
  /** Whether agents stretch their interval for a slow server. */
  stretches: boolean;
  /** From this second on a request costs `relief` times as much: nodes have left, or the server got a faster machine. */
  reliefAt: number;
  relief: number;
  until: number;
  random: () => number;
}

/** A fifth more nodes than one core carries at 60 s, and fewer than it carries at 100 s. */
export const DEFAULT_LOAD: Omit<LoadOptions, "random"> = {
  agents: 540,
  facts: 246,
  interval: 60,
  timeout: 30,
  stretches: true,
  reliefAt: 3600,
  relief: 0.5,
  until: 5400,
};

/** What was seen in `STEP` seconds. */
export interface LoadStep {
  /** When it began. */
  second: number;
  checkins: number;
  /** Check-ins that were given up, for no answer came in time. */
  failures: number;
  /** The mean of the answers that came. */
  answerSeconds: number;
  /** The mean interval that agents keep at its end. */
  paceSeconds: number;
}

export interface LoadResult {
  steps: LoadStep[];
  /** The longest that the server heard nothing of a node, from the tenth minute on. */
  longestSilence: number;
}

const STEP = 300;
/** The start, until the fleet has found its pace. */
const SETTLED_MS = 600_000;

/** Runs the fleet; all nodes start within one interval. */
export function simulateLoad(options: LoadOptions): LoadResult {
  const { agents, random } = options;
  const intervalMs = options.interval * 1000, timeoutMs = options.timeout * 1000, endMs = options.until * 1000;
  const costMs = agents * (REAL_LOAD.perNodeMs + options.facts * REAL_LOAD.perFactMs);
  const schedules: CheckinSchedule[] = [];
  const lastContactMs = new Float64Array(agents).fill(-1);
  const steps: LoadStep[] = [];
  const queue = createQueue(endMs);
  let freeAtMs = 0, longestSilenceMs = 0;

  for (let agent = 0; agent < agents; agent++) {
    schedules.push(firstCheckin(random() * intervalMs, 0, random));
    queue.add(schedules[agent]!.dueMs, agent, checkIn);
  }
  queue.run();
  for (const step of steps) if (step.checkins > step.failures) step.answerSeconds /= step.checkins - step.failures;
  return { steps, longestSilence: longestSilenceMs / 1000 };

  function checkIn(agent: number, nowMs: number): void {
    const step = stepAt(nowMs);
    step.checkins++;
    // A request that is given up is served nevertheless, and has cost what it costs.
    freeAtMs = Math.max(freeAtMs, nowMs) + costMs * (nowMs >= options.reliefAt * 1000 ? options.relief : 1);
    const tookMs = freeAtMs - nowMs;
    heard(agent, freeAtMs);
    if (tookMs > timeoutMs) {
      step.failures++;
      schedules[agent] = afterFailure(schedules[agent]!, nowMs + timeoutMs, random);
    } else {
      step.answerSeconds += tookMs / 1000;
      const told = options.stretches ? tookMs : 0;
      schedules[agent] = afterAnswer(schedules[agent]!, intervalMs, freeAtMs, random, told);
    }
    queue.add(schedules[agent]!.dueMs, agent, checkIn);
  }

  function heard(agent: number, atMs: number): void {
    const beforeMs = lastContactMs[agent]!;
    lastContactMs[agent] = atMs;
    if (beforeMs >= SETTLED_MS) longestSilenceMs = Math.max(longestSilenceMs, atMs - beforeMs);
  }

  function stepAt(nowMs: number): LoadStep {
    const index = Math.floor(nowMs / 1000 / STEP);
    if (steps[index]) return steps[index];
    const last = steps.at(-1);
    if (last) last.paceSeconds = meanPace();
    return steps[index] = { second: index * STEP, checkins: 0, failures: 0, answerSeconds: 0, paceSeconds: meanPace() };
  }

  function meanPace(): number {
    return schedules.reduce((sum, { paceMs = intervalMs }) => sum + paceMs, 0) / schedules.length / 1000;
  }
}

/** What may not be exceeded by a fleet that stretches its interval, and what was found. */
export function judgeLoad(
  options: LoadOptions,
  { steps, longestSilence }: LoadResult,
): { name: string; found: number; bound: number }[] {
  const settled = steps.filter(({ second }) => second >= SETTLED_MS / 1000);
  const loaded = settled.filter(({ second }) => second < options.reliefAt);
  return [
    {
      name: "check-ins given up once the fleet has found its pace",
      found: settled.reduce((sum, { failures }) => sum + failures, 0),
      bound: 0,
    },
    {
      name: "mean seconds to an answer under load",
      found: Math.max(...loaded.map(({ answerSeconds }) => answerSeconds)),
      bound: options.timeout / 2,
    },
    { name: "seconds without a word from some node", found: longestSilence, bound: 120 },
    { name: "interval that agents keep at the end", found: steps.at(-1)!.paceSeconds, bound: options.interval },
  ];
}

/** Shows the fleet beside one that keeps its interval. Gives what `judgeLoad` says. */
export function printLoad(options: LoadOptions): ReturnType<typeof judgeLoad> {
  const stretching = simulateLoad(options);
  const rigid = simulateLoad({ ...options, stretches: false });
  const cost = options.agents * (REAL_LOAD.perNodeMs + options.facts * REAL_LOAD.perFactMs);
  console.log(
    `\n${options.agents} nodes with ${options.facts} facts: ${cost.toFixed(0)} ms of one core a check-in, ` +
      `${(cost * options.agents / options.interval / 10).toFixed(0)} % of it at ${options.interval} s; ` +
      `from ${options.reliefAt} s on ${options.relief * 100} % of that`,
  );
  console.log("               agents that stretch their interval          agents that keep it");
  console.log("    time   interval  check-ins  given up    answer   check-ins  given up    answer");
  for (const [i, step] of stretching.steps.entries()) {
    const other = rigid.steps[i]!;
    const shown = ({ checkins, failures, answerSeconds }: LoadStep) =>
      `${String(checkins).padStart(10)} ${String(failures).padStart(9)} ${`${answerSeconds.toFixed(1)} s`.padStart(9)}`;
    const pace = `${step.paceSeconds.toFixed(0)} s`;
    console.log(`${`${step.second} s`.padStart(8)} ${pace.padStart(9)} ${shown(step)}  ${shown(other)}`);
  }
  return judgeLoad(options, stretching);
}
