/** A node starts no container again that has ended: no error may end the daemon. */
import type { AgentDeps } from "./deps.ts";

/** Between a failure and the next start. */
const PAUSE_MS = 10_000;

/**
 * Runs `run`, and begins again for as long as an error ends it, until the signal. What is thrown where nobody catches
 * it, and a rejection that nobody waits for, are logged, and end nothing.
 */
export async function keepRunning(
  run: () => Promise<void>,
  { log, clock, signal }: Pick<AgentDeps, "log" | "clock" | "signal">,
): Promise<void> {
  const report = (error: unknown) => log.error(`internal error: ${error instanceof Error ? error.stack : error}`);
  const onStray = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    report("reason" in event ? event.reason : event.error);
  };
  addEventListener("error", onStray);
  addEventListener("unhandledrejection", onStray);
  try {
    while (!signal.aborted) {
      try {
        return await run();
      } catch (error) {
        report(error);
        await clock.sleep(PAUSE_MS, signal);
      }
    }
  } finally {
    removeEventListener("error", onStray);
    removeEventListener("unhandledrejection", onStray);
  }
}
