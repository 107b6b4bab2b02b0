import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { describeFailure, type RunResult } from "../../../collectors/host/mod.ts";
import { probe, withFolder, writeTool } from "./support.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

Deno.test("run() works with named tools alone, whatever LD_* says", async () => {
  const [env, missing, unnamed] = await probe(
    ["--allow-run=env,no-such-tool"],
    { calls: [["run", "env", []], ["run", "no-such-tool", []], ["run", "ls", []]] },
    { LD_BIND_NOW: "1", LANG: "de_DE.UTF-8", PATH },
  ) as RunResult[];
  assertEquals(env!.stdout.split("\n").sort(), ["", "LANG=C", "LC_ALL=C", `PATH=${PATH}`, "TZ=UTC0"]);
  assertEquals(missing!.failure, "missing");
  assertEquals(unnamed!.failure, "failed");
  assertMatch(describeFailure("ls", unnamed!), /^ls: could not be run: --allow-run does not name it/);
});

Deno.test("run() kills with named tools alone", async () => {
  await withFolder(async (folder) => {
    await writeTool(join(folder, "flooding"), "exec yes");
    const [result] = await probe(
      ["--allow-run=flooding", "--allow-env=PATH"],
      { calls: [["run", "flooding", []]] },
      { PATH: `${folder}:${PATH}` },
    ) as RunResult[];
    assertEquals(result!.failure, "flood");
  });
});

Deno.test("createLocalHost() works without any permission", async () => {
  const calls = [["read", "/proc/version"], ["list", "/sys"], ["link", "/proc/self"], [
    "read",
    "/etc/os-release",
  ]] as const;
  const answers = await probe([], {
    calls: [...calls.map(([how, path]) => [how, path] as [typeof how, string]), ["addresses"]],
  });
  assertEquals((answers as { why: string }[]).map(({ why }) => why), [
    "denied",
    "denied",
    "denied",
    "denied",
    "denied",
  ]);
});

Deno.test("createLocalHost() reads scoped roots, links in them included", async () => {
  await withFolder(async (folder) => {
    for (const name of ["proc", "sys/a", "sys/b"]) await Deno.mkdir(join(folder, name), { recursive: true });
    await Deno.writeTextFile(join(folder, "sys/a/size"), "12345");
    await Deno.symlink("../a", join(folder, "sys/b/a"));
    const roots = { proc: join(folder, "proc"), sys: join(folder, "sys") };
    const answers = await probe(
      [`--allow-read=${roots.proc},${roots.sys}`],
      { options: { roots }, calls: [["read", "/sys/b/a/size"], ["list", "/sys/b"], ["read", "/proc/version"]] },
    );
    assertEquals(answers, [
      { bytes: 5 },
      { value: [{ name: "a", kind: "link" }] },
      { why: "absent", message: "/proc/version: No such file or directory" },
    ]);
  });
});

Deno.test({
  name: "read() says denied of what only root may read",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await withFolder(async (folder) => {
      await Deno.chmod(folder, 0o755);
      await Deno.writeTextFile(join(folder, "product_serial"), "B5R4NK2", { mode: 0o400 });
      await Deno.mkdir(join(folder, "closed"), { mode: 0o700 });
      const answers = await probe(["--allow-all"], {
        options: { roots: { sys: folder } },
        uid: 65534,
        calls: [["read", "/sys/product_serial"], ["list", "/sys/closed"], ["link", "/sys/closed/x"]],
      });
      assertEquals(answers, [
        { why: "denied", message: "/sys/product_serial: Permission denied" },
        { why: "denied", message: "/sys/closed: Permission denied" },
        { why: "denied", message: "/sys/closed/x: Permission denied" },
      ]);
    });
  },
});
