/** Which libraries the program needs, and which only its tests do. */
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { VERSION } from "../collectors/version.ts";
import { run } from "./image/project.ts";
import { tempFolder } from "./temp_folder.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

interface Settings {
  imports: Record<string, string>;
  nodeModulesDir: string;
  compilerOptions: { types: string[] };
  fmt: { lineWidth: number };
}

async function settings(path: string): Promise<Settings> {
  return JSON.parse(await Deno.readTextFile(join(ROOT, path)));
}

/** Runs Deno in the project's folder; gives what it printed on stdout, or its messages where it failed. */
async function deno(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await run(Deno.execPath(), args, { cwd: ROOT, env: { NO_COLOR: "1", ...env } });
  return code === 0 ? stdout : stderr;
}

/** A folder like DENO_DIR on a new machine that has downloaded the standard library and nothing else. */
async function denoDirWithStandardLibrary(): Promise<string> {
  const { npmCache } = JSON.parse(await deno(["info", "--json"]));
  const folder = await tempFolder();
  for await (const { name: registry, isDirectory } of Deno.readDir(npmCache)) {
    if (!isDirectory) continue;
    await Deno.mkdir(join(folder, "npm", registry), { recursive: true });
    // Deno follows a link, and then takes the package for one of another cache.
    await run("cp", ["-r", join(npmCache, registry, "deno-std"), join(folder, "npm", registry)]);
  }
  return folder;
}

Deno.test("a first run of main.ts downloads the standard library and nothing else", async () => {
  const denoDir = await denoDirWithStandardLibrary();
  const main = ["run", "--quiet", "--cached-only", "--allow-all", "--no-prompt", "main.ts"];
  // A mode without modules of its own, and one that loads the most.
  assertEquals(
    await deno([...main, "--version"], { DENO_DIR: denoDir }),
    `${VERSION}\n`,
  );
  // Its configuration is read, and found to be empty.
  const checked = await deno([...main, "--check-config", "--config", "/dev/null"], { DENO_DIR: denoDir });
  assertEquals(checked.match(/^hnl_mk: \/dev\/null/)?.length, 1, checked);
});

Deno.test("tests/deno.json has the settings of deno.json, and libraries beside", async () => {
  const [ofProgram, ofTests] = [await settings("deno.json"), await settings("tests/deno.json")];
  assertEquals({ ...ofTests.imports, ...ofProgram.imports }, ofTests.imports);
  assertEquals(ofTests.nodeModulesDir, ofProgram.nodeModulesDir);
  assertEquals(ofTests.fmt.lineWidth, ofProgram.fmt.lineWidth);
  const types = ofProgram.compilerOptions.types.map((path) => join("..", path));
  assertEquals(ofTests.compilerOptions, { ...ofProgram.compilerOptions, types });
});
