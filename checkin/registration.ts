/** What the server and `mk_facts_uri` were told of this machine, and what they are still owed. */
import { isDeepStrictEqual } from "node:util";
import { stableFacts } from "../collectors/facts/change.ts";
import { type Facts, type Identity, withRaw } from "../collectors/facts/mod.ts";
import type { Collection } from "../collectors/mod.ts";
import { prune } from "../collectors/values.ts";
import { attributesOf, stableAttributes } from "./hanlon/attributes/mod.ts";
import { factsRequest, registerRequest } from "./hanlon/client.ts";
import { createDelivery } from "./outbox.ts";
import type { DaemonDeps } from "./deps.ts";
import { nodeIds } from "./hanlon/identity.ts";
import type { Setting } from "./config/settings.ts";
import type { Registered } from "./state/mod.ts";
import { type StatusWriter, tellUnwritten, timestamp } from "./state/status.ts";

/** Registers the node, and tells its facts to `mk_facts_uri`: when it is owed, or what was told has changed. */
export interface Telling {
  /** Whether the server waits for a registration. */
  readonly isRegistrationOwed: boolean;
  /** The server says register, or this boot has not registered yet; with a registration go the facts. */
  owe(): void;
  /** `mk_facts_uri` alone waits. */
  oweFacts(): void;
  /** Nothing is sent before `collecting` is over, so that it is fresh. */
  waitFor(collecting: Promise<void>): void;
  /** Looks whether what was told is still what is known; to be called when facts or configuration are others. */
  compare(): void;
  /** The last check-in was answered, after an outage of so long. */
  serverIsThere(outageMs: number): void;
  serverIsAway(): void;
  /** Pays until the agent ends. */
  run(): Promise<void>;
}

export interface TellingOptions {
  setting: () => Setting;
  identity: () => Identity;
  collection: () => Collection | undefined;
  /** What was told in this boot by an earlier run of the agent. */
  remembered: Registered | undefined;
  writeStatus: StatusWriter;
  onRegistered: () => void;
}

/** Sends nothing before `run`; the first registration of a boot is asked for with `owe`. */
export function createTelling(deps: DaemonDeps, options: TellingOptions): Telling {
  const { clock, random, log, state, signal } = deps;
  const { setting, collection, remembered, writeStatus } = options;
  const exclude = () => setting().config.mk_fact_excl_pattern?.regexp;
  const server = () => setting().config.mk_uri;
  const factsUri = () => setting().config.mk_facts_uri;
  const common = { clock, random, log, signal, intervalMs: () => setting().config.mk_checkin_interval * 1000 };
  let isServerThere = false, isFirst = true;
  let awaited = 0;

  /** What was told; what is being sent becomes that when it was taken. */
  let told = remembered;
  /** Whether the state folder holds what was told. */
  let isKept = remembered !== undefined;
  let sending: Registered;
  const isTold = (known: Collection) =>
    told?.server === server() && isDeepStrictEqual(told.attributes, stableAttributes(known, exclude()));
  const registration = createDelivery({
    ...common,
    name: "registration",
    isPossible: () => isServerThere && awaited === 0 && collection() !== undefined,
    async send() {
      const known = collection()!;
      sending = { server: server(), attributes: stableAttributes(known, exclude()), facts: known.facts };
      const attributes = attributesOf(known, exclude());
      const request = registerRequest(setting().config, nodeIds(options.identity()), attributes);
      log.debug("registering", prune({ body: request.body }));
      return await setting().client.register(request, signal);
    },
    onPaid(outcome) {
      told = sending;
      const { nodeId, tags = [] } = outcome as Partial<Extract<typeof outcome, { kind: "registered" }>>;
      const fields = prune({ node: nodeId, tags: tags.join(" ") });
      if (isFirst) log.always("registered", fields);
      else log.info("registered", fields);
      isFirst = false;
      const unwritten = state.writeRegistered(sending);
      isKept = unwritten === undefined;
      tellUnwritten(log, unwritten);
      options.onRegistered();
      telling.compare();
      tellStatus({ lastRegistration: { at: timestamp(deps) } });
    },
    onFailed: (reason) => tellStatus({ lastError: { at: timestamp(deps), message: `registration: ${reason}` } }),
  });

  let delivered: unknown = remembered && stableFacts(remembered.facts);
  let deliveredTo = factsUri();
  let delivering: Facts;
  const delivery = createDelivery({
    ...common,
    name: "delivery to mk_facts_uri",
    isPossible: () => factsUri() !== undefined && awaited === 0 && collection() !== undefined,
    async send() {
      const { facts, parts } = collection()!;
      delivering = facts;
      deliveredTo = factsUri();
      const sent = setting().config.mk_facts_raw ? withRaw(facts, parts) : facts;
      return await setting().client.sendFacts(factsRequest(deliveredTo!, sent), signal);
    },
    onPaid() {
      delivered = stableFacts(delivering);
      log.info("facts delivered");
      telling.compare();
      tellStatus({});
    },
    onFailed: (reason) => tellStatus({ lastError: { at: timestamp(deps), message: `mk_facts_uri: ${reason}` } }),
  });

  const tellStatus: StatusWriter = (change) =>
    writeStatus({
      isRegistrationOwed: registration.isOwed,
      ...(factsUri() === undefined ? {} : { isDeliveryOwed: delivery.isOwed }),
      ...change,
    });

  const telling: Telling = {
    get isRegistrationOwed() {
      return registration.isOwed;
    },
    owe() {
      registration.owe();
      telling.oweFacts();
    },
    oweFacts() {
      delivery.owe();
      tellStatus({});
    },
    waitFor(collecting) {
      awaited++;
      collecting.then(() => {
        awaited--;
        registration.wake();
        delivery.wake();
      });
    },
    compare() {
      const known = collection();
      if (known) {
        if (!registration.isOwed && !isTold(known)) {
          // A run by hand may have told the server.
          if (isKept) told = state.readRegistered().value ?? told;
          if (isTold(known)) log.info("already registered by a run by hand");
          else telling.owe();
        }
        const isOtherFacts = delivered && !isDeepStrictEqual(delivered, stableFacts(known.facts));
        if ((isOtherFacts || deliveredTo !== factsUri()) && !delivery.isOwed) telling.oweFacts();
      }
      registration.wake();
      delivery.wake();
    },
    serverIsThere(outageMs) {
      isServerThere = true;
      // A run by hand was told to register and could not, or an administrator has removed it.
      if (isKept && !state.hasRegistered()) {
        isKept = false;
        log.info("what was registered is remembered no more: it is registered again");
        telling.owe();
      }
      if (outageMs > 0) registration.spread(outageMs);
      registration.wake();
    },
    serverIsAway() {
      isServerThere = false;
    },
    run: async () => {
      await Promise.all([registration.run(), delivery.run()]);
    },
  };
  return telling;
}
