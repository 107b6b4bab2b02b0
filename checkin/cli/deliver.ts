/** Facts delivered by hand. */
import type { Collection } from "../../collectors/mod.ts";
import type { Destination } from "../config/destinations.ts";
import { loadFormat } from "../formats/mod.ts";
import { sendFacts, wantedFacts } from "../formats/send.ts";
import { type Outcome, reasonOf } from "../hanlon/answer.ts";
import type { Logger } from "../log.ts";

/** What was sent, and what came of it. */
export type Attempt = [what: string, outcome: Outcome];

/** Delivers the facts to each destination once, side by side. */
export async function deliver(
  destinations: readonly Destination[],
  collection: Collection,
  signal: AbortSignal,
): Promise<Attempt[]> {
  return await Promise.all(destinations.map(async ({ target, client }): Promise<Attempt> => {
    const what = `delivery to ${target.name}`;
    // Why was said when they were read.
    if (!client) return [what, { kind: "unavailable", reason: "its certificates or token cannot be used" }];
    return [
      what,
      await sendFacts(client, await loadFormat(target.format), target.uris, wantedFacts(target, collection), signal),
    ];
  }));
}

/** Logs what came of it all; gives those that failed. */
export function reportOutcomes(attempts: readonly Attempt[], log: Logger): Attempt[] {
  for (const [what, outcome] of attempts) {
    if (outcome.kind === "accepted") log.always(`${what} succeeded`);
    else if (outcome.kind === "notAwaited") log.always(`${what}: nobody waits for these facts (${outcome.reason})`);
  }
  const failed = attempts.filter(([, { kind }]) => !["registered", "accepted", "notAwaited"].includes(kind));
  for (const [what, outcome] of failed) log.error(`${what} ${failure(outcome)}`);
  return failed;
}

/** How a request failed, and why. */
export function failure(outcome: Outcome): string {
  return `${outcome.kind === "refused" ? "refused" : "failed"}: ${reasonOf(outcome)}`;
}
