/** lscpu -J: the CPU as the kernel sees it (lscpu(1); util-linux sys-utils/lscpu.c). */
import { type CollectContext, type Collected, collectedFrom, type Collector } from "../collector.ts";
import type { Cpu } from "../../facts/mod.ts";
import type { NamedText } from "../parsing.ts";
import type { Roots, RunResult } from "../../host/mod.ts";
import { fieldsOfJson, fieldsOfText } from "./fields.ts";
import { interpret } from "./interpret.ts";
import { expectAtMost, type Parsed, ParseError } from "../parsing.ts";

/** What lscpu says: the typed part of Facts.cpu, and every field in its own words and order, nested ones flattened. */
export interface LscpuInfo {
  cpu: Pick<
    Cpu,
    | "architecture"
    | "opModes"
    | "byteOrder"
    | "modelName"
    | "vendorId"
    | "family"
    | "model"
    | "stepping"
    | "sockets"
    | "coresPerSocket"
    | "threadsPerCore"
    | "logicalCpus"
    | "onlineCpus"
    | "maxMHz"
    | "minMHz"
    | "bogoMips"
    | "flags"
    | "virtualization"
    | "hypervisorVendor"
    | "caches"
    | "numaNodes"
    | "vulnerabilities"
  >;
  /** All model names, one for each kind of core. */
  modelNames: string[];
  virtualizationType?: string;
  fields: NamedText[];
}

/** Machines have 45, and one more for each NUMA node, of which a kernel may have 1,024. */
const MOST_FIELDS = 5_000;

/**
 * The output of `lscpu -J`, flat or with children, or of plain `lscpu`, of every version. Fields that are not known
 * are kept in `fields` as all are; of the others those whose value makes no sense are reported besides.
 *
 * @throws {ParseError} where no field is known: the tables of `lscpu -e`, `-p` and `-C`, or something else.
 */
export function parseLscpu(text: string): Parsed<LscpuInfo> {
  const { fields, unparsed } = /^[ \t]*\{/m.test(text) ? fieldsOfJson(text) : fieldsOfText(text);
  expectAtMost(MOST_FIELDS, fields.length, "lscpu", "fields");
  const interpreted = interpret(fields);
  if (interpreted.known === 0) {
    const { line, text: found } = unparsed[0] ?? { line: 0, text: text.trim() };
    throw new ParseError("lscpu", line, found, "a field of lscpu or lscpu -J");
  }
  return {
    value: { ...interpreted.info, fields: fields.map(({ name, value }) => ({ name, value })) },
    unparsed: [...unparsed, ...interpreted.unparsed].sort((a, b) => a.line - b.line),
  };
}

/** In the image: a folder with links `proc` and `sys` to the host's. */
const IMAGE_SYSROOT = "/usr/local/share/hnl_mk/sysroot";
const RUN_LIMIT_MS = 9000;
/** The longest outputs known have 23 kB. */
const OUTPUT_LIMIT_BYTES = 1024 * 1024;

/**
 * One run through the host's mounts, where lscpu can be pointed at them. It then asks neither the CPU itself nor
 * SMBIOS (util-linux 2.38), so that on virtual machines and on ARM and POWER a second one without tells the rest.
 */
export const lscpuCollector: Collector<LscpuInfo> = {
  name: "lscpu",
  sections: ["cpu", "virtualization", "os"],
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
  const sysroot = sysrootOf(roots);
  const rooted = sysroot === undefined ? undefined : await ask("-J", "--sysroot", sysroot);
  if (rooted?.status === "timeout") return rooted;
  const value = rooted?.status === "ok" ? rooted.value : undefined;
  if (rooted && value) {
    if (tellsAll(value)) return rooted;
    context.partial(value);
    const live = await ask("-J");
    return live.value ? { ...rooted, value: completed(value, live.value) } : rooted;
  }
  const plain = await ask("-J");
  if (!plain.value || sysroot === "/") return plain;
  const because = rooted?.error ? `: ${rooted.error}` : "";
  const note = `of the machine that the agent runs on, since not read through ${roots.proc} and ${roots.sys}${because}`;
  return { ...plain, notes: [note] };
}

function sysrootOf({ proc, sys }: Roots): string | undefined {
  if (proc === "/proc" && sys === "/sys") return "/";
  return proc === "/host-proc" && sys === "/host-sys" ? IMAGE_SYSROOT : undefined;
}

function tellsAll({ cpu }: LscpuInfo): boolean {
  const isGuest = cpu.flags?.includes("hypervisor") ?? false;
  return cpu.opModes !== undefined && (cpu.hypervisorVendor !== undefined || !isGuest);
}

/** `info` with what only `live` has. */
function completed(info: LscpuInfo, live: LscpuInfo): LscpuInfo {
  const names = new Set(info.fields.map((field) => field.name));
  return {
    ...live,
    ...info,
    cpu: { ...live.cpu, ...info.cpu },
    fields: [...info.fields, ...live.fields.filter((field) => !names.has(field.name))],
  };
}
