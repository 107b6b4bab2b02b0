/** The daemon's conversation, minute by minute, on a clock that a test makes go. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { statusText } from "../../checkin/by_hand.ts";
import {
  type Agent,
  type AgentOptions,
  configText,
  machineFiles,
  partsOf,
  startAgent,
  UUID,
  without,
} from "./agent.ts";

const MINUTE = 60_000;
const PARTS = partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" });
const MOVED = partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" });
/** What a server says that knows the node. */
const acknowledge = () => Response.json({ errcode: 0, response: { command_name: "acknowledge" } });

Deno.test("runDaemon() checks in at once, registers when the facts are there, and goes on every interval", async () => {
  await using agent = await startAgent({
    collect: async (_n, clock) => {
      await clock.sleep(15_000);
      return PARTS;
    },
  });
  await agent.clock.advance(100);
  assertEquals(agent.told(), ["checkin register"]);
  await agent.clock.advance(15_000);
  assertEquals(agent.told(1), ["register 201"]);
  assertEquals(agent.attributes().mk_ipmi_IP_Address, "10.0.0.9");
  await agent.clock.advance(3 * MINUTE);
  assertEquals(agent.told(2), ["checkin acknowledge", "checkin acknowledge", "checkin acknowledge"]);
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
  assertEquals(agent.told(), Array(9).fill("checkin register"));
  await agent.clock.advance(MINUTE);
  assert(agent.told().includes("register 201"));
  assertEquals(agent.collections(), 1);
});

Deno.test("runDaemon() does not forget a register that could not be carried out", async () => {
  let isDown = true;
  await using agent = await startAgent({
    intercept: (request) => isDown && request.method === "POST" ? new Response("busy", { status: 503 }) : undefined,
  });
  await agent.clock.advance(MINUTE / 2);
  // The server says register once, and then believes that it was done.
  agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "acknowledge");
  isDown = false;
  await agent.clock.advance(MINUTE);
  assert(agent.told().includes("register 201"), agent.told().join());
});

Deno.test("runDaemon() registers again when the server says so after a gap", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(5 * MINUTE);
  const before = agent.told().length;
  agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "register");
  await agent.clock.advance(MINUTE);
  assertEquals(agent.told(before), ["checkin register", "register 201"]);
  assertEquals(agent.collections(), 2);
});

Deno.test("runDaemon() sends one registration an interval, of one collection, where it is answered 500 for ever", async () => {
  const posts: number[] = [];
  await using agent = await startAgent({
    config: { mk_collect_interval: 86_400 },
    intercept: (request) => {
      if (request.method !== "POST") return;
      posts.push(agent.clock.monotonic());
      const result = { code: 500, type: "Mongo::OperationFailure", description: "disk full" };
      return Response.json({ response: { result } }, { status: 500 });
    },
  });
  await agent.clock.advance(60 * MINUTE);
  assertEquals(agent.collections(), 1);
  assert(posts.length >= 59 && posts.length <= 61, `${posts.length} registrations in an hour`);
  for (let i = 1; i < posts.length; i++) assert(posts[i]! - posts[i - 1]! >= MINUTE, `${posts[i - 1]} ${posts[i]}`);
  const said = agent.lines.filter((line) => line.includes("registration failed"));
  assertEquals(said.length, 1);
  assertMatch(said[0]!, /HTTP 500: disk full \(Mongo::OperationFailure\)/);
});

Deno.test("runDaemon() logs a refused registration once, in the server's words, and tries again every interval", async () => {
  let posts = 0;
  const result = { code: 500, type: "Grape::Exceptions::ValidationErrors", description: "attributes_hash is invalid" };
  await using agent = await startAgent({
    intercept: (request) =>
      request.method === "POST" && ++posts ? Response.json({ response: { result } }, { status: 500 }) : undefined,
  });
  await agent.clock.advance(10 * MINUTE - 1);
  assertEquals(posts, 10);
  assertEquals(agent.lines.filter((line) => line.includes("registration refused")).length, 1);
  assertMatch(agent.lines.find((line) => line.includes("refused"))!, /ERROR .*attributes_hash is invalid/);
});

Deno.test("runDaemon() registers again when a collection finds a change, and names it", async () => {
  await using agent = await startAgent({ collect: (n) => n === 1 ? PARTS : MOVED });
  await agent.clock.advance(9.9 * MINUTE);
  assertEquals(agent.collections(), 1);
  await agent.clock.advance(MINUTE);
  assertEquals(agent.collections(), 2);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/18");
  assert(agent.lines.some((line) => line.endsWith("changed: eth0: switch port leaf-01 Ethernet1/17 -> Ethernet1/18")));
  await agent.clock.advance(30 * MINUTE);
  assertEquals(agent.told().filter((what) => what === "register 201").length, 2);
});

Deno.test("runDaemon() takes no fact away for a source that fails, and says so once", async () => {
  await using agent = await startAgent({ collect: (n) => n === 1 ? PARTS : without(PARTS, "lldptool") });
  await agent.clock.advance(35 * MINUTE);
  assertEquals(agent.collections(), 4);
  assertEquals(agent.told().filter((what) => what === "register 201").length, 1);
  const said = agent.lines.filter((line) => line.includes("lldptool: timeout"));
  assertEquals(said.length, 1);
  assertMatch(said[0]!, /WARN .*its facts of 2026-01-01T00:00:00Z are kept/);
  const { isWell, text } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
  assertEquals(isWell, true);
  assertMatch(
    text,
    /^collected +\d+ s ago .*\nfailing +lldptool: timeout; its facts of .* are kept$/m,
  );
  agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "register");
  await agent.clock.advance(MINUTE);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/17");
});

Deno.test("runDaemon() takes no fact away for a source that fails after a restart", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  for (const parts of [PARTS, without(PARTS, "lldptool")]) {
    // The server of the second run knows nothing of the node, and says register.
    await using agent = await startAgent({ folder, collect: () => parts });
    await agent.clock.advance(MINUTE / 2);
    assertEquals(agent.told(), ["checkin register", "register 201"]);
    assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/17");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() looks for changed hardware at every check-in, and collects when there is some", async () => {
  await using agent = await startAgent({ collect: (n) => n === 1 ? PARTS : MOVED });
  await agent.clock.advance(3.5 * MINUTE);
  assertEquals(agent.collections(), 1);
  agent.files.set("/sys/block/sdb/size", "2048\n");
  await agent.clock.advance(MINUTE);
  assertEquals(agent.collections(), 2);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/18");
});

Deno.test("runDaemon() takes settings from the server without a restart, and writes them back", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: "20", mk_log_level: "Logger::INFO", mk_gem_mirror: "x" };
  await agent.clock.advance(MINUTE);
  const before = agent.hanlon.exchanges.length;
  await agent.clock.advance(MINUTE);
  assertEquals(agent.told(before), Array(3).fill("checkin acknowledge"));
  assertMatch(Deno.readTextFileSync(join(agent.folder, "mk_conf.yaml")), /^mk_checkin_interval: 20$/m);
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.lines.filter((line) => line.includes("mk_gem_mirror")).length, 1);
  assertEquals(agent.lines.filter((line) => line.includes("changed the configuration")).length, 1);
});

Deno.test("runDaemon() registers what another exclusion pattern lets through", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  assertEquals(agent.attributes().fqdn, "node7");
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: 60, mk_fact_excl_pattern: "(^fqdn$)" };
  await agent.clock.advance(MINUTE);
  assertEquals(agent.told().filter((what) => what === "register 201").length, 2);
  assert(!("fqdn" in agent.attributes()));
  assertEquals(agent.collections(), 1);
});

Deno.test("runDaemon() keeps the last good settings where the server sends bad ones", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: -5, mk_fact_excl_pattern: "(" };
  await agent.clock.advance(10 * MINUTE);
  assertEquals(agent.told().filter((what) => what.startsWith("checkin")).length, 12);
  assertEquals(agent.lines.filter((line) => /ERROR .*mk_checkin_interval.*-5/.test(line)).length, 1);
});

Deno.test("runDaemon() registers where the answer that said register was lost", async () => {
  let fate: "comes" | "away" | "is lost" = "comes";
  await using agent: Agent = await startAgent({
    hanlon: { nodeExpireTimeout: 1e9 },
    async intercept(request) {
      if (fate === "is lost") await agent.hanlon.answer(request);
      if (fate !== "comes") throw new TypeError("connection reset");
      return undefined;
    },
  });
  await agent.clock.advance(MINUTE + 1);
  fate = "away";
  await agent.clock.advance(3 * MINUTE);
  fate = "is lost";
  await agent.clock.advance(MINUTE);
  fate = "comes";
  const from = agent.told().length;
  assertEquals(agent.told().filter((what) => what === "checkin register").length, 2);
  await agent.clock.advance(4 * MINUTE);
  const news = agent.told(from);
  assert(!news.includes("checkin register"), news.join());
  assertEquals(news.filter((what) => what === "register 201").length, 1);
});

Deno.test("runDaemon() obeys an answer whose settings are nested without end", async () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  let command = "acknowledge";
  await using agent = await startAgent({
    intercept: (request) => {
      if (request.method === "POST") return undefined;
      const response = JSON.stringify({ command_name: command });
      return new Response(
        `{"errcode":0,"response":${response},"client_config":{"mk_x":${deep},"mk_log_level":${deep}}}`,
      );
    },
  });
  await agent.clock.advance(MINUTE + 1);
  command = "register";
  await agent.clock.advance(MINUTE);
  assertEquals(agent.told(), ["register 201", "register 201"]);
  assert(!agent.lines.some((line) => line.includes("internal error")), agent.lines.join("\n"));
});

Deno.test("runDaemon() ignores commands that it does not know", async () => {
  // At the level that a server has.
  await using agent = await startAgent({ hanlon: { clientConfig: { mk_log_level: "Logger::ERROR" } } });
  await agent.clock.advance(MINUTE + 1);
  const said = () => agent.lines.filter((line) => line.includes("resetnow, which means nothing here: ignored")).length;
  for (let n = 1; n < 3; n++) {
    agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "resetnow");
    await agent.clock.advance(5 * MINUTE);
    assertEquals([agent.told().at(-1), said()], ["checkin resetnow", n]);
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
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() registers once a boot, over restarts", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const hanlon = { nodeExpireTimeout: 1e9, registerTimeout: 1e9 };
  const files = machineFiles();
  const run = async () => {
    await using agent = await startAgent({ folder, files, hanlon });
    // The server of each run is new: it knows the node already.
    await agent.hanlon.answer(
      new Request("http://x/hanlon/api/v1/node/register", {
        method: "POST",
        body: JSON.stringify({ uuid: UUID, attributes_hash: { a: 1 }, last_state: "idle" }),
      }),
    );
    await agent.clock.advance(5 * MINUTE);
    const { isRegistrationOwed, lastRegistration } = agent.state.readStatus().value!;
    assertEquals([isRegistrationOwed, lastRegistration?.at.slice(0, 4)], [false, "2026"]);
    return agent.told(1).filter((what) => what.startsWith("register")).length;
  };
  assertEquals(await run(), 1);
  assertEquals(await run(), 0);
  assertEquals(await run(), 0);
  files.set("/proc/sys/kernel/random/boot_id", "22222222-2222-4222-8222-222222222222\n");
  assertEquals(await run(), 1);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() still owes after a restart what it owed before", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  {
    await using agent = await startAgent({ folder });
    await agent.clock.advance(MINUTE + 1);
  }
  {
    await using agent = await startAgent({
      folder,
      intercept: (request) => request.method === "POST" ? new Response("", { status: 500 }) : undefined,
    });
    await agent.clock.advance(1);
    assertEquals(agent.told(), ["checkin register"]);
    assertEquals(agent.state.readStatus().value?.isRegistrationOwed, true);
  }
  {
    await using agent = await startAgent({
      folder,
      intercept: (request) => request.method === "GET" ? acknowledge() : undefined,
    });
    await agent.clock.advance(1);
    assertEquals(agent.told(), ["register 201"]);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() registers after a restart what a run by hand told another server", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const posts: string[] = [];
  const options: AgentOptions = {
    folder,
    intercept: (request) => {
      if (request.method === "POST") posts.push(new URL(request.url).hostname);
      return request.method === "GET" ? acknowledge() : undefined;
    },
  };
  for (let run = 0; run < 3; run++) {
    await using agent = await startAgent(options);
    await agent.clock.advance(2 * MINUTE);
    const registered = agent.state.readRegistered().value!;
    if (run === 0) agent.state.writeRegistered({ ...registered, server: "http://second.test" });
  }
  assertEquals(posts, ["hanlon.test", "hanlon.test"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() does not register what a run by hand has told its server", async () => {
  for (const server of ["http://hanlon.test:8026", "http://second.test"]) {
    await using agent = await startAgent({
      collect: (n) => partsOf({ bmcIp: "10.0.0.9", port: n === 1 ? "Ethernet1/17" : "Ethernet1/18" }),
    });
    await agent.clock.advance(MINUTE);
    const registered = agent.state.readRegistered().value!;
    const attributes = { ...registered.attributes, lldp_neighbor_portid_eth0: "Ethernet1/18" };
    agent.state.writeRegistered({ ...registered, server, attributes });
    await agent.clock.advance(12 * MINUTE);
    assertEquals(agent.collections(), 2);
    const isOurs = !server.includes("second");
    assertEquals(agent.told().filter((what) => what === "register 201").length, isOurs ? 1 : 2);
    assertEquals(agent.lines.some((line) => line.includes("already registered by a run by hand")), isOurs);
  }
});

Deno.test("runDaemon() registers again when a run by hand, or a person, has removed what was registered", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  assertEquals(agent.told(), ["checkin register", "register 201", "checkin acknowledge"]);
  agent.state.forgetRegistered();
  await agent.clock.advance(3 * MINUTE);
  assertEquals(agent.told(3).filter((what) => what.startsWith("register")), ["register 201"]);
});

Deno.test("runDaemon() writes down what it last did", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 500);
  const status = agent.state.readStatus().value!;
  assertEquals(status.server, "http://hanlon.test:8026");
  assertEquals(status.intervalSeconds, 60);
  assertEquals(status.lastCheckin, { at: "2026-01-01T00:01:00.000Z", command: "acknowledge" });
  assertEquals(status.lastRegistration, { at: "2026-01-01T00:00:00.000Z" });
  assertEquals([status.isRegistrationOwed, status.isDeliveryOwed, status.lastError], [false, undefined, undefined]);
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
  assertEquals(agent.told(), []);
  assertEquals(agent.lines.filter((line) => line.includes("neither a uuid nor a MAC")).length, 1);
  files.set("/sys/class/net/eth0/address", "52:54:00:12:34:56\n");
  await agent.clock.advance(MINUTE / 6);
  assertEquals(agent.told(), ["checkin register", "register 201"]);
  assertEquals(agent.hanlon.nodes[0]!.hwIds, ["525400123456"]);
});

Deno.test("runDaemon() sends the whole facts to mk_facts_uri, and is not held up by it", async () => {
  const received: { system?: unknown; neighbours?: unknown[] }[] = [];
  let isDown = true;
  await using agent = await startAgent({
    config: { mk_facts_uri: "http://inventory.test/machines" },
    collect: (n) => n < 3 ? PARTS : MOVED,
    intercept: async (request) => {
      if (new URL(request.url).hostname !== "inventory.test") return undefined;
      if (isDown) throw new TypeError("connection refused");
      received.push(await request.json());
      return new Response(null, { status: 202 });
    },
  });
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.told().filter((what) => what !== "checkin acknowledge"), ["checkin register", "register 201"]);
  assertEquals(agent.state.readStatus().value?.isDeliveryOwed, true);
  isDown = false;
  await agent.clock.advance(2 * MINUTE);
  assertEquals(received.length, 1);
  assertEquals(received[0]!.neighbours?.length, 1);
  assertEquals(agent.state.readStatus().value?.isDeliveryOwed, false);
  await agent.clock.advance(30 * MINUTE);
  assertEquals(received.length, 2);
});

Deno.test("runDaemon() sends the facts to a mk_facts_uri that came with a restart, to each once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const received: string[] = [];
  let registrations = 0;
  const uris = ["http://inventory.test/machines", "http://inventory.test/others"];
  for (const config of [{}, ...uris.flatMap((mk_facts_uri) => [{ mk_facts_uri }, { mk_facts_uri }])]) {
    await using agent = await startAgent({
      folder,
      config,
      intercept: (request) => {
        if (request.method === "GET") return acknowledge();
        if (new URL(request.url).hostname !== "inventory.test") return undefined;
        received.push(request.url);
        return new Response(null, { status: 200 });
      },
    });
    await agent.clock.advance(2 * MINUTE);
    registrations += agent.told().length;
  }
  assertEquals([received, registrations], [uris, 1]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() registers with another server, be it one that knows the node", async () => {
  const posts: string[] = [];
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const options: AgentOptions = {
    folder,
    intercept: (request) => {
      if (request.method === "POST") posts.push(new URL(request.url).hostname);
      return request.method === "GET" ? acknowledge() : undefined;
    },
  };
  {
    await using agent = await startAgent(options);
    await agent.clock.advance(MINUTE);
    agent.writeConfig(configText({ mk_uri: "http://second.test" }));
    await agent.clock.advance(2 * MINUTE);
  }
  for (let run = 0; run < 2; run++) {
    await using agent = await startAgent({ ...options, config: { mk_uri: "http://third.test" } });
    await agent.clock.advance(2 * MINUTE);
  }
  assertEquals(posts, ["hanlon.test", "second.test", "third.test"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() obeys Retry-After", async () => {
  let requests = 0;
  await using agent = await startAgent({
    intercept: () => ++requests === 1 ? new Response("", { status: 503, headers: { "retry-after": "40" } }) : undefined,
  });
  await agent.clock.advance(40_000);
  assertEquals(requests, 1);
  await agent.clock.advance(11_000);
  assertEquals(agent.told()[0], "checkin register");
});

Deno.test("runDaemon() outlives what should never happen: a collection that throws, facts that break what is made of them", async () => {
  await using agent = await startAgent({
    collect: (n) => {
      if (n === 1) throw new Error("out of luck");
      const broken = { ...PARTS, lldptool: { ...PARTS.lldptool!, value: { neighbours: [null], verdicts: [] } } };
      return (n === 2 ? broken : PARTS) as unknown as typeof PARTS;
    },
    config: { mk_collect_interval: 120 },
  });
  await agent.clock.advance(6 * MINUTE);
  assert(agent.lines.some((line) => /ERROR internal error while collecting: Error: out of luck/.test(line)));
  assert(agent.lines.some((line) => /ERROR .*internal error: TypeError/.test(line)), agent.lines.join("\n"));
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/17");
  assertEquals(agent.told().filter((what) => what.startsWith("checkin")).length, 7);
});

Deno.test("runDaemon() outlives facts that break what is made of them, and come while others are registered", async () => {
  await using agent: Agent = await startAgent({
    // The first ends at 8 s, is registered until 12 s, and the second breaks that at 10 s.
    async collect(n, clock) {
      const broken = { ...PARTS, lldptool: { ...PARTS.lldptool!, value: { neighbours: [null], verdicts: [] } } };
      if (n === 1) await clock.sleep(8_000);
      return (n === 2 ? broken : PARTS) as unknown as typeof PARTS;
    },
    intercept: async (request) => {
      if (request.method === "POST") await agent.clock.sleep(4_000);
      return undefined;
    },
    config: { mk_checkin_interval: 10, mk_collect_interval: 10 },
    hanlon: { clientConfig: {} },
  });
  await agent.clock.advance(MINUTE);
  assertEquals(agent.told().filter((what) => what.startsWith("checkin")).length, 7);
  assertEquals(agent.lines.filter((line) => line.includes("internal error after a registration")).length, 1);
});

Deno.test("runDaemon() says once that a server is away, whatever port or time is in the reason", async () => {
  let n = 0;
  await using agent = await startAgent({
    intercept: () => Promise.reject(new TypeError(`reset by port ${40_000 + n++}`)),
  });
  await agent.clock.advance(20 * MINUTE);
  assertEquals(agent.lines.filter((line) => /unreachable/.test(line)).length, 1, agent.lines.join("\n"));
});
