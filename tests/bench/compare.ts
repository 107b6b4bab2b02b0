/**
 * Figures of two versions of the program side by side: measured, never asserted. Before is the last commit of the old
 * layout, or what `--before COMMIT` names; `--tests` adds the tests, which take minutes.
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, join } from "@std/path";
import { must, run } from "../image/project.ts";
import { peakOfDaemon } from "./daemon.ts";
import { costOf } from "./processes.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const OLD_LAYOUT = "eeee844";
const TIMES = 10;
const BUNDLES = ["dell", "plain", "wide"];

/** What is measured: a figure of the project in `folder`; undefined where it has none. */
interface Row {
  what: string;
  unit: "ms" | "MiB" | "kB" | "s" | "";
  aim?: number;
  measure(project: Project): Promise<number | undefined>;
}

/** A version of the program: its folder, and one for files of the measurement. */
interface Project {
  folder: string;
  work: string;
}

/** `deno run` of the project's main.ts with `args`, and `flags` of Deno's. */
function main({ folder }: Project, args: string[], flags: string[] = []): string[] {
  return ["run", "--quiet", "--allow-all", "--no-prompt", ...flags, join(folder, "main.ts"), ...args];
}

const ONCE = ["--once", "--format", "json"];
const replay = ({ folder }: Project, bundle: string) => [
  ...ONCE,
  "--replay",
  join(folder, "tests/fixtures/bundles", bundle),
];

/** CPU of a command and of all that it ran, start and end of Deno included, in milliseconds. */
async function cpuMs(command: string, args: string[], times = TIMES): Promise<number> {
  return (await costOf(command, args, times)).cpuSeconds * 1000;
}

/** CPU of the program alone, in milliseconds: the median of `TIMES` runs. */
async function ownCpuMs(project: Project, program: string[]): Promise<number> {
  const report = join(project.work, "own_cpu");
  const hook = new URL("./own_cpu.ts", import.meta.url);
  hook.searchParams.set("report", report);
  const found: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const [run = "", ...args] = program;
    await must(Deno.execPath(), [run, `--preload=${hook}`, ...args]);
    found.push(Number(await Deno.readTextFile(report)) / 1e6);
  }
  return found.sort((a, b) => a - b)[Math.floor(TIMES / 2)]!;
}

/** Own CPU of the `n`th collection (from 0) in one process, in milliseconds. */
async function collectionMs({ folder }: Project, n: number): Promise<number> {
  const runner = fromFileUrl(new URL("./two_collections.ts", import.meta.url));
  const config = `--config=${join(folder, "deno.json")}`;
  const found: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const told = await must(Deno.execPath(), ["run", "--quiet", "--no-lock", "--allow-all", config, runner, folder]);
    found.push(JSON.parse(told)[n] * 1000);
  }
  return found.sort((a, b) => a - b)[Math.floor(TIMES / 2)]!;
}

/** How many modules a run loads: V8 writes a file for each of them. */
async function modules(project: Project, args: string[]): Promise<number> {
  const folder = await Deno.makeTempDir({ dir: project.work });
  await run(Deno.execPath(), main(project, args, [`--coverage=${folder}`]));
  return [...Deno.readDirSync(folder)].length;
}

/** CPU of the image's health check on this machine, in milliseconds; the program is main.ts. */
async function healthCheckMs(project: Project): Promise<number | undefined> {
  const dockerfile = (await Deno.readTextFile(join(project.folder, "Dockerfile"))).replaceAll("\\\n", " ");
  const [, command] = /^HEALTHCHECK .*\bCMD (.*)$/m.exec(dockerfile) ?? [];
  if (command === undefined) return undefined;
  const [program = "", ...args]: string[] = command.startsWith("[") ? JSON.parse(command) : ["/bin/sh", "-c", command];
  if (program === "/usr/local/bin/hnl_mk") return await cpuMs(Deno.execPath(), main(project, args));
  const isHere = await Deno.stat(program).then(() => true, () => false);
  return isHere ? await cpuMs(program, args, 50) : undefined;
}

/** What the facts of a bundle are in JSON without blanks, in kB. */
async function kilobytes(project: Project, bundle: string): Promise<number> {
  const facts = await must(Deno.execPath(), main(project, replay(project, bundle)));
  return new TextEncoder().encode(JSON.stringify(JSON.parse(facts))).length / 1000;
}

const ROWS: Row[] = [
  {
    what: "an empty program of Deno's: own CPU",
    unit: "ms",
    async measure(project) {
      const file = join(project.work, "empty.ts");
      await Deno.writeTextFile(file, "");
      return await ownCpuMs(project, ["run", "--quiet", "--allow-all", file]);
    },
  },
  {
    what: "a collection, cold: own CPU",
    unit: "ms",
    aim: 50,
    measure: (project) => ownCpuMs(project, main(project, ONCE)),
  },
  {
    what: "a collection, cold: CPU with its tools",
    unit: "ms",
    measure: (project) => cpuMs(Deno.execPath(), main(project, ONCE)),
  },
  { what: "the second collection in one process: own CPU", unit: "ms", aim: 20, measure: (p) => collectionMs(p, 1) },
  ...BUNDLES.map((bundle): Row => ({
    what: `a replay of ${bundle}: own CPU`,
    unit: "ms",
    ...({ dell: { aim: 70 }, wide: { aim: 120 } }[bundle]),
    measure: (project) => ownCpuMs(project, main(project, replay(project, bundle))),
  })),
  { what: "--version: CPU", unit: "ms", measure: (project) => cpuMs(Deno.execPath(), main(project, ["--version"])) },
  {
    what: "--status: CPU",
    unit: "ms",
    aim: 30,
    measure: (project) => cpuMs(Deno.execPath(), main(project, ["--status", "--state-dir", project.work])),
  },
  { what: "the health check: CPU", unit: "ms", aim: 3, measure: healthCheckMs },
  { what: "modules loaded by --version", unit: "", measure: (project) => modules(project, ["--version"]) },
  {
    what: "modules loaded by --status",
    unit: "",
    measure: (project) => modules(project, ["--status", "--state-dir", project.work]),
  },
  { what: "modules loaded by --once", unit: "", measure: (project) => modules(project, ONCE) },
  {
    what: "--once: peak memory",
    unit: "MiB",
    measure: async (project) => (await costOf(Deno.execPath(), main(project, ONCE), TIMES)).peakMiB,
  },
  {
    what: "the daemon: peak memory after 60 cycles",
    unit: "MiB",
    aim: 66,
    measure: (project) => peakOfDaemon([Deno.execPath(), ...main(project, [])], 60),
  },
  ...BUNDLES.map((bundle): Row => ({
    what: `the facts of ${bundle}`,
    unit: "kB",
    ...(bundle === "dell" ? { aim: 20 } : {}),
    measure: (project) => kilobytes(project, bundle),
  })),
];

const TESTS: Row = {
  what: "deno task test, its types checked before: wall time",
  unit: "s",
  aim: 90,
  async measure({ folder }) {
    const started = performance.now();
    await run(Deno.execPath(), ["task", "test"], { cwd: folder });
    return (performance.now() - started) / 1000;
  },
};

/** The project as it was at `commit`, in `folder`; undefined where this is no clone that has it. */
async function checkOut(commit: string, folder: string): Promise<string | undefined> {
  const archive = join(folder, "before.tar");
  const { code } = await run("git", ["-C", ROOT, "archive", "--output", archive, commit])
    .catch(() => ({ code: 1 }));
  if (code !== 0) return undefined;
  const target = join(folder, "before");
  await Deno.mkdir(target);
  await must("tar", ["-xf", archive, "-C", target]);
  return target;
}

function shown(value: number | undefined, unit: Row["unit"]): string {
  return value === undefined ? "-" : `${value.toFixed(unit === "" ? 0 : 1)} ${unit}`.trim();
}

async function compare(flags: { before: string; tests: boolean }): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "hnl_mk-bench-" });
  try {
    const old = await checkOut(flags.before, work);
    if (old === undefined) console.log(`No figures of before: this clone has no commit ${flags.before}.\n`);
    const projects = [...(old === undefined ? [] : [old]), ROOT].map((folder) => ({ folder, work }));
    // Downloads, checks and caches.
    for (const project of projects) {
      await must(Deno.execPath(), main(project, ["--version"]));
      if (flags.tests) {
        const config = project.folder === ROOT ? ["--config", "tests/deno.json"] : [];
        await must(Deno.execPath(), ["test", ...config, "--no-run", "tests/"], { cwd: project.folder });
      }
    }
    const columns = projects.map(({ folder }) => folder === ROOT ? "after" : "before");
    console.log(`| what | aim | ${columns.join(" | ")} |\n|---|---:|${columns.map(() => "---:|").join("")}`);
    for (const { what, unit, aim, measure } of flags.tests ? [...ROWS, TESTS] : ROWS) {
      const values: string[] = [];
      for (const project of projects) values.push(shown(await measure(project), unit));
      console.log(`| ${what} | ${aim === undefined ? "" : `${aim} ${unit}`} | ${values.join(" | ")} |`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

if (import.meta.main) {
  const { before, tests } = parseArgs(Deno.args, {
    string: ["before"],
    boolean: ["tests"],
    default: { before: OLD_LAYOUT },
  });
  await compare({ before: String(before), tests: Boolean(tests) });
}
