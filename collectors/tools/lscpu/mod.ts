/** lscpu -J: the CPU as the kernel sees it (lscpu(1); util-linux sys-utils/lscpu.c). */
import { type CollectContext, type Collected, collectedFrom, type Collector } from "../collector.ts";
import type { Roots, RunResult } from "../../host/mod.ts";
import { fieldsOfJson, fieldsOfText, type LscpuField } from "./fields.ts";
import { expectAtMost, type Parsed, ParseError } from "../parsing.ts";
import { cpuReader } from "./cpu_list.ts";
import { numaNodeOf } from "./values.ts";

/** What lscpu says: every field in its own words and order, nested ones flattened. */
export interface LscpuInfo {
  fields: Pick<LscpuField, "name" | "value" | "section">[];
}

/** Names by which lscpu's output is recognized, also where a paste has lost the rest, or most is translated. */
const KNOWN = new RegExp(
  "^(?:Architecture|Byte Order|CPU op-mode\\(s\\)|Vendor ID|Model name|CPU family|Model|Stepping|BogoMIPS|Flags|" +
    "CPU\\(s\\)|On-line CPU\\(s\\) (?:list|mask)|Thread\\(s\\) per core|Core\\(s\\) per socket|" +
    "(?:CPU s|S)ocket\\(s\\)(?: per book)?|CPU (?:max|min) MHz|L\\d[di]?(?: cache)?|NUMA node\\d+ CPU\\(s\\)|" +
    "Virtualization(?: type)?|Hypervisor vendor|Vulnerability .*)$",
);

/** Machines have 45, and one more for each NUMA node, of which a kernel may have 1,024. */
const MOST_FIELDS = 5_000;

/**
 * The output of `lscpu -J`, flat or with children, or of plain `lscpu`, of every version.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseLscpu(`{ "lscpu": [
 *   { "field": "Model name:", "data": "Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz" },
 *   { "field": "Socket(s):", "data": "2" },
 *   { "field": "NUMA node0 CPU(s):", "data": "0-2,8" }
 * ] }`);
 * deepStrictEqual(value.fields[1], { name: "Socket(s)", value: "2" });
 * ```
 *
 * @throws {ParseError} where no field is known: the tables of `lscpu -e`, `-p` and `-C`, or something else.
 */
export function parseLscpu(text: string): Parsed<LscpuInfo> {
  const { fields, unparsed } = /^[ \t]*\{/m.test(text) ? fieldsOfJson(text) : fieldsOfText(text);
  expectAtMost(MOST_FIELDS, fields.length, "lscpu", "fields");
  // Few bytes can name many CPUs: all nodes together have no more than any kernel has.
  const nodes = cpuReader();
  for (const { value } of fields.filter(({ name }) => numaNodeOf(name) !== undefined)) nodes.list(value);
  if (!fields.some(({ name }) => KNOWN.test(name))) {
    const { line, text: found } = unparsed[0] ?? { line: 0, text: text.trim() };
    throw new ParseError("lscpu", line, found, "a field of lscpu or lscpu -J");
  }
  return { value: { fields: fields.map(({ source: _, ...field }) => field) }, unparsed };
}

/** In the image: a folder with links `proc` and `sys` to the host's. */
const IMAGE_SYSROOT = "/usr/local/share/hnl_mk/sysroot";
const RUN_LIMIT_MS = 9000;
/** The longest outputs known have 23 kB. */
const OUTPUT_LIMIT_BYTES = 1024 * 1024;

/**
 * One run where /proc and /sys are the host's own. Through the host's mounts lscpu asks neither the CPU itself nor SMBIOS
 * (util-linux 2.38), so that on virtual machines and on ARM and POWER a second run without them tells the rest.
 */
export const lscpuCollector: Collector<LscpuInfo> = {
  name: "lscpu",
  timeoutMs: RUN_LIMIT_MS + 1000,
  async collect(host, context) {
    const run = (...args: string[]) =>
      host.run("lscpu", args, {
        timeoutMs: RUN_LIMIT_MS,
        signal: context.signal,
        outputLimitBytes: OUTPUT_LIMIT_BYTES,
      });
    const [collected, version] = await Promise.all([collect(run, host.roots, context), run("--version")]);
    const [, number] = /^lscpu \S+ util-linux (\S+)/.exec(version.stdout) ?? [];
    return number === undefined ? collected : { ...collected, version: number };
  },
};

async function collect(
  run: (...args: string[]) => Promise<RunResult>,
  roots: Roots,
  context: CollectContext<LscpuInfo>,
): Promise<Collected<LscpuInfo>> {
  const ask = async (...args: string[]) => collectedFrom("lscpu", await run(...args), parseLscpu);
  if (roots.proc === "/proc" && roots.sys === "/sys") {
    const own = await ask("-J");
    // Recordings of versions before 4.1 have this one.
    return own.status === "missing" ? await ask("-J", "--sysroot", "/") : own;
  }
  const sysroot = sysrootOf(roots);
  const rooted = sysroot === undefined ? undefined : await ask("-J", "--sysroot", sysroot);
  if (rooted?.status === "timeout") return rooted;
  const value = rooted?.status === "ok" ? rooted.value : undefined;
  if (rooted && value) {
    if (isComplete(value)) return rooted;
    context.partial(value);
    const live = await ask("-J");
    return live.value ? { ...rooted, value: completed(value, live.value) } : rooted;
  }
  const plain = await ask("-J");
  if (!plain.value) return plain;
  const because = rooted?.error ? `: ${rooted.error}` : "";
  const note = `of the machine that the agent runs on, since not read through ${roots.proc} and ${roots.sys}${because}`;
  return { ...plain, notes: [note] };
}

function sysrootOf({ proc, sys }: Roots): string | undefined {
  return proc === "/host-proc" && sys === "/host-sys" ? IMAGE_SYSROOT : undefined;
}

function isComplete({ fields }: LscpuInfo): boolean {
  const value = (wanted: string) => fields.find(({ name }) => name === wanted)?.value;
  const isGuest = value("Flags")?.split(" ").includes("hypervisor") ?? false;
  return value("CPU op-mode(s)") !== undefined && (value("Hypervisor vendor") !== undefined || !isGuest);
}

/** `info` with what only `live` has. */
function completed(info: LscpuInfo, live: LscpuInfo): LscpuInfo {
  const names = new Set(info.fields.map((field) => field.name));
  return { fields: [...info.fields, ...live.fields.filter((field) => !names.has(field.name))] };
}
