import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { RunResult } from "../../../collectors/host/mod.ts";
import { mayOthersWrite, searchPath } from "../../../collectors/host/search_path.ts";
import { probe, withFolder, writeTool } from "./support.ts";

const STANDARD = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

Deno.test("searchPath() keeps the order of PATH, and adds the standard folders that it lacks", () => {
  const none = () => false;
  assertEquals(searchPath("", none), { path: STANDARD, skipped: [] });
  assertEquals(
    searchPath("/opt/x:.::bin:/usr/bin:/opt/x", none).path,
    "/opt/x:/usr/bin:" + STANDARD.replace("/usr/bin:", ""),
  );
});

Deno.test("searchPath() leaves out the folders that others may write to", () => {
  const { path, skipped } = searchPath(
    "/home/a/bin:/usr/bin:/tmp",
    (folder) => /^\/(home|tmp|usr\/local)/.test(folder),
  );
  assertEquals(path, "/usr/bin:/usr/sbin:/sbin:/bin");
  assertEquals(skipped, ["/home/a/bin", "/tmp", "/usr/local/sbin", "/usr/local/bin"]);
});

const isRoot = Deno.uid() === 0;
/** What is done to the folder `above/tools`, and whether others may then write to it. */
const FOLDERS: [string, (above: string, tools: string) => void, boolean][] = [
  ["is its user's", () => {}, false],
  ["is the group's, too", (_, tools) => chown(tools, 0o775, 0, 1234), true],
  ["is the group root's, too", (_, tools) => chown(tools, 0o775, 0, 0), false],
  ["is everybody's", (_, tools) => chown(tools, 0o777), true],
  ["is everybody's, and sticky", (_, tools) => chown(tools, 0o1777), true],
  ["is another user's", (_, tools) => chown(tools, 0o755, 1234, 0), true],
  ["lies in one that is everybody's", (above) => chown(above, 0o777), true],
  ["lies in a sticky one", (above) => chown(above, 0o1777), false],
  ["lies in one of another user's", (above) => chown(above, 0o755, 1234, 0), true],
  ["is not there, in one that is its user's", (_, tools) => Deno.removeSync(tools), false],
  ["is not there, in one that is sticky", (above, tools) => (Deno.removeSync(tools), chown(above, 0o1777)), true],
];

function chown(path: string, mode: number, uid = 0, gid = 0): void {
  Deno.chownSync(path, uid, gid);
  Deno.chmodSync(path, mode);
}

for (const [what, change, expected] of FOLDERS) {
  Deno.test({
    name: `mayOthersWrite() is ${expected} for a folder that ${what}`,
    ignore: !isRoot,
    fn: () =>
      withFolder(async (folder) => {
        const above = join(folder, "above"), tools = join(above, "tools");
        await Deno.mkdir(tools, { recursive: true, mode: 0o755 });
        change(above, tools);
        assertEquals(mayOthersWrite(tools), expected);
        await Deno.symlink(tools, join(folder, "link"));
        if (!what.includes("not there")) assertEquals(mayOthersWrite(join(folder, "link")), expected);
      }),
  });
}

Deno.test({
  name: "run() starts no tool from a folder of PATH that others may write to, and says so",
  ignore: !isRoot,
  async fn() {
    const inherited = Deno.env.get("PATH")!;
    await withFolder(async (folder) => {
      await writeTool(join(folder, "only-here"), "echo run");
      const run = () =>
        probe(["--allow-all"], { calls: [["run", "only-here", []]] }, { PATH: `${folder}:${inherited}` });
      const [safe] = await run() as RunResult[];
      assertEquals(safe!.stdout, "run\n");
      Deno.chmodSync(folder, 0o777);
      const [unsafe] = await run() as RunResult[];
      assertEquals(unsafe!.failure, "missing");
      assertMatch(unsafe!.error!, new RegExp(`^not found; PATH without ${folder}.*, where others may write$`));
    });
  },
});
