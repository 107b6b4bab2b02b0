import { pause } from "../collectors/host/pause.ts";

/** Time, passed in so that a test can advance it. */
export interface Clock {
  /** Milliseconds since the epoch. It may be stepped at any moment: use it for timestamps, never for intervals. */
  wall(): number;
  /** Milliseconds since some moment. It never steps, and stands still while the machine is suspended. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds of monotonic time, or as soon as `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The system's clocks. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: pause,
};

/** Waits until `work` settles, for at most `ms`; gives whether it did in time. What is late goes on by itself. */
export async function settlesWithin(
  { sleep }: Pick<Clock, "sleep">,
  ms: number,
  work: Promise<unknown>,
  signal?: AbortSignal,
): Promise<boolean> {
  const settled = new AbortController();
  const inTime = work.then(() => true, () => true).finally(() => settled.abort());
  const ends = signal ? AbortSignal.any([settled.signal, signal]) : settled.signal;
  return await Promise.race([inTime, sleep(ms, ends).then(() => settled.signal.aborted)]);
}

/** A wait that can be cut short. */
export interface Alarm {
  /** Waits until `dueMs` of monotonic time (Infinity: for ever), until `ring`, or until the agent ends. */
  until(dueMs: number): Promise<void>;
  /** Ends the wait, or the next one where none is under way. */
  ring(): void;
}

/** An alarm that also ends when `signal` is aborted. */
export function createAlarm(clock: Clock, signal: AbortSignal): Alarm {
  let wait = new AbortController();
  const ring = () => wait.abort();
  signal.addEventListener("abort", ring, { once: true });
  return {
    async until(dueMs) {
      if (!wait.signal.aborted && !signal.aborted) {
        await clock.sleep(Math.min(dueMs - clock.monotonic(), LONGEST_WAIT_MS), wait.signal);
      }
      wait = new AbortController();
    },
    ring,
  };
}

/** A day: timers take at most 2^31 ms, and callers check the time again. */
const LONGEST_WAIT_MS = 86_400_000;
