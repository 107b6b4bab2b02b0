/** How the program ends when a signal comes, or what it reads from or writes to is of no use. */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { withFolder } from "./collectors/host_support.ts";
import { type Behaviour, MAIN, START, type Tool, TOOLS, withPlace } from "./misbehaving.ts";

Deno.test("main.ts --once ends within a second of SIGINT with 130, and SIGTERM with 143, and its tools with it", async () => {
  await Promise.all(([["SIGINT", 130], ["SIGTERM", 143]] as const).map(async ([signal, expected]) => {
    const hanging = Object.fromEntries(TOOLS.map((tool) => [tool, "hangs"])) as Record<Tool, Behaviour>;
    await withPlace(hanging, async (place) => {
      const child = new Deno.Command(START[0]!, {
        args: [...START.slice(1), "--once", "--dev", join(place.folder, "dev"), "--format", "json"],
        env: { PATH: `${place.folder}/bin:/usr/bin:/bin` },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const deadline = performance.now() + 20_000;
      while ((await place.left()).length < TOOLS.length) {
        assertLess(performance.now(), deadline, "not all tools were started");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const began = performance.now();
      child.kill(signal);
      const { code, stdout, stderr } = await child.output();
      assertLess(performance.now() - began, 1000);
      assertEquals([code, stdout.length, new TextDecoder().decode(stderr)], [expected, 0, ""]);
      assertEquals(await place.left(), []);
    });
  }));
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
      ['"$0" run --quiet --allow-all "$1" --help >/dev/full', "hnl_mk: stdout: No space left on device"],
      ['"$0" run --quiet --allow-all "$1" --parse lshw </', "hnl_mk: stdin: Is a directory"],
    ] as const
  ) {
    const child = new Deno.Command("sh", { args: ["-c", command, Deno.execPath(), MAIN], stdout: "null" });
    const { code, stderr } = await child.output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    assertEquals([code, lines.length], [1, 1], lines.join("\n"));
    assertStringIncludes(lines[0]!, message);
  }
});
