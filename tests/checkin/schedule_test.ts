import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import {
  addPending,
  afterAnswer,
  afterFailedAttempt,
  afterFailure,
  afterOutage,
  afterTwoMatches,
  type CheckinSchedule,
  firstCheckin,
  NOTHING_PENDING,
  type Pending,
  RETRY_AFTER_CAP_MS,
  RETRY_CAP_MS,
  retryDelay,
} from "../../checkin/schedule.ts";
import { seeded } from "../herd.ts";

const never = () => {
  throw new Error("no random number should be needed");
};
const least = () => 0;
const most = () => 0.999_999;

Deno.test("firstCheckin() is due within the skew, and at once without one", () => {
  assertEquals(firstCheckin(1000, 5000, least).dueMs, 1000);
  assertLess(firstCheckin(1000, 5000, most).dueMs, 6000);
  assertEquals(firstCheckin(1000, 0, most).dueMs, 1000);
});

Deno.test("afterAnswer() measures from start to start, however long the request took", () => {
  const schedule: CheckinSchedule = { dueMs: 100_000, intervalMs: 60_000, failures: 0 };
  assertEquals(afterAnswer(schedule, 60_000, 109_900, never).dueMs, 160_000);
});

Deno.test("afterAnswer() does not drift over 1000 cycles of late timers and slow answers", () => {
  const random = seeded(7);
  let schedule = firstCheckin(0, 5_000, random);
  const first = schedule.dueMs;
  for (let cycle = 0; cycle < 1000; cycle++) {
    schedule = afterAnswer(schedule, 60_000, schedule.dueMs + random() * 9_000, never);
  }
  assertAlmostEquals(schedule.dueMs, first + 1000 * 60_000, 1e-3);
});

Deno.test("afterAnswer() leaves out what was missed, and keeps its step", () => {
  const late = afterAnswer({ dueMs: 7_000, intervalMs: 60_000, failures: 0 }, 60_000, 3_600_000, never);
  assertEquals(late.dueMs, 3_607_000);
  assertEquals(afterAnswer(late, 60_000, 3_607_010, never).dueMs, 3_667_000);
});

Deno.test("afterAnswer() spreads the next check-in after an outage and when the interval changes", () => {
  const recovered = { dueMs: 0, intervalMs: 60_000, failures: 1, failingSinceMs: 0 };
  assertEquals(afterAnswer(recovered, 60_000, 500, () => 0.5), { dueMs: 30_500, intervalMs: 60_000, failures: 0 });
  const changed = { dueMs: 0, intervalMs: 60_000, failures: 0 };
  assertEquals(afterAnswer(changed, 600_000, 500, () => 0.5).dueMs, 300_500);
});

Deno.test("afterAnswer() stretches the interval for a slow server, up to 100 s, and comes back", () => {
  let schedule: CheckinSchedule = { dueMs: 0, intervalMs: 60_000, failures: 0 };
  const paces = (tookMs: number, times: number) =>
    Array.from({ length: times }, () => {
      const { dueMs } = schedule;
      // As in the middle of the variation, where the interval is what it is stretched to.
      schedule = afterAnswer(schedule, 60_000, dueMs + tookMs, () => 0.6, tookMs);
      return Math.round(schedule.dueMs - dueMs);
    });
  assertEquals(paces(2_000, 2), [60_000, 60_000]);
  assertEquals(paces(2_001, 3), [90_000, 100_000, 100_000]);
  assertEquals(paces(100, 3), [66_667, 60_000, 60_000]);
  assertEquals(schedule.paceMs, undefined);
  // Nodes that were slowed together do not stay together.
  const slowed = [least, most].map((random) =>
    afterAnswer({ dueMs: 0, failures: 0 }, 60_000, 9_000, random, 9_000).dueMs
  );
  assertEquals([slowed[0], Math.round(slowed[1]! / 1000)], [76_500, 99]);
  // One that is configured longer is not shortened.
  assertEquals(afterAnswer({ dueMs: 0, failures: 0 }, 600_000, 9_000, never, 9_000).dueMs, 600_000);
});

Deno.test("afterTwoMatches() waits for ten minutes, and each node a little longer", () => {
  const schedule: CheckinSchedule = { dueMs: 0, intervalMs: 60_000, failures: 1, failingSinceMs: 0 };
  assertEquals(afterTwoMatches(schedule, 10_000, least).dueMs, 610_000);
  assertLess(afterTwoMatches(schedule, 10_000, most).dueMs, 670_000);
  assertEquals(afterTwoMatches(schedule, 10_000, least).failures, 2);
});

Deno.test("afterFailure() remembers when the outage began", () => {
  const once = afterFailure({ dueMs: 1_000, intervalMs: 60_000, failures: 0 }, 11_000, () => 0.5);
  assertEquals([once.failures, once.failingSinceMs], [1, 1_000]);
  const twice = afterFailure(once, 25_000, () => 0.5);
  assertEquals([twice.failures, twice.failingSinceMs], [2, 1_000]);
});

Deno.test("retryDelay() is a few seconds at first, and never more than the cap", () => {
  const random = seeded(3);
  for (let failures = 1; failures < 2000; failures++) {
    const delay = retryDelay(failures, random);
    assert(delay >= 1_000 && delay <= Math.min(RETRY_CAP_MS, 10_000 * 3 ** (failures - 1)), `${failures}: ${delay}`);
  }
  const mean = (failures: number) =>
    Array.from({ length: 4000 }, () => retryDelay(failures, random)).reduce(sum) / 4000;
  assertEquals([1, 2, 3, 4].map((failures) => Math.round(retryDelay(failures, most) / 1000)), [10, 30, 60, 60]);
  assertAlmostEquals(mean(1), 5_500, 300);
  assertAlmostEquals(mean(9), 30_500, 1_000);
});

Deno.test("retryDelay() obeys Retry-After up to 60 s, and stays below 0.8 of the server's register_timeout", () => {
  assertEquals(retryDelay(1, least, 20_000), 20_000);
  assertLess(retryDelay(1, most, 20_000), 30_001);
  // Half a minute after the first failures: nodes that got the same time are spread.
  assertEquals([1, 2, 3].map((failures) => Math.round(retryDelay(failures, most, 20_000) / 1000)), [30, 50, 50]);
  assertEquals(retryDelay(1, least, 3_600_000), RETRY_AFTER_CAP_MS);
  for (const failures of [1, 2, 3, 50]) assertLess(retryDelay(failures, most, 3_600_000), 0.8 * 120_000 + 1);
});

Deno.test("addPending() does not move what is pending already", () => {
  const waiting: Pending = { isPending: true, notBeforeMs: 777, failures: 2 };
  assertEquals(addPending(waiting), waiting);
  assertEquals(addPending(NOTHING_PENDING).isPending, true);
});

Deno.test("afterOutage() spreads what is pending over the length of the outage, at most over one interval", () => {
  const pending = addPending(NOTHING_PENDING);
  assertLess(afterOutage(pending, 1_000, 5_000, 60_000, most).notBeforeMs, 6_001);
  const long = afterOutage(pending, 1_000, 600_000, 60_000, most).notBeforeMs;
  assert(long > 60_000 && long < 61_001, String(long));
  const later: Pending = { isPending: true, notBeforeMs: 99_000, failures: 1 };
  assertEquals(afterOutage(later, 1_000, 5_000, 60_000, most).notBeforeMs, 99_000);
});

Deno.test("afterFailedAttempt() allows one attempt an interval where the server answers", () => {
  let pending = addPending(NOTHING_PENDING);
  for (let attempt = 0; attempt < 20; attempt++) {
    const startedMs = Math.max(0, pending.notBeforeMs);
    pending = afterFailedAttempt(pending, { startedMs, answered: true }, 60_000, startedMs + 300, never);
    assertEquals(pending.notBeforeMs, startedMs + 60_000);
  }
});

Deno.test("afterFailedAttempt() retries soon where there was no answer, and when the server said so", () => {
  const pending = addPending(NOTHING_PENDING);
  assertLess(afterFailedAttempt(pending, { startedMs: 0, answered: false }, 60_000, 300, most).notBeforeMs, 10_301);
  const asked = afterFailedAttempt(pending, { startedMs: 0, answered: true, retryAfterMs: 20_000 }, 60_000, 300, least);
  assert(asked.notBeforeMs >= 20_300 && asked.notBeforeMs < 22_000, String(asked.notBeforeMs));
});

function sum(a: number, b: number): number {
  return a + b;
}
