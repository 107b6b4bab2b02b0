/** One thing that a server is to get (a registration, the facts), and the retries until it is delivered. */
import { isSameReason, type Outcome, reasonOf } from "./hanlon/answer.ts";
import { type Clock, createAlarm } from "./clock.ts";
import type { Logger } from "./log.ts";
import { addPending, afterFailedAttempt, afterOutage, NOTHING_PENDING, type Random } from "./schedule.ts";

/** What an outbox needs of the world. */
export interface OutboxDeps {
  clock: Clock;
  random: Random;
  log: Logger;
  signal: AbortSignal;
}

export interface OutboxOptions<Content extends object> {
  /** For the log: "registration". */
  name: string;
  intervalMs: () => number;
  /** When the next attempt is made after a failed one; default: as for a registration. */
  nextAttempt?: typeof afterFailedAttempt;
  /** False while an attempt makes no sense: a server that does not answer. */
  isPossible: () => boolean;
  /** What would be sent now; undefined while there is nothing. */
  content: () => Content | undefined;
  send: (content: Content) => Promise<Outcome>;
  onDelivered: (outcome: Outcome, content: Content) => void;
  /** An attempt failed; it is retried. */
  onFailed: (reason: string) => void;
}

/** What is pending for one server, at most one thing: a later one replaces an earlier one. */
export interface Outbox {
  readonly isPending: boolean;
  /** What is known is to be sent, and sent again until it is delivered. */
  add(): void;
  /** The server is back after so long: what is pending is spread. */
  spread(outageMs: number): void;
  /** Something has changed that `isPossible` looks at. */
  wake(): void;
  /** Delivers until the agent ends. */
  run(): Promise<void>;
}

/** After these nothing is left to do. */
const DONE: ReadonlySet<Outcome["kind"]> = new Set(["registered", "accepted", "notAwaited"]);

/** An empty outbox; it delivers from `run` on, with the pauses of schedule.ts. */
export function createOutbox<Content extends object>(
  { clock, random, log, signal }: OutboxDeps,
  options: OutboxOptions<Content>,
): Outbox {
  const { name, intervalMs, nextAttempt = afterFailedAttempt } = options;
  const alarm = createAlarm(clock, signal);
  let pending = NOTHING_PENDING;
  let lastReason: string | undefined;
  /** What no server takes: it is not sent again. */
  let tooLarge: Content | undefined;

  /** What is to be sent, if there is something and it may be. */
  const possible = () => {
    const content = pending.isPending && options.isPossible() ? options.content() : undefined;
    return content === tooLarge ? undefined : content;
  };

  const logInternalError = (error: unknown) =>
    log.error(`internal error after a ${name}: ${error instanceof Error ? error.stack : error}`);

  const attempt = async (content: Content) => {
    const startedMs = clock.monotonic();
    let outcome: Outcome;
    try {
      outcome = await options.send(content);
    } catch (error) {
      const reason = `internal error: ${error instanceof Error ? error.stack : error}`;
      outcome = { kind: "unavailable", status: 0, reason };
    }
    if (signal.aborted) return;
    if (DONE.has(outcome.kind)) {
      pending = NOTHING_PENDING;
      lastReason = undefined;
      options.onDelivered(outcome, content);
      return;
    }
    if (outcome.kind === "tooLarge") tooLarge = content;
    const unavailable = outcome.kind === "unavailable" ? outcome : undefined;
    const answered = !unavailable || unavailable.status !== undefined;
    const { retryAfterMs } = unavailable ?? {};
    const failed = { startedMs, answered, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    pending = nextAttempt(pending, failed, intervalMs(), clock.monotonic(), random);
    const reason = reasonOf(outcome);
    if (!isSameReason(reason, lastReason)) {
      const retry = outcome.kind === "tooLarge" ? "retried when the facts are others" : "retried until it succeeds";
      log.error(`${name} ${outcome.kind === "refused" ? "refused" : "failed"}: ${reason}; ${retry}`);
    }
    lastReason = reason;
    options.onFailed(reason);
  };

  return {
    get isPending() {
      return pending.isPending;
    },
    add() {
      pending = addPending(pending);
      alarm.ring();
    },
    spread(outageMs) {
      pending = afterOutage(pending, clock.monotonic(), outageMs, intervalMs(), random);
      alarm.ring();
    },
    wake: () => alarm.ring(),
    async run() {
      while (!signal.aborted) {
        const content = possible();
        if (content && clock.monotonic() >= pending.notBeforeMs) await attempt(content).catch(logInternalError);
        else await alarm.until(content ? pending.notBeforeMs : Infinity);
      }
    },
  };
}
