/** One attempt to deliver facts to one destination. */
import type { Facts } from "../../collectors/facts/mod.ts";
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
