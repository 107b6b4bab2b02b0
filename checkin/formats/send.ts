/** One attempt to deliver facts to one destination, and which facts. */
import { type Facts, withRaw } from "../../collectors/facts/mod.ts";
import type { Collection } from "../../collectors/mod.ts";
import type { FactsTarget } from "../config/targets.ts";
import type { FactsFormat } from "./mod.ts";
import type { Outcome } from "../hanlon/answer.ts";
import { type Client, factsRequest } from "../hanlon/client.ts";

/**
 * Sends `facts` to the first of `uris` that answers at all, whatever it answers: they are addresses of one server. Never
 * throws; `refused` without a request where the server would have to refuse them.
 */
export async function sendFacts(
  client: Client,
  format: FactsFormat,
  uris: readonly string[],
  facts: Facts,
  signal?: AbortSignal,
): Promise<Outcome> {
  const lacking = format.lacks?.(facts);
  if (lacking !== undefined) return { kind: "refused", status: 0, reason: `not sent: ${lacking}` };
  let outcome: Outcome = { kind: "unavailable", reason: "no address" };
  for (const uri of uris) {
    outcome = await client.sendFacts(factsRequest(format, uri, facts), format, signal);
    const isSilent = outcome.kind === "unavailable" && outcome.status === undefined;
    if (!isSilent || signal?.aborted) return outcome;
  }
  return outcome;
}

/** The facts as a target is to have them: with the section `raw` where it is asked for. */
export function wantedFacts({ format, raw }: FactsTarget, { facts, parts }: Collection): Facts {
  return raw && format === "facts" ? withRaw(facts, parts) : facts;
}
