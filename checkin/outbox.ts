/** Paying what a server is owed: a registration, or the facts for `mk_facts_uri`; again and again until it is paid. */
import { isSameReason, type Outcome, reasonOf } from "./hanlon/client.ts";
import { type Clock, createAlarm } from "./clock.ts";
import type { Logger } from "./log.ts";
import { afterOutage, NO_DEBT, owe, paid, type Random, stillOwed } from "./schedule.ts";

export interface DeliveryOptions {
  /** For the log: "registration". */
  name: string;
  clock: Clock;
  random: Random;
  log: Logger;
  signal: AbortSignal;
  intervalMs: () => number;
  /** False while an attempt makes no sense: no facts yet, or nobody who answers. */
  isPossible: () => boolean;
  send: () => Promise<Outcome>;
  /** The debt is paid. */
  onPaid: (outcome: Outcome) => void;
  /** An attempt failed; what is owed stays owed. */
  onFailed: (reason: string) => void;
}

/** One thing that a server is owed, or not, and the attempts to pay it. */
export interface Delivery {
  readonly isOwed: boolean;
  owe(): void;
  /** The server is back after so long: what is owed is spread. */
  spread(outageMs: number): void;
  /** Something has changed that `isPossible` looks at. */
  wake(): void;
  /** Pays debts until the agent ends. */
  run(): Promise<void>;
}

/** Owes nothing yet; pays from `run` on, with the pauses of schedule.ts. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { name, clock, random, log, signal, intervalMs } = options;
  const alarm = createAlarm(clock, signal);
  let debt = NO_DEBT;
  let lastReason: string | undefined;

  const tellInternalError = (error: unknown) =>
    log.error(`internal error after a ${name}: ${error instanceof Error ? error.stack : error}`);

  const attempt = async () => {
    const startedMs = clock.monotonic();
    let outcome: Outcome;
    try {
      outcome = await options.send();
    } catch (error) {
      const reason = `internal error: ${error instanceof Error ? error.stack : error}`;
      outcome = { kind: "unavailable", status: 0, reason };
    }
    if (signal.aborted) return;
    if (outcome.kind === "registered" || outcome.kind === "accepted") {
      debt = paid();
      lastReason = undefined;
      options.onPaid(outcome);
      return;
    }
    const unavailable = outcome.kind === "unavailable" ? outcome : undefined;
    const answered = !unavailable || unavailable.status !== undefined;
    const { retryAfterMs } = unavailable ?? {};
    const failed = { startedMs, answered, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    debt = stillOwed(debt, failed, intervalMs(), clock.monotonic(), random);
    const reason = reasonOf(outcome);
    if (!isSameReason(reason, lastReason)) {
      log.error(
        `${name} ${outcome.kind === "refused" ? "refused" : "failed"}: ${reason}; tried again until it is taken`,
      );
    }
    lastReason = reason;
    options.onFailed(reason);
  };

  return {
    get isOwed() {
      return debt.owed;
    },
    owe() {
      debt = owe(debt);
      alarm.ring();
    },
    spread(outageMs) {
      debt = afterOutage(debt, clock.monotonic(), outageMs, intervalMs(), random);
      alarm.ring();
    },
    wake: () => alarm.ring(),
    async run() {
      while (!signal.aborted) {
        const isDue = () => debt.owed && options.isPossible() && clock.monotonic() >= debt.notBeforeMs;
        if (isDue()) await attempt().catch(tellInternalError);
        else await alarm.until(debt.owed && options.isPossible() ? debt.notBeforeMs : Infinity);
      }
    },
  };
}
