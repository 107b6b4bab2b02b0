/** The delivery of the typed facts to one address besides the Hanlon server (`mk_facts_uri`). */
import { equal } from "@std/assert/equal";
import { stableFacts } from "../collectors/facts/change.ts";
import { type Facts, withRaw } from "../collectors/facts/mod.ts";
import { changes } from "../collectors/judge/diff.ts";
import type { Collection } from "../collectors/mod.ts";
import type { Setting } from "./config/settings.ts";
import type { DaemonDeps } from "./environment.ts";
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
  let before = remembered;
  let delivered: unknown = remembered && stableFacts(remembered);
  let deliveredTo = uri();
  const outbox = createOutbox(deps, {
    name,
    intervalMs: () => setting().config.mk_checkin_interval * 1000,
    isPossible: () => uri() !== undefined && options.isPossible(),
    content: collection,
    async send({ facts, parts }) {
      deliveredTo = uri();
      const { config, client } = setting();
      const changed = before && changes(before, facts).map(({ kind, path, text }) => ({ kind, path, text }));
      const told = changed ? { ...facts, changes: changed } : facts;
      const sent = config.mk_facts_raw ? withRaw(told, parts) : told;
      return await client.sendFacts(factsRequest(deliveredTo!, sent), signal);
    },
    onDelivered(_, known) {
      before = known.facts;
      delivered = stableFacts(known.facts);
      log.info("facts delivered");
      options.onDelivered();
    },
    onFailed: options.onFailed,
  });
  return {
    outbox,
    isCurrent() {
      const isOther = delivered !== undefined && !equal(delivered, stableFacts(collection()!.facts));
      return !isOther && deliveredTo === uri();
    },
  };
}
