/**
 * `deno task compile`: makes dist/hnl_mk, one program that needs no Deno, with exactly the permissions that it needs.
 * This and what it imports does without packages, so that an image is built without those of the tests.
 */
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { PERMISSIONS, V8_FLAGS } from "./permissions.ts";
import { kilobytes, megabytes } from "./sizes.ts";
import { importable, versionInGit } from "./version.ts";

const ROOT = join(import.meta.dirname!, "..");
const OUTPUT = join(ROOT, "dist/hnl_mk");
const USAGE = `usage: deno task compile [--if-possible] [--version VERSION] [--committed TIME]
  --if-possible      exit 0 where Deno's runtime for compiling cannot be downloaded
  --version VERSION  instead of what git says
  --committed TIME   with it: when that version was committed (RFC 3339)
`;

/** What the compiler is given of the project, beside its settings; what main.ts does not reach of it is not embedded. */
const SOURCES = ["main.ts", "collectors", "checkin", "deno.lock", "std.d.ts"];
const SETTINGS = "deno.json";
const VERSION_MODULE = "collectors/version.ts";

/** The program cannot be made; the message is the one line that says why. */
class CompileError extends Error {
  override readonly name = "CompileError";
}

/** It cannot be made *here*: there is no runtime to put the program into. */
class NoRuntime extends CompileError {}

/**
 * The arguments of `deno` that compile main.ts of the working folder. Without its code cache: the program would keep one
 * under a fixed name in /tmp and, as root, run what it finds there. Types are what `deno task check` is for. Quietly: the
 * program inherits that, and else says at each start which of the tools that it may run are not there.
 */
export function compileArguments(output: string): string[] {
  const flags = ["--quiet", "--exclude-unused-npm", "--no-code-cache", "--no-check", V8_FLAGS];
  return ["compile", ...flags, ...PERMISSIONS, "--output", output, "main.ts"];
}

/** `source`, the module that holds the version, with `version` and when it was committed in their places. */
export function withVersion(source: string, version: string, committed = ""): string {
  return Object.entries({ VERSION: version, COMMITTED: committed }).reduce((text, [name, value]) => {
    const line = new RegExp(`^export const ${name} = "[^"]*";$`, "m");
    if (!line.test(text)) throw new CompileError(`${VERSION_MODULE}: found no line: export const ${name} = "…";`);
    return text.replace(line, `export const ${name} = "${value}";`);
  }, source);
}

/** `settings`, the text of deno.json, with what matters to the program: of the imports only the standard library. */
export function settingsOfProgram(settings: string): string {
  const { imports, nodeModulesDir, compilerOptions } = JSON.parse(settings);
  const standard = Object.entries(imports).filter(([name]) => name.startsWith("@std/"));
  return JSON.stringify({ imports: Object.fromEntries(standard), nodeModulesDir, compilerOptions }, null, 2);
}

/** Copies what is compiled into the folder `target`, with the version in it and when that was committed. */
export async function copySources(target: string, version: string, committed?: string): Promise<void> {
  for (const name of SOURCES) await copy(join(ROOT, name), join(target, name));
  await Deno.writeTextFile(join(target, SETTINGS), settingsOfProgram(await Deno.readTextFile(join(ROOT, SETTINGS))));
  const module = join(target, VERSION_MODULE);
  await Deno.writeTextFile(module, withVersion(await Deno.readTextFile(module), version, committed));
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

/** Makes the program of `version` at `output`. Gives a list of what is embedded. */
async function compile(version: string, committed: string | undefined, output: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-" });
  try {
    await copySources(folder, version, committed);
    const made = join(folder, "hnl_mk");
    const { success, stderr } = await run(Deno.execPath(), compileArguments(made), folder);
    if (!success) throw whyNotCompiled(stderr);
    const told = await run(made, ["--version"], folder);
    if (!told.success || told.stdout.trim() !== version) {
      const found = JSON.stringify((told.stdout + told.stderr).trim().slice(0, 200));
      throw new CompileError(`what was made is no hnl_mk ${version}: to --version it says ${found}`);
    }
    await Deno.mkdir(dirname(output), { recursive: true });
    await Deno.copyFile(made, output);
    const info = await run(Deno.execPath(), ["info", "--json", "main.ts"], folder);
    if (!info.success) throw new CompileError(`deno info says: ${info.stderr.trim()}`);
    return embedded(info.stdout, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What `deno info --json main.ts`, run in `folder`, says is reached: a line for each folder, file and npm package. */
export function embedded(info: string, folder: string): string {
  const { modules } = JSON.parse(info) as { modules: { local?: string; size?: number; npmPackage?: string }[] };
  const files = modules.filter(({ local }) => local?.startsWith(`${folder}/`) && !local.endsWith(".d.ts"));
  const groups = Map.groupBy(files, ({ local }) => local!.slice(folder.length + 1).split("/")[0]!);
  const own = [...groups].toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, group]) => {
    const count = group.length === 1 ? "" : `${group.length} files, `;
    return `  ${name.padEnd(12)} ${count}${kilobytes(group.reduce((sum, { size = 0 }) => sum + size, 0))}`;
  });
  const packages = new Set(modules.flatMap(({ npmPackage }) => npmPackage === undefined ? [] : `  npm:${npmPackage}`));
  return ["embedded:", ...own, ...[...packages].toSorted()].join("\n");
}

async function run(program: string, args: string[], cwd: string) {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd, env: { NO_COLOR: "1" } }).output();
  const decoder = new TextDecoder();
  // The tools that the program may run need not be on the machine that compiles it.
  const told = decoder.decode(stderr).replace(/^Info Failed to resolve '.*' for allow-run.*\n/gm, "");
  return { success, stdout: decoder.decode(stdout), stderr: told };
}

/** What the compiler's last words mean. */
function whyNotCompiled(stderr: string): CompileError {
  const download = /error sending request for url \((\S*\/denort\S*)\)(?:: client error \(Connect\))?(?:: (.*))?/.exec(
    stderr,
  );
  if (!download) return new CompileError(`the compiler says: ${stderr.trim()}`);
  const because = download[2] === undefined ? "" : ` (${download[2]})`;
  return new NoRuntime(
    `Deno's runtime for compiled programs cannot be downloaded from ${
      download[1]
    }${because}; DENORT_BIN may name a copy`,
  );
}

/** `text` where it is a time; undefined where it is empty. */
function commitTime(text: string): string | undefined {
  if (text === "") return undefined;
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new CompileError(`--committed: found ${JSON.stringify(text)}, expected a time as in 2026-11-27T12:00:00Z`);
}

/** Runs the task; gives its exit code. */
async function main(args: string[]): Promise<number> {
  let options: { "if-possible"?: boolean | undefined; version?: string | undefined; committed?: string | undefined };
  try {
    ({ values: options } = parseArgs({
      args,
      options: { "if-possible": { type: "boolean" }, version: { type: "string" }, committed: { type: "string" } },
    }));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    const { version: given, committed: time = "" } = options;
    const { version, committed } = given === undefined
      ? await versionInGit(ROOT)
      : { version: importable(given), committed: commitTime(time) };
    console.log(await compile(version, committed, OUTPUT));
    console.log(`dist/hnl_mk ${version}: ${megabytes((await Deno.stat(OUTPUT)).size)}`);
    return 0;
  } catch (error) {
    if (error instanceof NoRuntime && options["if-possible"]) {
      console.log(`skipped: ${error.message}`);
      return 0;
    }
    console.error(`dist/hnl_mk was not made: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
