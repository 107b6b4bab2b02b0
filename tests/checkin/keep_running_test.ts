import { assertEquals, assertMatch } from "@std/assert";
import { keepRunning } from "../../checkin/keep_running.ts";
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

Deno.test("keepRunning() logs errors that nobody catches or waits for, and lets the process go on", async () => {
  const module = new URL("../../checkin/keep_running.ts", import.meta.url);
  const script = `
    import { keepRunning } from "${module}";
    const log = { error: (line) => console.log(line.split("\\n")[0]) };
    await keepRunning(async () => {
      Promise.reject(new Error("nobody waits"));
      setTimeout(() => { throw new Error("nobody catches"); }, 30);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }, { log, signal: new AbortController().signal });
    console.log("alive");
    throw new Error("the end");`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [
    "internal error: Error: nobody waits",
    "internal error: Error: nobody catches",
    "alive",
  ]);
  assertEquals(code, 1);
});
