/** The delivery of the typed facts to one address besides the Hanlon server (`mk_facts_uri`). */
import { isDeepStrictEqual } from "node:util";
import { stableFacts } from "../collectors/facts/change.ts";
import { type Facts, withRaw } from "../collectors/facts/mod.ts";
import type { Collection } from "../collectors/mod.ts";
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
  collection: () => Collection | undefined;
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
  const { name, setting, uri, collection, remembered } = options;
  let delivered: unknown = remembered && stableFacts(remembered);
  let deliveredTo = uri();
  const outbox = createOutbox(deps, {
    name,
    intervalMs: () => setting().config.mk_checkin_interval * 1000,
    isPossible: () => uri() !== undefined && options.isPossible(),
    content: collection,
    async send(known) {
      deliveredTo = uri();
      const sent = setting().config.mk_facts_raw ? withRaw(known.facts, known.parts) : known.facts;
      return await setting().client.sendFacts(factsRequest(deliveredTo!, sent), signal);
    },
    onDelivered(_, known) {
      delivered = stableFacts(known.facts);
      log.info("facts delivered");
      options.onDelivered();
    },
    onFailed: options.onFailed,
  });
  return {
    outbox,
    isCurrent() {
      const isOther = delivered !== undefined && !isDeepStrictEqual(delivered, stableFacts(collection()!.facts));
      return !isOther && deliveredTo === uri();
    },
  };
}
