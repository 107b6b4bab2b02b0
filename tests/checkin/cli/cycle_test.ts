/** One cycle by hand, against a real server. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { systemClock } from "../../../checkin/clock.ts";
import { configForServer } from "../../../checkin/config/mod.ts";
import type { OnceDeps } from "../../../checkin/environment.ts";
import { createLogger, type Logger } from "../../../checkin/log.ts";
import { type OnceResult, runOnce } from "../../../checkin/cli/cycle.ts";
import { createPowerChannel, type PowerChannel } from "../../../checkin/power.ts";
import { openState } from "../../../checkin/state/mod.ts";
import { type HanlonServer, type HanlonServerOptions, startHanlonServer } from "../../hanlon_server.ts";
import { configText, fileHost, machineFiles, partsOf, UUID, without } from "../agent.ts";

const PARTS = partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" });

interface Once {
  server: HanlonServer;
  folder: string;
  lines: string[];
  /** Runs a cycle. */
  run(options?: Partial<OnceDeps>): Promise<OnceResult>;
  /** What the server answered since it was last asked. */
  told(): string[];
}

async function withServer(options: HanlonServerOptions, use: (once: Once) => Promise<void>): Promise<void> {
  const server = startHanlonServer(options);
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const lines: string[] = [];
  let seen = 0;
  try {
    await use({
      server,
      folder,
      lines,
      run: (given = {}) =>
        runOnce({
          host: fileHost(machineFiles()),
          clock: systemClock,
          random: Math.random,
          fetch,
          log: createLogger({ write: (line) => lines.push(line.trimEnd()), level: "ERROR" }),
          state: openState(folder),
          agentVersion: "4.0.0",
          config: { config: configForServer(server.url) },
          signal: new AbortController().signal,
          collectParts: () => Promise.resolve(PARTS),
          ...given,
        }),
      told() {
        const news = server.exchanges.slice(seen);
        seen = server.exchanges.length;
        return news.map(({ command, answer }) => command ?? String(answer?.status));
      },
    });
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A log at INFO, whatever level the server sets. */
function talkative(lines: string[]): Logger {
  const log = createLogger({ write: (line) => lines.push(line.trimEnd()), level: "INFO" });
  return { ...log, setLevel: () => {} };
}

Deno.test("runOnce() registers when it is told to, and not again while nothing changed", async () => {
  await withServer({}, async ({ run, told, server, lines }) => {
    const first = await run();
    assertEquals([first.end, first.command, first.isRegistered], ["done", "register", true]);
    assertEquals(first.collection?.facts.neighbours?.length, 1);
    assertEquals(told(), ["register", "201"]);
    assertEquals(server.nodes[0]!.attributes.mk_ipmi_IP_Address, "10.0.0.9");
    assert(lines.some((line) => line.includes("registered node=")), lines.join("\n"));
    const second = await run();
    assertEquals([second.end, second.command, second.isRegistered], ["done", "acknowledge", false]);
    assertEquals(told(), ["acknowledge"]);
    // Every boot registers at least once.
    const files = machineFiles().set("/proc/sys/kernel/random/boot_id", "22222222-2222-4222-8222-222222222222\n");
    for (const isRegistered of [true, false]) {
      assertEquals((await run({ host: fileHost(files) })).isRegistered, isRegistered);
    }
  });
});

Deno.test("runOnce() registers what changed, and takes no fact away for a source that fails", async () => {
  await withServer({}, async ({ run, told, server }) => {
    await run();
    told();
    const failing = await run({ collectParts: () => Promise.resolve(without(PARTS, "lldptool")) });
    assertEquals(told(), ["acknowledge"]);
    assertEquals(failing.collection?.facts.sources.lldptool?.keptFrom, "2026-01-01T00:00:00Z");
    const lines: string[] = [];
    await run({
      collectParts: () => Promise.resolve(partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" })),
      log: talkative(lines),
    });
    assertEquals(told(), ["acknowledge", "201"]);
    assertEquals(server.nodes[0]!.attributes.lldp_neighbor_portid_eth0, "Ethernet1/18");
    assertMatch(lines.join("\n"), /changed: eth0: switch port leaf-01 Ethernet1\/17 -> Ethernet1\/18$/m);
  });
});

Deno.test("runOnce() tells each server what it was not told, be it that another was, or that the pattern hid it", async () => {
  const clientConfig = { mk_fact_excl_pattern: "(^fqdn$)" };
  await withServer(
    {},
    ({ server: other, told: toldOther }) =>
      withServer({ clientConfig }, async ({ run, told, server }) => {
        const config = { config: configForServer(other.url) };
        const collectParts = () => Promise.resolve(partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" }));
        for (const options of [{}, { config }, { collectParts }, { config, collectParts }]) await run(options);
        assertEquals(told(), ["register", "201", "acknowledge", "201"]);
        assertEquals(toldOther(), ["register", "201", "acknowledge", "201"]);
        await run({ collectParts });
        assert(!("fqdn" in server.nodes[0]!.attributes));
        server.settings.clientConfig = {};
        await run({ collectParts });
        assertEquals(server.nodes[0]!.attributes.fqdn, "node7");
      }),
  );
});

Deno.test("runOnce() still owes the next time what it could not register", async () => {
  let status = 0;
  const intercept = (request: Request) => {
    const isRefused = status !== 0 && request.method === "POST";
    return isRefused ? new Response("no room", { status }) : undefined;
  };
  await withServer({ intercept, registerTimeout: -1 }, async ({ run, told, server, folder }) => {
    await run();
    // The server takes every check-in for one after a silence, and says register.
    status = 500;
    assertEquals((await run()).end, "server");
    // A signal that comes while the tools run, when the server has said register.
    const state = openState(folder);
    const interrupted = async () => {
      const stop = new AbortController();
      const collectParts = async () => {
        while (state.readRegistered().value !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
        stop.abort();
        return PARTS;
      };
      await run({ signal: stop.signal, collectParts });
    };
    await interrupted();
    told();
    server.settings.registerTimeout = 120;
    status = 0;
    assertEquals((await run()).isRegistered, true);
    assertEquals(told(), ["acknowledge", "201"]);
    assertEquals((await run()).isRegistered, false);
    server.settings.registerTimeout = -1;
    await interrupted();
    server.settings.registerTimeout = 120;
    assertEquals((await run()).isRegistered, true);
  });
});

Deno.test("runOnce() registers where the daemon still owes it", async () => {
  await withServer({}, async ({ run, told, folder }) => {
    await run();
    const owing = { agentVersion: "4.0.0", pid: 7, startedAt: "2026-01-01T00:00:00Z", intervalSeconds: 60 };
    openState(folder).writeStatus({ ...owing, isRegistrationPending: true });
    told();
    assertEquals((await run()).isRegistered, true);
    assertEquals(told(), ["acknowledge", "201"]);
  });
});

Deno.test("runOnce() reports a reboot, and carries it out only if told to obey", async () => {
  await withServer({}, async ({ run, server, folder, lines }) => {
    await run();
    server.settings.overrides.set(UUID.toUpperCase(), "reboot");
    assertEquals((await run()).command, "reboot");
    assert(
      lines.some((line) => line.includes("reboot: not carried out, because --obey is not given")),
      lines.join("\n"),
    );
    lines.length = 0;
    const power = createPowerChannel(openState(folder), systemClock, undefined);
    assertEquals((await run({ power })).end, "host");
    assertMatch(lines.join("\n"), /ERROR reboot: not carried out, there is no .*node-state-channel/);
  });
});

Deno.test("runOnce() told to obey hands the host nothing but a reboot or poweroff, and is done when it is taken", async () => {
  await withServer({}, async ({ run, server }) => {
    const sent: string[] = [], lines: string[] = [];
    const power: PowerChannel = {
      send: (command) => {
        sent.push(command);
        return { outcome: "written", message: `${command}: written` };
      },
      unanswered: 0,
    };
    const log = talkative(lines);
    for (const command of ["register", "acknowledge", "resetnow", "poweroff"]) {
      server.settings.overrides.set(UUID.toUpperCase(), command);
      assertEquals((await run({ power, log })).end, "done", command);
    }
    assertEquals(sent, ["poweroff"]);
    assertMatch(lines.join("\n"), /WARN +resetnow: means nothing here, ignored$/m);
    assertMatch(lines.join("\n"), /poweroff: written$/m);
  });
});

Deno.test("runOnce() gives the facts, and says so, where the server is away, refuses, or is none", async () => {
  const cases: [HanlonServerOptions["intercept"], RegExp][] = [
    [() => new Response("<html>", { headers: { "content-type": "text/html" } }), /check-in failed: .*a page \(HTML\)/],
    [() => new Response("Not Found", { status: 404 }), /check-in refused: HTTP 404: Not Found/],
    [
      (request) => request.method === "POST" ? new Response("", { status: 503 }) : undefined,
      /registration failed: HTTP 503/,
    ],
  ];
  for (const [intercept, says] of cases) {
    await withServer({ intercept }, async ({ run, lines }) => {
      const result = await run();
      assertEquals([result.end, result.isRegistered, result.collection !== undefined], ["server", false, true]);
      assertMatch(lines.join("\n"), says);
    });
  }
});

Deno.test("runOnce() takes settings from the server, and writes them back into the file that it was given", async () => {
  const clientConfig = { mk_checkin_interval: 77, mk_fact_excl_pattern: "(^fqdn$)" };
  await withServer({ clientConfig }, async ({ run, folder, server }) => {
    const file = join(folder, "mk_conf.yaml");
    Deno.writeTextFileSync(file, configText({ mk_uri: server.url }));
    const { attributes } = await run({ config: { file } });
    assertMatch(Deno.readTextFileSync(file), /^mk_checkin_interval: 77$/m);
    assert(!("fqdn" in server.nodes[0]!.attributes));
    // What --format attributes prints is what the server has got, whatever the pattern was before.
    assertEquals(attributes as unknown, server.nodes[0]!.attributes);
  });
});

Deno.test("runOnce() sends the facts to mk_facts_uri too, and fails where that fails", async () => {
  const received: unknown[] = [];
  let status = 200;
  const intercept = async (request: Request) => {
    if (new URL(request.url).pathname !== "/inventory") return undefined;
    received.push(await request.json());
    return new Response(null, { status });
  };
  await withServer({ intercept }, async ({ run, server, folder }) => {
    const file = join(folder, "mk_conf.yaml");
    Deno.writeTextFileSync(file, configText({ mk_uri: server.url, mk_facts_uri: `${server.url}/inventory` }));
    assertEquals((await run({ config: { file } })).end, "done");
    assertEquals((received[0] as { schemaVersion: number }).schemaVersion, 2);
    status = 507;
    const moved = () => Promise.resolve(partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" }));
    const result = await run({ config: { file }, collectParts: moved });
    assertEquals([result.end, result.isRegistered], ["server", true]);
    status = 200;
    assertEquals((await run({ config: { file }, collectParts: moved })).end, "done");
    assertEquals(received.length, 3);
    // A fact that is no attribute: nobody but the inventory is told, and that once.
    const heard = async () => {
      const parts = await moved();
      const { value } = parts.lldptool!;
      const verdicts = [{ interface: "eth0", verdict: "neighbour" as const }];
      return { ...parts, lldptool: { ...parts.lldptool!, value: { ...value!, verdicts } } };
    };
    for (let n = 0; n < 2; n++) {
      const { end, isRegistered } = await run({ config: { file }, collectParts: heard });
      assertEquals([end, isRegistered], ["done", false]);
    }
    assertEquals(received.length, 4);
  });
});

Deno.test("runOnce() ends where there is no configuration", async () => {
  await withServer({}, async ({ run, folder, told }) => {
    assertEquals(await run({ config: { file: join(folder, "none.yaml") } }), {
      end: "configuration",
      isRegistered: false,
    });
    assertEquals(told(), []);
  });
});
