/** When the daemon collects, and what becomes of the facts, on a clock that a test makes go. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { statusText } from "../../checkin/cli/modes/status.ts";
import type { AgentDeps } from "../../checkin/environment.ts";
import { createFactCache } from "../../checkin/fact_cache.ts";
import type { Facts, SourceName } from "../../collectors/facts/mod.ts";
import type { Host } from "../../collectors/host/mod.ts";
import { acknowledge, type Agent, fileHost, machineFiles, partsOf, startAgent, UUID, without } from "./agent.ts";
import { createFakeClock } from "./fake_clock.ts";

const MINUTE = 60_000;
const PARTS = partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" });
const MOVED = partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" });

Deno.test("runDaemon() registers again when a collection finds a change, and names it", async () => {
  await using agent = await startAgent({ collect: (n) => n === 1 ? PARTS : MOVED });
  await agent.clock.advance(9.9 * MINUTE);
  assertEquals(agent.collections(), 1);
  await agent.clock.advance(MINUTE);
  assertEquals(agent.collections(), 2);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/18");
  assert(agent.lines.some((line) => line.endsWith("changed: eth0: switch port leaf-01 Ethernet1/17 -> Ethernet1/18")));
  await agent.clock.advance(30 * MINUTE);
  assertEquals(agent.requests().filter((what) => what === "register 201").length, 2);
});

Deno.test("runDaemon() takes no fact away for a source that fails, and says so once", async () => {
  await using agent = await startAgent({ collect: (n) => n === 1 || n > 5 ? PARTS : without(PARTS, "lldptool") });
  await agent.clock.advance(35 * MINUTE);
  assertEquals(agent.collections(), 4);
  assertEquals(agent.requests().filter((what) => what === "register 201").length, 1);
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
  await agent.clock.advance(20 * MINUTE);
  const logged = agent.lines.filter((line) => / WARN +lldptool|answers again/.test(line));
  assertEquals(logged.map((line) => line.replace(/^\S+ |;.*/g, "")), [
    "WARN  lldptool: timeout",
    "INFO  lldptool answers again",
  ]);
});

Deno.test("runDaemon() takes no fact away for a source that fails after a restart", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  for (const parts of [PARTS, without(PARTS, "lldptool")]) {
    // The server of the second run knows nothing of the node, and says register.
    await using agent = await startAgent({ folder, collect: () => parts });
    await agent.clock.advance(MINUTE / 2);
    assertEquals(agent.requests(), ["checkin register", "register 201"]);
    assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/17");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() names the parts of a source that it keeps", async () => {
  const names = ["cpu", "disks", "firmware", "memory", "network", "os", "pci"] as const;
  const parts = (n: number) => {
    const source = { status: n === 1 ? "ok" : "failed", elapsedMs: 1 } as const;
    const unread = n === 1 ? {} : { unread: n === 2 ? ["disks" as const] : [...names] };
    return { ...PARTS, hostfs: { source, collectedAt: `2026-01-01T00:0${n}:00Z`, value: { disks: [], ...unread } } };
  };
  await using agent = await startAgent({ collect: parts, config: { mk_collect_interval: 120 } });
  await agent.clock.advance(5 * MINUTE);
  const kept = agent.lines.flatMap((line) => / hostfs: .*/.exec(line)?.[0] ?? []);
  assertEquals(kept, [
    " hostfs: failed; its facts of disks, of 2026-01-01T00:01:00Z, are kept",
    " hostfs: failed; its facts of cpu, disks, firmware, memory, network and 2 more, of 2026-01-01T00:01:00Z, are kept",
  ]);
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

Deno.test("createFactCache() begins no second look while the first one hangs", async () => {
  let lists = 0;
  const host: Host = {
    ...fileHost(machineFiles()),
    list: () => {
      lists++;
      return new Promise(() => {});
    },
  };
  const clock = createFakeClock();
  await using agent = await startAgent();
  const cache = createFactCache({ host, clock, state: agent.state } as Partial<AgentDeps> as AgentDeps, {
    identified: () => ({ identity: { uuidSource: "none", macs: [] }, doubts: [] }),
    bootId: undefined,
    specs: () => Promise.resolve([]),
    onFacts: () => {},
    onSlow: () => {},
  });
  cache.look();
  await clock.settle();
  const once = lists;
  assert(once > 0);
  cache.look();
  await clock.settle();
  assertEquals(lists, once);
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
  assertEquals(agent.requests().filter((what) => what !== "checkin acknowledge"), ["checkin register", "register 201"]);
  assertEquals(agent.state.readStatus().value?.isDeliveryPending, true);
  isDown = false;
  await agent.clock.advance(2 * MINUTE);
  assertEquals(received.length, 1);
  assertEquals(received[0]!.neighbours?.length, 1);
  assertEquals(agent.state.readStatus().value?.isDeliveryPending, false);
  await agent.clock.advance(30 * MINUTE);
  assertEquals(received.length, 2);
});

Deno.test("runDaemon() sends what every tool said to mk_facts_uri where mk_facts_raw asks for it", async () => {
  for (const mk_facts_raw of [undefined, "false", "true"]) {
    const received: Facts[] = [];
    await using agent = await startAgent({
      config: { mk_facts_uri: "http://inventory.test/machines", mk_facts_raw },
      intercept: async (request) => {
        if (new URL(request.url).hostname !== "inventory.test") return undefined;
        received.push(await request.json());
        return new Response(null, { status: 204 });
      },
    });
    await agent.clock.advance(2 * MINUTE);
    assertEquals(received.map(({ raw }) => raw && Object.keys(raw)), [
      mk_facts_raw === "true" ? Object.keys(PARTS).filter((name) => PARTS[name as SourceName]?.value) : undefined,
    ]);
  }
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
    registrations += agent.requests().length;
  }
  assertEquals([received, registrations], [uris, 1]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() outlives what should never happen: a collection that throws, facts that break what is made of them", async () => {
  await using agent = await startAgent({
    collect: (n) => {
      if (n === 1) throw new Error("out of luck");
      const broken = { ...PARTS, ipmitool: { ...PARTS.ipmitool!, value: { fields: 5 } } };
      return (n === 2 ? broken : PARTS) as unknown as typeof PARTS;
    },
    config: { mk_collect_interval: 120 },
  });
  await agent.clock.advance(6 * MINUTE);
  assert(agent.lines.some((line) => /ERROR internal error while collecting: Error: out of luck/.test(line)));
  assert(agent.lines.some((line) => /ERROR .*internal error: TypeError/.test(line)), agent.lines.join("\n"));
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/17");
  assertEquals(agent.requests().filter((what) => what.startsWith("checkin")).length, 7);
});

Deno.test("runDaemon() registers what it found where its state cannot be written down", async () => {
  // JSON.stringify throws for a BigInt, as it does for a text beyond V8's limit.
  const unwritable = { ...PARTS, lldptool: { ...PARTS.lldptool!, value: { ...PARTS.lldptool!.value!, beyond: 1n } } };
  await using agent = await startAgent({ collect: () => unwritable });
  await agent.clock.advance(MINUTE);
  assertEquals(agent.attributes().lldp_neighbor_portid_eth0, "Ethernet1/17");
  assertEquals(agent.lines.filter((line) => line.includes("internal error")), []);
  assertEquals(agent.lines.filter((line) => /WARN .*last_good\.json: not written: TypeError/.test(line)).length, 1);
});

Deno.test("runDaemon() outlives facts that break what is made of them, and come while others are registered", async () => {
  await using agent: Agent = await startAgent({
    // The first ends at 8 s, is registered until 12 s, and the second breaks that at 10 s.
    async collect(n, clock) {
      const broken = { ...PARTS, ipmitool: { ...PARTS.ipmitool!, value: { fields: 5 } } };
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
  assertEquals(agent.requests().filter((what) => what.startsWith("checkin")).length, 7);
  assertEquals(agent.lines.filter((line) => line.includes("internal error after a registration")).length, 1);
});
