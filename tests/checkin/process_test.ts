/** The real program as a process: it ends within a second whatever it is at, and leaves nothing behind. */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { DEFAULT_CLIENT_CONFIG, type HanlonServer, startHanlonServer } from "../hanlon_server.ts";
import { isThere, withFolder, writeTool } from "../collectors/host/support.ts";
import { slowness } from "../load.ts";
import { PROGRAM, PROGRAM_WORDS } from "../program.ts";

interface Running {
  server: HanlonServer;
  folder: string;
  stderr: () => string;
  /** Resolves when the log holds `pattern`. */
  says(pattern: RegExp): Promise<void>;
  hangUp(): void;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<void>;
  /** /proc/PID/status. */
  procStatus(): string;
  /** Sends SIGTERM, and tells how long it took and what the exit code was. */
  terminate(): Promise<{ code: number; tookMs: number }>;
}

/** Runs the daemon against a server that it checks in with every second. Tools are those of this machine and `tools`. */
async function withDaemon(
  { tools = {}, silent = false }: { tools?: Record<string, string>; silent?: boolean },
  use: (running: Running) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    // A daemon that is killed would leave its lldpad behind.
    for (const [name, script] of Object.entries({ lldpad: "exit 1", ...tools })) {
      await writeTool(join(folder, name), script);
    }
    const server = startHanlonServer({
      clientConfig: { ...DEFAULT_CLIENT_CONFIG, mk_checkin_interval: 1, mk_log_level: "Logger::INFO" },
      // The store that takes the fewest names of facts.
      mongo: true,
      ...(silent ? { intercept: () => new Promise<undefined>(() => {}) } : {}),
    });
    const config = { ...server.paths, mk_checkin_interval: 1, mk_checkin_skew: 0, mk_log_level: "Logger::INFO" };
    const configFile = join(folder, "mk_conf.yaml");
    Deno.writeTextFileSync(configFile, Object.entries(config).map(([key, value]) => `${key}: ${value}\n`).join(""));
    const child = new Deno.Command(PROGRAM, {
      args: [...PROGRAM_WORDS, "--config", configFile, "--state-dir", folder],
      env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let stderr = "";
    const reading = (async () => {
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) stderr += text;
    })();
    try {
      await use({
        server,
        folder,
        stderr: () => stderr,
        says: (pattern) => until(() => pattern.test(stderr), () => `no ${pattern} in:\n${stderr}`),
        hangUp: () => child.kill("SIGHUP"),
        async kill() {
          child.kill("SIGKILL");
          await child.status;
        },
        procStatus: () => Deno.readTextFileSync(`/proc/${child.pid}/status`),
        async terminate() {
          const started = performance.now();
          child.kill("SIGTERM");
          const { code } = await child.status;
          return { code, tookMs: performance.now() - started };
        },
      });
    } finally {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await child.status;
      await reading;
      // Silent requests of the server would keep it.
      await Promise.race([server.shutdown(), new Promise((resolve) => setTimeout(resolve, 200))]);
    }
  });
}

async function until(isTrue: () => boolean, otherwise: () => string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function endsWell({ terminate, stderr }: Running): Promise<void> {
  const { code, tookMs } = await terminate();
  assertEquals(code, 0, stderr());
  assertLess(tookMs, 1_000 * slowness());
  assertMatch(stderr(), / INFO +ended\n$/);
}

Deno.test("the daemon ends within a second of SIGTERM while it sleeps", async () => {
  await withDaemon({}, async (running) => {
    await running.says(/registered node=/);
    await running.says(/check-in command=acknowledge/);
    await endsWell(running);
  });
});

Deno.test("the daemon ends within a second of SIGTERM while the server is silent", async () => {
  await withDaemon({ silent: true }, async (running) => {
    await running.says(/configuration/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await endsWell(running);
  });
});

Deno.test("the daemon goes on while a tool hangs, ends within a second of SIGTERM, and takes the tool with it", async () => {
  const hangs = 'echo $$ >"$(dirname "$0")/pid"; exec sleep 1000';
  await withDaemon({ tools: { lshw: hangs } }, async (running) => {
    await until(() => running.server.exchanges.length >= 3, running.stderr);
    assert(running.server.exchanges.every(({ command }) => command === "register"), "registered while lshw hangs");
    const pid = Number(Deno.readTextFileSync(join(running.folder, "pid")));
    assert(await isThere(pid));
    await endsWell(running);
    await until(() => !isThereSync(pid), () => `lshw (${pid}) is still there`);
  });
});

Deno.test("the daemon ends within a second of SIGTERM while nobody takes its command from the FIFO", async () => {
  await withDaemon({}, async (running) => {
    await running.says(/registered node=/);
    const fifo = join(running.folder, "cmd-channels/node-state-channel");
    Deno.mkdirSync(join(running.folder, "cmd-channels"));
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    const holder = new Deno.Command("sh", { args: ["-c", 'exec 3<>"$0"; exec sleep 100', fifo] }).spawn();
    const isOpen = () => [...Deno.readDirSync(`/proc/${holder.pid}/fd`)].some(({ name }) => name === "3");
    await until(isOpen, () => "nobody has the FIFO open");
    for (const id of running.server.nodes[0]!.hwIds) running.server.settings.overrides.set(id, "reboot");
    await running.says(/the server says reboot: written to/);
    await endsWell(running);
    holder.kill();
    await holder.status;
  });
});

Deno.test("the daemon goes on after a SIGHUP that comes while it is starting", async () => {
  await withDaemon({}, async (running) => {
    // The first line of its log is the first that is seen of it after it listens to signals.
    await running.says(/\n/);
    running.hangUp();
    await running.says(/registered node=/);
    await endsWell(running);
  });
});

Deno.test("the daemon reads its configuration again on SIGHUP", async () => {
  await withDaemon({}, async (running) => {
    await running.says(/registered node=/);
    const file = join(running.folder, "mk_conf.yaml");
    Deno.writeTextFileSync(file, `${Deno.readTextFileSync(file)}mk_collect_interval: 300\n`);
    running.hangUp();
    await running.says(/reading the configuration again/);
    await running.says(/another configuration/);
    await endsWell(running);
  });
});

/** What `--status` ends with and prints. */
async function status(folder: string, ...more: string[]): Promise<{ code: number; text: string }> {
  const args = [...PROGRAM_WORDS, "--status", "--state-dir", folder, ...more];
  const { code, stdout } = await new Deno.Command(PROGRAM, { args }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

Deno.test("--status finds the daemon well as long as it runs and checks in", async () => {
  await withDaemon({}, async (running) => {
    await running.says(/check-in command=acknowledge/);
    const well = await status(running.folder);
    assertEquals(well.code, 0, well.text);
    const asJson = JSON.parse((await status(running.folder, "--format", "json")).text);
    assertEquals([asJson.isWell, asJson.isRunning, asJson.lastCheckin.command], [true, true, "acknowledge"]);
    const file = join(running.folder, "status.json");
    const written = JSON.parse(Deno.readTextFileSync(file));
    written.lastCheckin.at = new Date(Date.now() - 3 * 5_000).toISOString();
    await endsWell(running);
    const ended = await status(running.folder);
    assertEquals(ended.code, 4, ended.text);
    assertMatch(ended.text, /^verdict +does not run: process \d+ has ended$/m);
    // Of a folder whose daemon is not known to run or not.
    Deno.removeSync(join(running.folder, "daemon.lock"));
    Deno.writeTextFileSync(file, JSON.stringify(written));
    const late = await status(running.folder);
    assertEquals(late.code, 4, late.text);
    assertMatch(late.text, /^verdict +does not check in: nothing within 3 intervals of 5 s$/m);
  });
});

Deno.test("the image's health check finds a daemon that was killed ill within two intervals, and --status at once", async () => {
  const dockerfile = Deno.readTextFileSync(new URL("../../Dockerfile", import.meta.url)).replaceAll("\\\n", "");
  const [, command] = /^HEALTHCHECK .*? CMD (.*)$/m.exec(dockerfile)!;
  await withDaemon({}, async (running) => {
    const isHealthy = () => {
      const args = ["-c", command!.replaceAll("/tmp/", `${running.folder}/`)];
      return new Deno.Command("sh", { args, stderr: "null" }).outputSync().success;
    };
    await running.says(/check-in command=acknowledge/);
    await until(isHealthy, () => "not healthy although it checks in");
    const [, seconds] = /^mk_checkin_interval: (\d+)$/m.exec(
      Deno.readTextFileSync(join(running.folder, "mk_conf.yaml")),
    )!;
    await running.kill();
    const killed = performance.now();
    assertMatch((await status(running.folder)).text, /^verdict +does not run/m);
    await until(() => !isHealthy(), () => "still healthy");
    // 6 s are granted to a request; of longer intervals that is a part.
    assertLess(performance.now() - killed, (Number(seconds) + 7) * 1000);
  });
});

Deno.test("a second daemon on one state folder is warned of", async () => {
  await withDaemon({}, async (running) => {
    await running.says(/check-in command=acknowledge/);
    const args = [...PROGRAM_WORDS, "--config", join(running.folder, "mk_conf.yaml")];
    const second = new Deno.Command(PROGRAM, {
      args: [...args, "--state-dir", running.folder],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let said = "";
    for await (const text of second.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.includes("another daemon uses this state folder")) break;
    }
    second.kill("SIGTERM");
    await second.status;
    assertMatch(said, new RegExp(`${running.folder}: another daemon uses this state folder`));
    // The first is still known to run.
    assertEquals(JSON.parse((await status(running.folder, "--format", "json")).text).isRunning, true);
  });
});

Deno.test("--once --obey ends with 6 where the host does not take the command", async () => {
  const reboot = { errcode: 0, response: { command_name: "reboot" } };
  const intercept = ({ method }: Request) => method === "GET" ? Response.json(reboot) : undefined;
  const server = startHanlonServer({ intercept });
  await withFolder(async (folder) => {
    for (const [option, expected] of [["--log-level=INFO", 0], ["--obey", 6]] as const) {
      const args = ["--once", option, "--server", server.url, "--state-dir", folder];
      const { code, stderr } = await new Deno.Command(PROGRAM, {
        args: [...PROGRAM_WORDS, ...args],
        env: { PATH: folder },
      }).output();
      assertEquals(code, expected, new TextDecoder().decode(stderr));
    }
  });
  await server.shutdown();
});

function isThereSync(pid: number): boolean {
  try {
    // A zombie is gone but for its parent, which is init or this test's own.
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
