import { assertEquals, assertMatch } from "@std/assert";
import { keepRunning } from "../../checkin/service.ts";
import { createLogger } from "../../checkin/log.ts";
import type { Clock } from "../../checkin/clock.ts";

/** Runs what `run` does the n-th time, on a clock that does not wait; gives the log and the pauses. */
async function kept(
  run: (n: number) => Promise<void>,
  signal = new AbortController().signal,
): Promise<{ lines: string[]; pauses: number[]; runs: number }> {
  const lines: string[] = [], pauses: number[] = [];
  const clock: Clock = { wall: () => 0, monotonic: () => 0, sleep: (ms) => Promise.resolve(void pauses.push(ms)) };
  let runs = 0;
  await keepRunning(() => run(++runs), { log: createLogger({ write: (line) => lines.push(line) }), clock, signal });
  return { lines, pauses, runs };
}

Deno.test("keepRunning() begins again after an error, and ends where there is none", async () => {
  const { lines, pauses, runs } = await kept((n) =>
    n < 3 ? Promise.reject(new Error(`broken ${n}`)) : Promise.resolve()
  );
  assertEquals([runs, pauses], [3, [10_000, 10_000]]);
  assertEquals(lines.length, 2);
  assertMatch(lines[0]!, /ERROR internal error: Error: broken 1/);
});

Deno.test("keepRunning() ends with the signal, whatever fails", async () => {
  const stop = new AbortController();
  const { runs } = await kept(() => {
    stop.abort();
    return Promise.reject(new Error("broken"));
  }, stop.signal);
  assertEquals(runs, 1);
});

Deno.test("keepRunning() outlives a rejection that nobody waits for", async () => {
  const { lines, runs } = await kept(async () => {
    Promise.reject(new Error("nobody waits"));
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  assertEquals(runs, 1);
  assertMatch(lines.join(""), /ERROR internal error: Error: nobody waits/);
});
