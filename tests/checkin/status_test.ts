/** What `--status` says of a daemon, and what the daemon writes down for it. */
import { assertEquals } from "@std/assert";
import { statusText } from "../../checkin/by_hand.ts";
import { configText, partsOf, startAgent } from "./agent.ts";

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
});

Deno.test("statusText() says what mk_facts_uri is owed, while there is one", async () => {
  await using agent = await startAgent({
    config: { mk_facts_uri: "http://inventory.test/machines" },
    intercept: (request) => request.url.includes("inventory") ? new Response("", { status: 500 }) : undefined,
  });
  const owed = () => statusText(agent.state.readStatus().value, new Date()).text.match(/^owed .*$/m)?.[0];
  await agent.clock.advance(60_000);
  assertEquals(owed(), "owed        facts for mk_facts_uri");
  agent.writeConfig(configText());
  await agent.clock.advance(60_000);
  assertEquals(owed(), undefined);
});
