/** A clock that stands still until a test makes it go. */
import type { Clock } from "../../checkin/clock.ts";

export interface FakeClock extends Clock {
  /** Lets `ms` milliseconds pass, and everything happen that waits for a moment within them. */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock alone, as an administrator or NTP does. */
  step(ms: number): void;
  /** Resolves when nothing goes on any more without time passing. */
  settle(): Promise<void>;
}

/** `isBusy`: work is under way that no sleep stands for, a request. `startMs`: the wall clock at the start. */
export function createFakeClock(
  isBusy: () => boolean = () => false,
  startMs = Date.parse("2026-01-01T00:00:00Z"),
): FakeClock {
  let nowMs = 0, wallMs = startMs;
  const sleepers = new Set<{ dueMs: number; wake: () => void }>();
  const turn = async (ms = 0) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    // A digest that the daemon waits for is made on a thread of its own: this one is begun after it.
    await crypto.subtle.digest("SHA-256", new Uint8Array(1));
  };
  const clock: FakeClock = {
    wall: () => wallMs,
    monotonic: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { dueMs: nowMs + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    step: (ms) => void (wallMs += ms),
    async settle() {
      // A request to a real socket takes a moment; one that hangs is to be ended by its time-out, which is a sleep.
      for (let quiet = 0, turns = 0; quiet < 3 && turns < 100; turns++) {
        await turn(isBusy() ? 1 : 0);
        quiet = isBusy() ? 0 : quiet + 1;
      }
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        await clock.settle();
        const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
        const toMs = Math.min(next?.dueMs ?? endMs, endMs);
        wallMs += toMs - nowMs;
        nowMs = toMs;
        if (!next || next.dueMs > endMs) break;
        next.wake();
      }
      await clock.settle();
    },
  };
  return clock;
}
