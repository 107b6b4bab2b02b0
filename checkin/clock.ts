/** Time, passed in wherever it is needed, so that a test can make it pass. */
export interface Clock {
  /** Milliseconds since the epoch. It may be stepped at any moment: for what people read, never for intervals. */
  wall(): number;
  /** Milliseconds since some moment. It never steps, and stands still while the machine is suspended. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds of monotonic time, or as soon as `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** This machine's time. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener("abort", end);
    }),
};
