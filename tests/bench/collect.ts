/**
 * Figures of a collection on this machine, and of the parsers: measured, never asserted.
 * The parsers read the largest file of each tool in the corpus where there is one, else our own fixtures.
 */
import { fromFileUrl, join } from "@std/path";
import { decode } from "../../collectors/host/mod.ts";
import { PARSERS } from "../../collectors/tools/parsers.ts";
import { ParseError, TooMuchError } from "../../collectors/tools/parsing.ts";
import { CORPUS } from "../corpus/corpus.ts";
import { type Cost, costOf } from "./processes.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const DENO = Deno.execPath();
const MAIN = ["run", "--quiet", "--allow-all", "--no-prompt", join(ROOT, "main.ts")];
const TIMES = 10;

function row(name: string, { cpuSeconds, wallSeconds, peakMiB }: Cost): void {
  console.log(
    `${name.padEnd(34)} CPU ${cpuSeconds.toFixed(3)} s   wall ${wallSeconds.toFixed(3)} s   peak ${
      peakMiB.toFixed(1)
    } MiB`,
  );
}

async function benchCollection(): Promise<void> {
  await costOf(DENO, [...MAIN, "--version"], 1); // compiles and caches
  const lshw = await costOf("lshw", ["-json"], TIMES);
  const once = await costOf(DENO, [...MAIN, "--once", "--format", "json"], TIMES);
  const version = await costOf(DENO, [...MAIN, "--version"], TIMES);
  row("one lshw -json", lshw);
  row("hnl_mk --once --format json", once);
  row("hnl_mk --version", version);
  console.log(`CPU ratio ${(once.cpuSeconds / lshw.cpuSeconds).toFixed(2)} (aim: at most 1.6)`);
  console.log(`wall beyond lshw ${(once.wallSeconds - lshw.wallSeconds).toFixed(3)} s (aim: at most 0.15 s)`);
  console.log(`peak of the agent ${once.peakMiB.toFixed(1)} MiB (aim: at most 64 MiB)`);
}

/** Which files each parser reads, below the corpus or the fixtures. */
const FILES: Readonly<Record<string, [folder: string, pattern: RegExp]>> = {
  "dmidecode": ["dmidecode", /\.txt$/],
  "lshw": ["lshw", /^(?!MANIFEST).*\.json$/],
  "lscpu": ["lscpu", /^(?!MANIFEST).*\.(txt|json)$/],
  "lldptool": ["lldptool", /\.txt$/],
  "ipmitool-mc-info": ["ipmitool", /mc-info.*\.txt$/],
  "ipmitool-lan": ["ipmitool", /lan-print.*\.txt$/],
  "ipmitool-fru": ["ipmitool", /fru.*\.txt$/],
};

/** The largest file that the parser takes: some hold another form of the tool's output. */
function largest(tool: string, folder: string, pattern: RegExp): { name: string; text: string } | undefined {
  for (const root of [CORPUS, join(ROOT, "tests/fixtures")]) {
    let names: string[] = [];
    try {
      names = [...Deno.readDirSync(join(root, folder))].filter(({ isFile }) => isFile).map(({ name }) => name);
    } catch {
      continue;
    }
    const files = names.filter((name) => pattern.test(name))
      .map((name) => ({ name, text: decode(Deno.readFileSync(join(root, folder, name))) }))
      .sort((a, b) => b.text.length - a.text.length);
    const taken = files.find(({ text }) => isTaken(tool, text));
    if (taken) return taken;
  }
  return undefined;
}

function isTaken(tool: string, text: string): boolean {
  try {
    PARSERS[tool]!(text);
    return true;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

/** Text of `times` times the size that is still one output: JSON lists of the same, else the text repeated. */
function repeated(tool: string, text: string, times: number): string {
  const all = Array(times).fill(text);
  return tool === "lshw" ? `[${all.join(",")}]` : all.join("\n");
}

function benchParsers(): void {
  console.log("\nparser            file                                      KiB     1x     2x     4x  MB/s");
  for (const [tool, [folder, pattern]] of Object.entries(FILES)) {
    const file = largest(tool, folder, pattern);
    if (!file) continue;
    // Small outputs are repeated to 32 KiB, so that the time to call a function is not what is measured.
    const base = repeated(tool, file.text, Math.max(1, Math.ceil(32 * 1024 / file.text.length)));
    const rates = [1, 2, 4].map((times) => megabytesPerSecond(PARSERS[tool]!, repeated(tool, base, times)));
    const size = (file.text.length / 1024).toFixed(0).padStart(6);
    console.log(
      `${tool.padEnd(17)} ${file.name.slice(0, 40).padEnd(40)} ${size} ${
        rates.map((rate) => (rate?.toFixed(0) ?? "-").padStart(6)).join(" ")
      }`,
    );
  }
}

/** Undefined where that is more than one machine's output. */
function megabytesPerSecond(parse: (text: string) => unknown, text: string): number | undefined {
  try {
    for (let i = 0; i < 3; i++) parse(text);
  } catch (error) {
    if (error instanceof TooMuchError) return undefined;
    throw error;
  }
  const started = performance.now();
  let rounds = 0;
  for (; rounds < 3 || performance.now() - started < 300; rounds++) parse(text);
  return text.length * rounds / 1e6 / ((performance.now() - started) / 1000);
}

await benchCollection();
benchParsers();
