/**
 * When to send what: pure functions from a reading of the monotonic clock and a random number to the next times.
 * All times are milliseconds of the monotonic clock. What keeps a hundred thousand agents from stampeding one server is
 * here, and `deno task herd` shows it.
 */

/** A node that a Hanlon server has not heard of for so long must register again (`register_timeout`). */
export const REGISTER_TIMEOUT_MS = 120_000;

/** Retries are never further apart: well within `register_timeout`, so that no node is given up for a slow retry. */
export const RETRY_CAP_MS = Math.min(60_000, 0.8 * REGISTER_TIMEOUT_MS);

/** A server's Retry-After is obeyed up to here, and by each node a little later: together within the same limit. */
export const RETRY_AFTER_CAP_MS = 60_000;
const RETRY_AFTER_SPREAD_MS = 30_000;

/**
 * The first retry comes within so much, the next within three times as much, further ones within the cap. Smaller steps
 * bring a booting node sooner to a server that was away for a moment, and let a fleet ask a server that was away for
 * less than a minute up to six times as often as it should (these: up to four times).
 */
const FIRST_RETRY_MS = 10_000;
const RETRY_GROWTH = 3;
const SHORTEST_RETRY_MS = 1_000;

/** A number in [0, 1), as Math.random gives it. */
export type Random = () => number;

/** When the next check-in is due. */
export interface CheckinSchedule {
  dueMs: number;
  /** The interval that `dueMs` was reckoned with; undefined before the first answer. */
  intervalMs?: number;
  /** The same, stretched for a server that is slow; undefined while it is not. */
  paceMs?: number;
  /** How many check-ins in a row got no answer. */
  failures: number;
  /** When the first of them was sent. */
  failingSinceMs?: number;
}

/** The first check-in: at once, but for the skew, which is slept once and keeps nodes that boot together apart. */
export function firstCheckin(nowMs: number, skewMs: number, random: Random): CheckinSchedule {
  return { dueMs: nowMs + random() * skewMs, failures: 0 };
}

/**
 * After an answer, be it a refusal. Intervals are measured from start to start, so neither the length of a request nor
 * a late timer shifts them. After a check-in that came too late by intervals (the process was stopped), those that were
 * missed are left out: the step that a node had keeps it apart from others that were stopped with it. After an outage,
 * and when the interval changes, the next interval is cut short at random: else the fleet would go on in the step that
 * the return of the server, or the moment of the change, has put it in. `tookMs` is how long the answer took: a server
 * that is slow is asked less often.
 */
export function afterAnswer(
  schedule: CheckinSchedule,
  intervalMs: number,
  nowMs: number,
  random: Random,
  tookMs = 0,
): CheckinSchedule {
  const paceMs = nextPace(schedule, intervalMs, tookMs);
  const outOfStep = schedule.failures > 0 || (schedule.intervalMs ?? intervalMs) !== intervalMs;
  const intervals = Math.max(1, Math.floor((nowMs - schedule.dueMs) / paceMs) + 1);
  const dueMs = outOfStep ? nowMs + random() * paceMs : schedule.dueMs + intervals * paceMs;
  return { dueMs, intervalMs, ...(paceMs > intervalMs ? { paceMs } : {}), failures: 0 };
}

/** An answer that takes longer is slow: a Hanlon server works through all its nodes' facts for each. */
export const SLOW_ANSWER_MS = 2_000;
/** For a slow server the interval is stretched up to here: within `register_timeout` together with a slow answer. */
const STRETCH_CAP_MS = 100_000;
const STRETCH_FACTOR = 1.5;

/** The next interval: longer after a slow answer, and back towards what is configured after each that is not. */
function nextPace({ paceMs }: CheckinSchedule, intervalMs: number, tookMs: number): number {
  const present = Math.max(paceMs ?? intervalMs, intervalMs);
  if (tookMs <= SLOW_ANSWER_MS) return Math.max(present / STRETCH_FACTOR, intervalMs);
  return Math.min(present * STRETCH_FACTOR, Math.max(STRETCH_CAP_MS, intervalMs));
}

/** After a check-in without an answer; `retryAfterMs` is what the server asked for. */
export function afterFailure(
  schedule: CheckinSchedule,
  nowMs: number,
  random: Random,
  retryAfterMs?: number,
): CheckinSchedule {
  const failures = schedule.failures + 1;
  const { dueMs: startedMs, failingSinceMs = startedMs } = schedule;
  return { ...schedule, dueMs: nowMs + retryDelay(failures, random, retryAfterMs), failures, failingSinceMs };
}

/** Where two nodes match this machine each request burns a thread of the server, until one of the two expires (300 s). */
const TWO_MATCHES_PAUSE_MS = 600_000;

/** After time-outs of a server that accepts connections, where the machine has no uuid to be asked by alone. */
export function afterTwoMatches(schedule: CheckinSchedule, nowMs: number, random: Random): CheckinSchedule {
  const failed = afterFailure(schedule, nowMs, random);
  return { ...failed, dueMs: nowMs + TWO_MATCHES_PAUSE_MS + random() * RETRY_CAP_MS };
}

/**
 * How long to wait before the retry after `failures` failures: anything up to 10 s, 30 s, then 60 s ("full jitter").
 * Where the server asked for a time, from then on within half a minute: nodes that got the same time do not come at the
 * same moment.
 */
export function retryDelay(failures: number, random: Random, retryAfterMs?: number): number {
  const bound = Math.min(FIRST_RETRY_MS * RETRY_GROWTH ** (failures - 1), RETRY_CAP_MS);
  if (retryAfterMs === undefined) return SHORTEST_RETRY_MS + random() * (bound - SHORTEST_RETRY_MS);
  return Math.min(retryAfterMs, RETRY_AFTER_CAP_MS) + random() * Math.min(bound, RETRY_AFTER_SPREAD_MS);
}

/** Whether something waits to be sent (a registration, or facts for another server), and when it may be. */
export interface Pending {
  isPending: boolean;
  /** Not to be sent before. */
  notBeforeMs: number;
  /** How many attempts in a row failed. */
  failures: number;
}

export const NOTHING_PENDING: Pending = { isPending: false, notBeforeMs: -Infinity, failures: 0 };

/** Something is to be sent; where something was pending already, its time stays as it is. */
export function addPending(pending: Pending): Pending {
  return pending.isPending ? pending : { ...pending, isPending: true };
}

/**
 * The server is back after an outage of `outageMs`, and every node that it failed comes now: what is pending is spread
 * over as much time, up to one interval.
 */
export function afterOutage(
  pending: Pending,
  nowMs: number,
  outageMs: number,
  intervalMs: number,
  random: Random,
): Pending {
  const spreadMs = random() * Math.min(outageMs, intervalMs);
  return { ...pending, notBeforeMs: Math.max(pending.notBeforeMs, nowMs + spreadMs) };
}

/** How an attempt failed. `answered`: there was an HTTP answer, and an eager repetition will hardly get a better one. */
export interface FailedAttempt {
  startedMs: number;
  answered: boolean;
  retryAfterMs?: number;
}

/** The next attempt: after an answer one interval from the attempt's start, else as soon as a check-in is retried. */
export function afterFailedAttempt(
  pending: Pending,
  attempt: FailedAttempt,
  intervalMs: number,
  nowMs: number,
  random: Random,
): Pending {
  const failures = pending.failures + 1;
  const { startedMs, answered, retryAfterMs } = attempt;
  const notBeforeMs = answered && retryAfterMs === undefined
    ? startedMs + intervalMs
    : nowMs + retryDelay(failures, random, retryAfterMs);
  return { isPending: true, notBeforeMs, failures };
}
