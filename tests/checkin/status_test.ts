/** What `--status` says of a daemon, and what the daemon writes down for it. */
import { assertEquals } from "@std/assert";
import { statusText } from "../../checkin/by_hand.ts";
import { startAgent } from "./agent.ts";

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
