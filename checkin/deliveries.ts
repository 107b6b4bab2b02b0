/** The deliveries of the facts: one for every destination of the configuration that is in force. */
import { equal } from "@std/assert/equal";
import type { Collection } from "../collectors/mod.ts";
import { prune } from "../collectors/values.ts";
import type { Setting } from "./config/settings.ts";
import type { DaemonDeps } from "./environment.ts";
import { createFactsDelivery, type FactsDelivery } from "./facts_delivery.ts";
import type { Delivered } from "./state/delivered.ts";
import type { DeliveryStatus } from "./state/status_file.ts";
import { timestamp } from "./state/status.ts";

export interface Deliveries {
  /** One entry a destination, in the order of the configuration. */
  status(): DeliveryStatus[];
  /** Every destination is to get the facts that are known. */
  add(): void;
  /** Takes up another configuration, and looks who lacks what is known. */
  compare(): void;
  /** Something has changed that makes attempts possible. */
  wake(): void;
  /** Delivers until the agent ends. */
  run(): Promise<void>;
}

export interface DeliveriesOptions {
  setting: () => Setting;
  collection: () => Collection | undefined;
  /** False while a collection that was asked for is under way. */
  isPossible: () => boolean;
  /** Whether the facts are as complete as they become. */
  isSettled: () => boolean;
  delivered: Delivered;
  /** The status of one has changed. */
  onChange: () => void;
  /** An attempt failed: what, and why. */
  onFailed: (message: string) => void;
}

interface Running {
  delivery: FactsDelivery;
  status: Omit<DeliveryStatus, "isPending">;
  ending: AbortController;
}

/** None before `run`; then one for each destination, which is to get the facts once, and again when they change. */
export function createDeliveries(deps: DaemonDeps, options: DeliveriesOptions): Deliveries {
  const { signal } = deps;
  const { setting, collection } = options;
  let running: Running[] = [];
  let isRunning = false;
  const ended: Promise<void>[] = [];

  const start = (destination: FactsDelivery["destination"]): Running => {
    const { name, format, uris } = destination.target;
    const ending = new AbortController();
    const status: Running["status"] = { name, format, server: new URL(uris[0]!).origin };
    const delivery = createFactsDelivery({ ...deps, signal: AbortSignal.any([signal, ending.signal]) }, {
      destination,
      intervalMs: () => setting().config.mk_checkin_interval * 1000,
      collection,
      isPossible: options.isPossible,
      isSettled: options.isSettled,
      delivered: options.delivered,
      onDelivered() {
        status.lastDelivery = timestamp(deps);
        delete status.problem;
        deliveries.compare();
        options.onChange();
      },
      onFailed(reason) {
        status.problem = reason;
        options.onFailed(`${name}: ${reason}`);
      },
    });
    delivery.outbox.add();
    if (isRunning) ended.push(delivery.outbox.run());
    return { delivery, status, ending };
  };

  /** Begins with new destinations, goes on with those that stay, and ends the others. */
  const follow = () => {
    const before = running;
    running = setting().destinations.map((destination) => {
      const same = before.find(({ delivery }) => equal(delivery.destination.target, destination.target));
      if (same && same.delivery.destination.client !== destination.client) same.delivery.use(destination);
      return same ?? start(destination);
    });
    for (const each of before) if (!running.includes(each)) each.ending.abort();
    if (before.length !== running.length) options.onChange();
  };

  const deliveries: Deliveries = {
    status: () =>
      running.map(({ delivery, status }) => prune<DeliveryStatus>({ ...status, isPending: delivery.outbox.isPending })),
    add() {
      follow();
      for (const { delivery } of running) delivery.outbox.add();
      options.onChange();
    },
    compare() {
      follow();
      const outdated = collection()
        ? running.filter(({ delivery }) => !delivery.outbox.isPending && !delivery.isCurrent())
        : [];
      for (const { delivery } of outdated) delivery.outbox.add();
      if (outdated.length > 0) options.onChange();
      deliveries.wake();
    },
    wake() {
      for (const { delivery } of running) delivery.outbox.wake();
    },
    async run() {
      isRunning = true;
      ended.push(...running.map(({ delivery }) => delivery.outbox.run()));
      follow();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      await Promise.all(ended);
    },
  };
  return deliveries;
}
