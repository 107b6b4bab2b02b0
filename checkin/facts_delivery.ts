/** The delivery of the facts to one destination: an outbox for what it is to get, and what it has. */
import { equal } from "@std/assert/equal";
import { stableFacts } from "../collectors/facts/change.ts";
import type { Collection } from "../collectors/mod.ts";
import type { Destination } from "./config/destinations.ts";
import { afterFailedDelivery } from "./delivery_schedule.ts";
import type { DaemonDeps } from "./environment.ts";
import { loadFormat, TAKEN_ONCE } from "./formats/mod.ts";
import { sendFacts, wantedFacts } from "./formats/send.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { Facts } from "../collectors/facts/mod.ts";
import { changes } from "../collectors/judge/diff.ts";
import { type Delivered, digestOf } from "./state/delivered.ts";
import { logUnwritten } from "./state/status.ts";

/** What a destination has, and what is on its way to it. */
export interface FactsDelivery {
  readonly destination: Destination;
  readonly outbox: Outbox;
  /** Whether it has what is known. Only to be asked once facts are known. */
  isCurrent(): boolean;
  /** Another client, where the target is the same. */
  use(destination: Destination): void;
}

export interface FactsDeliveryOptions {
  destination: Destination;
  intervalMs: () => number;
  collection: () => Collection | undefined;
  /** False while a collection that was asked for is under way. */
  isPossible: () => boolean;
  /** Whether the facts are as complete as they become. */
  isSettled: () => boolean;
  delivered: Delivered;
  onDelivered: () => void;
  onFailed: (reason: string) => void;
}

/** Sends nothing before `run`, and a first time when it is asked for with `outbox.add`. */
export function createFactsDelivery(
  deps: Pick<DaemonDeps, "clock" | "random" | "log" | "signal">,
  options: FactsDeliveryOptions,
): FactsDelivery {
  const { log, signal } = deps;
  const { collection, delivered } = options;
  let { destination } = options;
  const { target } = destination;
  const key = `${target.format} ${target.uris.join(" ")}`;
  let has: unknown;
  let sent: Facts | undefined;
  const isTooEarly = () => TAKEN_ONCE.has(target.format) && has === undefined && !options.isSettled();

  const outbox = createOutbox(deps, {
    name: `delivery to ${target.name}`,
    intervalMs: options.intervalMs,
    nextAttempt: afterFailedDelivery,
    isPossible: () => destination.client !== undefined && options.isPossible(),
    content: () => isTooEarly() ? undefined : collection(),
    async send(known) {
      const stable = stableFacts(known.facts);
      // What an earlier run of the agent delivered in this boot.
      const before = has === undefined ? delivered.digest(key) : undefined;
      if (before !== undefined && before === await digestOf(stable)) {
        has = stable;
        sent = known.facts;
        return { kind: "accepted" };
      }
      const format = await loadFormat(target.format);
      const outcome = await sendFacts(
        destination.client!,
        format,
        target.uris,
        wantedFacts(target, withChanges(known, sent)),
        signal,
      );
      if (outcome.kind !== "accepted" && outcome.kind !== "notAwaited") return outcome;
      has = stable;
      sent = known.facts;
      // Nothing waits for it: without it the next run delivers once more.
      digestOf(stable).then((digest) => logUnwritten(log, delivered.remember(key, digest)));
      if (outcome.kind === "accepted") log.info("facts delivered", { to: target.name, format: target.format });
      else log.once(`not awaited ${key}`, "INFO", `${target.name}: nobody waits for these facts (${outcome.reason})`);
      return outcome;
    },
    onDelivered: options.onDelivered,
    onFailed: options.onFailed,
  });
  return {
    get destination() {
      return destination;
    },
    outbox,
    isCurrent: () => has === undefined || equal(has, stableFacts(collection()!.facts)),
    use(other) {
      destination = other;
      outbox.wake();
    },
  };
}

/** The facts with what changed since those that this run delivered before. */
function withChanges(known: Collection, before: Facts | undefined): Collection {
  if (before === undefined) return known;
  const changed = changes(before, known.facts).map(({ kind, path, text }) => ({ kind, path, text }));
  return { ...known, facts: { ...known.facts, changes: changed } };
}
