/** Nobody restarts the container of a node: no error may end the daemon. */
import type { AgentDeps } from "./environment.ts";

/** Between a failure and the next start. */
const PAUSE_MS = 10_000;

/**
 * Runs `run`, and restarts it after every error until the signal is aborted. Uncaught errors and unhandled rejections
 * are logged, and the process goes on.
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
