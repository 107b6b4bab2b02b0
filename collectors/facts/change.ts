/** What counts as a change of the machine, and what does not. */
import type { Facts, Source, SourceName } from "./mod.ts";
import { isToldElsewhere } from "./firmwares.ts";
import { type Host, known, listNames, reading, readLine, valueOf } from "../host/mod.ts";
import type { Part, Parts, Values } from "../tools/parts.ts";
import { keepUnread } from "../tools/kernel/subjects.ts";
import { keepUnanswered } from "../tools/ipmitool/mod.ts";
import { keepUnheard } from "../tools/lldptool/mod.ts";
import { physicalNics } from "../tools/kernel/physical_nics.ts";
import { prune } from "../values.ts";

/** A source that answers in parts. */
interface Parted<T> {
  /** The parts that a value lacks. */
  lacks(value: T): readonly string[];
  /** `now` with what it lacks and `last` has; undefined where that is nothing. */
  keep(last: T, now: T): T | undefined;
}

const PARTED: { readonly [N in SourceName]?: Parted<Values[N]> } = {
  hostfs: { lacks: ({ unread = [] }) => unread, keep: keepUnread },
  lldptool: { lacks: ({ unknown = [] }) => unknown, keep: keepUnheard },
  ipmitool: { lacks: ({ unread = [] }) => unread, keep: keepUnanswered },
};

/**
 * `current`, where a source that failed, timed out or went missing keeps its last good value, marked with the time of
 * it: only a source that succeeded, or that was skipped for a reason, can take facts away. Of a source that answers in
 * parts (the subjects of hostfs, the NICs of lldptool) only those parts are kept of which nothing is known now.
 */
export function keepLastGood(previous: Parts | undefined, current: Parts): Parts {
  const kept: Partial<Record<SourceName, Part<unknown>>> = { ...current };
  for (const [name, last] of Object.entries(previous ?? {}) as [SourceName, Part<unknown>][]) {
    const now = current[name];
    if (!now || isAnswering(now.source) || last.value === undefined) continue;
    // The parts have the values that belong to the name, which the compiler cannot follow.
    const parted = PARTED[name] as Parted<unknown> | undefined;
    const keeping = now.value === undefined || !parted ? keepWhole(last, now) : keepParts(parted, last, now);
    if (!keeping) continue;
    const { value, ...times } = keeping;
    const version = now.source.version ?? last.source.version;
    kept[name] = {
      source: prune<Source>({ ...now.source, version, ...times }),
      collectedAt: now.collectedAt,
      value,
    };
  }
  return kept as Parts;
}

type Keeping = { value: unknown } & Pick<Source, "keptFrom" | "kept">;

/** The last value, where `now` has none, or a part of what `last` has whole. */
function keepWhole(last: Part<unknown>, now: Part<unknown>): Keeping | undefined {
  const isWhole = isAnswering(last.source) || last.source.keptFrom !== undefined;
  if (now.value !== undefined && !isWhole) return undefined;
  return { value: last.value, keptFrom: last.source.keptFrom ?? last.collectedAt };
}

/** The value of `now`, with those parts of `last` that it lacks, and since when each of them is kept. */
function keepParts(parted: Parted<unknown>, last: Part<unknown>, now: Part<unknown>): Keeping | undefined {
  const value = parted.keep(last.value, now.value);
  if (value === undefined) return undefined;
  const { keptFrom, kept } = last.source;
  const since = (part: string) => kept ? kept[part] ?? last.collectedAt : keptFrom ?? last.collectedAt;
  const lacks = parted.lacks(value);
  const names = parted.lacks(now.value).filter((part) => !lacks.includes(part));
  const times = Object.fromEntries(names.map((part) => [part, since(part)]));
  return { value, keptFrom: Object.values(times).sort()[0]!, kept: times };
}

/** Whether a source answered, be it that there was nothing to ask: what it does not tell is not there. */
export function isAnswering({ status }: Source): boolean {
  return status === "ok" || status === "skipped";
}

/**
 * The facts without what changes by itself: `volatile`, all times and the drift of a clock, the BMC's log of events, how
 * a source failed whose values were kept; of corrected memory errors the magnitude.
 */
export function stableFacts(facts: Facts): unknown {
  const {
    volatile: _volatile,
    collectedAt: _collectedAt,
    changes: _changes,
    sources,
    lldp,
    clock,
    memory,
    bmc,
    firmwares,
    findings,
    ...rest
  } = facts;
  const stableSources = Object.fromEntries(
    Object.entries(sources).map(([name, { status, version, keptFrom }]) => {
      const isFailed = status === "failed" || status === "timeout";
      return [name, prune({ status: keptFrom ? "ok" : isFailed ? "failed" : status, version })];
    }),
  );
  const stableLldp = lldp?.map(({ listenedSeconds: _, hint: _hint, ...verdict }) => verdict);
  const { rtcOffsetSeconds: _offset, ...stableClock } = clock ?? {};
  const { sel: _sel, ...stableBmc } = bmc ?? {};
  const stableMemory = memory && prune({
    ...memory,
    dimms: memory.dimms?.map(withMagnitude),
    edac: memory.edac?.map(withMagnitude),
  });
  return prune({
    ...rest,
    memory: stableMemory,
    clock: Object.keys(stableClock).length > 0 ? stableClock : undefined,
    sources: stableSources,
    lldp: stableLldp,
    bmc: bmc && stableBmc,
    firmwares: firmwares?.filter((firmware) => !isToldElsewhere(firmware)),
    // Their evidence is facts, with all digits.
    findings: findings?.map(({ evidence: _evidence, ...finding }) => finding),
  });
}

/** A module that errs now and then is no news each time: the first error is, and every further digit. */
function withMagnitude<T extends { correctedErrors?: number }>(counted: T): T {
  const { correctedErrors: count } = counted;
  return count ? { ...counted, correctedErrors: 10 ** Math.floor(Math.log10(count)) } : counted;
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
