/** The daemon where two things happen at once: what is reported, collected, and withheld. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { statusText } from "../../checkin/cli/modes/status.ts";
import { configText, machineFiles, partsOf, startAgent } from "./agent.ts";

const MINUTE = 60_000;

Deno.test("runDaemon() registers what it collects after the word register, and not what it knew before", async () => {
  let checkins = 0;
  await using agent = await startAgent({
    // The second collection sees another port, and takes a while to say so.
    collect: async (n, clock, signal) => {
      if (n > 1) await clock.sleep(10_000, signal);
      return partsOf({ bmcIp: "10.0.0.9", port: n > 1 ? "Ethernet1/18" : "Ethernet1/17" });
    },
    intercept: (request) => {
      if (request.method !== "GET" || ++checkins !== 2) return undefined;
      return Response.json({ errcode: 0, response: { command_name: "register" }, client_config: {} });
    },
  });
  await agent.clock.advance(MINUTE + 5_000);
  assertEquals(agent.requests().filter((what) => what.startsWith("register")), ["register 201"]);
  await agent.clock.advance(30_000);
  assertEquals(agent.requests().filter((what) => what.startsWith("register")), ["register 201", "register 201"]);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/18");
});

Deno.test("runDaemon() sends the facts again to a mk_facts_uri that changes while it runs", async () => {
  const received: string[] = [];
  await using agent = await startAgent({
    config: { mk_facts_uri: "http://inventory.test/old" },
    intercept: (request) => {
      const { hostname, pathname } = new URL(request.url);
      if (hostname !== "inventory.test") return undefined;
      received.push(pathname);
      return new Response(null, { status: 204 });
    },
  });
  await agent.clock.advance(MINUTE);
  assertEquals(received, ["/old"]);
  agent.writeConfig(configText({ mk_facts_uri: "http://inventory.test/new" }));
  agent.reload();
  await agent.clock.advance(2 * MINUTE);
  assertEquals(received, ["/old", "/new"]);
});

Deno.test("runDaemon() does not register in the moment in which the server is back, as every node would", async () => {
  let isAway = true;
  await using agent = await startAgent({
    intercept: () => isAway ? Promise.reject(new TypeError("connection refused")) : undefined,
  });
  await agent.clock.advance(10 * MINUTE);
  isAway = false;
  await agent.clock.advance(3 * MINUTE);
  const [checkin, register] = ["checkin", "register"].map((word) =>
    agent.hanlon.exchanges.find(({ path }) => path.endsWith(`/${word}`))!.at
  );
  // At some time within an interval: of this row of random numbers some seconds later.
  assert(register! - checkin! >= 2 && register! - checkin! <= 60, `${register! - checkin!} s`);
});

Deno.test("runDaemon() sends no registration while its check-ins get no answer", async () => {
  let isAway = false;
  await using agent = await startAgent({
    config: { mk_collect_interval: 120 },
    collect: (n) => partsOf({ bmcIp: "10.0.0.9", port: n === 1 ? "Ethernet1/17" : "Ethernet1/18" }),
    intercept: (request) => {
      if (!isAway) return undefined;
      assertEquals(request.method, "GET");
      return Promise.reject(new TypeError("connection refused"));
    },
  });
  await agent.clock.advance(1.5 * MINUTE);
  isAway = true;
  await agent.clock.advance(5 * MINUTE);
  assert(agent.collections() > 1);
  assert(!agent.lines.some((line) => line.includes("registration failed")), agent.lines.join("\n"));
  isAway = false;
  await agent.clock.advance(3 * MINUTE);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/18");
});

Deno.test("runDaemon() collects again where hardware comes while it collects", async () => {
  const files = machineFiles();
  await using agent = await startAgent({
    files,
    collect: async (n, clock, signal) => {
      if (n === 1) await clock.sleep(90_000, signal);
      return partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" });
    },
  });
  await agent.clock.advance(30_000);
  files.set("/sys/block/sdb/size", "2048\n");
  await agent.clock.advance(MINUTE);
  assertEquals(agent.collections(), 2);
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.collections(), 2);
});

Deno.test("runDaemon() shows no token, and nothing that steers a terminal, though the server says it back", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const token = join(folder, "token");
  await Deno.writeTextFile(token, "s3cr3t-t0ken\n", { mode: 0o600 });
  const sent: (string | null)[] = [];
  {
    await using agent = await startAgent({
      folder,
      config: { mk_uri: "https://hanlon.test:8026", mk_token_file: token },
      intercept: (request) => {
        sent.push(request.headers.get("authorization"));
        const result = { description: `no such token: ${sent[0]}\x1b[2J` };
        return Response.json({ response: { result } }, { status: 401 });
      },
    });
    await agent.clock.advance(1_000);
    assertEquals(sent[0], "Bearer s3cr3t-t0ken");
    assert(agent.lines.some((line) => line.includes("no such token: Bearer [hidden]")), agent.lines.join("\n"));
    assert(!agent.lines.some((line) => line.includes("s3cr3t")), agent.lines.join("\n"));
    const { text } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
    assert(text.includes("no such token: Bearer [hidden]\\u001b[2J\n"), text);
    assert(!(await Deno.readTextFile(join(folder, "status.json"))).includes("s3cr3t"), "status.json");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("statusText() does not call a daemon well whose last check-in is far in the past, or in the future", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(1_000);
  const status = agent.state.readStatus().value!;
  const at = Date.parse(status.lastCheckin!.at);
  const isWellAfter = (minutes: number) => statusText(status, new Date(at + minutes * MINUTE)).isWell;
  // Three intervals of a minute; a clock that was set back leaves times that are still to come.
  assertEquals([-60, -3.1, -2.9, 0, 2.9, 3.1, 60].map(isWellAfter), [false, false, true, true, true, false, false]);
});

Deno.test("runDaemon() does not wait for the end of a long interval when the server sets a shorter one", async () => {
  await using agent = await startAgent({
    config: { mk_checkin_interval: 3600 },
    hanlon: { clientConfig: {}, registerTimeout: 1e9, nodeExpireTimeout: 1e9 },
  });
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.requests(), ["checkin register", "register 201"]);
  agent.writeConfig(configText({ mk_checkin_interval: 60 }));
  agent.reload();
  await agent.clock.advance(MINUTE);
  assertEquals(agent.requests(2)[0], "checkin acknowledge");
});
