/** The imports between the modules of the program: one direction, no circles. Imports of types count as well. */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { must } from "./image/project.ts";

const ROOT = new URL("..", import.meta.url);

/** The rooms, top down: a module imports from its own room and from those below. */
const ROOMS = [
  "main.ts",
  "checkin/",
  "collectors/show/",
  "collectors/judge/",
  "collectors/mod.ts",
  "collectors/facts/",
  "collectors/tools/",
  "collectors/host/",
  // What needs nothing.
  "collectors/regexp/",
  "collectors/mac_address.ts",
  "collectors/placeholders.ts",
  "collectors/labels.ts",
  "collectors/facts.schema.json",
  "collectors/values.ts",
  "collectors/version.ts",
];

/** The modules of the program with what each imports, all by their path from the project's folder. */
type Imports = Map<string, string[]>;

/**
 * What `deno info --json` says, as far as it is read here. A dependency has the module that is run, that of its types
 * or both.
 */
interface Info {
  modules: { specifier: string; dependencies?: { code?: Resolved; type?: Resolved }[] }[];
}
interface Resolved {
  specifier?: string;
}

async function importsOfProgram(): Promise<Imports> {
  const root = fromFileUrl(ROOT);
  const info: Info = JSON.parse(await must(Deno.execPath(), ["info", "--json", "main.ts"], { cwd: root }));
  const path = (specifier: string) => specifier.slice(ROOT.href.length);
  const isOurs = (specifier: string | undefined): specifier is string => specifier?.startsWith(ROOT.href) ?? false;
  return new Map(
    info.modules.filter(({ specifier }) => isOurs(specifier)).map(({ specifier, dependencies = [] }) => {
      const imported = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier]);
      return [path(specifier), [...new Set(imported.filter(isOurs).map(path))]];
    }),
  );
}

/** The groups of modules that reach each other, each in order (Tarjan's strongly connected components of more than one). */
function circles(imports: Imports): string[] {
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  function visit(module: string): void {
    index.set(module, index.size);
    lowest.set(module, index.get(module)!);
    stack.push(module);
    for (const next of imports.get(module) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(module, Math.min(lowest.get(module)!, lowest.get(next)!));
    }
    if (lowest.get(module) !== index.get(module)) return;
    const group = stack.splice(stack.indexOf(module));
    if (group.length > 1 || imports.get(module)?.includes(module)) found.push(group.sort().join(" "));
  }
  for (const module of imports.keys()) if (!index.has(module)) visit(module);
  return found.sort();
}

/** The imports from a room to one above it, as "room → room: module → module". */
function upward(imports: Imports): string[] {
  const rank = (module: string) => ROOMS.findIndex((room) => module.startsWith(room));
  return [...imports].flatMap(([module, imported]) =>
    imported.filter((other) => rank(other) < rank(module)).map((other) =>
      `${ROOMS[rank(module)]} → ${ROOMS[rank(other)]}: ${module} → ${other}`
    )
  );
}

const imports = await importsOfProgram();

Deno.test("every module of the program is in a room", () => {
  const modules = [...imports.keys()].filter((module) => module !== "std.d.ts");
  assertEquals(modules.filter((module) => !ROOMS.some((room) => module.startsWith(room))), []);
});

Deno.test("imports go one way: main, checkin, collectors, their tools, the host", () => {
  assertEquals(upward(imports), []);
});

Deno.test("imports make no circles", () => {
  assertEquals(circles(imports), []);
});

Deno.test("a circle and an upward import are found, of types and of one module too", () => {
  const sample: Imports = new Map([
    ["main.ts", ["checkin/a.ts"]],
    ["checkin/a.ts", ["checkin/b.ts", "collectors/mod.ts"]],
    ["checkin/b.ts", ["checkin/c.ts"]],
    ["checkin/c.ts", ["checkin/a.ts"]],
    ["collectors/mod.ts", ["checkin/b.ts", "collectors/values.ts"]],
    ["collectors/values.ts", ["collectors/values.ts"]],
  ]);
  assertEquals(circles(sample), ["checkin/a.ts checkin/b.ts checkin/c.ts collectors/mod.ts", "collectors/values.ts"]);
  assertEquals(upward(sample), ["collectors/mod.ts → checkin/: collectors/mod.ts → checkin/b.ts"]);
});
