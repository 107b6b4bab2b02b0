/** What counts as a change of the machine, and what does not. */
import type { Facts, Source, SourceName } from "./mod.ts";
import { type Host, known, listNames, reading, readLine, valueOf } from "../host/mod.ts";
import type { Part, Parts, Values } from "../tools/parts.ts";
import { keepUnread } from "../tools/kernel/subjects.ts";
import { keepUnheard } from "../tools/lldptool/mod.ts";
import { physicalNics } from "../tools/kernel/physical_nics.ts";
import { prune } from "../values.ts";

/** The sources that answer in parts: what they keep of their last value, undefined where that is nothing. */
const KEEP_PARTS: { readonly [N in SourceName]?: (last: Values[N], now: Values[N]) => Values[N] | undefined } = {
  hostfs: keepUnread,
  lldptool: keepUnheard,
};

/**
 * `current`, where a source that failed, timed out or went missing keeps its last good value, marked with the time of
 * it: only a source that succeeded, or that was skipped for a reason, can take facts away. Of a source that answers in
 * parts (the subjects of hostfs, the NICs of lldptool) those parts are kept of which nothing is known now.
 */
export function keepLastGood(previous: Parts | undefined, current: Parts): Parts {
  const kept: Partial<Record<SourceName, Part<unknown>>> = { ...current };
  for (const [name, last] of Object.entries(previous ?? {}) as [SourceName, Part<unknown>][]) {
    const now = current[name];
    if (!now || isAnswering(now.source) || last.value === undefined) continue;
    const value = now.value === undefined ? last.value : keepOf(name, last, now);
    if (value === undefined) continue;
    kept[name] = {
      source: prune<Source>({
        ...now.source,
        version: now.source.version ?? last.source.version,
        keptFrom: last.source.keptFrom ?? last.collectedAt,
      }),
      collectedAt: now.collectedAt,
      value,
    };
  }
  return kept as Parts;
}

/** The value to go on with, where both have one and `now` is not the whole; undefined where that is `now`'s. */
function keepOf(name: SourceName, last: Part<unknown>, now: Part<unknown>): unknown {
  // The parts have the values that belong to the name, which the compiler cannot follow.
  const keepParts = KEEP_PARTS[name] as ((last: unknown, now: unknown) => unknown) | undefined;
  if (keepParts) return keepParts(last.value, now.value);
  const isWhole = isAnswering(last.source) || last.source.keptFrom !== undefined;
  return isWhole ? last.value : undefined;
}

/** Whether a source answered, be it that there was nothing to ask: what it does not tell is not there. */
export function isAnswering({ status }: Source): boolean {
  return status === "ok" || status === "skipped";
}

/** The facts without what changes by itself: `volatile`, all times, and how a source failed whose values were kept. */
export function stableFacts(facts: Facts): unknown {
  const { volatile: _volatile, collectedAt: _collectedAt, changes: _changes, sources, lldp, ...rest } = facts;
  const stableSources = Object.fromEntries(
    Object.entries(sources).map(([name, { status, version, keptFrom }]) => {
      const isFailed = status === "failed" || status === "timeout";
      return [name, prune({ status: keptFrom ? "ok" : isFailed ? "failed" : status, version })];
    }),
  );
  const stableLldp = lldp?.map(({ listenedSeconds: _, ...verdict }) => verdict);
  return prune({ ...rest, sources: stableSources, lldp: stableLldp });
}

/**
 * A cheap text that differs when hardware came or went: physical NICs with their carrier, block devices, memory blocks,
 * PCI devices. Undefined where one of them is not known: that is no change.
 */
export async function fingerprint(host: Host): Promise<string | undefined> {
  const found = await reading(async () => {
    const names = async (folder: string) => known(await listNames(host, folder));
    const [nics, blocks, memory, pci] = await Promise.all([
      physicalNics(host).then(known),
      names("/sys/block"),
      names("/sys/devices/system/memory"),
      names("/sys/bus/pci/devices"),
    ]);
    // Every /sys has both.
    if (nics === undefined || blocks === undefined) return undefined;
    const carriers = await Promise.all(nics.map(async (name) => {
      return `${name}=${known(await readLine(host, `/sys/class/net/${name}/carrier`)) ?? ""}`;
    }));
    const disks = blocks.filter((name) => !/^(loop|ram|zram|dm-|md|nbd)/.test(name));
    const memoryBlocks = memory?.filter((name) => /^memory\d+$/.test(name)).length ?? 0;
    return JSON.stringify({ nics: carriers, disks, memoryBlocks, pci: pci ?? [] });
  });
  return valueOf(found);
}
