/** What is loaded, and when: the start of the program is most of what `--version`, `--status` and a health check cost. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { fromFileUrl } from "@std/path";

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier?: string }; type?: { specifier?: string }; isDynamic?: boolean }[];
}

const ROOT = new URL("..", import.meta.url).href;

/** All modules that `file` of the project leads to, by their paths. */
async function modules(file: string): Promise<Map<string, Module>> {
  const args = ["info", "--json", fromFileUrl(new URL(file, ROOT))];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const list = (JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] }).modules;
  return new Map(list.map((module) => [module.specifier.replace(ROOT, ""), module]));
}

/** What `file` loads at once. */
function loaded(graph: Map<string, Module>, file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { code, isDynamic } of graph.get(file)?.dependencies ?? []) {
    if (code?.specifier !== undefined && !isDynamic) loaded(graph, code.specifier.replace(ROOT, ""), seen);
  }
  return seen;
}

const graph = await modules("main.ts");

Deno.test("main.ts imports no barrel of @std/path, and of node: only process", () => {
  // A format of somebody else's is loaded when it is asked for.
  const mostRuns = [...graph].filter(([module]) => !module.includes("checkin/formats/")).map(([, module]) => module);
  const foreign = mostRuns.flatMap(({ dependencies = [] }) =>
    dependencies.map(({ code }) => code?.specifier ?? "").filter((to) => to !== "" && !to.startsWith(ROOT))
  );
  assert(foreign.length > 0);
  assertEquals(foreign.filter((to) => /\/path\/mod\.js$|^node:(?!process$)/.test(to)), []);
});

Deno.test("--version and --status load what they need and no more", () => {
  const start = loaded(graph, "main.ts").size;
  assertLess(start, 25);
  for (const [mode, most] of [["version", 30], ["status", 40]] as const) {
    const all = new Set([...loaded(graph, "main.ts"), ...loaded(graph, `checkin/cli/modes/${mode}.ts`)]);
    assertLess(all.size, most, `${mode}: ${[...all].join("\n")}`);
  }
});

Deno.test("--once loads nothing of servers, of YAML or of the table before it needs it", () => {
  const all = [...loaded(graph, "main.ts"), ...loaded(graph, "checkin/cli/modes/once.ts")];
  const later = /checkin\/(hanlon|state|http|cli\/configuration)|yaml|collectors\/show\/(table|sections|page)/;
  assertEquals(all.filter((module) => later.test(module)), []);
});
