/** How the program ends when a signal comes, or what it reads from or writes to is of no use. */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./collectors/host/support.ts";
import { which } from "./node/command.ts";
import { assertNoneLeft } from "./misbehaving.ts";
import { slowness } from "./load.ts";
import { type Behaviour, START, type Tool, TOOLS, withPlace } from "./misbehaving.ts";

/** Sends a signal to a run of --once, by itself or on a terminal, when all its tools hang; they must go with it. */
async function interrupt(signal: Deno.Signal, isOnTerminal = false): Promise<{ code: number; stdout: string }> {
  const hanging = Object.fromEntries(TOOLS.map((tool) => [tool, "hangs"])) as Record<Tool, Behaviour>;
  let result = { code: -1, stdout: "" };
  await withPlace(hanging, async (place) => {
    const pidFile = join(place.folder, "pid");
    const command = ["sh", "-c", `echo $$ >${pidFile}; exec "$@"`, "sh", ...START]
      .concat(["--once", "--dev", join(place.folder, "dev"), "--format", "json"]);
    const quoted = command.map((word) => `'${word}'`).join(" ");
    const [program = "", ...args] = isOnTerminal ? ["script", "-qec", quoted, "/dev/null"] : command;
    const env = { PATH: `${place.folder}/bin:/usr/bin:/bin` };
    const output = new Deno.Command(program, { args, env, stdin: "null" }).output();
    const deadline = performance.now() + 20_000 * slowness();
    while ((await place.left()).length < TOOLS.length) {
      assertLess(performance.now(), deadline, "not all tools were started");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const began = performance.now();
    Deno.kill(Number(await Deno.readTextFile(pidFile)), signal);
    const { code, stdout, stderr } = await output;
    assertLess(performance.now() - began, 1000 * slowness());
    assertEquals(new TextDecoder().decode(stderr), "");
    await assertNoneLeft(place);
    result = { code, stdout: new TextDecoder().decode(stdout) };
  });
  return result;
}

Deno.test("main.ts --once ends within a second of SIGINT with 130, and SIGTERM with 143, and its tools with it", async () => {
  assertEquals(await Promise.all((["SIGINT", "SIGTERM"] as const).map((signal) => interrupt(signal))), [
    { code: 130, stdout: "" },
    { code: 143, stdout: "" },
  ]);
});

Deno.test({
  name: "main.ts --once ends with 129, and its tools with it, when its terminal is lost",
  ignore: await which("script") === undefined,
  fn: async () => assertEquals((await interrupt("SIGHUP", true)).code, 129),
});

Deno.test("main.ts --once takes a reader that goes away for no failure", async () => {
  const volumes = Array.from({ length: 3000 }, (_, i) => ({ id: `volume:${i}`, class: "volume", serial: `${i}` }));
  await withFolder(async (bundle) => {
    await Deno.writeTextFile(join(bundle, "commands.json"), '[{"argv":"lshw -json","stdout":"lshw.json"}]');
    await Deno.writeTextFile(
      join(bundle, "lshw.json"),
      JSON.stringify({ id: "x", class: "system", children: volumes }),
    );
    const script = '{ "$@"; echo "exit code $?" >&2; } | head -n 1';
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", script, "sh", ...START, "--once", "--replay", bundle, "--format", "json"],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "{\n");
    assertEquals(new TextDecoder().decode(stderr), "exit code 0\n");
  });
});

Deno.test("main.ts ends with one line and 1 when stdin or stdout is of no use", async () => {
  for (
    const [command, message] of [
      ['"$@" --help >/dev/full', "hnl_mk: stdout: No space left on device"],
      ['"$@" --parse lshw </', "hnl_mk: stdin: Is a directory"],
    ] as const
  ) {
    const child = new Deno.Command("sh", { args: ["-c", command, "sh", ...START], stdout: "null" });
    const { code, stderr } = await child.output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    assertEquals([code, lines.length], [1, 1], lines.join("\n"));
    assertStringIncludes(lines[0]!, message);
  }
});
