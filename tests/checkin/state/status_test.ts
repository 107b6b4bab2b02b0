/** What `--status` says of a daemon, and what the daemon writes down for it. */
import { assert, assertEquals } from "@std/assert";
import { statusText } from "../../../checkin/cli/modes/status.ts";
import type { Status } from "../../../checkin/state/mod.ts";
import { configText, partsOf, startAgent } from "../agent.ts";

Deno.test("statusText() says what the daemon last did, and what it has yet to do", () => {
  const at = (time: string) => `2026-01-01T${time}Z`;
  const status: Status = {
    agentVersion: "4.0.0",
    pid: 4242,
    startedAt: at("00:00:00"),
    server: "http://hanlon.test:8026",
    intervalSeconds: 60,
    lastCheckin: { at: at("01:00:00"), command: "register" },
    lastRegistration: { at: at("00:10:00") },
    lastCollection: { at: at("00:50:00"), failing: [{ source: "lshw", why: "timeout" }] },
    slowCollection: { since: at("01:00:10"), waitingFor: ["lshw", "ipmitool"] },
    isRegistrationPending: true,
    factsUri: "https://inventory.test/",
    isDeliveryPending: true,
    lastError: { at: at("00:59:00"), message: "check-in: connection refused" },
  };
  const now = new Date(at("01:00:20"));
  assertEquals(statusText(status, now), {
    isWell: true,
    text: `\
daemon      version 4.0.0, process 4242, started 3620 s ago (2026-01-01T00:00:00Z)
server      http://hanlon.test:8026
check-in    20 s ago (2026-01-01T01:00:00Z): register
registered  3020 s ago (2026-01-01T00:10:00Z)
pending     registration, facts for mk_facts_uri
collected   620 s ago (2026-01-01T00:50:00Z)
failing     lshw: timeout
collecting  for 10 s, no answer yet from lshw, ipmitool
last error  80 s ago (2026-01-01T00:59:00Z): check-in: connection refused
verdict     checks in
`,
  });
  const { agentVersion, pid, startedAt, intervalSeconds } = status;
  assertEquals(statusText({ agentVersion, pid, startedAt, intervalSeconds, isRegistrationPending: false }, now), {
    isWell: false,
    text: `\
daemon      version 4.0.0, process 4242, started 3620 s ago (2026-01-01T00:00:00Z)
server      none: no configuration yet
check-in    none yet
registered  not yet
collected   not yet
verdict     has not checked in yet
`,
  });
  assertEquals(statusText(undefined, now), { isWell: false, text: "no daemon has written its status here\n" });
});

Deno.test("statusText() shows a server's words so that a terminal only shows them", async () => {
  const words = "\u001b]0;owned\u0007\u001b[2J\r\nverdict     checks in";
  await using agent = await startAgent({ intercept: () => new Response(words, { status: 404 }) });
  await agent.clock.advance(1_000);
  const { text } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
  // deno-lint-ignore no-control-regex
  assertEquals(text.match(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g), null, text);
  assertEquals(text.match(/^verdict .*$/gm), ["verdict     has not checked in yet"]);
  assertEquals(text.match(/^last error .*$/m)?.[0].includes("\\u001b]0;owned"), true, text);
});

Deno.test("runDaemon() writes down which tools a collection waits for, while it does", async () => {
  const ok = { status: "ok", elapsedMs: 1 } as const;
  await using agent = await startAgent({
    async collect(n, clock, signal, onProgress) {
      onProgress("lscpu");
      onProgress("lshw");
      onProgress("lscpu", ok);
      if (n === 2) await clock.sleep(45_000, signal);
      onProgress("lshw", ok);
      return partsOf({ bmcIp: "10.0.0.9" });
    },
  });
  const collecting = () => {
    const { text } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
    return text.match(/^collecting .*$/m)?.[0];
  };
  await agent.clock.advance(9 * 60_000);
  assertEquals(collecting(), undefined);
  await agent.clock.advance(60_000 + 20_000);
  assertEquals(collecting(), "collecting  for 20 s, no answer yet from lshw");
  await agent.clock.advance(30_000);
  assertEquals([agent.collections(), collecting()], [2, undefined]);
  // What failed is logged with its reason.
  assert(agent.lines.some((line) => line.endsWith('WARN  lldptool: timeout error="given up after 20 s"')));
  const { text } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
  assertEquals(text.match(/^failing .*$/gm), ["failing     lldptool: timeout; given up after 20 s"]);
});

Deno.test("statusText() says what is pending for mk_facts_uri, while there is one", async () => {
  await using agent = await startAgent({
    config: { mk_facts_uri: "http://inventory.test/machines" },
    intercept: (request) => request.url.includes("inventory") ? new Response("", { status: 500 }) : undefined,
  });
  const pending = () => statusText(agent.state.readStatus().value, new Date()).text.match(/^pending .*$/m)?.[0];
  await agent.clock.advance(60_000);
  assertEquals(pending(), "pending     facts for mk_facts_uri");
  agent.writeConfig(configText());
  await agent.clock.advance(60_000);
  assertEquals(pending(), undefined);
});
