/** All reports of this machine: its registration, and the deliveries of its facts; when each becomes pending. */
import type { Facts } from "../collectors/facts/mod.ts";
import type { Setting } from "./config/settings.ts";
import type { DaemonDeps } from "./deps.ts";
import { createFactsDelivery } from "./facts_delivery.ts";
import type { NodeIds } from "./hanlon/client.ts";
import { createRegistration } from "./registration.ts";
import type { Registered } from "./state/mod.ts";
import { type StatusWriter, timestamp } from "./state/status.ts";

export interface Reports {
  readonly isRegistrationPending: boolean;
  /** The server says register, or this boot has not registered yet; the facts are delivered with a registration. */
  register(): void;
  /** The facts alone are to be delivered. */
  deliver(): void;
  /** Nothing is sent before `collecting` is over, so that it is fresh. */
  waitFor(collecting: Promise<void>): void;
  /** Looks whether every server has what is known; to be called when facts or configuration have changed. */
  compare(): void;
  /** The last check-in was answered, after an outage of so long. */
  serverIsThere(outageMs: number): void;
  serverIsAway(): void;
  /** Sends what is pending until the agent ends. */
  run(): Promise<void>;
}

export interface ReportsOptions {
  setting: () => Setting;
  /** How the node is named to the server. */
  ids: () => NodeIds;
  facts: () => Facts | undefined;
  /** What an earlier run of the agent reported in this boot. */
  remembered: Registered | undefined;
  writeStatus: StatusWriter;
  onRegistered: () => void;
}

/** Sends nothing before `run`; the first registration of a boot is asked for with `register`. */
export function createReports(deps: DaemonDeps, options: ReportsOptions): Reports {
  const { log } = deps;
  const { setting, facts, remembered } = options;
  const factsUri = () => setting().config.mk_facts_uri;
  let isServerThere = false;
  /** How many collections are waited for. */
  let awaited = 0;

  const onFailed = (what: string) => (reason: string) =>
    writeStatus({ lastError: { at: timestamp(deps), message: `${what}: ${reason}` } });
  const registration = createRegistration(deps, {
    ...options,
    isPossible: () => isServerThere && awaited === 0,
    onRegistered() {
      options.onRegistered();
      reports.compare();
      writeStatus({ lastRegistration: { at: timestamp(deps) } });
    },
    onFailed: onFailed("registration"),
  });
  const delivery = createFactsDelivery(deps, {
    name: "delivery to mk_facts_uri",
    setting,
    uri: factsUri,
    facts,
    isPossible: () => awaited === 0,
    remembered: remembered?.facts,
    onDelivered() {
      reports.compare();
      writeStatus({});
    },
    onFailed: onFailed("mk_facts_uri"),
  });
  const deliveries = [delivery];
  const outboxes = [registration, ...deliveries].map(({ outbox }) => outbox);
  const wake = () => outboxes.forEach((outbox) => outbox.wake());

  const writeStatus: StatusWriter = (change) =>
    options.writeStatus({
      isRegistrationPending: registration.outbox.isPending,
      ...(factsUri() === undefined ? {} : { isDeliveryPending: delivery.outbox.isPending }),
      ...change,
    });

  const reports: Reports = {
    get isRegistrationPending() {
      return registration.outbox.isPending;
    },
    register() {
      registration.outbox.add();
      reports.deliver();
    },
    deliver() {
      for (const { outbox } of deliveries) outbox.add();
      writeStatus({});
    },
    waitFor(collecting) {
      awaited++;
      collecting.then(() => {
        awaited--;
        wake();
      });
    },
    compare() {
      if (facts()) {
        if (!registration.outbox.isPending && !registration.isCurrent()) reports.register();
        const outdated = deliveries.filter(({ outbox, isCurrent }) => !outbox.isPending && !isCurrent());
        for (const { outbox } of outdated) outbox.add();
        if (outdated.length > 0) writeStatus({});
      }
      wake();
    },
    serverIsThere(outageMs) {
      isServerThere = true;
      // A run by hand was told to register and could not, or an administrator has removed it.
      if (registration.isForgotten()) {
        log.info("the record of the last registration was removed: registering again");
        reports.register();
      }
      if (outageMs > 0) registration.outbox.spread(outageMs);
      registration.outbox.wake();
    },
    serverIsAway() {
      isServerThere = false;
    },
    run: async () => {
      await Promise.all(outboxes.map((outbox) => outbox.run()));
    },
  };
  return reports;
}
