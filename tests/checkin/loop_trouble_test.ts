/** The daemon and a server that is slow, loses answers, or sets what it cannot keep up with. */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { acknowledge, type Agent, type AgentOptions, configText, machineFiles, startAgent, UUID } from "./agent.ts";
import { BASE_PATH } from "../hanlon_server.ts";

const MINUTE = 60_000;
const MAC = "525400123456";

/** Registers a node by these ids, as an earlier boot of the machine may have. */
async function registerBy(agent: Agent, ids: { uuid?: string; mac_id?: string }): Promise<void> {
  const body = JSON.stringify({ ...ids, attributes_hash: { a: 1 }, last_state: "idle" });
  await agent.hanlon.answer(new Request(`http://x${BASE_PATH}/node/register`, { method: "POST", body }));
}

/** Ids of the requests that reached the server, and its answers: "uuid+macs silence". */
function asked(agent: Agent, from: number): string[] {
  return agent.hanlon.exchanges.slice(from).map(({ ids, command, answer }) => {
    const names = [...ids?.uuid ? ["uuid"] : [], ...ids?.macId ? ["macs"] : []].join("+");
    return `${names} ${command ?? answer?.status ?? "silence"}`;
  });
}

Deno.test("runDaemon() asks and registers by uuid alone where two nodes match this machine", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  {
    await using agent = await startAgent({ folder });
    await registerBy(agent, { mac_id: MAC });
    await registerBy(agent, { uuid: UUID });
    assertEquals(agent.hanlon.nodes.length, 2);
    await agent.clock.advance(3 * MINUTE);
    const requests = asked(agent, 2);
    assertEquals(requests.slice(0, 4), ["uuid+macs silence", "uuid+macs silence", "uuid acknowledge", "uuid 201"]);
    assertEquals(requests.filter((request) => request.includes("macs")).length, 2);
    const said = agent.lines.filter((line) => line.includes("asking by uuid alone"));
    assertEquals(said.length, 1);
    assertMatch(said[0]!, /WARN .*two nodes match one machine/);
  }
  // A restart of the agent costs the server no further threads.
  await using agent = await startAgent({ folder });
  await agent.clock.advance(MINUTE);
  assertEquals(asked(agent, 0).filter((request) => request.includes("macs")), []);
  assert(asked(agent, 0).length > 0);
  await agent.stop();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runDaemon() goes on by all ids where nothing accepts connections, or the server is there after one time-out", async () => {
  const cases: [AgentOptions, timeOuts: number][] = [[{ isListening: () => false }, 5], [{}, 1]];
  for (const [options, timeOuts] of cases) {
    let left = timeOuts;
    await using agent: Agent = await startAgent({
      ...options,
      intercept: (request) =>
        request.method === "GET" && left-- > 0
          ? new Promise((_, reject) => request.signal.addEventListener("abort", reject))
          : undefined,
    });
    await agent.clock.advance(6 * MINUTE);
    assert(left < 0, `${left} time-outs to come`);
    assertEquals(asked(agent, 0).filter((request) => !request.startsWith("uuid+macs")), []);
  }
});

Deno.test("runDaemon() leaves a server alone for ten minutes where two nodes match a machine without a uuid", async () => {
  const files = machineFiles();
  files.delete("/sys/class/dmi/id/product_uuid");
  files.set("/sys/class/net/eth1/address", "52:54:00:12:34:57\n");
  files.set("/sys/class/net/eth1/device", "../../../0000:00:04.0");
  await using agent = await startAgent({ files });
  await registerBy(agent, { mac_id: MAC });
  await registerBy(agent, { mac_id: "525400123457" });
  await agent.clock.advance(9 * MINUTE);
  assertEquals(asked(agent, 2), ["macs silence", "macs silence"]);
  assertEquals(agent.lines.filter((line) => /WARN .*two nodes match.*in ten minutes/.test(line)).length, 1);
  // By now the server has forgotten both.
  await agent.clock.advance(5 * MINUTE);
  assertEquals(asked(agent, 2)[2], "macs register");
  assert(asked(agent, 2).includes("macs 201"), asked(agent, 2).join());
});

Deno.test("runDaemon() registers where register was said in an answer that was lost around a restart", async () => {
  for (const isCutBefore of [true, false]) {
    const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
    let isCut = false;
    // The server says register once after the gap; that answer is lost, before or after the agent is started again.
    const intercept = () => isCut ? Promise.reject(new TypeError("connection reset")) : acknowledge();
    const options: AgentOptions = {
      folder,
      intercept: (request) => request.method === "GET" ? intercept() : undefined,
    };
    const start = Date.parse("2026-01-01T00:00:00Z");
    {
      await using agent = await startAgent({ ...options, startMs: start });
      await agent.clock.advance(2.5 * MINUTE);
      assertEquals(agent.requests(), ["register 201"]);
      isCut = isCutBefore;
      await agent.clock.advance(2.9 * MINUTE);
      assertEquals(agent.requests(), ["register 201"]);
    }
    {
      isCut = !isCutBefore;
      await using agent = await startAgent({ ...options, startMs: start + 8 * MINUTE });
      await agent.clock.advance(500);
      isCut = false;
      await agent.clock.advance(3 * MINUTE);
      assertEquals(agent.requests(), ["register 201"], agent.lines.join("\n"));
    }
    {
      // A short restart is no gap.
      await using agent = await startAgent(options);
      await agent.clock.advance(3 * MINUTE);
      assertEquals(agent.requests(), []);
    }
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("runDaemon() tries the last settings that worked after three time-outs under new ones", async () => {
  let clientConfig: Record<string, number> = { mk_checkin_interval: 60 };
  const asked: { at: number; isLate: boolean }[] = [];
  await using agent: Agent = await startAgent({
    isListening: () => false,
    async intercept(request) {
      if (request.method === "POST") return undefined;
      // It needs 8 s, be it asked by one that waits no longer than 5.
      const isNew = clientConfig.mk_checkin_interval !== 60 && asked.length < 7;
      let isLate = false;
      request.signal.addEventListener("abort", () => isLate = true);
      if (isNew) await agent.clock.sleep(8_000, request.signal);
      asked.push({ at: agent.clock.monotonic(), isLate });
      if (isLate) throw new TypeError("gone");
      const response = { command_name: "acknowledge" };
      return Response.json({ errcode: 0, response, client_config: clientConfig });
    },
  });
  await agent.clock.advance(MINUTE + 1);
  clientConfig = { mk_checkin_interval: 10 };
  await agent.clock.advance(5 * MINUTE);
  const late = asked.map(({ isLate }) => isLate);
  assertEquals(late.slice(0, 2), [false, false]);
  const first = late.indexOf(true);
  assertEquals(late.slice(first, first + 4), [true, true, true, false], late.join());
  assertMatch(Deno.readTextFileSync(join(agent.folder, "mk_conf.yaml")), /^mk_checkin_interval: 60$/m);
  assertEquals(agent.lines.filter((line) => /WARN .*the last that worked are in force again/.test(line)).length, 1);
  // The same words do not lose it again.
  const until = asked.length;
  await agent.clock.advance(10 * MINUTE);
  assert(asked.length - until >= 8, `${asked.length - until} check-ins`);
  assertEquals(asked.slice(until).filter(({ isLate }) => isLate), []);
});

Deno.test("runDaemon() falls back to no setting that an operator has replaced", async () => {
  const hosts: string[] = [];
  await using agent = await startAgent({
    isListening: () => false,
    intercept: (request) => {
      if (request.method === "GET") hosts.push(new URL(request.url).hostname);
      if (!request.url.includes("second")) return undefined;
      return new Promise((_, reject) => request.signal.addEventListener("abort", reject));
    },
  });
  await agent.clock.advance(MINUTE + 1);
  agent.writeConfig(configText({ mk_uri: "http://second.test" }));
  await agent.clock.advance(3 * MINUTE);
  assertEquals(new Set(hosts.slice(2)), new Set(["second.test"]));
});

Deno.test("runDaemon() asks a slow server less often, and as often as before once it is fast", async () => {
  let tookMs = 5_000;
  const at: number[] = [];
  await using agent: Agent = await startAgent({
    config: { mk_checkin_interval: 20 },
    hanlon: { clientConfig: {} },
    async intercept(request) {
      if (request.method === "POST") return undefined;
      at.push(agent.clock.monotonic());
      if (tookMs > 0) await agent.clock.sleep(tookMs);
      return undefined;
    },
  });
  const gaps = () => at.slice(1).map((ms, i) => Math.round((ms - at[i]!) / 1000));
  await agent.clock.advance(6 * MINUTE);
  // 30, 45, 68 and 100 s, each 15 % more or less.
  const isAbout = (gaps: number[], expected: number[]) =>
    expected.every((seconds, i) => Math.abs(gaps[i]! - seconds) <= 0.16 * seconds);
  assert(isAbout(gaps(), [30, 45, 68, 100, 100]), `${gaps()}`);
  assertEquals(agent.lines.filter((line) => /WARN .*it is asked less often/.test(line)).length, 1);
  const { intervalSeconds } = agent.state.readStatus().value!;
  assertEquals(intervalSeconds, 100);
  tookMs = 0;
  const from = at.length;
  await agent.clock.advance(6 * MINUTE);
  const after = gaps().slice(from);
  assert(isAbout(after, [67, 44, 30, 20, 20]), `${after}`);
  assertEquals(agent.lines.filter((line) => line.includes("answers in time again")).length, 1);
  assertLess(agent.state.readStatus().value!.intervalSeconds, 21);
});
