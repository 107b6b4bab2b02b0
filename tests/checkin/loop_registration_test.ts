/** When the daemon registers, and when it does so again, on a clock that a test makes go. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  acknowledge,
  type Agent,
  type AgentOptions,
  configText,
  machineFiles,
  partsOf,
  startAgent,
  UUID,
} from "./agent.ts";

const MINUTE = 60_000;

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
  assert(agent.requests().includes("register 201"), agent.requests().join());
});

Deno.test("runDaemon() registers again when the server says so after a gap", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(5 * MINUTE);
  const before = agent.requests().length;
  agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "register");
  await agent.clock.advance(MINUTE);
  assertEquals(agent.requests(before), ["checkin register", "register 201"]);
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

Deno.test("runDaemon() says again why a registration fails once another has been taken", async () => {
  let isDown = true;
  await using agent = await startAgent({
    intercept: (request) => isDown && request.method === "POST" ? new Response("busy", { status: 500 }) : undefined,
  });
  const said = () => agent.lines.filter((line) => line.includes("registration failed: HTTP 500: busy")).length;
  for (let n = 1; n < 3; n++) {
    isDown = true;
    agent.hanlon.settings.overrides.set(UUID.toUpperCase(), "register");
    await agent.clock.advance(3 * MINUTE);
    assertEquals(said(), n);
    isDown = false;
    agent.hanlon.settings.overrides.clear();
    await agent.clock.advance(3 * MINUTE);
    assertEquals(agent.state.readStatus().value?.isRegistrationPending, false);
  }
});

Deno.test("runDaemon() registers again when Retry-After says so", async () => {
  const posts: number[] = [];
  await using agent = await startAgent({
    intercept: (request) => {
      if (request.method !== "POST" || posts.push(agent.clock.monotonic()) > 1) return undefined;
      return new Response("", { status: 503, headers: { "retry-after": "20" } });
    },
  });
  await agent.clock.advance(MINUTE);
  assertEquals(posts.length, 2);
  assert(posts[1]! - posts[0]! >= 20_000 && posts[1]! - posts[0]! <= 30_000, posts.join());
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
  const from = agent.requests().length;
  assertEquals(agent.requests().filter((what) => what === "checkin register").length, 2);
  await agent.clock.advance(4 * MINUTE);
  const news = agent.requests(from);
  assert(!news.includes("checkin register"), news.join());
  assertEquals(news.filter((what) => what === "register 201").length, 1);
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
    const { isRegistrationPending, lastRegistration } = agent.state.readStatus().value!;
    assertEquals([isRegistrationPending, lastRegistration?.at.slice(0, 4)], [false, "2026"]);
    return agent.requests(1).filter((what) => what.startsWith("register")).length;
  };
  assertEquals(await run(), 1);
  assertEquals(await run(), 0);
  assertEquals(await run(), 0);
  files.set("/proc/sys/kernel/random/boot_id", "22222222-2222-4222-8222-222222222222\n");
  assertEquals(await run(), 1);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() registers after a restart what was pending before it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  {
    await using agent = await startAgent({ folder });
    await agent.clock.advance(MINUTE + 1);
  }
  const hindrances: AgentOptions[] = [
    { intercept: (request) => request.method === "POST" ? new Response("", { status: 500 }) : undefined },
    { collect: (_n, clock, signal) => clock.sleep(MINUTE, signal).then(() => partsOf({})) },
  ];
  for (const hindrance of hindrances) {
    {
      await using agent = await startAgent({ folder, ...hindrance });
      await agent.clock.advance(1);
      assertEquals(agent.requests(), ["checkin register"]);
      assertEquals(agent.state.readStatus().value?.isRegistrationPending, true);
    }
    await using agent = await startAgent({
      folder,
      intercept: (request) => request.method === "GET" ? acknowledge() : undefined,
    });
    await agent.clock.advance(1);
    assertEquals(agent.requests(), ["register 201"]);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() registers after a restart what a run by hand registered with another server", async () => {
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

Deno.test("runDaemon() does not register what a run by hand has registered with its server", async () => {
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
    assertEquals(agent.requests().filter((what) => what === "register 201").length, isOurs ? 1 : 2);
    assertEquals(agent.lines.some((line) => line.includes("already registered by a run by hand")), isOurs);
  }
});

Deno.test("runDaemon() registers again when a run by hand, or a person, has removed what was registered", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  for (const restarts of [0, 1]) {
    await using agent = await startAgent({ folder, intercept: (r) => r.method === "GET" ? acknowledge() : undefined });
    await agent.clock.advance(MINUTE + 1);
    assertEquals(agent.requests(), restarts === 0 ? ["register 201"] : []);
    assert(!agent.lines.some((line) => line.includes("was removed")), agent.lines.join("\n"));
    agent.state.forgetRegistered();
    await agent.clock.advance(3 * MINUTE);
    assertEquals(agent.requests(), restarts === 0 ? ["register 201", "register 201"] : ["register 201"]);
  }
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

Deno.test("runDaemon() does not send facts that no server takes, says so once, and registers others", async () => {
  const flood = partsOf({ bmcIp: "10.0.0.9", port: "x".repeat(5_000_000) });
  let posts = 0;
  await using agent = await startAgent({
    collect: (n) => n < 3 ? flood : partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" }),
    intercept: (request) => void (request.method === "POST" && posts++),
  });
  await agent.clock.advance(19 * MINUTE);
  assertEquals([agent.collections(), posts], [2, 0]);
  const said = agent.lines.filter((line) => line.includes("registration failed"));
  assertEquals(said.length, 1);
  assertMatch(said[0]!, /not sent: a body of .* MiB is more than 4\.0 MiB/);
  assertEquals(agent.state.readStatus().value?.isRegistrationPending, true);
  await agent.clock.advance(2 * MINUTE);
  assertEquals([posts, agent.attributes().lldp_neighbor_portid_eth0], [1, "Ethernet1/17"]);
});

Deno.test("runDaemon() goes on with settings and registrations where the command is no text", async () => {
  for (const command of [12, ["reboot"], "z".repeat(101), { reboot: true }, false, null]) {
    const overrides = new Map([[UUID.toUpperCase(), command as string]]);
    await using agent = await startAgent({
      hanlon: { overrides, clientConfig: { mk_checkin_interval: 30, mk_log_level: "Logger::INFO" } },
      collect: (n) => partsOf({ bmcIp: "10.0.0.9", port: `Ethernet1/${n}` }),
    });
    await agent.clock.advance(12 * MINUTE);
    assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/2");
    assert(agent.requests().length > 20, "the interval was not taken");
    const said = agent.lines.filter((line) => line.includes("which means nothing here"));
    assertEquals(said.length, 1, agent.lines.join("\n"));
    const quoted = typeof command === "string" ? `${command.slice(0, 100)}…` : JSON.stringify(command);
    assert(said[0]!.includes(`the server says ${JSON.stringify(quoted)}, which`), said[0]);
  }
});

Deno.test("runDaemon() logs bodies at DEBUG cut, and without what is called a secret", async () => {
  for (const port of ["Ethernet1/17", "x".repeat(20_000)]) {
    const parts = partsOf({ bmcIp: "10.0.0.9", port });
    parts.ipmitool!.value!.channels![0]!.fields!.push({ name: "SNMP Community String", value: 'pub"lic' });
    const config = { mk_log_level: "Logger::DEBUG" };
    await using agent = await startAgent({ collect: () => parts, config, hanlon: { clientConfig: {} } });
    await agent.clock.advance(MINUTE);
    const body = agent.lines.find((line) => line.includes("registering body="))!;
    assertEquals(agent.attributes().mk_ipmi_SNMP_Community_String, 'pub"lic');
    assert(body.length < 20_000, `${body.length} characters`);
    assert(!/pub\W+lic/.test(body), "the community is in the log");
    assertMatch(body.slice(-50), port.startsWith("x") ? /… \(\d+ characters more\)"$/ : /\}"$/);
  }
});
