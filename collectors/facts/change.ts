/** What counts as a change of the machine, and what does not. */
import type { Facts, Source, SourceName } from "./mod.ts";
import { type Host, listNames, readLine } from "../host/mod.ts";
import type { Part, Parts } from "../tools/parts.ts";
import { physicalNics } from "../tools/kernel/physical_nics.ts";
import { prune } from "../values.ts";

/**
 * `current`, where a source that failed, timed out or went missing keeps its last good value, marked with the time of
 * it: only a source that succeeded, or that was skipped for a reason, can take facts away.
 */
export function keepLastGood(previous: Parts | undefined, current: Parts): Parts {
  const kept: Partial<Record<SourceName, Part<unknown>>> = { ...current };
  for (const [name, last] of Object.entries(previous ?? {}) as [SourceName, Part<unknown>][]) {
    const now = current[name];
    if (!now || isAnswering(now.source) || last.value === undefined) continue;
    // Of two that came to no end the later one counts, unless it has nothing.
    if (!isAnswering(last.source) && last.source.keptFrom === undefined && now.value !== undefined) continue;
    kept[name] = {
      source: prune<Source>({
        ...now.source,
        version: now.source.version ?? last.source.version,
        keptFrom: last.source.keptFrom ?? last.collectedAt,
      }),
      collectedAt: now.collectedAt,
      value: last.value,
    };
  }
  return kept as Parts;
}

/** Whether a source answered, be it that there was nothing to ask: what it does not tell is not there. */
export function isAnswering({ status }: Source): boolean {
  return status === "ok" || status === "skipped";
}

/** The facts without what changes by itself: `volatile`, all times, and how a source failed whose values were kept. */
export function stableFacts(facts: Facts): unknown {
  const { volatile: _volatile, collectedAt: _collectedAt, sources, lldp, ...rest } = facts;
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
 * PCI devices.
 */
export async function fingerprint(host: Host): Promise<string> {
  const [nics, blocks, memory, pci] = await Promise.all([
    physicalNics(host).then((names) =>
      Promise.all(names.map(async (name) => `${name}=${await readLine(host, `/sys/class/net/${name}/carrier`) ?? ""}`))
    ),
    listNames(host, "/sys/block"),
    listNames(host, "/sys/devices/system/memory"),
    listNames(host, "/sys/bus/pci/devices"),
  ]);
  const disks = blocks.filter((name) => !/^(loop|ram|zram|dm-|md|nbd)/.test(name));
  const memoryBlocks = memory.filter((name) => /^memory\d+$/.test(name)).length;
  return JSON.stringify({ nics, disks, memoryBlocks, pci });
}
