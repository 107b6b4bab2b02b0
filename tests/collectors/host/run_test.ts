import { assert, assertEquals, assertGreater, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { describeFailure, INPUT_FILE, OUTPUT_LIMIT_BYTES, type RunResult } from "../../../collectors/host/mod.ts";
import { createLocalHost } from "../../../collectors/host/local.ts";
import { evaluate } from "../../evaluate.ts";
import { writeExecutable } from "../../executable.ts";
import { firstNumber, isThere, probe, withFolder, withTools } from "./support.ts";
import { exists } from "../../image/project.ts";
import { slowness } from "../../load.ts";

Deno.test("run() gives code and output of a tool that succeeds", async () => {
  await withTools({ tool: "echo $1 $2; echo aside >&2" }, async (host) => {
    const { elapsedMs, ...result } = await host.run("tool", ["one", "two words"]);
    assertEquals(result, { code: 0, stdout: "one two words\n", stderr: "aside\n" });
    assertGreater(elapsedMs, 0);
  });
});

Deno.test("run() says missing where a tool is not installed", async () => {
  await withTools({}, async (host) => {
    const result = await host.run("no-such-tool", []);
    assertEquals(result.failure, "missing");
    assertEquals("code" in result, false);
    assertEquals(describeFailure("no-such-tool", result), "no-such-tool: not installed");
  });
});

Deno.test("run() says what is wrong where a tool's interpreter is missing", async () => {
  await withFolder(async (folder) => {
    await writeExecutable(join(folder, "tool"), "#!/no/such/interpreter\n");
    const result = await createLocalHost({ path: folder }).run("tool", []);
    assertEquals(result.failure, "failed");
    assertEquals(describeFailure("tool", result), "tool: could not be run: its interpreter or loader is not there");
  });
});

Deno.test("run() gives code, stderr and what was printed where a tool fails", async () => {
  await withTools({ tool: "echo half; echo 'No device' >&2; exit 7" }, async (host) => {
    const { elapsedMs: _, ...result } = await host.run("tool", []);
    assertEquals(result, { failure: "failed", code: 7, stdout: "half\n", stderr: "No device\n" });
    assertEquals(describeFailure("tool", { ...result, elapsedMs: 0 }), "tool: exit code 7: No device");
  });
});

Deno.test("run() kills a tool that hangs for ever, and gives what it had printed", async () => {
  await withTools({ tool: "echo $$; exec sleep 1000" }, async (host) => {
    const result = await host.run("tool", [], { timeoutMs: 300 * slowness() });
    assertEquals(result.failure, "timeout");
    assertLess(result.elapsedMs, 20_000);
    assertEquals(await isThere(firstNumber(result.stdout)), false);
    assertMatch(describeFailure("tool", result), /^tool: killed after \d+\.\d s without an end$/);
    assertEquals(host.stuck(), 0);
  });
});

Deno.test("run() kills a tool that ignores SIGTERM", async () => {
  await withTools({ tool: "trap '' TERM INT HUP; echo $$; while :; do sleep 0.05; done" }, async (host) => {
    const result = await host.run("tool", [], { timeoutMs: 300 * slowness() });
    assertEquals(result.failure, "timeout");
    assertEquals(await isThere(firstNumber(result.stdout)), false);
  });
});

Deno.test("run() kills a tool that prints 1 GB, and keeps 4 MiB", async () => {
  await withTools({ tool: "echo $$; exec head -c 1000000000 /dev/zero" }, async (host) => {
    const result = await host.run("tool", []);
    assertEquals(result.failure, "flood");
    assertEquals(result.stdout.length, OUTPUT_LIMIT_BYTES);
    assertEquals(await isThere(firstNumber(result.stdout)), false);
    assertEquals(describeFailure("tool", result), "tool: killed after more than 4 MiB of output: not one machine's");
  });
});

Deno.test("run() keeps the beginning and the end of much on stderr", async () => {
  const tool = "echo first >&2; head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo last >&2; exit 1";
  await withTools({ tool }, async (host) => {
    const result = await host.run("tool", []);
    assertEquals([result.failure, result.code], ["failed", 1]);
    assert(result.stderr.startsWith("first\nxxx"));
    assertMatch(result.stderr, /x\n\[\d+ bytes left out\]\nx+\nlast\n$/);
    assertLess(result.stderr.length, 256 * 1024);
    const [lost] = /\d+(?= bytes left out)/.exec(result.stderr)!;
    assertEquals(result.stderr.length - "\n[ bytes left out]\n".length - lost.length + Number(lost), 1_000_012);
  });
});

Deno.test("run() kills a tool that floods stderr", async () => {
  await withTools({ tool: "echo $$; exec yes >&2" }, async (host) => {
    const result = await host.run("tool", []);
    assertEquals(result.failure, "flood");
    assertEquals(await isThere(firstNumber(result.stdout)), false);
  });
});

Deno.test("run() gives binary noise as Latin-1, byte for byte", async () => {
  await withTools({ tool: `printf '\\000\\377\\200A\\033[31m'` }, async (host) => {
    assertEquals((await host.run("tool", [])).stdout, "\x00\xff\x80A\x1b[31m");
  });
});

Deno.test("run() gives UTF-8 that comes in pieces as one text", async () => {
  await withTools({ tool: `printf '\\342\\202'; sleep 0.1; printf '\\254'` }, async (host) => {
    assertEquals((await host.run("tool", [])).stdout, "€");
  });
});

Deno.test("run() names the signal where a tool is killed half-way", async () => {
  await withTools({ tool: "echo half; kill -SEGV $$; echo never" }, async (host) => {
    const result = await host.run("tool", []);
    assertEquals([result.failure, result.signal, result.code], ["failed", "SIGSEGV", undefined]);
    assertEquals(result.stdout, "half\n");
    assertEquals(describeFailure("tool", result), "tool: killed by SIGSEGV");
  });
});

/** Fails where the process goes on; one that nobody waits for stays in the list, as a zombie (proc_pid_stat(5)). */
async function assertEnded(pid: number): Promise<void> {
  const runs = async () => {
    try {
      return !/\) [ZX] /.test(await Deno.readTextFile(`/proc/${pid}/stat`));
    } catch {
      return false;
    }
  };
  await waitFor(async () => !await runs());
  assertEquals(await runs(), false);
}

Deno.test("start() ends what its tool has started, when it is stopped", async () => {
  await withTools({ tool: `sleep 1000 & echo $! > "$1"; wait` }, async (host, folder) => {
    const tool = await host.start("tool", [join(folder, "pid")]);
    await waitFor(async () => await exists(join(folder, "pid")) && (await Deno.stat(join(folder, "pid"))).size > 0);
    await tool!.stop();
    await assertEnded(firstNumber(await Deno.readTextFile(join(folder, "pid"))));
  });
});

Deno.test("run() without the permission to run everything leaves a grandchild alone, and asks nobody", async () => {
  const [result] = await probe(["--allow-read", "--allow-env", "--allow-sys", "--allow-run=sh"], {
    calls: [["run", "sh", ["-c", "sleep 1000 & echo $!"]]],
  }) as RunResult[];
  assertEquals(result!.failure, undefined);
  Deno.kill(firstNumber(result!.stdout), "SIGKILL");
});

Deno.test("run() does not wait for a grandchild that holds the pipes", async () => {
  await withTools({ tool: "sleep 1000 & echo $!; exit 3" }, async (host) => {
    const result = await host.run("tool", []);
    const grandchild = firstNumber(result.stdout);
    assertEquals([result.failure, result.code], ["failed", 3]);
    assertLess(result.elapsedMs, 20_000);
    await assertEnded(grandchild);
  });
});

Deno.test("run() does not wait for a grandchild that goes on printing", async () => {
  await withTools({ tool: "(while :; do echo more; sleep 0.02; done) & echo $!; exit 0" }, async (host) => {
    const result = await host.run("tool", []);
    assertEquals([result.failure, result.code], [undefined, 0]);
    assertLess(result.elapsedMs, 20_000);
    await assertEnded(Number(/\d+/.exec(result.stdout)?.[0]));
  });
});

Deno.test("run() does not wait for a grandchild after a time-out", async () => {
  await withTools({ tool: "echo $$; sleep 1000 & echo $!; wait" }, async (host) => {
    const result = await host.run("tool", [], { timeoutMs: 300 * slowness() });
    await assertEnded(Number(result.stdout.split("\n")[1]));
    assertEquals(result.failure, "timeout");
    assertLess(result.elapsedMs, 20_000);
    assertEquals(await isThere(firstNumber(result.stdout)), false);
  });
});

Deno.test("run() waits for a tool that has closed its output", async () => {
  await withTools({ tool: "echo said; exec >&- 2>&-; sleep 0.3; exit 4" }, async (host) => {
    const result = await host.run("tool", []);
    assertEquals([result.code, result.stdout], [4, "said\n"]);
  });
});

Deno.test("run() loses nothing where this program is busy while the tool ends", async () => {
  await withTools({ tool: "head -c 60000 /dev/zero; sleep 0.1; head -c 60000 /dev/zero" }, async (host) => {
    const running = host.run("tool", []);
    for (let i = 0; i < 3; i++) {
      const until = performance.now() + 400;
      while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    assertEquals((await running).stdout.length, 120_000);
  });
});

Deno.test("run() gives a tool a clean environment and no input", async () => {
  await withTools({ tool: "env | sort; cat" }, async (_, folder) => {
    const path = `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`;
    const [result] = await probe(["--allow-all"], { options: { path }, calls: [["run", "tool", []]] }, {
      LANG: "de_DE.UTF-8",
      LD_BIND_NOW: "1",
    }) as RunResult[];
    const names = result!.stdout.split("\n").filter((line) => !/^(PWD|_|SHLVL|OLDPWD)=/.test(line));
    assertEquals(names, ["LANG=C", "LC_ALL=C", `PATH=${path}`, "TZ=UTC0", ""]);
  });
});

Deno.test("run() and start() begin a tool in /, wherever this program is", async () => {
  await withTools({ tool: "pwd >&2" }, async (_, folder) => {
    const code = `import { createLocalHost } from "${import.meta.resolve("../../../collectors/host/local.ts")}";
      const host = createLocalHost({ path: "${folder}:/usr/bin:/bin" });
      const ran = await host.run("tool", []), started = await (await host.start("tool", [])).ended;
      console.log(JSON.stringify([ran.stderr, started.stderr]));`;
    assertEquals(await evaluate(code, { cwd: folder }), ["/\n", "/\n"]);
  });
});

Deno.test("run() looks in the standard folders that PATH lacks, and in no relative one", async () => {
  const [result] = await probe(["--allow-all"], { calls: [["run", "env", []]] }, {
    PATH: "/somewhere:.:/usr/bin",
  }) as RunResult[];
  const path = "PATH=/somewhere:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin\n";
  assertStringIncludes(result!.stdout, path);
});

Deno.test("run() kills a tool when asked to, and starts none afterwards", async () => {
  const all = new AbortController(), one = new AbortController();
  await withTools({ tool: 'echo $$; : >"$1"; exec sleep 1000' }, async (host, folder) => {
    const said = ["first", "second"].map((name) => join(folder, name));
    const first = host.run("tool", [said[0]!], { signal: one.signal });
    const second = host.run("tool", [said[1]!]);
    for (const path of said) await waitFor(() => exists(path));
    one.abort();
    const results = [await first];
    all.abort();
    results.push(await second);
    assertEquals(results.map(({ failure }) => failure), ["timeout", "timeout"]);
    for (const { stdout } of results) assertEquals(await isThere(firstNumber(stdout)), false);
    assertEquals((await host.run("tool", [])).stdout, "");
  }, { signal: all.signal });
});

Deno.test("run() hands bytes to a tool as a file, and removes it", async () => {
  await withTools({ tool: 'test "$1" = from; echo $2; stat -c %a "$2"; cat "$2"' }, async (host) => {
    const result = await host.run("tool", ["from", INPUT_FILE], { inputFile: new TextEncoder().encode("the bytes") });
    const [path, mode, content] = result.stdout.split("\n");
    assertEquals([result.code, mode, content], [0, "600", "the bytes"]);
    assertEquals(await Deno.stat(path!).catch((error) => error.name), "NotFound");
  });
});

Deno.test("run() replaces the file that a killed run left, and no other's", async () => {
  await withFolder(async (tempFolder) => {
    const host = createLocalHost({ tempFolder }), path = join(tempFolder, "hnl_mk-input");
    const run = async () => {
      const result = await host.run("cat", [INPUT_FILE], { inputFile: new TextEncoder().encode("ours") });
      assertEquals(result.stdout, "ours");
      return (await Array.fromAsync(Deno.readDir(tempFolder))).length;
    };
    await Deno.writeTextFile(path, "left");
    assertEquals(await run(), 1);
    await Deno.utime(path, new Date(0), new Date(0));
    const other = await Deno.open(path);
    await other.lock(true);
    assertEquals(await run(), 1);
    other.close();
    // A process that another test starts may hold the lock too, until it becomes its program.
    for (let tries = 0; await run() !== 0; tries++) assertLess(tries, 20);
  });
});

Deno.test("run() writes a tool's file through no link that somebody puts in its place", async () => {
  await withFolder(async (tempFolder) => {
    const victim = join(tempFolder, "victim");
    await Deno.writeTextFile(victim, "theirs");
    const attack = `for (;;) for (const { name, isFile } of Deno.readDirSync("${tempFolder}")) {
      const path = "${tempFolder}/" + name;
      try { if (isFile && path !== "${victim}") Deno.removeSync(path), Deno.symlinkSync("${victim}", path); } catch {}
    }`;
    const attacker = new Worker(`data:text/javascript,${encodeURIComponent(attack)}`, { type: "module" });
    const host = createLocalHost({ tempFolder });
    for (let i = 0; i < 300; i++) await host.run("true", [INPUT_FILE], { inputFile: new TextEncoder().encode("ours") });
    attacker.terminate();
    assertEquals(await Deno.readTextFile(victim), "theirs");
  });
});

/**
 * Runs `test` with a cgroup (v1) in which a process takes no signal while it is frozen, like one that waits for a dead
 * disk.
 */
async function withFreezer(t: Deno.TestContext, test: (tool: string, thaw: () => Promise<void>) => Promise<void>) {
  const group = `/sys/fs/cgroup/freezer/hnl_mk-test-${Deno.pid}`;
  try {
    await Deno.mkdir(group);
  } catch (error) {
    return void await t.step({ name: `no cgroup v1 freezer here: ${error}`, ignore: true, fn: () => {} });
  }
  const thaw = () => Deno.writeTextFile(`${group}/freezer.state`, "THAWED");
  try {
    await test(`echo $$ > ${group}/tasks; echo $$; echo FROZEN > ${group}/freezer.state; sleep 1000`, thaw);
  } finally {
    await thaw();
    await waitFor(() => Deno.remove(group).then(() => true, () => false));
  }
}

async function waitFor(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 1000 && !await condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
}

Deno.test("run() lets a tool go that is killed and does not end", async (t) => {
  await withFreezer(t, (tool, thaw) =>
    withTools({ tool }, async (host) => {
      const result = await host.run("tool", [], { timeoutMs: 300 * slowness() });
      assertEquals(result.failure, "timeout");
      assertLess(result.elapsedMs, 20_000);
      const pid = firstNumber(result.stdout);
      assertEquals([await isThere(pid), host.stuck()], [true, 1]);
      await thaw();
      await waitFor(() => host.stuck() === 0);
      assertEquals([await isThere(pid), host.stuck()], [false, 0]);
    }));
});

Deno.test("run() lets this program end while a tool does not", async (t) => {
  await withFreezer(t, async (tool) => {
    const [result] = await probe(["--allow-all"], {
      timeoutMs: 300 * slowness(),
      calls: [["run", "sh", ["-c", tool]]],
    }) as RunResult[];
    assertEquals(await isThere(firstNumber(result!.stdout)), true);
  });
});

Deno.test("start() gives a tool that stop() ends", async () => {
  const script = `trap 'echo bye >&2; exit 5' TERM; : > "$1"; while :; do sleep 0.05; done`;
  await withTools({ tool: script }, async (host, folder) => {
    const tool = await host.start("tool", [join(folder, "ready")]);
    await waitFor(() => exists(join(folder, "ready")));
    await tool!.stop();
    assertEquals(await tool!.ended, { code: 5, stderr: "bye\n" });
  });
});

Deno.test("start() gives a tool that stop() kills where it ignores SIGTERM", async () => {
  await withTools({ tool: `trap '' TERM; echo $$ > "$1"; while :; do sleep 0.05; done` }, async (host, folder) => {
    const tool = await host.start("tool", [join(folder, "pid")]);
    await waitFor(async () => await exists(join(folder, "pid")) && (await Deno.stat(join(folder, "pid"))).size > 0);
    const began = performance.now();
    await Promise.all([tool!.stop(), tool!.stop()]);
    assertLess(performance.now() - began, 20_000);
    assertEquals((await tool!.ended).code, 137);
    assertEquals(await isThere(firstNumber(await Deno.readTextFile(join(folder, "pid")))), false);
  });
});

Deno.test("start() tells when a tool ends by itself, with its last words only", async () => {
  await withTools(
    { tool: "head -c 3000000 /dev/zero | tr '\\0' x; yes | head -c 3000000 >&2; echo last >&2; exit 9" },
    async (host) => {
      const tool = await host.start("tool", []);
      const { code, stderr } = await tool!.ended;
      assertEquals(code, 9);
      assert(stderr.endsWith("y\nlast\n"));
      assertLess(stderr.length, 256 * 1024);
      await tool!.stop();
    },
  );
});

Deno.test("start() gives nothing where the tool is not installed", async () => {
  await withTools({}, async (host) => assertEquals(await host.start("no-such-tool", []), undefined));
});

Deno.test("start() gives a tool that ends with the host", async () => {
  const all = new AbortController();
  await withTools({ tool: "exec sleep 1000" }, async (host) => {
    const tool = await host.start("tool", []);
    all.abort();
    assertEquals((await tool!.ended).code, 143);
    assertEquals(await host.start("tool", []), undefined);
  }, { signal: all.signal });
});
