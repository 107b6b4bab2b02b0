import { assertEquals } from "@std/assert";
import { settlesWithin } from "../../checkin/clock.ts";
import { createFakeClock } from "./fake_clock.ts";

Deno.test("settlesWithin() is true for work that ends in time, be it with an error, and leaves no timer", async () => {
  const clock = createFakeClock();
  const slept: (AbortSignal | undefined)[] = [];
  const counting = {
    sleep(ms: number, signal?: AbortSignal) {
      slept.push(signal);
      return clock.sleep(ms, signal);
    },
  };
  assertEquals(await settlesWithin(counting, 1_000, Promise.resolve(1)), true);
  assertEquals(await settlesWithin(counting, 1_000, Promise.reject(new Error("failed"))), true);
  assertEquals(slept.map((signal) => signal?.aborted), [true, true]);
});

Deno.test("settlesWithin() is false for work that is late, and as soon as the signal is aborted", async () => {
  const clock = createFakeClock();
  const never = new Promise(() => {});
  const late = settlesWithin(clock, 1_000, never);
  await clock.advance(1_000);
  assertEquals(await late, false);
  const ending = new AbortController();
  const ended = settlesWithin(clock, 1_000, never, ending.signal);
  ending.abort();
  assertEquals(await ended, false);
});
