/** The daemon that delivers facts: without a Hanlon server, and to several destinations beside one. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openState } from "../../checkin/state/mod.ts";
import { loadFormat } from "../../checkin/formats/mod.ts";
import { statusText } from "../../checkin/cli/modes/status.ts";
import type { Parts } from "../../collectors/mod.ts";
import { ok } from "../collectors/facts/assembled.ts";
import { tempFolder } from "../temp_folder.ts";
import { machineFiles, partsOf, startAgent } from "./agent.ts";

const MINUTE = 60_000;

// Loaded in the middle of a test it would take real time, of which a fake clock knows nothing.
await loadFormat("ironic");
await loadFormat("glpi");

const PARTS = withNic(partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" }));
const MOVED = withNic(partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/18" }));

/** The NIC by which Ironic finds the machine. */
function withNic(parts: Parts): Parts {
  return { ...parts, hostfs: ok({ nics: [{ name: "eth0", physical: true, mac: "52:54:00:12:34:56" }] }) };
}

/** A server for `host`, and what it got. */
function inventory(host: string, answer: (n: number) => Response | Error = () => new Response(null, { status: 202 })) {
  const received: Request[] = [];
  return {
    received,
    intercept: (request: Request): Promise<Response | undefined> => {
      if (new URL(request.url).hostname !== host) return Promise.resolve(undefined);
      received.push(request.clone());
      const answered = answer(received.length);
      return answered instanceof Error ? Promise.reject(answered) : Promise.resolve(answered);
    },
  };
}

Deno.test("runDaemon() without a server delivers once a boot and after a change, and never checks in", async () => {
  const { received, intercept } = inventory("inventory.test");
  await using agent = await startAgent({
    configText: "mk_facts_uri: http://inventory.test/facts\n",
    collect: (n) => n < 4 ? PARTS : MOVED,
    intercept,
  });
  await agent.clock.advance(25 * MINUTE);
  assertEquals(received.length, 1);
  await agent.clock.advance(30 * MINUTE);
  assertEquals(received.length, 2);
  assertEquals((await received[1]!.json()).neighbours[0].portId.value, "Ethernet1/18");
  assertEquals(agent.hanlon.exchanges, []);
  const status = agent.state.readStatus().value!;
  assertEquals([status.server, status.isRegistrationPending, status.intervalSeconds], [undefined, false, 60]);
  const { isWell, text } = statusText(status, new Date(agent.clock.wall()));
  assert(isWell, text);
  assertMatch(text, /^server {6}none: facts go elsewhere$/m);
  assertMatch(text, /^facts {7}mk_facts_uri, facts, http:\/\/inventory\.test: delivered \d+ s ago/m);
  assertMatch(text, /^verdict {5}looks after the facts$/m);
});

Deno.test("runDaemon() takes Ironic's address off the kernel command line, and a 404 for nobody who waits", async () => {
  const words = '{"error_message": "{\\"faultstring\\": \\"Resource could not be found.\\"}"}';
  const { received, intercept } = inventory("ironic.test", () => new Response(words, { status: 404 }));
  await using agent = await startAgent({
    configText: null,
    kernelLine: "quiet ipa-inspection-callback-url=http://ironic.test:6385/v1/continue_inspection",
    collect: (n) => n < 4 ? PARTS : MOVED,
    intercept,
  });
  await agent.clock.advance(25 * MINUTE);
  assertEquals(received.length, 1);
  assertEquals(received[0]!.headers.get("x-openstack-ironic-api-version"), "1.84");
  assertEquals(new URL(received[0]!.url).pathname, "/v1/continue_inspection");
  await agent.clock.advance(30 * MINUTE);
  assertEquals(received.length, 2);
  const said = agent.lines.filter((line) => line.includes("nobody waits"));
  assertEquals(said.length, 1);
  assertMatch(said[0]!, / INFO .*Resource could not be found\./);
  assertEquals(agent.lines.filter((line) => / ERROR /.test(line)), []);
});

Deno.test("runDaemon() logs at ERROR, in its words, what Ironic finds wrong, and never the token of a good answer", async () => {
  const refusal = JSON.stringify({ error_message: { faultstring: "Schema error for data: 'x' is too short" } });
  const { received, intercept } = inventory(
    "ironic.test",
    (n) =>
      n === 1
        ? new Response(refusal, { status: 400 })
        : new Response('{"node": {"driver_internal_info": {"agent_token": "s3cret-token"}}}', { status: 202 }),
  );
  await using agent = await startAgent({
    configText: "mk_facts_uri: http://ironic.test\nmk_facts_format: ironic\nmk_log_level: Logger::DEBUG\n",
    level: "DEBUG",
    collect: () => PARTS,
    intercept,
  });
  await agent.clock.advance(30 * MINUTE);
  assertEquals(received.length, 2);
  const errors = agent.lines.filter((line) => / ERROR /.test(line));
  assertEquals(errors.length, 1);
  assertMatch(errors[0]!, /delivery to mk_facts_uri refused: HTTP 400: Schema error for data: 'x' is too short/);
  assert(!agent.lines.some((line) => line.includes("s3cret-token")));
  const kept = [...Deno.readDirSync(agent.folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => Deno.readTextFileSync(`${agent.folder}/${name}`));
  assert(!kept.some((text) => text.includes("s3cret-token")));
});

Deno.test("runDaemon() has an outbox for each target: one that fails holds up none", async () => {
  const good = inventory("good.test"), slow = inventory("slow.test", () => new TypeError("connection refused"));
  const busy = inventory("busy.test", () => new Response("full", { status: 503, headers: { "retry-after": "300" } }));
  await using agent = await startAgent({
    config: {
      mk_facts_targets:
        "[{uri: http://slow.test/, format: glpi}, {uri: http://good.test/, format: glpi}, {uri: http://busy.test/}]",
    },
    intercept: async (request) =>
      await good.intercept(request) ?? await slow.intercept(request) ?? await busy.intercept(request),
  });
  await agent.clock.advance(20 * MINUTE);
  assertEquals(good.received.length, 1);
  assertEquals(good.received[0]!.headers.get("glpi-agent-id"), "4c4c4544-0042-3510-8052-cac04f4a3132");
  assertEquals((await good.received[0]!.json()).itemtype, "Computer");
  assert(slow.received.length > 1 && slow.received.length < 10, `${slow.received.length}`);
  assert(busy.received.length > 1 && busy.received.length <= 4, `${busy.received.length}`);
  // The server that this node belongs to is asked as ever.
  assertEquals(agent.requests().filter((what) => what === "register 201").length, 1);
  assert(agent.requests().filter((what) => what.startsWith("checkin")).length >= 20);
  const { deliveries } = agent.state.readStatus().value!;
  assertEquals(deliveries?.map(({ isPending }) => isPending), [true, false, true]);
  assertMatch(deliveries![0]!.problem!, /refused/);
  assertEquals(deliveries![1]!.problem, undefined);
});

Deno.test("runDaemon() delivers nothing twice in one boot, and all again in the next", async () => {
  const folder = await tempFolder();
  const { received, intercept } = inventory("inventory.test");
  const files = machineFiles();
  const start = () => startAgent({ folder, files, configText: "mk_facts_uri: http://inventory.test/\n", intercept });
  for (let i = 0; i < 3; i++) {
    const agent = await start();
    await agent.clock.advance(5 * MINUTE);
    await agent.stop();
  }
  assertEquals(received.length, 1);
  files.set("/proc/sys/kernel/random/boot_id", "22222222-2222-4222-8222-222222222222\n");
  const agent = await start();
  await agent.clock.advance(5 * MINUTE);
  await agent.stop();
  assertEquals(received.length, 2);
  assert(openState(folder, { readOnly: true }).readStatus().value?.deliveries?.[0]?.lastDelivery !== undefined);
});

Deno.test("runDaemon() goes over to a server that a configuration file brings later", async () => {
  const { received, intercept } = inventory("inventory.test");
  await using agent = await startAgent({
    configText: null,
    kernelLine: "hnl_mk.facts_uri=http://inventory.test/ hnl_mk.interval=30",
    intercept,
  });
  await agent.clock.advance(5 * MINUTE);
  assertEquals([received.length, agent.hanlon.exchanges.length], [1, 0]);
  const { configText } = await import("./agent.ts");
  agent.writeConfig(configText());
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.requests().filter((what) => what === "register 201").length, 1);
  assertEquals(received.length, 1);
});

Deno.test("runDaemon() tries the next address of a target where one does not answer", async () => {
  const dead = inventory("dead.test", () => new TypeError("no route to host")), good = inventory("good.test");
  await using agent = await startAgent({
    configText: "mk_facts_targets: [{uri: [http://dead.test/, http://good.test/], format: facts}]\n",
    intercept: async (request) => await dead.intercept(request) ?? await good.intercept(request),
  });
  await agent.clock.advance(5 * MINUTE);
  assertEquals([dead.received.length, good.received.length], [1, 1]);
});

Deno.test("runDaemon() sends Ironic nothing that it could not find the machine by", async () => {
  const { received, intercept } = inventory("ironic.test");
  await using agent = await startAgent({
    configText: "mk_facts_uri: http://ironic.test\nmk_facts_format: ironic\n",
    collect: () => ({}),
    intercept,
  });
  await agent.clock.advance(5 * MINUTE);
  assertEquals(received.length, 0);
  assert(agent.lines.some((line) => /ERROR .*not sent: no NIC with a MAC/.test(line)), agent.lines.join("\n"));
});

/** What lldptool says of the one NIC. */
function heard(verdict: "nothingHeard" | "linkDown", listenedSeconds?: number): Parts {
  const verdicts = [{ interface: "eth0", verdict, ...listenedSeconds === undefined ? {} : { listenedSeconds } }];
  return { ...PARTS, lldptool: ok({ neighbours: [], verdicts }) };
}

const TO_IRONIC = "mk_facts_targets: [{uri: http://ironic.test, format: ironic}, {uri: http://inventory.test/}]\n";

Deno.test("runDaemon() gives Ironic, which takes the facts once, those with the neighbours", async () => {
  const ironic = inventory("ironic.test"), other = inventory("inventory.test");
  await using agent = await startAgent({
    configText: TO_IRONIC,
    collect: (n) => n === 1 ? heard("nothingHeard", 2) : PARTS,
    intercept: async (request) => await ironic.intercept(request) ?? await other.intercept(request),
  });
  await agent.clock.advance(30_000);
  assertEquals([other.received.length, ironic.received.length], [1, 0]);
  await agent.clock.advance(30_000);
  assertEquals([ironic.received.length, agent.collections()], [1, 2]);
  assertEquals(Object.keys((await ironic.received[0]!.json()).lldp_raw), ["eth0"]);
});

Deno.test("runDaemon() keeps Ironic waiting for no neighbour that nobody is, and for no tool for ever", async () => {
  const late: Parts = {
    ...PARTS,
    dmidecode: { source: { status: "timeout", elapsedMs: 20_000 }, collectedAt: "2026-01-01T00:00:00.000Z" },
  };
  const cases: [what: string, collect: (n: number) => Parts, seconds: number][] = [
    ["a link that is down", () => heard("linkDown"), 10],
    ["somebody else's lldpad", () => heard("nothingHeard"), 10],
    ["a switch that is silent", (n) => heard("nothingHeard", n === 1 ? 0 : 40), 60],
    ["a link that flaps", () => heard("nothingHeard", 1), 150],
    ["a tool that hangs", () => late, 150],
    ["a tool that hung once", (n) => n === 1 ? late : PARTS, 60],
  ];
  for (const [what, collect, seconds] of cases) {
    const { received, intercept } = inventory("ironic.test");
    await using agent = await startAgent({
      configText: "mk_facts_uri: http://ironic.test\nmk_facts_format: ironic\nmk_checkin_interval: 3600\n",
      collect,
      intercept,
    });
    await agent.clock.advance(seconds * 1000);
    assertEquals(received.length, 1, what);
  }
});
