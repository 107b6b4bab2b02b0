/** All reports of this machine: its registration, and the deliveries of its facts; when each becomes pending. */
import type { Collection } from "../collectors/mod.ts";
import type { Setting } from "./config/settings.ts";
import { hanlonAddress } from "./config/mod.ts";
import { createDeliveries } from "./deliveries.ts";
import type { DaemonDeps } from "./environment.ts";
import type { Delivered } from "./state/delivered.ts";
import type { NodeIds } from "./hanlon/client.ts";
import { createRegistration } from "./registration.ts";
import type { Registered } from "./state/mod.ts";
import { type StatusWriter, timestamp } from "./state/status.ts";

export interface Reports {
  readonly isRegistrationPending: boolean;
  /** The server says register, or this boot has not registered yet; the facts are delivered with a registration. */
  register(): void;
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
  collection: () => Collection | undefined;
  /** Whether the facts are as complete as they become. */
  isSettled: () => boolean;
  /** What an earlier run of the agent reported in this boot. */
  remembered: Registered | undefined;
  /** Which facts an earlier run delivered in this boot. */
  delivered: Delivered;
  writeStatus: StatusWriter;
  onRegistered: () => void;
}

/** Sends nothing before `run`; the first registration of a boot is asked for with `register`. */
export function createReports(deps: DaemonDeps, options: ReportsOptions): Reports {
  const { log } = deps;
  const { setting, collection } = options;
  const hasServer = () => hanlonAddress(setting().config) !== undefined;
  let isServerThere = false;
  /** How many collections are waited for. */
  let awaited = 0;

  const onFailed = (what: string) => (reason: string) =>
    writeStatus({ lastError: { at: timestamp(deps), message: `${what}: ${reason}` } });
  const registration = createRegistration(deps, {
    ...options,
    isPossible: () => hasServer() && isServerThere && awaited === 0,
    onRegistered() {
      options.onRegistered();
      reports.compare();
      writeStatus({ lastRegistration: { at: timestamp(deps) } });
    },
    onFailed: onFailed("registration"),
  });
  const deliveries = createDeliveries(deps, {
    setting,
    collection,
    isPossible: () => awaited === 0,
    isSettled: options.isSettled,
    delivered: options.delivered,
    onChange: () => writeStatus({}),
    onFailed: (message) => writeStatus({ lastError: { at: timestamp(deps), message } }),
  });
  const wake = () => {
    registration.outbox.wake();
    deliveries.wake();
  };

  const writeStatus: StatusWriter = (change) => {
    const status = deliveries.status();
    const toFactsUri = status.find(({ name }) => name === "mk_facts_uri");
    options.writeStatus({
      isRegistrationPending: registration.outbox.isPending,
      ...(toFactsUri ? { isDeliveryPending: toFactsUri.isPending } : {}),
      deliveries: status,
      ...change,
    });
  };

  const reports: Reports = {
    get isRegistrationPending() {
      return registration.outbox.isPending;
    },
    register() {
      if (hasServer()) registration.outbox.add();
      deliveries.add();
    },
    waitFor(collecting) {
      awaited++;
      collecting.then(() => {
        awaited--;
        wake();
      });
    },
    compare() {
      if (collection()) {
        if (hasServer() && !registration.outbox.isPending && !registration.isCurrent()) reports.register();
      }
      deliveries.compare();
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
      await Promise.all([registration.outbox.run(), deliveries.run()]);
    },
  };
  return reports;
}
