import { withRaw } from "../../../collectors/facts/mod.ts";
import { readBootId, readIdentity } from "../../../collectors/facts/identity.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import { collect, type Collection } from "../../../collectors/mod.ts";
import { VERSION } from "../../../collectors/version.ts";
import type { Config } from "../../config/mod.ts";
import { attributesOf } from "../../hanlon/attributes/mod.ts";
import { checkinRequest, factsRequest, registerRequest } from "../../hanlon/client.ts";
import { decideIdentity, nodeIds } from "../../hanlon/identity.ts";
import type { HttpRequest } from "../../http.ts";
import { createLogger, escapeControls } from "../../log.ts";
import { specsOf } from "../../specs.ts";
import { openState } from "../../state/mod.ts";
import { stateDir, usableConfig } from "../configuration.ts";
import { EXIT } from "../exit_codes.ts";
import { collectOptions, openHost } from "../host.ts";
import type { Command } from "../options.ts";
import { asJson, json } from "../json.ts";
import { endedBySignals } from "../signals.ts";
import { print, writeError } from "../streams.ts";

/** `--dry-run`: the requests of a cycle. Contacts nobody and writes no state. Throws ConfigError. */
export async function dryRun(command: Command): Promise<number> {
  const isJson = asJson(command);
  const { config } = usableConfig(command);
  const host = await openHost(command, endedBySignals());
  const [{ facts, parts }, { identity }, bootId] = await Promise.all([
    collect(host, VERSION, collectOptions(command)),
    readIdentity(host),
    readBootId(host),
  ]);
  // What is kept here is not of the machine of a recording.
  const state = command.values["replay"] === undefined ? openState(stateDir(command), { readOnly: true }) : undefined;
  const decided = decideIdentity(identity, state?.readIdentity().value, bootId).identity;
  const isFirst = state?.readFirstCheckin().value ?? false;
  const specs = await specsOf(createLogger({ write: writeError }), stateDir(command), () => config.mk_spec_path)();
  const requests = requestsOf(config, { facts: judged({ ...facts, identity: decided }, specs), parts }, isFirst);
  await print(command, isJson ? json(requests.map(asValue)) : requests.map(asText).join("\n"));
  return EXIT.done;
}

/** The requests of a cycle in which the server says register, as they would be sent; without a token. */
function requestsOf(config: Config, collection: Collection, isFirstCheckin: boolean): HttpRequest[] {
  const { facts, parts } = collection;
  const ids = nodeIds(facts.identity);
  return [
    checkinRequest(config, ids, isFirstCheckin),
    registerRequest(config, ids, attributesOf(collection, config.mk_fact_excl_pattern?.regexp)),
    ...config.mk_facts_uri === undefined
      ? []
      : [factsRequest(config.mk_facts_uri, config.mk_facts_raw ? withRaw(facts, parts) : facts)],
  ];
}

/** With the body as the JSON that it is. */
function asValue({ body, ...request }: HttpRequest): Record<string, unknown> {
  return { ...request, ...body === undefined ? {} : { body: JSON.parse(body) } };
}

function asText({ method, url, headers, body }: HttpRequest): string {
  const lines = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  // The same to who reads it as JSON, and nothing to steer a terminal.
  return `${lines.join("\n")}\n${body === undefined ? "" : `\n${escapeControls(body)}\n`}`;
}
