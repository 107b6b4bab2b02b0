/** What goes wrong on the machine itself: configuration, state folder, the host's FIFO. The daemon goes on. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { statusText } from "../../checkin/cli/modes/status.ts";
import { canMount, withReadOnly, withSmallFolder } from "./mounts.ts";
import { type Agent, configText, startAgent, UUID } from "./agent.ts";

const MINUTE = 60_000;
const registrations = (agent: Agent) => agent.requests().filter((what) => what === "register 201").length;

const BAD_CONFIGS: [string, string | null, RegExp][] = [
  ["is missing", null, /mk_conf\.yaml: does not exist/],
  ["is empty", "", /mk_conf\.yaml: found nothing, expected lines/],
  ["is not YAML", "a: [1\nb: }", /mk_conf\.yaml: is not YAML/],
  ["lacks a key", configText({ mk_uri: undefined }), /mk_uri: found nothing, expected an http/],
  [
    "has an address that is none",
    configText({ mk_uri: "hanlon.test:8026" }),
    /mk_uri: found "hanlon\.test:8026", expected an http/,
  ],
  [
    "names a file that is not there",
    configText({ mk_uri: "https://h", mk_ca_file: "/no/ca.pem" }),
    /mk_ca_file: \/no\/ca\.pem: does not exist/,
  ],
];
for (const [what, text, says] of BAD_CONFIGS) {
  Deno.test(`runDaemon() waits while mk_conf.yaml ${what}, and says so once`, async () => {
    await using agent = await startAgent({ configText: text });
    await agent.clock.advance(10 * MINUTE);
    assertEquals(agent.requests(), []);
    const said = agent.lines.filter((line) => says.test(line));
    assertEquals(said.length, 1, agent.lines.join("\n"));
    assertMatch(said[0]!, /ERROR .*; waiting for it/);
    const { isWell, text: status } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
    assertEquals(isWell, false);
    assertMatch(status, /server +none: no configuration yet\n/);
    assertMatch(status, says);
    agent.writeConfig(configText());
    await agent.clock.advance(6_000);
    assertEquals(agent.requests(), ["checkin register", "register 201"]);
    assertEquals(agent.state.readStatus().value?.startedAt, "2026-01-01T00:00:00.000Z");
  });
}

Deno.test("runDaemon() looks for a configuration at once on SIGHUP", async () => {
  await using agent = await startAgent({ configText: null });
  await agent.clock.advance(100);
  agent.writeConfig(configText());
  agent.reload();
  await agent.clock.advance(100);
  assertEquals(agent.requests(), ["checkin register", "register 201"]);
});

Deno.test("runDaemon() takes a configuration that was replaced, at the next check-in or on SIGHUP", async () => {
  await using agent = await startAgent({ hanlon: { clientConfig: {} } });
  await agent.clock.advance(MINUTE + 1);
  agent.writeConfig(configText({ mk_checkin_interval: 600, mk_fact_excl_pattern: "(^fqdn$)" }));
  await agent.clock.advance(MINUTE);
  assertEquals(registrations(agent), 2);
  assert(!("fqdn" in agent.attributes()));
  const before = agent.requests().length;
  agent.writeConfig(configText({ mk_checkin_interval: 30 }));
  agent.reload();
  await agent.clock.advance(MINUTE);
  assert(agent.requests().length >= before + 3, agent.requests(before).join());
});

Deno.test("runDaemon() keeps the last good configuration where it is replaced by a bad one", async () => {
  await using agent = await startAgent({ hanlon: { clientConfig: {} } });
  await agent.clock.advance(MINUTE + 1);
  agent.writeConfig("nonsense");
  await agent.clock.advance(10 * MINUTE);
  assertEquals(agent.requests().filter((what) => what.startsWith("checkin")).length, 12);
  const said = agent.lines.filter((line) => line.includes("the last good one stays in force"));
  assertEquals(said.length, 1);
  assertMatch(said[0]!, /mk_conf\.yaml: found "nonsense"/);
  assertMatch(agent.state.readStatus().value!.lastError!.message, /mk_conf\.yaml: found "nonsense"/);
  for (const text of [configText(), "nonsense"]) {
    agent.writeConfig(text);
    await agent.clock.advance(MINUTE);
  }
  assertEquals(agent.lines.filter((line) => line.includes("the last good one stays in force")).length, 2);
});

Deno.test("runDaemon() keeps the server's settings where they cannot be written back", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  Deno.removeSync(join(agent.folder, "mk_conf.yaml"));
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: 30 };
  await agent.clock.advance(10 * MINUTE);
  assertEquals(agent.lines.filter((line) => line.includes("changed the configuration")).length, 1);
  assertEquals(agent.lines.filter((line) => line.includes("not written back")).length, 1);
  assert(agent.requests().length > 18, String(agent.requests().length));
});

const STATE_FILES = ["first_checkin.yaml", "prev_facts.yaml", "identity.json", "last_good.json", "status.json"];
const DAMAGES: [string, (text: string) => Uint8Array][] = [
  ["empty", () => new Uint8Array()],
  ["cut", (text) => new TextEncoder().encode(text.slice(0, text.length / 2))],
  ["binary", () => crypto.getRandomValues(new Uint8Array(5_000))],
];
for (const [damage, damaged] of DAMAGES) {
  Deno.test(`runDaemon() starts with every state file ${damage}`, async () => {
    for (const name of STATE_FILES) {
      const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
      const path = join(folder, name);
      {
        Deno.writeTextFileSync(join(folder, "first_checkin.yaml"), "--- true\n");
        await using agent = await startAgent({ folder });
        await agent.clock.advance(MINUTE + 1);
        assertEquals(registrations(agent), 1);
      }
      Deno.writeFileSync(path, damaged(Deno.readTextFileSync(path)));
      {
        await using agent = await startAgent({ folder });
        await agent.clock.advance(2 * MINUTE);
        assertEquals(registrations(agent), 1, `${name}: ${agent.lines.join("\n")}`);
        assert(!agent.lines.some((line) => line.includes("internal error")), agent.lines.join("\n"));
        const named = agent.lines.filter((line) => line.includes("WARN") && line.includes(path));
        if (damage === "binary") assertEquals(named.length, 1, `${name}: ${agent.lines.join("\n")}`);
      }
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function run(...argv: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(argv[0]!, { args: argv.slice(1), stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    return false;
  }
}

for (const what of ["full", "read-only"]) {
  Deno.test({
    name: `runDaemon() goes on with a state folder that is ${what}, and says so once`,
    ignore: !canMount,
    async fn() {
      const use = async (folder: string) => {
        const hanlon = { clientConfig: { mk_checkin_interval: 30 } };
        await using agent = await startAgent({ folder, configText: null, hanlon });
        // Three collections: what cannot be written then is not said anew each time.
        await agent.clock.advance(25 * MINUTE);
        assertEquals(registrations(agent), 1);
        assert(agent.requests().length > 10, agent.requests().join());
        const says = what === "full" ? /no space left/ : /file system is read-only/;
        const said = agent.lines.filter((line) => says.test(line) && line.includes("nothing is remembered"));
        assert(said.length >= 1, agent.lines.join("\n"));
        const files = said.map((line) => line.replace(/^\S+/, ""));
        assertEquals(new Set(files).size, files.length, said.join("\n"));
      };
      await withSmallFolder(async (folder, fill) => {
        Deno.writeTextFileSync(join(folder, "mk_conf.yaml"), configText());
        if (what === "read-only") return await withReadOnly(folder, use);
        await fill();
        await use(folder);
      });
    },
  });
}

/**
 * An agent that the server has told to reboot for so many minutes, and what was written to the FIFO. What `prepare` gives
 * waits until the host is ready for another command.
 */
async function commanded(
  prepare: (folder: string) => Promise<void | (() => Promise<void>)>,
  minutes: number,
  use: (agent: Agent) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const ready = await prepare(folder);
  {
    await using agent = await startAgent({ folder, hanlon: { clientConfig: { mk_checkin_interval: 20 } } });
    await agent.clock.advance(30_000);
    agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "reboot");
    for (let interval = 0; interval < 3 * minutes; interval++) {
      await agent.clock.advance(20_000);
      await ready?.();
    }
    assert(agent.requests().filter((what) => what === "checkin reboot").length >= 2 * minutes, "it does not go on");
    await use(agent);
  }
  await Deno.remove(folder, { recursive: true });
}

const fifo = async (folder: string) => {
  Deno.mkdirSync(join(folder, "cmd-channels"));
  await run("mkfifo", join(folder, "cmd-channels/node-state-channel"));
};

Deno.test("runDaemon() writes reboot to the host's FIFO, at most once in 30 s, and complains when nothing comes of it", async () => {
  // The host's script, with a reboot that takes its time and comes to nothing. It says when it reads.
  const loop = 'while : >"$1"; read -r line <"$0"; do rm "$1"; echo "$line" >>"$2"; sleep 0.02; done';
  const saidIn = (folder: string) =>
    existsSync(join(folder, "said")) ? Deno.readTextFileSync(join(folder, "said")) : "";
  let reader: Deno.ChildProcess | undefined;
  let ready = () => Promise.resolve();
  await commanded(
    async (folder) => {
      await fifo(folder);
      const [reads, said] = [join(folder, "reads"), join(folder, "said")];
      const args = ["-c", loop, join(folder, "cmd-channels/node-state-channel"), reads, said];
      reader = new Deno.Command("sh", { args }).spawn();
      ready = async () => {
        // Once more, for it to open the FIFO behind that.
        do await new Promise((resolve) => setTimeout(resolve, 20)); while (!existsSync(join(folder, "reads")));
      };
      await ready();
      return ready;
    },
    4,
    async (agent) => {
      const written = agent.lines.flatMap((line) =>
        /^(\S+) INFO +the server says reboot: written to/.exec(line)?.[1] ?? []
      );
      assert(written.length >= 3, agent.lines.join("\n"));
      for (let i = 1; i < written.length; i++) assert(Date.parse(written[i]!) - Date.parse(written[i - 1]!) >= 30_000);
      assert(agent.lines.some((line) => /ERROR .*given 3 reboot or poweroff commands/.test(line)));
      assertMatch(agent.state.readStatus().value!.lastError!.message, /given \d reboot or poweroff commands/);
      const expected = "reboot\n".repeat(written.length);
      // What was written last may still be on its way through the FIFO.
      const deadline = performance.now() + 20_000;
      while (saidIn(agent.folder).length < expected.length && performance.now() < deadline) await ready();
      reader!.kill();
      await reader!.status;
      assertEquals(saidIn(agent.folder), expected);
    },
  );
});

const NO_FIFO: [string, (folder: string) => Promise<void>, RegExp][] = [
  ["is not there", () => Promise.resolve(), /there is no .*node-state-channel/],
  ["is read by nobody", fifo, /nobody on the host reads/],
  ["is a regular file", (folder) => {
    Deno.mkdirSync(join(folder, "cmd-channels"));
    return Deno.writeTextFile(join(folder, "cmd-channels/node-state-channel"), "");
  }, /is not a FIFO/],
];
for (const [what, prepare, says] of NO_FIFO) {
  Deno.test(`runDaemon() goes on where the host's FIFO ${what}, and tries again`, async () => {
    await commanded(prepare, 2, (agent) => {
      const said = agent.lines.filter((line) => says.test(line));
      assert(said.length >= 4 && said.every((line) => line.includes("ERROR")), agent.lines.join("\n"));
      assertMatch(agent.state.readStatus().value!.lastError!.message, says);
      const info = Deno.lstatSync(agent.folder);
      assert(info.isDirectory);
      if (what === "is not there") assert(!existsSync(join(agent.folder, "cmd-channels")), "the agent made a FIFO");
      if (what === "is a regular file") {
        assertEquals(Deno.readTextFileSync(join(agent.folder, "cmd-channels/node-state-channel")), "");
      }
    });
  });
}

function existsSync(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}
