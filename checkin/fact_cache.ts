/** The facts that the daemon knows: collected in the background, and kept where a source fails. */
import { fingerprint, isAnswering, keepLastGood } from "../collectors/facts/change.ts";
import { type Facts, factsOf, type Source, type SourceName } from "../collectors/facts/mod.ts";
import type { Change } from "../collectors/facts/verdict.ts";
import { changes } from "../collectors/judge/diff.ts";
import { judged } from "../collectors/judge/mod.ts";
import type { Collection, CollectOptions, Parts } from "../collectors/mod.ts";
import type { Labels } from "../collectors/labels.ts";
import { machineName, machineSerial } from "../collectors/show/machine_name.ts";
import { prune } from "../collectors/values.ts";
import { linesOf } from "./changes.ts";
import { settlesWithin } from "./clock.ts";
import type { AgentDeps } from "./environment.ts";
import type { Identified } from "./hanlon/identify.ts";
import type { Specs } from "./specs.ts";
import { logUnwritten, remember } from "./state/status.ts";

/** Runs one collection at a time, and keeps the last. */
export interface FactCache {
  /** The last one; undefined before the first has ended. */
  readonly collection: Collection | undefined;
  /** When the last collection was begun, in monotonic time; -Infinity before the first. */
  readonly lastBegunMs: number;
  readonly isCollecting: boolean;
  /** Collects, or joins the collection under way. Resolves at its end; never rejects. */
  collect(why: string): Promise<void>;
  /** Checks cheaply, in the background, whether hardware came or went since the last check, and collects if so. */
  look(): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

export interface FactCacheOptions {
  identified: () => Pick<Identified, "identity" | "doubts">;
  /** Those of the configuration in force. */
  labels?: () => Labels | undefined;
  /** The boot that values are kept for. */
  bootId: string | undefined;
  /** What machines are compared with. */
  specs: Specs;
  /** Called with the facts of every collection, and with what changed since the one before. */
  onFacts: (facts: Facts, changes: Change[]) => void;
  /** Called when a collection takes long, with the sources that have not answered yet. */
  onSlow: (waitingFor: SourceName[]) => void;
}

/** A collection that takes longer is slow. */
export const SLOW_MS = 5_000;

/** A cache that begins with the last good values of this boot, if there are any. */
export function createFactCache(
  deps: AgentDeps,
  { identified, labels, bootId, specs, onFacts, onSlow }: FactCacheOptions,
): FactCache {
  const { host, clock, log, state, signal, agentVersion } = deps;
  let parts = remember(log, state.readParts(bootId));
  let collection: Collection | undefined;
  let lastBegunMs = -Infinity;
  let collecting: Promise<void> | undefined;
  let looking = false, seen: string | undefined, changedMeanwhile = false;

  const collectOnce = async () => {
    lastBegunMs = clock.monotonic();
    const running = new Set<SourceName>();
    const onProgress = (name: SourceName, source?: Source) => void (source ? running.delete(name) : running.add(name));
    try {
      const options = prune<CollectOptions>({ ...deps.collectOptions, signal, onProgress });
      const answers = deps.collectParts(host, options);
      settlesWithin(clock, SLOW_MS, answers, signal).then((isInTime) => {
        if (!isInTime && !signal.aborted) onSlow([...running]);
      });
      const found = await answers;
      // What was cut short by the end of the agent says nothing about the machine.
      if (signal.aborted) return;
      parts = keepLastGood(parts, found);
      const before = collection?.facts;
      const collected = collectionOf(parts, identified(), agentVersion, clock.wall(), labels?.());
      const facts = judged(collected.facts, await specs(), before);
      collection = { ...collected, facts };
      logSources(facts.sources, deps);
      const durationMs = Math.round(clock.monotonic() - lastBegunMs);
      const about = { machine: machineName(facts), serial: machineSerial(facts) };
      log.info("collected", { duration_ms: durationMs, ...about });
      const changed = before ? changes(before, facts) : [];
      for (const line of linesOf(changed)) log.info(`changed: ${line}`);
      onFacts(facts, changed);
      // Last: a state folder that takes nothing costs the memory of them, and no registration.
      logUnwritten(log, state.writeParts(parts, bootId));
    } catch (error) {
      log.error(`internal error while collecting: ${error instanceof Error ? error.stack : error}`);
    }
  };

  const cache: FactCache = {
    get collection() {
      return collection;
    },
    get lastBegunMs() {
      return lastBegunMs;
    },
    get isCollecting() {
      return collecting !== undefined;
    },
    collect(why) {
      if (collecting) return collecting;
      log.debug("collecting", { why });
      collecting = collectOnce().finally(() => {
        collecting = undefined;
        if (!changedMeanwhile || signal.aborted) return;
        changedMeanwhile = false;
        cache.collect("hardware came or went during the last collection");
      });
      return collecting;
    },
    look() {
      if (looking) return;
      looking = true;
      fingerprint(host).then((now) => {
        if (now === undefined) return;
        const changed = seen !== undefined && seen !== now;
        seen = now;
        if (!changed || signal.aborted) return;
        if (collecting) changedMeanwhile = true;
        else cache.collect("hardware came or went");
      }).catch((error) => log.once("look", "WARN", `cannot look for changes of the hardware: ${error}`))
        .finally(() => looking = false);
    },
    settled: () => collecting ?? Promise.resolve(),
  };
  return cache;
}

/** What the sources gave, and the facts made of it. */
export function collectionOf(
  parts: Parts,
  { identity, doubts }: Pick<Identified, "identity" | "doubts">,
  agentVersion: string,
  wallMs: number,
  labels?: Labels,
): Collection {
  const collectedAt = new Date(wallMs);
  const about = { agentVersion, collectedAt, identity, identityDoubts: doubts, ...labels && { labels } };
  return { facts: factsOf(parts, about), parts };
}

/** Logs of every source, once, that it does not answer, and that it answers again. */
function logSources(sources: Facts["sources"], { log }: AgentDeps): void {
  for (const [name, source] of Object.entries(sources) as [SourceName, Source][]) {
    const key = `source ${name}`;
    if (isAnswering(source)) {
      if (log.forget(key)) log.info(`${name} answers again`);
      continue;
    }
    log.once(key, "WARN", `${name}: ${howItFares(source)}`, prune({ error: source.error }));
  }
}

/** The sources that do not answer, and why. */
export function failingSources(sources: Facts["sources"]): { source: SourceName; why: string }[] {
  return (Object.entries(sources) as [SourceName, Source][])
    .filter(([, source]) => !isAnswering(source))
    .map(([name, source]) => ({
      source: name,
      why: [howItFares(source), ...source.error === undefined ? [] : [source.error]].join("; "),
    }));
}

/** So many parts of a source are named. */
const NAMED_PARTS = 5;

function howItFares({ status, keptFrom, kept }: Source): string {
  if (keptFrom === undefined) return status;
  if (kept === undefined) return `${status}; its facts of ${keptFrom} are kept`;
  const parts = Object.keys(kept);
  const more = parts.length > NAMED_PARTS ? ` and ${parts.length - NAMED_PARTS} more` : "";
  return `${status}; its facts of ${parts.slice(0, NAMED_PARTS).join(", ")}${more}, of ${keptFrom}, are kept`;
}
