/** One full cycle by hand: check in, collect, register if there is reason to, and report what the server says. */
import { equal } from "@std/assert/equal";
import { keepLastGood, stableFacts } from "../../collectors/facts/change.ts";
import { judged } from "../../collectors/judge/mod.ts";
import type { Collection, CollectOptions } from "../../collectors/mod.ts";
import { prune } from "../../collectors/values.ts";
import { type Attributes, attributesOf, stableAttributes } from "../hanlon/attributes/mod.ts";
import { describeChanges } from "../changes.ts";
import type { Outcome } from "../hanlon/answer.ts";
import { checkinRequest, registerRequest } from "../hanlon/client.ts";
import type { OnceDeps } from "../environment.ts";
import { collectionOf } from "../fact_cache.ts";
import { type Identified, identify } from "../hanlon/identify.ts";
import { nodeIds } from "../hanlon/identity.ts";
import { isTaken, POWER_COMMANDS } from "../power.ts";
import { hanlonAddress } from "../config/mod.ts";
import { createSettings, type Settings } from "../config/settings.ts";
import { specsOf } from "../specs.ts";
import type { Registered } from "../state/mod.ts";
import { logUnwritten, remember } from "../state/status.ts";
import { deliver, failure, reportOutcomes } from "./deliver.ts";

/** How the cycle went. What was not reached, refused or not understood stands in the log. */
export interface OnceResult {
  /**
   * `configuration`: there is no usable one; `server`: somebody was not reached, refused, or answered nonsense; `host`:
   * it did not take the command that was to be obeyed.
   */
  end: "done" | "configuration" | "server" | "host";
  /** Absent without a configuration, and where the signal came first. */
  collection?: Collection;
  /** The facts as the server gets them: without what the pattern leaves out that is in force at the end. */
  attributes?: Attributes;
  /** What the server answered to the check-in. */
  command?: string;
  /** Whether a registration was sent and taken. */
  isRegistered: boolean;
}

/** Runs the cycle, each request once. Never throws. */
export async function runOnce(deps: OnceDeps): Promise<OnceResult> {
  const settings = createSettings(deps);
  try {
    if (!settings.reload()) return { end: "configuration", isRegistered: false };
    const result = await cycle(deps, settings);
    const exclude = settings.current?.config.mk_fact_excl_pattern?.pattern;
    return prune<OnceResult>({ ...result, attributes: result.collection && attributesOf(result.collection, exclude) });
  } finally {
    settings.close();
  }
}

async function cycle(deps: OnceDeps, settings: Settings): Promise<OnceResult> {
  const { host, clock, log, state, signal } = deps;
  const identified = await identify(deps), { bootId, isSameBoot } = identified;
  const ids = nodeIds(identified.identity);
  const { config, client } = settings.current!;
  const server = hanlonAddress(config);
  if (!server) return await deliverAlone(deps, settings, identified);
  const isFirstCheckin = remember(log, state.readFirstCheckin()) ?? false;
  const known = isSameBoot ? remember(log, state.readRegistered()) : undefined;
  const checkin = async () => {
    const answer = await client.checkin(checkinRequest(server, ids, isFirstCheckin), signal);
    // The server says it once. If nothing comes of it here, the next run or the daemon does it.
    if (answer.kind === "command" && answer.command === "register") logUnwritten(log, state.forgetRegistered());
    return answer;
  };
  const [answer, found] = await Promise.all([
    checkin(),
    deps.collectParts(host, prune<CollectOptions>({ ...deps.collectOptions, signal })),
  ]);
  if (signal.aborted) return { end: "done", isRegistered: false };
  const parts = keepLastGood(remember(log, state.readParts(bootId)), found);
  logUnwritten(log, state.writeParts(parts, bootId));
  const specs = deps.specs ?? specsOf(log, state.folder, () => settings.current!.config.mk_spec_path);
  const labels = settings.current!.config.mk_labels;
  const collected = collectionOf(parts, identified, deps.agentVersion, clock.wall(), labels);
  const facts = judged(collected.facts, await specs(), known?.facts);
  const collection = { ...collected, facts };
  if (answer.kind !== "command") {
    log.error(`check-in ${failure(answer)}`);
    return { end: "server", collection, isRegistered: false };
  }
  const { command } = answer;
  log.always(`the server says ${command}`);
  settings.take(answer.clientConfig);
  const isHandled = handle(command, deps);

  const exclude = settings.current!.config.mk_fact_excl_pattern?.pattern;
  const registering: Registered = { server: server.mk_uri, attributes: stableAttributes(collection, exclude), facts };
  const isPending = command === "register" || known?.server !== server.mk_uri ||
    (remember(log, state.readStatus())?.isRegistrationPending ?? false);
  if (known) { for (const line of describeChanges(known.facts, facts)) log.info(`changed: ${line}`); }

  const outcomes: [what: string, outcome: Outcome][] = [];
  if (isPending || !equal(known?.attributes, registering.attributes)) {
    const request = registerRequest(server, ids, attributesOf(collection, exclude));
    outcomes.push(["registration", await settings.current!.client.register(request, signal)]);
  }
  if (isPending || !known || !equal(stableFacts(known.facts), stableFacts(facts))) {
    outcomes.push(...await deliver(settings.current!.destinations, collection, signal));
  }
  const failed = reportOutcomes(outcomes, log);
  const registered = outcomes.map(([, outcome]) => outcome).find((outcome) => outcome.kind === "registered");
  if (registered) {
    log.always("registered", prune({ node: registered.nodeId, tags: registered.tags.join(" ") }));
  }
  // Kept only where nothing is pending, so that the next run sends again what failed.
  if (outcomes.length > 0 && failed.length === 0) logUnwritten(log, state.writeRegistered(registering));
  if (isFirstCheckin && (registered || command === "acknowledge")) logUnwritten(log, state.writeFirstCheckin(false));
  const end = failed.length > 0 ? "server" : isHandled ? "done" : "host";
  return { end, collection, command, isRegistered: registered !== undefined };
}

/** Where facts go elsewhere alone: collected, and delivered to each destination once. */
async function deliverAlone(
  deps: OnceDeps,
  settings: Settings,
  identified: Identified,
): Promise<OnceResult> {
  const { host, clock, log, state, signal } = deps;
  const found = await deps.collectParts(host, prune<CollectOptions>({ ...deps.collectOptions, signal }));
  if (signal.aborted) return { end: "done", isRegistered: false };
  const parts = keepLastGood(remember(log, state.readParts(identified.bootId)), found);
  logUnwritten(log, state.writeParts(parts, identified.bootId));
  const labels = settings.current!.config.mk_labels;
  const collected = collectionOf(parts, identified, deps.agentVersion, clock.wall(), labels);
  const specs = deps.specs ?? specsOf(log, state.folder, () => settings.current!.config.mk_spec_path);
  const collection = { ...collected, facts: judged(collected.facts, await specs()) };
  const failed = reportOutcomes(await deliver(settings.current!.destinations, collection, signal), log);
  return { end: failed.length > 0 ? "server" : "done", collection, isRegistered: false };
}

/** Carries out or reports a command of another kind than registering. False where the host did not take it. */
function handle(command: string, { power, log }: OnceDeps): boolean {
  const powerCommand = POWER_COMMANDS.find((known) => known === command);
  if (powerCommand && power) {
    const sent = power.send(powerCommand);
    if (sent.warning !== undefined) log.warn(sent.warning);
    if (isTaken(sent)) log.always(sent.message);
    else log.error(sent.message);
    return isTaken(sent);
  }
  if (powerCommand) {
    log.always(`${command}: not carried out, because --obey is not given`);
  } else if (command !== "acknowledge" && command !== "register") {
    log.warn(`${command}: means nothing here, ignored`);
  }
  return true;
}
