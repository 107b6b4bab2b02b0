/** What the daemon does with a server's settings, on a clock that a test makes go. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startAgent } from "./agent.ts";

const MINUTE = 60_000;

Deno.test("runDaemon() takes settings from the server without a restart, and writes them back", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: "20", mk_log_level: "Logger::INFO", mk_gem_mirror: "x" };
  await agent.clock.advance(MINUTE);
  const before = agent.hanlon.exchanges.length;
  await agent.clock.advance(MINUTE);
  assertEquals(agent.requests(before), Array(3).fill("checkin acknowledge"));
  assertMatch(Deno.readTextFileSync(join(agent.folder, "mk_conf.yaml")), /^mk_checkin_interval: 20$/m);
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.lines.filter((line) => line.includes("mk_gem_mirror")).length, 1);
  assertEquals(agent.lines.filter((line) => line.includes("changed the configuration")).length, 1);
  // What was written back is no news.
  assertEquals(agent.lines.filter((line) => line.includes("another configuration")), []);
});

Deno.test("runDaemon() registers what another exclusion pattern lets through", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  assertEquals(agent.attributes().fqdn, "node7");
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: 60, mk_fact_excl_pattern: "(^fqdn$)" };
  await agent.clock.advance(MINUTE);
  assertEquals(agent.requests().filter((what) => what === "register 201").length, 2);
  assert(!("fqdn" in agent.attributes()));
  assertEquals(agent.collections(), 1);
});

Deno.test("runDaemon() keeps the last good settings where the server sends bad ones", async () => {
  await using agent = await startAgent();
  await agent.clock.advance(MINUTE + 1);
  agent.hanlon.settings.clientConfig = { mk_checkin_interval: -5, mk_fact_excl_pattern: "(" };
  await agent.clock.advance(10 * MINUTE);
  assertEquals(agent.requests().filter((what) => what.startsWith("checkin")).length, 12);
  assertEquals(agent.lines.filter((line) => /WARN .*mk_checkin_interval.*-5/.test(line)).length, 1);
});

Deno.test("runDaemon() puts in force what an operator changes while the server's settings are written back", async () => {
  let edit = () => {};
  await using agent = await startAgent({
    intercept: (request) => {
      if (request.method === "GET") edit();
      return undefined;
    },
  });
  const file = join(agent.folder, "mk_conf.yaml");
  await agent.clock.advance(MINUTE + 1);
  edit = () => {
    agent.hanlon.settings.clientConfig = { mk_checkin_interval: 20 };
    Deno.writeTextFileSync(file, Deno.readTextFileSync(file).replace(/^mk_uri: .*/m, "mk_uri: http://other.test:8026"));
    edit = () => {};
  };
  await agent.clock.advance(2 * MINUTE);
  const text = Deno.readTextFileSync(file);
  assertMatch(text, /^mk_uri: http:\/\/other\.test:8026$/m);
  assertMatch(text, /^mk_checkin_interval: 20$/m);
  assertEquals(agent.state.readStatus().value?.server, "http://other.test:8026");
  assertEquals(agent.lines.filter((line) => line.includes("another configuration")).length, 1);
});

Deno.test("runDaemon() begins with a configuration whose tuning makes no sense", async () => {
  await using agent = await startAgent({ config: { mk_log_level: "Logger::TRACE", mk_checkin_interval: "soon" } });
  await agent.clock.advance(10_000);
  assertEquals(agent.requests(), ["checkin register", "register 201"]);
  assertEquals(agent.lines.filter((line) => / WARN {2}.*(TRACE.*INFO is used|soon.*60 is used)$/.test(line)).length, 2);
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
  assertEquals(agent.requests(), ["register 201", "register 201"]);
  assert(!agent.lines.some((line) => line.includes("internal error")), agent.lines.join("\n"));
});

Deno.test({
  name: "runDaemon() as root believes no token and no mk_conf.yaml that others can write",
  ignore: Deno.uid() !== 0,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
    const [token, file] = [join(folder, "token"), join(folder, "mk_conf.yaml")];
    Deno.writeTextFileSync(token, "s3cr3t\n");
    Deno.chmodSync(token, 0o666);
    {
      await using agent = await startAgent({
        folder,
        config: { mk_uri: "https://hanlon.test:8026", mk_token_file: token },
      });
      await agent.clock.advance(1_000);
      assertMatch(agent.lines.at(-1)!, /mk_token_file: .*token: refused: it is writable by others.*; waiting for it$/);
      Deno.chmodSync(token, 0o600);
      Deno.chmodSync(file, 0o666);
      await agent.clock.advance(6_000);
      assertMatch(agent.lines.at(-1)!, /mk_conf\.yaml: refused: it is writable by others.*; waiting for it$/);
      assertEquals(agent.requests(), []);
      Deno.chmodSync(file, 0o644);
      await agent.clock.advance(6_000);
      assertEquals(agent.requests(), ["checkin register", "register 201"]);
    }
    await Deno.remove(folder, { recursive: true });
  },
});
