/** The targets of facts that are in force, each with a client of its own: its certificates, its token. */
import { equal } from "@std/assert/equal";
import type { Clock } from "../clock.ts";
import type { Client, ClientOptions } from "../hanlon/client.ts";
import type { Logger } from "../log.ts";
import { openClient, readCredentials } from "./credentials.ts";
import { type Config, factsTargets, requestTimeoutMs } from "./mod.ts";
import type { FactsTarget } from "./targets.ts";

/** A target, and the client that is made for it; without one where its certificates or token cannot be had yet. */
export interface Destination {
  target: FactsTarget;
  client?: Client;
}

export interface Destinations {
  readonly current: readonly Destination[];
  /**
   * Reads the files of every target again; what is wrong with one stops no other. Clients are kept while nothing
   * changes.
   */
  update(config: Config): void;
  close(): void;
}

interface Opened extends Destination {
  options: Pick<ClientOptions, "tls" | "token" | "timeoutMs">;
}

/** None, until `update`. */
export function createDestinations(
  { log, fetch, clock }: { log: Logger; fetch: typeof globalThis.fetch; clock: Clock },
): Destinations {
  let current: Opened[] = [];

  const open = (target: FactsTarget, timeoutMs: number, before: Opened | undefined): Opened => {
    const complain = (problem: string): Opened => {
      log.once(
        `destination ${target.name}`,
        "ERROR",
        `${target.name}: ${problem}; nothing is delivered to it until then`,
      );
      return { target, options: { timeoutMs } };
    };
    const read = readCredentials(target);
    if ("problem" in read) return complain(read.problem);
    for (const warning of read.warnings) log.once(warning, "WARN", `${target.name}: ${warning}`);
    const options = { ...read.credentials, timeoutMs };
    const isSame = before?.client !== undefined && equal(before.options, options);
    if (isSame) return { target, client: before.client!, options };
    if (options.token !== undefined) log.hide(options.token);
    const opened = openClient({ fetch, clock, ...options });
    if ("problem" in opened) return complain(opened.problem);
    log.forget(`destination ${target.name}`);
    return { target, client: opened.client, options };
  };

  return {
    get current() {
      return current;
    },
    update(config) {
      const before = current;
      const timeoutMs = requestTimeoutMs(config);
      current = factsTargets(config).map((target) =>
        open(target, timeoutMs, before.find((each) => equal(each.target, target)))
      );
      const kept = new Set(current.map(({ client }) => client));
      for (const { client } of before) if (client && !kept.has(client)) client.close();
    },
    close() {
      for (const { client } of current) client?.close();
      current = [];
    },
  };
}
