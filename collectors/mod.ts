/** The collectors: the only list of them, the one runner that owns their deadlines, and what is made of their values. */
import type { About } from "./facts/machine.ts";
import { factsOf } from "./facts/mod.ts";
import type { Collected, Collector } from "./tools/collector.ts";
import { dmidecodeCollector } from "./tools/dmidecode/mod.ts";
import type { Facts, Source, SourceName } from "./facts/mod.ts";
import type { Host, Recorded } from "./host/mod.ts";
import { hostfsCollector } from "./tools/kernel/mod.ts";
import { within } from "./host/deadline.ts";
import { type IdentityReading, readIdentity } from "./facts/identity.ts";
import { ipmitoolCollector } from "./tools/ipmitool/mod.ts";
import { type Lldpad, lldptoolCollector } from "./tools/lldptool/mod.ts";
import { lscpuCollector } from "./tools/lscpu/mod.ts";
import { lshwCollector } from "./tools/lshw/mod.ts";
import type { Part, Parts, Values } from "./tools/parts.ts";
import type { Labels } from "./labels.ts";
import { prune } from "./values.ts";

export type { Part, Parts, Values } from "./tools/parts.ts";

type Registry = { [N in SourceName]: Collector<Values[N]> };

export interface CollectOptions {
  /** Limit for all sources together; default 60 s. */
  timeoutMs?: number;
  /** Ask only the sources that these sections need. */
  only?: readonly (keyof Facts)[];
  /** Ends the collection early, with what is known. */
  signal?: AbortSignal;
  /** Keep the SNMP community of the BMC, and what looks like a secret on the kernel command line. */
  includeSecrets?: boolean;
  /** Where no lldpad answers: start one, and listen that long. */
  lldpSeconds?: number;
  /** The daemon's own lldpad. */
  lldpad?: Lldpad;
  /** The operator's labels of the configuration; `collectParts` has no use for them. */
  labels?: Labels;
  /** Told when a source starts, and again when it has ended. */
  onProgress?: (name: SourceName, source?: Source) => void;
}

const DEFAULT_TIMEOUT_MS = 60_000;

function registry(options: CollectOptions): Registry {
  const { includeSecrets = false } = options;
  return {
    dmidecode: dmidecodeCollector,
    lshw: lshwCollector,
    lscpu: lscpuCollector,
    lldptool: lldptoolCollector(
      prune<{ listenSeconds: number; lldpad?: Lldpad }>({
        listenSeconds: options.lldpSeconds ?? 0,
        lldpad: options.lldpad,
      }),
    ),
    ipmitool: ipmitoolCollector({ includeSecrets }),
    hostfs: hostfsCollector({ includeSecrets }),
  };
}

/** The sections of Facts that need each source: `only` asks the sources of the sections that it names. */
const SECTIONS: Readonly<Record<SourceName, readonly (keyof Facts)[]>> = {
  dmidecode: [
    "system",
    "baseboard",
    "chassis",
    "firmware",
    "cpu",
    "memory",
    "slots",
    "onboardDevices",
    "managementHosts",
    "tpm",
    "firmwares",
    "pci",
    "gpus",
    "nics",
    "disks",
    "powerSupplies",
    "oemStrings",
    "bmc",
    "virtualization",
  ],
  lshw: [
    "disks",
    "nics",
    "pci",
    "gpus",
    "memory",
    "cpu",
    "partitions",
    "system",
    "baseboard",
    "chassis",
    "firmware",
    "firmwares",
  ],
  lscpu: ["cpu", "virtualization", "os"],
  lldptool: ["neighbours", "lldp"],
  ipmitool: ["bmc", "firmwares"],
  hostfs: [
    "identity",
    "system",
    "baseboard",
    "chassis",
    "firmware",
    "cpu",
    "memory",
    "disks",
    "nics",
    "interfaces",
    "infiniband",
    "fibreChannel",
    "iscsi",
    "routes",
    "dnsServers",
    "pci",
    "gpus",
    "usb",
    "tpm",
    "firmwares",
    "virtualization",
    "os",
    "clock",
    "labels",
    "partitions",
    "filesystems",
    "volatile",
  ],
};

/** The sections that can be asked for with `only`, in the order of the sources. */
export function sections(): (keyof Facts)[] {
  return [...new Set(Object.values(SECTIONS).flat())];
}

/** What Facts always have: of which machine and when, and how the asking went. */
const HEAD: readonly (keyof Facts)[] = ["schemaVersion", "agentVersion", "collectedAt", "sources", "identity"];

/**
 * `facts` with these sections alone. Their sources tell of other sections too, but not all that there is to tell: what
 * was not asked for would look like the whole and be a part.
 */
export function onlySections(facts: Facts, wanted: readonly (keyof Facts)[]): Facts {
  const kept = Object.entries(facts).filter(([name]) => [...HEAD, ...wanted].includes(name as keyof Facts));
  return Object.fromEntries(kept) as unknown as Facts;
}

/** Asks all sources at once; every one is back, or given up, by its own deadline and that of the whole. Never throws. */
export async function collectParts(host: Host, options: CollectOptions = {}): Promise<Parts> {
  const wanted = options.only;
  const all = registry(options);
  const parts: Parts = {};
  // Listening for LLDP is asked for explicitly, so it is not counted against the limit of the whole.
  const timeoutMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) + (options.lldpSeconds ?? 0) * 1000;
  const ask = async <N extends SourceName>(name: N) => {
    const collector: Collector<Values[N]> = all[name];
    if (wanted && !SECTIONS[name].some((section) => wanted.includes(section))) return;
    options.onProgress?.(name);
    const part: Part<Values[N]> = await runCollector(collector, host, { timeoutMs, signal: options.signal });
    // The keys of `parts` and the values belong together, which the compiler cannot follow through `N`.
    (parts as Record<SourceName, unknown>)[name] = part;
    options.onProgress?.(name, part.source);
  };
  await Promise.all((Object.keys(all) as SourceName[]).map(ask));
  // In the registry's order, whoever answered first.
  return Object.fromEntries((Object.keys(all) as SourceName[]).filter((name) => parts[name]).map((n) => [n, parts[n]]));
}

/** What one collection gives: the facts, and the answers of the sources that they were made of. */
export interface Collection {
  facts: Facts;
  parts: Parts;
  /** Of a recorded machine the collection that was recorded, where the recording says. */
  recorded?: Recorded;
}

/** Collects once: all sources, the identity, and the facts made of them. A recording keeps its own time and agent. */
export async function collect(host: Host, agentVersion: string, options: CollectOptions = {}): Promise<Collection> {
  const [parts, { identity, doubts }] = await Promise.all([
    collectParts(host, options),
    identityWithin(host, options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  ]);
  const { recorded = { agentVersion, collectedAt: new Date().toISOString() } } = host;
  const about = prune<About>({
    agentVersion: recorded.agentVersion,
    collectedAt: new Date(recorded.collectedAt),
    identity,
    identityDoubts: doubts,
    labels: options.labels,
  });
  return { facts: factsOf(parts, about), parts, ...host.recorded && { recorded } };
}

/** The kernel answers at once; where a file of it does not, the facts of the tools are still worth having. */
async function identityWithin(host: Host, timeoutMs: number): Promise<Pick<IdentityReading, "identity" | "doubts">> {
  const reading = await within(readIdentity(host), timeoutMs, undefined);
  return reading ?? { identity: { uuidSource: "none", macs: [] }, doubts: [] };
}

/** Killing a tool takes some ms, and what it had printed until then is worth reading. */
const LAST_WORDS_MS = 300;

/**
 * One source's answer by `timeoutMs` or the collector's own limit, whichever comes first, or by `signal`: then what the
 * collector makes of its tools' end, and where that takes longer what it has handed on so far. Never throws.
 */
export async function runCollector<T>(
  collector: Collector<T>,
  host: Host,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Part<T>> {
  const collectedAt = new Date().toISOString();
  const started = performance.now();
  const limitMs = Math.min(collector.timeoutMs, timeoutMs);
  const stop = new AbortController();
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<"given up">();
  let timer: ReturnType<typeof setTimeout>;
  const end = () => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp("given up"), LAST_WORDS_MS);
    stop.abort();
  };
  timer = setTimeout(end, limitMs);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  let partial: { value: T } | undefined;
  let collected: Collected<T>;
  try {
    const work = collector.collect(host, { signal: stop.signal, partial: (value) => void (partial = { value }) });
    work.catch(() => {});
    const first = await Promise.race([work, givenUp]);
    collected = first !== "given up" ? first : {
      status: "timeout",
      error: signal?.aborted ? "ended before it was done" : `given up after ${limitMs / 1000} s`,
      ...partial,
    };
  } catch (error) {
    collected = { status: "failed", error: `internal error: ${error instanceof Error ? error.message : error}` };
  } finally {
    clearTimeout(timer);
    // The daemon's signal outlives thousands of collections.
    signal?.removeEventListener("abort", end);
    stop.abort();
  }
  const { value, unparsed, ...told } = collected;
  const source: Source = prune<Source>({
    ...told,
    elapsedMs: Math.round(performance.now() - started),
    unparsed: unparsed?.length ? { count: unparsed.length, lines: unparsed.slice(0, 5).map(shorten) } : undefined,
  });
  return value === undefined ? { source, collectedAt } : { source, collectedAt, value };
}

function shorten(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
