/** The queries of docs/fleet.md, run by DuckDB on the facts of 2,000 machines. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "../collectors/host/support.ts";
import { makeFleet } from "./make.ts";

const MACHINES = 2000;

/** A Python that has DuckDB: in a venv outside the tree, made once with the package from PyPI. */
async function pythonWithDuckDb(): Promise<string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache");
  const venv = join(cache, "hnl_mk", "duckdb");
  const python = join(venv, "bin", "python");
  if (await hasDuckDb(python)) return python;
  await output("python3", ["-m", "venv", venv]);
  await output(join(venv, "bin", "pip"), ["install", "--quiet", "--timeout", "20", "--retries", "1", "duckdb"]);
  return python;
}

async function hasDuckDb(python: string): Promise<boolean> {
  return await output(python, ["-c", "import duckdb"]).then(() => true, () => false);
}

async function output(command: string, args: string[], cwd?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, ...cwd !== undefined && { cwd } })
    .output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

const docs = await Deno.readTextFile(new URL("../../docs/fleet.md", import.meta.url));
const queries = [...docs.matchAll(/```sql\n(.*?)```/gs)].map(([, query]) => query!);

const python = await pythonWithDuckDb().catch((error: Error) => {
  console.log(`skipped: no DuckDB (${error.message.split("\n")[0]})`);
});

Deno.test("docs/fleet.md has six queries", () => assertEquals(queries.length, 6));

Deno.test({ name: "the queries of docs/fleet.md find what is in a fleet", ignore: python === undefined }, async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "facts"));
    await makeFleet(MACHINES, join(folder, "facts"));
    const program =
      "import duckdb, json, sys\nduckdb.sql('SET enable_progress_bar = false')\nfor query in json.load(sys.stdin):\n" +
      "  print(json.dumps(duckdb.sql(query).fetchall(), default=float))";
    const file = join(folder, "queries.json");
    await Deno.writeTextFile(file, JSON.stringify(queries));
    const printed = await output("sh", ["-c", `"$0" -c "$1" < queries.json`, python!, program], folder);
    const results = printed.trim().split("\n").map((line): unknown[][] => JSON.parse(line));
    const [models, dimms, disks, switches, deviations, findings] = results as [
      unknown[][],
      unknown[][],
      unknown[][],
      unknown[][],
      unknown[][],
      unknown[][],
    ];
    const total = (rows: unknown[][], column: number) => rows.reduce((sum, row) => sum + Number(row[column]), 0);
    assertEquals(models.length, 6);
    assertEquals(total(models, 2), MACHINES);
    assertEquals(dimms.map(([maker]) => maker), ["Samsung", "SK Hynix", "Micron"]);
    assertEquals(total(dimms, 2), 2 * MACHINES - MACHINES / 10);
    assertEquals(total(dimms, 3), 32 * (2 * MACHINES - MACHINES / 10));
    assert(disks.length > 0 && disks.length % Math.ceil(MACHINES / 7) === 0, String(disks.length));
    assertEquals(switches[0]!.slice(0, 3), ["leaf-01", "Ethernet1/1", "node-0"]);
    assertEquals(switches.length, MACHINES);
    const lacking = deviations.find(([, path]) => path === "memory.dimms")!;
    assertEquals([lacking[0], lacking[3], lacking[4]], ["compute", "B1 empty; 1 of 2", MACHINES / 10]);
    assertEquals(findings[0]!.slice(0, 3), ["error", "disk-read-only", MACHINES / 100]);
  });
});
