/** The registration of this node with its Hanlon server: what the server has, and an outbox for what it should get. */
import { equal } from "@std/assert/equal";
import type { Collection } from "../collectors/mod.ts";
import { prune } from "../collectors/values.ts";
import { hanlonAddress } from "./config/mod.ts";
import type { Setting } from "./config/settings.ts";
import type { DaemonDeps } from "./environment.ts";
import { attributesOf, stableAttributes } from "./hanlon/attributes/mod.ts";
import { type NodeIds, registerRequest } from "./hanlon/client.ts";
import { withoutSecrets } from "./hanlon/json_text.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { Registered } from "./state/mod.ts";
import { logUnwritten } from "./state/status.ts";

/** One server that gets what is known of this machine, through an outbox of its own. */
export interface Destination {
  readonly outbox: Outbox;
  /** Whether what was last delivered still is what is known. Only to be asked once facts are known. */
  isCurrent(): boolean;
}

export interface Registration extends Destination {
  /** Whether the record of the last registration was removed from the state folder, and not by this process. */
  isForgotten(): boolean;
}

export interface RegistrationOptions {
  setting: () => Setting;
  /** How the node is named to the server. */
  ids: () => NodeIds;
  collection: () => Collection | undefined;
  /** False while check-ins fail, or a collection that was asked for is under way. */
  isPossible: () => boolean;
  /** What an earlier run of the agent registered in this boot. */
  remembered: Registered | undefined;
  onRegistered: () => void;
  onFailed: (reason: string) => void;
}

/** Sends nothing before `run`; the first registration of a boot is asked for with `outbox.add`. */
export function createRegistration(deps: DaemonDeps, options: RegistrationOptions): Registration {
  const { log, state, signal } = deps;
  const { setting, collection } = options;
  const exclude = () => setting().config.mk_fact_excl_pattern?.pattern;
  /** Only asked for where a server is configured. */
  const address = () => hanlonAddress(setting().config)!;
  let registered = options.remembered;
  /** Whether the state folder holds it. */
  let isKept = registered !== undefined;
  let sending: Registered;
  let isFirst = true;
  const has = (known: Collection) =>
    registered?.server === address().mk_uri && equal(registered.attributes, stableAttributes(known, exclude()));

  const outbox = createOutbox(deps, {
    name: "registration",
    intervalMs: () => setting().config.mk_checkin_interval * 1000,
    isPossible: options.isPossible,
    content: collection,
    async send(known) {
      sending = { server: address().mk_uri, attributes: stableAttributes(known, exclude()), facts: known.facts };
      const request = registerRequest(address(), options.ids(), attributesOf(known, exclude()));
      if (log.isWritten("DEBUG")) log.debug("registering", { body: withoutSecrets(request.body ?? "") });
      return await setting().client.register(request, signal);
    },
    onDelivered(outcome) {
      registered = sending;
      const { nodeId, tags = [] } = outcome as Partial<Extract<typeof outcome, { kind: "registered" }>>;
      const fields = prune({ node: nodeId, tags: tags.join(" ") });
      if (isFirst) log.always("registered", fields);
      else log.info("registered", fields);
      isFirst = false;
      const unwritten = state.writeRegistered(sending);
      isKept = unwritten === undefined;
      logUnwritten(log, unwritten);
      options.onRegistered();
    },
    onFailed: options.onFailed,
  });

  return {
    outbox,
    isCurrent() {
      const known = collection()!;
      if (has(known)) return true;
      // A run by hand may have registered.
      if (isKept) registered = state.readRegistered().value ?? registered;
      if (!has(known)) return false;
      log.info("already registered by a run by hand");
      return true;
    },
    isForgotten() {
      if (!isKept || state.hasRegistered()) return false;
      isKept = false;
      return true;
    },
  };
}
