import { readBootId, readIdentity } from "../../../collectors/facts/identity.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import type { Host } from "../../../collectors/host/mod.ts";
import { collect, type Collection, type CollectOptions } from "../../../collectors/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { VERSION } from "../../../collectors/version.ts";
import { type Config, configForServer, factsTargets, hanlonAddress } from "../../config/mod.ts";
import { loadFormat } from "../../formats/mod.ts";
import { wantedFacts } from "../../formats/send.ts";
import { attributesOf } from "../../hanlon/attributes/mod.ts";
import { checkinRequest, factsRequest, registerRequest } from "../../hanlon/client.ts";
import { decideIdentity, nodeIds } from "../../hanlon/identity.ts";
import type { HttpRequest } from "../../http.ts";
import { createLogger, escapeControls } from "../../log.ts";
import { specsOf } from "../../specs.ts";
import { openState } from "../../state/mod.ts";
import { hasConfig, stateDir, usableConfig } from "../configuration.ts";
import { EXIT } from "../exit_codes.ts";
import { collectOptions, kernelLine, openHost } from "../host.ts";
import type { Command } from "../options.ts";
import { asJson, json } from "../json.ts";
import { endedBySignals } from "../signals.ts";
import { complain, print, writeError } from "../streams.ts";

/** `--dry-run`: the requests of a cycle. Contacts nobody and writes no state. Throws ConfigError. */
export async function dryRun(command: Command): Promise<number> {
  const isJson = asJson(command);
  const host = await openHost(command, endedBySignals());
  const config = await configOf(command, host);
  const [{ facts, parts }, { identity }, bootId] = await Promise.all([
    collect(host, VERSION, prune<CollectOptions>({ ...collectOptions(command), labels: config.mk_labels })),
    readIdentity(host),
    readBootId(host),
  ]);
  // What is kept here is not of the machine of a recording.
  const state = command.values["replay"] === undefined ? openState(stateDir(command), { readOnly: true }) : undefined;
  const decided = decideIdentity(identity, state?.readIdentity().value, bootId).identity;
  const isFirst = state?.readFirstCheckin().value ?? false;
  const specs = await specsOf(createLogger({ write: writeError }), stateDir(command), () => config.mk_spec_path)();
  const collection = { facts: judged({ ...facts, identity: decided }, specs), parts };
  const requests = await requestsOf(config, collection, isFirst);
  await print(command, isJson ? json(requests.map(asValue)) : requests.map(asText).join("\n"));
  return EXIT.done;
}

/** A recording is of a machine whose server nobody may know here, and the requests are the same for any. */
const ANY_SERVER = "http://hanlon.example:8026";

/** The configuration that counts; of a recording where there is none, that of some server. Throws ConfigError. */
async function configOf(command: Command, host: Host): Promise<Config> {
  const isOfAnyServer = command.values["replay"] !== undefined && !hasConfig(command);
  if (!isOfAnyServer) return usableConfig(command, await kernelLine(command, host)).config;
  complain(`no configuration: these are the requests to ${ANY_SERVER}; --server names another, --config a file`);
  return configForServer(ANY_SERVER);
}

/** The requests of a cycle in which the server says register, as they would be sent; without a token. */
async function requestsOf(config: Config, collection: Collection, isFirstCheckin: boolean): Promise<HttpRequest[]> {
  const { facts } = collection;
  const ids = nodeIds(facts.identity);
  const server = hanlonAddress(config);
  return [
    ...server
      ? [
        checkinRequest(server, ids, isFirstCheckin),
        registerRequest(server, ids, attributesOf(collection, config.mk_fact_excl_pattern?.pattern)),
      ]
      : [],
    ...await Promise.all(
      factsTargets(config).map(async (target) =>
        factsRequest(await loadFormat(target.format), target.uris[0]!, wantedFacts(target, collection))
      ),
    ),
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
