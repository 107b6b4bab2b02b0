/**
 * When facts are sent again to a destination that did not take them. Nobody forgets a machine whose facts come later, as a
 * Hanlon server does, so retries grow further apart than its: a fleet of a hundred thousand asks a server of fifty
 * requests a second seven times as often as it can answer, and not thirty times. Times are those of schedule.ts.
 */
import type { FailedAttempt, Pending, Random } from "./schedule.ts";

/** Retries are never further apart. */
export const DELIVERY_RETRY_CAP_MS = 600_000;

/** A Retry-After is obeyed up to here. */
const RETRY_AFTER_CAP_MS = 3_600_000;

const FIRST_RETRY_MS = 10_000;
const RETRY_GROWTH = 3;
const SHORTEST_RETRY_MS = 1_000;

/**
 * After a failed attempt: anything up to 10 s, 30 s, 90 s … 10 minutes ("full jitter"); where the server asked for a time,
 * from then on within as much, so that those that it told the same do not come at the same moment.
 */
export function afterFailedDelivery(
  pending: Pending,
  { retryAfterMs = 0 }: FailedAttempt,
  _intervalMs: number,
  nowMs: number,
  random: Random,
): Pending {
  const failures = pending.failures + 1;
  const bound = Math.min(FIRST_RETRY_MS * RETRY_GROWTH ** (failures - 1), DELIVERY_RETRY_CAP_MS);
  const delayMs = SHORTEST_RETRY_MS + random() * (bound - SHORTEST_RETRY_MS);
  return { isPending: true, notBeforeMs: nowMs + Math.min(retryAfterMs, RETRY_AFTER_CAP_MS) + delayMs, failures };
}
