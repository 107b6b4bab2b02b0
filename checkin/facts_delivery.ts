/** The delivery of the typed facts to one address besides the Hanlon server (`mk_facts_uri`). */
import { equal } from "@std/assert/equal";
import { stableFacts } from "../collectors/facts/change.ts";
import type { Facts } from "../collectors/facts/mod.ts";
import type { Setting } from "./config/settings.ts";
import type { DaemonDeps } from "./deps.ts";
import { factsRequest } from "./hanlon/client.ts";
import { createOutbox } from "./outbox.ts";
import type { Destination } from "./registration.ts";

export interface FactsDeliveryOptions {
  /** For the log: "delivery to mk_facts_uri". */
  name: string;
  setting: () => Setting;
  /** Where the facts go; undefined while nothing is configured. */
  uri: () => string | undefined;
  facts: () => Facts | undefined;
  /** False while a collection that was asked for is under way. */
  isPossible: () => boolean;
  /** What an earlier run of the agent delivered in this boot. */
  remembered: Facts | undefined;
  onDelivered: () => void;
  onFailed: (reason: string) => void;
}

/** Sends nothing before `run`, and a first time when it is asked for with `outbox.add`. */
export function createFactsDelivery(deps: DaemonDeps, options: FactsDeliveryOptions): Destination {
  const { log, signal } = deps;
  const { name, setting, uri, facts, remembered } = options;
  let delivered: unknown = remembered && stableFacts(remembered);
  let deliveredTo = uri();
  let sending: Facts;
  /** Facts that are not sent anywhere: they are not tried again. */
  let tooLarge: Facts | undefined;
  const outbox = createOutbox(deps, {
    name,
    intervalMs: () => setting().config.mk_checkin_interval * 1000,
    isPossible: () => uri() !== undefined && options.isPossible() && facts() !== undefined && facts() !== tooLarge,
    async send() {
      sending = facts()!;
      deliveredTo = uri();
      const outcome = await setting().client.sendFacts(factsRequest(deliveredTo!, sending), signal);
      if (outcome.kind === "tooLarge") tooLarge = sending;
      return outcome;
    },
    onDelivered() {
      delivered = stableFacts(sending);
      log.info("facts delivered");
      options.onDelivered();
    },
    onFailed: options.onFailed,
  });
  return {
    outbox,
    isCurrent() {
      const isOther = delivered !== undefined && !equal(delivered, stableFacts(facts()!));
      return !isOther && deliveredTo === uri();
    },
  };
}
