/** The daemon's conversation, minute by minute, on a clock that a test makes go. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { acknowledge, machineFiles, partsOf, startAgent, UUID, without } from "./agent.ts";

const MINUTE = 60_000;
const PARTS = partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" });

Deno.test("runDaemon() checks in at once, registers when the facts are there, and goes on every interval", async () => {
  await using agent = await startAgent({
    collect: async (_n, clock) => {
      await clock.sleep(15_000);
      return PARTS;
    },
  });
  await agent.clock.advance(100);
  assertEquals(agent.requests(), ["checkin register"]);
  await agent.clock.advance(15_000);
  assertEquals(agent.requests(1), ["register 201"]);
  assertEquals(agent.attributes().mk_ipmi_IP_Address, "10.0.0.9");
  await agent.clock.advance(3 * MINUTE);
  assertEquals(agent.requests(2), ["checkin acknowledge", "checkin acknowledge", "checkin acknowledge"]);
  assertEquals(agent.hanlon.exchanges.slice(2).map(({ at }) => at), [60, 120, 180]);
  assertEquals(agent.collections(), 1);
});

Deno.test("runDaemon() sleeps the skew once", async () => {
  await using agent = await startAgent({ config: { mk_checkin_skew: 30 } });
  await agent.clock.advance(10 * MINUTE);
  const times = agent.hanlon.exchanges.filter(({ method }) => method === "GET").map(({ at }) => at);
  assert(times[0]! > 0 && times[0]! <= 30);
  assertEquals(times, times.map((_, i) => times[0]! + 60 * i));
});

Deno.test("runDaemon() goes on checking in while a tool hangs, and registers at the end with what there is", async () => {
  await using agent = await startAgent({
    collect: async (_n, clock) => {
      await clock.sleep(9 * MINUTE);
      return without(PARTS, "lldptool");
    },
  });
  await agent.clock.advance(8.5 * MINUTE);
  assertEquals(agent.requests(), Array(9).fill("checkin register"));
  assertEquals(agent.lines.filter((line) => line.includes("the server says register")).length, 1);
  await agent.clock.advance(MINUTE);
  assert(agent.requests().includes("register 201"));
  assertEquals(agent.collections(), 1);
  assertMatch(agent.lines.join("\n"), /WARN +lldptool: timeout$/m);
});

Deno.test("runDaemon() ignores commands that it does not know", async () => {
  // At the level that a server has.
  await using agent = await startAgent({ hanlon: { clientConfig: { mk_log_level: "Logger::ERROR" } } });
  await agent.clock.advance(MINUTE + 1);
  const said = () =>
    agent.lines.filter((line) => line.includes('"resetnow", which means nothing here: ignored')).length;
  for (let n = 1; n < 3; n++) {
    agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "resetnow");
    await agent.clock.advance(5 * MINUTE);
    assertEquals([agent.requests().at(-1), said()], ["checkin resetnow", n]);
    agent.hanlon.settings.overrides.clear();
    await agent.clock.advance(5 * MINUTE);
  }
});

Deno.test("runDaemon() says first_checkin until it is done", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  Deno.writeTextFileSync(join(folder, "first_checkin.yaml"), "--- true\n");
  const seen: (string | null)[] = [];
  {
    await using agent = await startAgent({
      folder,
      intercept: (request) => {
        if (request.method === "GET") seen.push(new URL(request.url).searchParams.get("first_checkin"));
        return undefined;
      },
    });
    await agent.clock.advance(2 * MINUTE);
    assertEquals(Deno.readTextFileSync(join(agent.folder, "first_checkin.yaml")), "--- false\n");
  }
  assertEquals(seen, ["true", null, null]);
  Deno.writeTextFileSync(join(folder, "first_checkin.yaml"), "--- true\n");
  {
    await using agent = await startAgent({
      folder,
      collect: (_n, clock, signal) => clock.sleep(9 * MINUTE, signal).then(() => PARTS),
      intercept: (request) => {
        seen.push(new URL(request.url).searchParams.get("first_checkin"));
        return acknowledge();
      },
    });
    await agent.clock.advance(MINUTE);
  }
  assertEquals(seen.slice(3), ["true", null]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() writes down what it last did", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 500);
  const status = agent.state.readStatus().value!;
  assertEquals(status.server, "http://hanlon.test:8026");
  assertEquals(status.intervalSeconds, 60);
  assertEquals(status.lastCheckin, { at: "2026-01-01T00:01:00.000Z", command: "acknowledge" });
  assertEquals(status.lastRegistration, { at: "2026-01-01T00:00:00.000Z" });
  assertEquals([status.isRegistrationPending, status.isDeliveryPending, status.lastError], [
    false,
    undefined,
    undefined,
  ]);
});

Deno.test("runDaemon() is not moved by a wall clock that is stepped by a day", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  agent.clock.step(86_400_000);
  await agent.clock.advance(2 * MINUTE);
  agent.clock.step(-2 * 86_400_000);
  await agent.clock.advance(2 * MINUTE);
  const times = agent.hanlon.exchanges.filter(({ method }) => method === "GET").map(({ at }) => at);
  assertEquals(times, [0, 60, 120, 180, 240, 300]);
});

Deno.test("runDaemon() looks for an identity until there is one", async () => {
  const files = machineFiles();
  files.delete("/sys/class/dmi/id/product_uuid");
  files.delete("/sys/class/net/eth0/address");
  await using agent = await startAgent({ files });
  await agent.clock.advance(MINUTE + 1);
  assertEquals(agent.requests(), []);
  assertEquals(agent.lines.filter((line) => line.includes("neither a uuid nor a MAC")).length, 1);
  files.set("/sys/class/net/eth0/address", "52:54:00:12:34:56\n");
  await agent.clock.advance(MINUTE / 6);
  assertEquals(agent.requests(), ["checkin register", "register 201"]);
  assertEquals(agent.hanlon.nodes[0]!.hwIds, ["525400123456"]);
});

Deno.test("runDaemon() goes on every interval after an error that should never happen", async () => {
  let thrown = 0, isBroken = false;
  const files = new class extends Map<string, string> {
    override get(path: string): string | undefined {
      if (isBroken && thrown++ < 100) throw new Error("out of luck");
      return super.get(path);
    }
  }(machineFiles());
  files.delete("/sys/class/dmi/id/product_uuid");
  files.delete("/sys/class/net/eth0/address");
  await using agent = await startAgent({ files });
  await agent.clock.advance(1_000);
  isBroken = true;
  await agent.clock.advance(5 * MINUTE);
  const said = agent.lines.filter((line) => line.includes("internal error while checking in: Error: out of luck"));
  assert(said.length >= 4 && said.length <= 6, agent.lines.join("\n"));
  isBroken = false;
  files.set("/sys/class/net/eth0/address", "52:54:00:12:34:56\n");
  await agent.clock.advance(MINUTE);
  assert(agent.requests().includes("register 201"), agent.requests().join());
});

Deno.test("runDaemon() obeys Retry-After", async () => {
  let requests = 0;
  await using agent = await startAgent({
    intercept: () => ++requests === 1 ? new Response("", { status: 503, headers: { "retry-after": "40" } }) : undefined,
  });
  await agent.clock.advance(40_000);
  assertEquals(requests, 1);
  await agent.clock.advance(11_000);
  assertEquals(agent.requests()[0], "checkin register");
});

Deno.test("runDaemon() says once that a server is away, whatever port or time is in the reason", async () => {
  let n = 0, reason = "reset by port";
  await using agent = await startAgent({
    intercept: () => Promise.reject(new TypeError(`${reason} ${40_000 + n++}`)),
  });
  await agent.clock.advance(20 * MINUTE);
  assertEquals(agent.lines.filter((line) => /unreachable/.test(line)).length, 1, agent.lines.join("\n"));
  reason = "no route";
  await agent.clock.advance(10 * MINUTE);
  const still = agent.lines.filter((line) => /ERROR server still unreachable: .*no route/.test(line));
  assertEquals(still.length, 1, agent.lines.join("\n"));
});

Deno.test("runDaemon() tries a refused check-in again every interval, and says so once", async () => {
  const times: number[] = [];
  await using agent = await startAgent({
    intercept: (request) => {
      if (request.method !== "GET") return undefined;
      times.push(agent.clock.monotonic());
      return new Response("no such path", { status: 404 });
    },
  });
  await agent.clock.advance(3.5 * MINUTE);
  assertEquals(times, [0, MINUTE, 2 * MINUTE, 3 * MINUTE]);
  assertEquals(agent.lines.filter((line) => /ERROR check-in refused: HTTP 404/.test(line)).length, 1);
  assert(!agent.lines.some((line) => line.includes("unreachable")), agent.lines.join("\n"));
  assertEquals(agent.state.readStatus().value?.lastError?.message, "check-in: HTTP 404: no such path");
});

Deno.test("runDaemon() says at any level that it starts, registers for the first time, loses its server, and ends", async () => {
  let isAway = false;
  await using agent = await startAgent({
    level: "FATAL",
    config: { mk_log_level: "Logger::FATAL", mk_collect_interval: 120 },
    hanlon: { clientConfig: {}, registerTimeout: 1e9, nodeExpireTimeout: 1e9 },
    collect: (n) => n === 1 ? PARTS : partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" }),
    intercept: () => isAway ? Promise.reject(new TypeError("connection refused")) : undefined,
  });
  await agent.clock.advance(3.5 * MINUTE);
  assertEquals(agent.requests().filter((what) => what === "register 201").length, 2);
  isAway = true;
  await agent.clock.advance(MINUTE);
  isAway = false;
  await agent.clock.advance(MINUTE);
  await agent.stop();
  const said = agent.lines.map((line) => line.replace(/^\S+ INFO +/, ""));
  const expected = [
    /^started version=4\.0\.0 pid=4242$/,
    /^the server says register$/,
    /^registered node=/,
    /^server unreachable since 2026-01-01T00:04:00\.000Z: .*connection refused$/,
    /^server back after [67]\d s$/,
    /^ended$/,
  ];
  assertEquals(said.length, expected.length, said.join("\n"));
  expected.forEach((pattern, i) => assertMatch(said[i]!, pattern));
});

Deno.test("runDaemon() says how long it waits for its first check-in, where that is long", async () => {
  for (const [mk_checkin_skew, says] of [[5, []], [3_600, [/INFO +first check-in in \d{2,4} s/]]] as const) {
    await using agent = await startAgent({ config: { mk_checkin_skew, mk_log_level: "Logger::ERROR" } });
    await agent.clock.advance(1);
    const lines = agent.lines.filter((line) => line.includes("first check-in"));
    assertEquals(lines.length, says.length);
    for (const [i, pattern] of says.entries()) assertMatch(lines[i]!, pattern);
  }
});
