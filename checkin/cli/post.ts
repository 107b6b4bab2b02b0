/** `--post`: the facts to one address, by hand. */
import type { Collection } from "../../collectors/mod.ts";
import { systemClock } from "../clock.ts";
import type { FactsTarget } from "../config/targets.ts";
import { address } from "../config/values.ts";
import { FACTS_FORMATS } from "../formats/mod.ts";
import { createClient } from "../hanlon/client.ts";
import type { Logger } from "../log.ts";
import { oneOf, UsageError } from "./command.ts";
import { deliver, reportOutcomes } from "./deliver.ts";
import type { Command } from "./options.ts";

/** A server that has to store a machine for the first time takes longer than to look one up. */
const TIMEOUT_MS = 30_000;

/** Where `--post` and `--post-format` send the facts. Throws UsageError. */
export function postTarget({ values }: Command): FactsTarget {
  const { post, "post-format": format = "facts" } = values;
  if (post === undefined) throw new UsageError("--post-format goes only with --post");
  const other = (["server", "config", "only"] as const).find((name) => values[name] !== undefined);
  if (other) throw new UsageError(`--post sends all facts to one address: it does not go with --${other}`);
  return { name: "--post", uris: [uriOf(post)], format: oneOf("post-format", format, FACTS_FORMATS) };
}

function uriOf(text: string): string {
  let why = "";
  try {
    const uri = address.read(text);
    if (uri !== undefined) return uri;
  } catch (error) {
    why = `: ${error instanceof Error ? error.message : error}`;
  }
  throw new UsageError(`--post: found "${text}", expected ${address.expected}${why}`);
}

/** Sends the facts once; whether they were taken, or nobody waits for them there. What came of it is logged. */
export async function postFacts(
  target: FactsTarget,
  collection: Collection,
  { signal, log }: { signal: AbortSignal; log: Logger },
): Promise<boolean> {
  const client = createClient({ fetch, clock: systemClock, timeoutMs: TIMEOUT_MS });
  try {
    return reportOutcomes(await deliver([{ target, client }], collection, signal), log).length === 0;
  } finally {
    client.close();
  }
}
