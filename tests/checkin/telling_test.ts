/** What a server is told, and when: telling.ts, in the daemon. */
import { assert, assertEquals } from "@std/assert";
import { configText, partsOf, startAgent } from "./agent.ts";

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
  assertEquals(agent.told().filter((what) => what.startsWith("register")), ["register 201"]);
  await agent.clock.advance(30_000);
  assertEquals(agent.told().filter((what) => what.startsWith("register")), ["register 201", "register 201"]);
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
