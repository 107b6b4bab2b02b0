/** What `--dry-run`, `--check-config` and `--status` print. */
import { stringify } from "@std/yaml";
import type { Facts } from "../../collectors/facts/mod.ts";
import { attributesOf } from "../hanlon/attributes/mod.ts";
import { checkinRequest, factsRequest, registerRequest } from "../hanlon/client.ts";
import { type Config, effectiveConfig } from "../config/mod.ts";
import type { HttpRequest } from "../http.ts";
import { nodeIds } from "../hanlon/identity.ts";
import { escapeControls } from "../log.ts";
import type { Status } from "../state/mod.ts";

/** The requests of one cycle in which the server says register, as they would be sent; a token is not shown. */
export function requestsText(config: Config, facts: Facts, isFirstCheckin: boolean): string {
  const ids = nodeIds(facts.identity);
  const requests = [
    checkinRequest(config, ids, isFirstCheckin),
    registerRequest(config, ids, attributesOf(facts, config.mk_fact_excl_pattern?.regexp)),
    ...config.mk_facts_uri === undefined ? [] : [factsRequest(config.mk_facts_uri, facts)],
  ];
  return requests.map(requestText).join("\n");
}

function requestText({ method, url, headers, body }: HttpRequest): string {
  const lines = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  // The same to who reads it as JSON, and nothing to steer a terminal.
  return `${lines.join("\n")}\n${body === undefined ? "" : `\n${escapeControls(body)}\n`}`;
}

/** The configuration in force, defaults included, as YAML. */
export function configText(config: Config): string {
  const ignored = config.unknownKeys.map((key) => `# ${key} means nothing here and is ignored\n`);
  return stringify(effectiveConfig(config), { lineWidth: -1 }) + ignored.join("");
}

/** Late by more than this many intervals, the daemon is not well. */
const INTERVALS = 3;

/** Whether the last check-in is young enough, and lines for a person. `now` is the wall clock. */
export function statusText(status: Status | undefined, now: Date): { isWell: boolean; text: string } {
  if (!status) return { isWell: false, text: "no daemon has written its status here\n" };
  const seconds = (at: string) => Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 1000));
  const ago = (at: string) => `${seconds(at)} s ago (${at})`;
  const { lastCheckin, lastRegistration, lastCollection, slowCollection, lastError, intervalSeconds } = status;
  const ageMs = lastCheckin ? now.getTime() - Date.parse(lastCheckin.at) : Infinity;
  const isWell = Math.abs(ageMs) < INTERVALS * intervalSeconds * 1000;
  const lines: [string, string | undefined][] = [
    ["daemon", `version ${status.agentVersion}, process ${status.pid}, started ${ago(status.startedAt)}`],
    ["server", status.server ?? "none: no configuration yet"],
    ["check-in", lastCheckin ? `${ago(lastCheckin.at)}: ${lastCheckin.command}` : "none yet"],
    ["registered", lastRegistration ? ago(lastRegistration.at) : "not yet"],
    [
      "pending",
      [
        ...status.isRegistrationPending ? ["registration"] : [],
        ...status.isDeliveryPending && status.factsUri !== undefined ? ["facts for mk_facts_uri"] : [],
      ].join(", ") || undefined,
    ],
    ["collected", lastCollection ? ago(lastCollection.at) : "not yet"],
    ...(lastCollection?.failing ?? []).map(({ source, why }): [string, string] => ["failing", `${source}: ${why}`]),
    [
      "collecting",
      slowCollection &&
      `for ${seconds(slowCollection.since)} s, no answer yet from ${slowCollection.waitingFor.join(", ")}`,
    ],
    ["last error", lastError && `${ago(lastError.at)}: ${lastError.message}`],
    [
      "verdict",
      isWell
        ? "checks in"
        : lastCheckin
        ? `does not check in: nothing within ${INTERVALS} intervals of ${intervalSeconds} s`
        : "has not checked in yet",
    ],
  ];
  // A server's words and a tool's are in it.
  const text = lines.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(11)} ${escapeControls(value)}\n`]
  );
  return { isWell, text: text.join("") };
}
