/**
 * When to send what: pure functions from a reading of the monotonic clock and a random number to the next times.
 * All times are milliseconds of the monotonic clock. What keeps a hundred thousand agents from stampeding one server is
 * here, and `deno task herd` shows it.
 */

/** A Hanlon server tells a node to register again after so long a silence (`register_timeout`). */
export const REGISTER_TIMEOUT_MS = 120_000;

/** The longest pause between retries: well within `register_timeout`, so that a slow retry loses no node. */
export const RETRY_CAP_MS = Math.min(60_000, 0.8 * REGISTER_TIMEOUT_MS);

/** Retry-After is obeyed up to this time plus a random spread, together within `register_timeout`. */
export const RETRY_AFTER_CAP_MS = 60_000;
const RETRY_AFTER_SPREAD_MS = 30_000;

/**
 * The bound of the first retry; each further bound is three times as long, up to the cap. Shorter bounds bring a booting
 * node sooner to a server that was briefly down, but after an outage of less than a minute a fleet would then send up to
 * six times its usual load (with these, up to four times).
 */
const FIRST_RETRY_MS = 10_000;
const RETRY_GROWTH = 3;
const SHORTEST_RETRY_MS = 1_000;

/** A number in [0, 1), as Math.random gives it. */
export type Random = () => number;

/** When the next check-in is due. */
export interface CheckinSchedule {
  dueMs: number;
  /** The configured interval that `dueMs` was computed from; undefined before the first answer. */
  intervalMs?: number;
  /** The interval in use while it is stretched for a slow server. */
  paceMs?: number;
  /** How many check-ins in a row got no answer. */
  failures: number;
  /** When the first of them was sent. */
  failingSinceMs?: number;
}

/** The first check-in: after a random part of the skew, which spreads nodes that boot together. */
export function firstCheckin(nowMs: number, skewMs: number, random: Random): CheckinSchedule {
  return { dueMs: nowMs + random() * skewMs, failures: 0 };
}

/**
 * After an answer, refusals included. Intervals run from start to start, so neither slow requests nor late timers shift
 * them. Intervals missed while the process was stopped are skipped, and the node keeps its phase, which differs from
 * that of others stopped with it. After an outage, and when the interval changes, the next interval is cut at random:
 * otherwise the fleet would stay synchronised by the server's return or the change. `tookMs` is how long the answer
 * took: a slow server is asked less often.
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
  // Nodes spread over 60 s would stay within 60 s of every 100 s: a burst, then nothing. Varied, they spread anew.
  const [least, most] = STRETCH_VARIATION;
  const variation = paceMs > intervalMs ? least + random() * (most - least) : 1;
  const dueMs = outOfStep ? nowMs + random() * paceMs : schedule.dueMs + intervals * paceMs * variation;
  return { dueMs, intervalMs, ...(paceMs > intervalMs ? { paceMs } : {}), failures: 0 };
}

/** An answer that takes longer is slow: a Hanlon server reads the facts of all its nodes for each request. */
export const SLOW_ANSWER_MS = 2_000;
/** The longest stretched interval: within `register_timeout` together with a slow answer. */
const STRETCH_CAP_MS = 100_000;
const STRETCH_FACTOR = 1.5;
/** A stretched interval is varied between these parts of itself. */
const STRETCH_VARIATION = [0.85, 1.1] as const;

/** The next interval: longer after a slow answer, shorter again after a fast one, down to the configured one. */
function nextPace({ paceMs }: CheckinSchedule, intervalMs: number, tookMs: number): number {
  const present = Math.max(paceMs ?? intervalMs, intervalMs);
  if (tookMs <= SLOW_ANSWER_MS) return Math.max(present / STRETCH_FACTOR, intervalMs);
  return Math.min(present * STRETCH_FACTOR, Math.max(STRETCH_CAP_MS, intervalMs));
}

/** After a check-in without an answer; `retryAfterMs` is the value of Retry-After. */
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

/** Where two nodes match a machine, each request blocks a thread of the server until one of them expires (300 s). */
const TWO_MATCHES_PAUSE_MS = 600_000;

/** After time-outs of a server that accepts connections, for a machine without a uuid (see naming.ts). */
export function afterTwoMatches(schedule: CheckinSchedule, nowMs: number, random: Random): CheckinSchedule {
  const failed = afterFailure(schedule, nowMs, random);
  return { ...failed, dueMs: nowMs + TWO_MATCHES_PAUSE_MS + random() * RETRY_CAP_MS };
}

/**
 * The pause before the retry after `failures` failures: a random time up to 10 s, 30 s, then 60 s ("full jitter"). After
 * Retry-After, that time and up to half a minute more, so that nodes given the same time are spread.
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

/** Something is to be sent. What was pending already keeps its time. */
export function addPending(pending: Pending): Pending {
  return pending.isPending ? pending : { ...pending, isPending: true };
}

/**
 * The server is back after an outage of `outageMs`: what is pending in all nodes is spread over as long, at most over one
 * interval.
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

/** How an attempt failed. `answered`: there was an HTTP answer, so an early retry will hardly get a better one. */
export interface FailedAttempt {
  startedMs: number;
  answered: boolean;
  retryAfterMs?: number;
}

/** The next attempt: after an answer one interval from the start of the last, else after the pause of a retry. */
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
