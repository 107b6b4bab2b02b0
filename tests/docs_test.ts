/**
 * What README, docs and examples show is run: every block of commands, in a folder with the project's files in it, with
 * `hnl_mk`, `deno` and `npx` in its PATH. A block that cannot be run stands behind `<!-- not run: WHY -->`.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join, resolve } from "@std/path";
import { parse } from "@std/yaml";
import { anchorsOf, blocksOf, isOfCommands, linksOf, markdownFiles, ROOT } from "./docs/markdown.ts";
import { runBlock, unknownCommands } from "./docs/shell.ts";

const BLOCKS = markdownFiles().flatMap(blocksOf);

Deno.test("README has no more than 150 lines, and the two commands that bare Debian tries", () => {
  const readme = Deno.readTextFileSync(join(ROOT, "README.md"));
  assert(readme.trimEnd().split("\n").length <= 150);
  // As .ci/minbase looks for them.
  const commands = [...readme.matchAll(/^ {4}(npx .* task (?:once|test)) .*/gm)].map(([, command]) => command);
  assertEquals(commands.map((command) => command!.split(" ").at(-1)), ["once", "test"]);
});

for (const file of markdownFiles()) {
  const blocks = blocksOf(file).filter((block) => isOfCommands(block) && block.notRun === undefined);
  if (blocks.length === 0) continue;
  Deno.test(`the commands of ${file} do what they should`, async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "hnl_mk-docs-" });
    try {
      for (const entry of Deno.readDirSync(ROOT)) await Deno.symlink(join(ROOT, entry.name), join(folder, entry.name));
      for (const block of blocks) {
        await t.step(`line ${block.line}`, async () => {
          assertEquals(
            unknownCommands(block.text),
            [],
            "run by no test: mark the block as not run, or add the command",
          );
          const { code, output } = await runBlock(block.text, folder);
          assertEquals(code, 0, `${block.text}\n${output}`);
        });
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("examples of YAML and JSON in the documents parse", () => {
  for (const { file, line, language, text } of BLOCKS) {
    try {
      if (language === "yaml") parse(text);
      if (language === "json") JSON.parse(text);
    } catch (error) {
      throw new Error(`${file}:${line}: ${error instanceof Error ? error.message : error}`);
    }
  }
});

Deno.test("links between documents lead to files and headings that exist", () => {
  const broken = markdownFiles().flatMap(linksOf).filter(({ file, target }) => {
    const [path = "", anchor] = target.split("#");
    const found = path === "" ? file : join(dirname(file), path);
    try {
      Deno.statSync(join(ROOT, found));
    } catch {
      return true;
    }
    return anchor !== undefined && found.endsWith(".md") && !anchorsOf(found).has(anchor);
  });
  assertEquals(broken, []);
});

Deno.test("every file of docs and examples is linked from another document", () => {
  const linked = new Set(
    markdownFiles().flatMap(linksOf).map(({ file, target }) =>
      resolve(ROOT, dirname(file), target.split("#")[0] || file)
    ),
  );
  const pages = markdownFiles().filter((file) => /^(docs|examples)\//.test(file) && file !== "examples/README.md");
  assertEquals(pages.filter((page) => !linked.has(join(ROOT, page))), []);
});

Deno.test("the examples of YAML parse, and their commands are ones that hnl_mk takes", async () => {
  const { parseCommand } = await import("../checkin/cli/command.ts");
  const documents = Deno.readTextFileSync(join(ROOT, "examples/kubernetes/daemonset.yaml")).split(/^---$/m).map((
    text,
  ) => parse(text));
  const daemonSet = documents[1] as { spec: { template: { spec: { containers: { args: string[] }[] } } } };
  for (const { args } of daemonSet.spec.template.spec.containers) assertEquals(parseCommand(args).mode, "daemon");
  const cloudConfig = Deno.readTextFileSync(join(ROOT, "examples/cloud-config.yaml"));
  const { write_files: [file] } = parse(cloudConfig) as { write_files: { content: string }[] };
  assertEquals((parse(file!.content) as Record<string, unknown>)["mk_uri"], "http://hanlon.example:8026");
});

Deno.test("systemd takes the example's unit", async () => {
  let output;
  try {
    const unit = join(ROOT, "examples/systemd/hnl_mk.service");
    output = await new Deno.Command("systemd-analyze", { args: ["verify", "--man=no", unit] }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  // That the program is not installed here is no fault of the unit.
  const faults = new TextDecoder().decode(output.stderr).split("\n")
    .filter((line) => line.startsWith("hnl_mk.service") || line.includes("hnl_mk.service:"))
    .filter((line) => !line.includes("is not executable"));
  assertEquals(faults, []);
});
