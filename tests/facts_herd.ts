/**
 * A simulated fleet that boots at once and delivers its facts to a server of few requests a second, as Ironic is one:
 * `deno run tests/facts_herd.ts`. The times are those of checkin/delivery_schedule.ts; nothing waits in real time.
 */
import { afterFailedDelivery } from "../checkin/delivery_schedule.ts";
import { addPending, NOTHING_PENDING, type Pending } from "../checkin/schedule.ts";
import { seeded } from "./herd.ts";

export interface FactsHerd {
  agents: number;
  /** What the server answers in a second. */
  perSecond: number;
  /** While it is away, connections are refused: from the first boot on, so many seconds. */
  awaySeconds: number;
}

export interface FactsHerdReport {
  delivered: number;
  /** From the moment at which the server answers to the last delivery. */
  drainSeconds: number;
  /** The same, if every second of the server were used. */
  idealSeconds: number;
  attempts: number;
  /** The most attempts of any one agent. */
  mostAttempts: number;
  /** Attempts in the busiest second, and in the median one of the drain. */
  busiestSecond: number;
  medianSecond: number;
}

/** Collections take so long, and first deliveries come with them. */
const FIRST_DELIVERY_MS = { least: 5_000, most: 30_000 };
/** What waits longer than the client does is refused at once (503), as a reverse proxy does. */
const QUEUE_SECONDS = 5;
const INTERVAL_MS = 60_000;

/** Runs until every agent has delivered. */
export function simulate({ agents, perSecond, awaySeconds }: FactsHerd): FactsHerdReport {
  const random = seeded(1);
  const pending: Pending[] = Array.from({ length: agents }, () => addPending(NOTHING_PENDING));
  /** By second: the agents that try in it, in no order. */
  const due = new Map<number, number[]>();
  const plan = (agent: number, atMs: number) => {
    const second = Math.floor(atMs / 1000);
    const list = due.get(second);
    if (list) list.push(agent);
    else due.set(second, [agent]);
  };
  const { least, most } = FIRST_DELIVERY_MS;
  for (let agent = 0; agent < agents; agent++) plan(agent, least + random() * (most - least));

  let delivered = 0, attempts = 0, queue = 0, second = 0;
  const perAgent = new Uint16Array(agents), load: number[] = [];
  for (; delivered < agents; second++) {
    const trying = due.get(second) ?? [];
    due.delete(second);
    attempts += trying.length;
    if (second >= awaySeconds) load.push(trying.length);
    queue = Math.max(0, queue - perSecond);
    for (const agent of trying) {
      perAgent[agent]!++;
      if (second >= awaySeconds && queue < perSecond * QUEUE_SECONDS) {
        queue++;
        delivered++;
        continue;
      }
      const nowMs = (second + random()) * 1000;
      const failed = { startedMs: nowMs, answered: second >= awaySeconds };
      pending[agent] = afterFailedDelivery(pending[agent]!, failed, INTERVAL_MS, nowMs, random);
      plan(agent, Math.max(pending[agent]!.notBeforeMs, (second + 1) * 1000));
    }
  }
  const from = Math.max(awaySeconds, least / 1000);
  return {
    delivered,
    drainSeconds: second - from,
    idealSeconds: agents / perSecond,
    attempts,
    mostAttempts: perAgent.reduce((most, count) => Math.max(most, count), 0),
    busiestSecond: load.reduce((most, count) => Math.max(most, count), 0),
    medianSecond: load.sort((a, b) => a - b)[Math.floor(load.length / 2)]!,
  };
}

/** One line for a person. */
export function describeHerd(herd: FactsHerd, report: FactsHerdReport): string {
  const { drainSeconds, idealSeconds, attempts, mostAttempts, busiestSecond, medianSecond } = report;
  return `${herd.agents} agents, ${herd.perSecond} requests a second, server away for ${herd.awaySeconds} s: drained in ` +
    `${Math.round(drainSeconds)} s (at best ${
      Math.round(idealSeconds)
    } s), ${attempts} attempts, ${mostAttempts} by one ` +
    `agent at most, ${busiestSecond} in the busiest second, ${medianSecond} in the median one`;
}

if (import.meta.main) {
  for (const awaySeconds of [0, 600, 7_200]) {
    const herd = { agents: 100_000, perSecond: 50, awaySeconds };
    console.log(describeHerd(herd, simulate(herd)));
  }
}
