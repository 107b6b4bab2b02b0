/**
 * Golden runs: the real main.ts on every recording in tests/fixtures/bundles, and what it must print.
 * `deno task golden` makes the files anew; read the diff before committing it.
 */
import { fromFileUrl, join } from "@std/path";
import type { Facts } from "../collectors/facts/mod.ts";

const BUNDLES = fromFileUrl(new URL("./fixtures/bundles", import.meta.url));
const MAIN = fromFileUrl(new URL("../main.ts", import.meta.url));

/** One recording: its folder, and the files beside it that hold what is expected of it. */
export interface Golden {
  name: string;
  bundle: string;
  json: string;
  table: string;
}

/** The recordings that the project has, by name. */
export function goldens(): Golden[] {
  const names = [...Deno.readDirSync(BUNDLES)].filter((entry) => entry.isDirectory).map((entry) => entry.name).sort();
  return names.map((name) => ({
    name,
    bundle: join(BUNDLES, name),
    json: join(BUNDLES, `${name}.facts.json`),
    table: join(BUNDLES, `${name}.table.txt`),
  }));
}

/** Runs main.ts as a user would; its stdout. Throws where it does not exit with 0. */
async function runMain(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-prompt", MAIN, ...args],
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(`exit code ${code}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** What `--once --format json` prints of a recording, without the times of this run. */
export async function factsOf({ bundle }: Golden): Promise<string> {
  return withoutTimes(await runMain(["--once", "--replay", bundle, "--format", "json"]));
}

/** Facts as they are printed, without the times of the run that printed them. */
export function withoutTimes(printed: string): string {
  const facts: Facts = JSON.parse(printed);
  facts.collectedAt = "1970-01-01T00:00:00.000Z";
  for (const source of Object.values(facts.sources)) source.elapsedMs = 0;
  return JSON.stringify(facts, null, 2) + "\n";
}

/** What `--once --format table` prints of a recording. */
export async function tableOf({ bundle }: Golden): Promise<string> {
  return await runMain(["--once", "--replay", bundle, "--format", "table"]);
}

if (import.meta.main) {
  for (const golden of goldens()) {
    await Deno.writeTextFile(golden.json, await factsOf(golden));
    await Deno.writeTextFile(golden.table, await tableOf(golden));
    console.log(`${golden.name}: written`);
  }
}
