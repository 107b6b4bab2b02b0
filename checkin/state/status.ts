/** What the daemon last did, kept in the state folder for `--status`. */
import { readLine } from "../../collectors/host/mod.ts";
import { prune } from "../../collectors/values.ts";
import type { Config } from "../config/mod.ts";
import type { DaemonDeps } from "../environment.ts";
import type { Logger } from "../log.ts";
import type { Kept, Status } from "./mod.ts";
import type { FileProblem } from "./trusted_files.ts";

/** Writes down what has changed. */
export type StatusWriter = (change: Partial<Status>) => void;

/** A writer that begins anew, but for when the agent was started and what `before` leaves to it. */
export function createStatusWriter(
  deps: DaemonDeps,
  startedAt: string,
  before: Pick<Status, "lastCheckin" | "lastRegistration" | "isRegistrationPending" | "isDeliveryPending"> | undefined,
  config: () => Pick<Config, "mk_uri" | "mk_facts_uri" | "mk_checkin_interval">,
): StatusWriter {
  const { lastCheckin, lastRegistration, isRegistrationPending, isDeliveryPending } = before ?? {};
  const status = newStatus(deps, {
    startedAt,
    lastCheckin,
    lastRegistration,
    isRegistrationPending,
    isDeliveryPending,
  });
  return (change) => {
    const { mk_uri: server, mk_facts_uri: factsUri, mk_checkin_interval: intervalSeconds } = config();
    Object.assign(status, { server, factsUri, intervalSeconds, ...change });
    write(deps, status);
    if (change.lastCheckin ?? change.lastLook) writeHealth(deps, intervalSeconds);
  };
}

/**
 * `--status` prints it: the words of servers and tools in it are treated as in the log. mk_facts_uri is the
 * configuration's, and compared with it at the next start.
 */
function write({ log, state }: DaemonDeps, status: Status): void {
  const shown = JSON.parse(
    JSON.stringify(status),
    (key, value) => typeof value === "string" && key !== "factsUri" ? log.shown(value) : value,
  );
  logUnwritten(log, state.writeStatus(shown));
}

/**
 * How long after a check-in the daemon counts as well: the next one and its request fit in, and after `kill -9` less than
 * two intervals go by, the one of the health check included.
 */
function healthySeconds(intervalSeconds: number): number {
  return Math.max(1.6 * intervalSeconds, intervalSeconds + 6);
}

/** Measured in the kernel's uptime, so that no step of the clock matters. */
async function writeHealth({ host, log, state }: DaemonDeps, intervalSeconds: number): Promise<void> {
  const uptime = await readLine(host, "/proc/uptime");
  const uptimeSeconds = "value" in uptime ? Number(uptime.value.split(" ")[0]) : NaN;
  if (!Number.isFinite(uptimeSeconds)) return;
  logUnwritten(log, state.writeHealthyUntil(uptimeSeconds + healthySeconds(intervalSeconds)));
}

/** Writes down why there is no conversation yet. What an earlier run left pending stays there for it. */
export function writeWaiting(deps: DaemonDeps, startedAt: string, problem: string): void {
  const { lastCheckin, lastRegistration, isRegistrationPending, factsUri, isDeliveryPending } =
    deps.state.readStatus().value ?? {};
  const lastError = { at: timestamp(deps), message: problem };
  const pending = { isRegistrationPending, factsUri, isDeliveryPending };
  const status = newStatus(deps, { startedAt, lastCheckin, lastRegistration, ...pending, lastError });
  write(deps, status);
}

function newStatus(
  { agentVersion, pid }: DaemonDeps,
  known: { [key in keyof Status]?: Status[key] | undefined } & Pick<Status, "startedAt">,
): Status {
  return prune<Status>({
    agentVersion,
    pid,
    intervalSeconds: 0,
    ...known,
    isRegistrationPending: known.isRegistrationPending ?? true,
  });
}

/** Now, or `agoMs` earlier, in RFC 3339, UTC. */
export function timestamp({ clock }: Pick<DaemonDeps, "clock">, agoMs = 0): string {
  return new Date(clock.wall() - agoMs).toISOString();
}

/** What was kept, if anything was; says once of a file that is not to be believed, or not understood, why. */
export function remember<T>(log: Logger, { value, problem }: Kept<T>): T | undefined {
  if (problem) log.once(`state ${problem.message}`, "WARN", problem.message);
  return value;
}

/** Says once of each file that the state folder does not take it: it costs memory of the past, and nothing else. */
export function logUnwritten(log: Logger, problem: FileProblem | undefined): void {
  if (!problem) return;
  const message = `${problem.message}; nothing is remembered over a restart`;
  log.once(`state ${message}`, "WARN", message);
}
