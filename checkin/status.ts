/** What the daemon last did, kept in the state folder for `--status`. */
import { prune } from "../collectors/parsing.ts";
import type { DaemonDeps } from "./deps.ts";
import type { Logger } from "./log.ts";
import type { Kept, Status } from "./state.ts";
import type { FileProblem } from "./trusted_files.ts";

/** Writes down what has changed. */
export type StatusWriter = (change: Partial<Status>) => void;

/** A writer that begins anew, but for when `before` last registered. */
export function createStatusWriter(deps: DaemonDeps, before: Status | undefined): StatusWriter {
  const status: Status = prune<Status>({
    agentVersion: deps.agentVersion,
    pid: deps.pid,
    startedAt: timestamp(deps),
    intervalSeconds: 0,
    isRegistrationOwed: true,
    lastRegistration: before?.lastRegistration,
  });
  return (change) => {
    Object.assign(status, change);
    tellUnwritten(deps.log, deps.state.writeStatus(status));
  };
}

/** RFC 3339, UTC. */
export function timestamp({ clock }: Pick<DaemonDeps, "clock">): string {
  return new Date(clock.wall()).toISOString();
}

/** What was kept, if anything was; says once of a file that is not to be believed, or not understood, why. */
export function remember<T>(log: Logger, { value, problem }: Kept<T>): T | undefined {
  if (problem) log.once(`state ${problem.message}`, "WARN", problem.message);
  return value;
}

/** Says once that the state folder takes nothing: it costs memory of the past, and nothing else. */
export function tellUnwritten(log: Logger, problem: FileProblem | undefined): void {
  if (problem) log.once("state", "WARN", `${problem.message}; nothing is remembered over a restart`);
}
