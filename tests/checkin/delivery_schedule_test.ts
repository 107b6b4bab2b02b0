import { assert, assertEquals } from "@std/assert";
import { afterFailedDelivery, DELIVERY_RETRY_CAP_MS } from "../../checkin/delivery_schedule.ts";
import { addPending, NOTHING_PENDING, type Pending } from "../../checkin/schedule.ts";
import { describeHerd, simulate } from "../facts_herd.ts";

const FAILED = { startedMs: 0, answered: true };

Deno.test("afterFailedDelivery() comes within 10 s, 30 s, 90 s … and at most ten minutes", () => {
  let pending: Pending = addPending(NOTHING_PENDING);
  const latest: number[] = [];
  for (let i = 0; i < 7; i++) {
    const soonest = afterFailedDelivery(pending, FAILED, 60_000, 0, () => 0);
    assertEquals(soonest.notBeforeMs, 1_000);
    pending = afterFailedDelivery(pending, FAILED, 60_000, 0, () => 1);
    latest.push(pending.notBeforeMs);
  }
  assertEquals(latest, [10_000, 30_000, 90_000, 270_000, ...Array(3).fill(DELIVERY_RETRY_CAP_MS)]);
  assert(pending.isPending);
});

Deno.test("afterFailedDelivery() obeys a Retry-After for an hour at most, and keeps apart who was told the same", () => {
  const first = addPending(NOTHING_PENDING);
  const at = (retryAfterMs: number, random: number) =>
    afterFailedDelivery(first, { ...FAILED, retryAfterMs }, 60_000, 0, () => random).notBeforeMs;
  assertEquals([at(300_000, 0), at(300_000, 1)], [301_000, 310_000]);
  assertEquals(at(86_400_000, 0), 3_601_000);
});

Deno.test("a fleet of 100,000 drains into a server of 50 requests a second, and nobody is forgotten", () => {
  for (const awaySeconds of [0, 600]) {
    const herd = { agents: 100_000, perSecond: 50, awaySeconds };
    const report = simulate(herd);
    console.log(describeHerd(herd, report));
    assertEquals(report.delivered, herd.agents);
    assert(report.drainSeconds < 1.5 * report.idealSeconds + DELIVERY_RETRY_CAP_MS / 1000, `${report.drainSeconds}`);
    assert(report.medianSecond < 10 * herd.perSecond, `${report.medianSecond}`);
    assert(report.mostAttempts < 40, `${report.mostAttempts}`);
  }
});
