/**
 * A server that does everything wrong for a while, and then is well: the daemon against real sockets. Whatever the
 * fault, it goes on, says what is wrong, and in the end the server has every fact.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { statusText } from "../../checkin/cli/modes/status.ts";
import { startHanlonServer } from "../hanlon_server.ts";
import { type AgentOptions, startAgent } from "./agent.ts";
import type { FakeClock } from "./fake_clock.ts";
import { httpAnswer, type RawConnection, startRawServer } from "./raw_server.ts";

const MINUTE = 60_000;

/** What a faulty server does with a request, and what the log says of it. */
interface Fault {
  name: string;
  answer: (connection: RawConnection, clock: FakeClock) => Promise<void> | void;
  says: RegExp;
  /** The connection is closed with a reset. */
  reset?: boolean;
}

const NODE = { "@uuid": "x", "@attributes_hash": {} };
const GOOD = JSON.stringify({ errcode: 0, response: { command_name: "acknowledge", ...NODE } });
const error = (type: string) => JSON.stringify({ response: { result: { code: 500, type, description: "Oh no" } } });
const says = (text: string) => (connection: RawConnection) => connection.write(text);
const after = (seconds: number) => async (connection: RawConnection, clock: FakeClock) => {
  const gone = new AbortController();
  connection.closed.then(() => gone.abort());
  await clock.sleep(seconds * 1000, gone.signal);
  await connection.write(httpAnswer("200 OK", GOOD));
};

const FAULTS: Fault[] = [
  { name: "closes without an answer", answer: () => {}, says: /connection closed before message completed/ },
  { name: "resets before the answer", answer: () => {}, says: /reset|closed/, reset: true },
  {
    name: "resets in the body",
    answer: says(httpAnswer("200 OK", GOOD).slice(0, -9)),
    says: /error reading a body/,
    reset: true,
  },
  { name: "cuts the body short", answer: says(httpAnswer("200 OK", GOOD).slice(0, -9)), says: /error reading a body/ },
  {
    name: "cuts the body short, cleanly",
    answer: says(`HTTP/1.1 200 OK\r\n\r\n${GOOD.slice(0, -9)}`),
    says: /cut off/,
  },
  { name: "answers 500 in JSON", answer: says(httpAnswer("500 No", error("Mongo::Failure"))), says: /HTTP 500: Oh no/ },
  {
    name: "answers 500 with a page",
    answer: says(httpAnswer("500 No", "<html>We're sorry")),
    says: /HTTP 500: <html>/,
  },
  { name: "answers 200 with a page", answer: says(httpAnswer("200 OK", "<html>It works!")), says: /a page \(HTML\)/ },
  { name: "answers null", answer: says(httpAnswer("200 OK", '{"response":null}')), says: /another shape/ },
  { name: "answers errcode 1", answer: says(httpAnswer("200 OK", GOOD.replace(":0", ":1"))), says: /errcode 1/ },
  { name: "answers 404", answer: says(httpAnswer("404 Not Found", "Not Found")), says: /HTTP 404: Not Found/ },
  {
    name: "answers 503 with Retry-After",
    answer: says(httpAnswer("503 Busy", "", { "Retry-After": "30" })),
    says: /HTTP 503/,
  },
  {
    name: "redirects to another host",
    answer: says(httpAnswer("302 Found", "", { Location: "http://192.0.2.1/" })),
    says: /redirected to another host/,
  },
  { name: "answers after 60 s", answer: after(60), says: /no whole answer within 10 s/ },
  { name: "answers after 600 s", answer: after(600), says: /no whole answer within 10 s/ },
  {
    name: "answers 1 GB",
    async answer(connection) {
      await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      const block = new Uint8Array(1 << 20).fill(32);
      for (;;) await connection.write(block);
    },
    says: /more than (1|16) MiB/,
  },
  {
    name: "drips",
    async answer(connection, clock) {
      await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      for (;;) await connection.write(" ").then(() => clock.sleep(2_000));
    },
    says: /no whole answer within 10 s/,
  },
];

/** Starts a daemon with a real server behind one that can be made faulty for some requests. */
async function withFaultyServer(
  { answer, reset = false }: Pick<Fault, "answer" | "reset">,
  isFor: (request: string) => boolean,
  use: (agent: Awaited<ReturnType<typeof startAgent>>, heal: () => void, requests: () => string[]) => Promise<void>,
): Promise<void> {
  const seconds = () => Math.floor(agent.clock.monotonic() / 1000);
  const server = startHanlonServer({ now: seconds });
  let isWell = false;
  const port = Number(new URL(server.url).port);
  const front = startRawServer(
    (connection) => isFor(connection.request) ? answer(connection, agent.clock) : connection.forward(port),
    { reset },
  );
  const direct: typeof fetch = (input, init) => fetch(String(input).replace(front.url, server.url), init);
  const agent = await startAgent({
    config: { mk_uri: front.url },
    // The one that resets reads too little of a request to hand it on: what is not for it does not go there.
    fetch: ((input: URL, init: RequestInit) =>
      isWell || (reset && !isFor(init.method ?? "GET")) ? direct(input, init) : fetch(input, init)) as typeof fetch,
  });
  try {
    const requests = () => server.exchanges.map(({ command, answer }) => command ?? String(answer?.status));
    await use(agent, () => isWell = true, requests);
  } finally {
    await agent[Symbol.asyncDispose]();
    front.close();
    await server.shutdown();
  }
}

for (const fault of FAULTS) {
  Deno.test(`runDaemon() outlives a server that ${fault.name}`, async () => {
    await withFaultyServer(fault, () => true, async (agent, heal, requests) => {
      await agent.clock.advance(1.5 * MINUTE);
      assertEquals(requests(), []);
      const line = agent.lines.find((line) => fault.says.test(line));
      assert(line, agent.lines.join("\n"));
      assertMatch(line, /INFO +server unreachable since 2026-01-01T|ERROR check-in refused/);
      heal();
      await agent.clock.advance(3 * MINUTE);
      assert(requests().includes("201"), agent.lines.join("\n"));
      assert(!/refused/.test(line) === agent.lines.some((line) => /INFO +server back after \d+ s/.test(line)));
    });
  });

  Deno.test(`runDaemon() outlives a server that ${fault.name} when it is to register`, async () => {
    await withFaultyServer(fault, (request) => request.startsWith("POST"), async (agent, heal, requests) => {
      await agent.clock.advance(2.5 * MINUTE);
      assert(requests().every((what) => what === "register"), requests().join());
      assertEquals(requests().length, 3);
      const said = agent.lines.filter((line) => /ERROR registration (failed|refused)/.test(line));
      assertEquals(said.length, 1, said.join("\n"));
      assertMatch(said[0]!, fault.says);
      assertEquals(agent.state.readStatus().value?.isRegistrationPending, true);
      heal();
      await agent.clock.advance(1.1 * MINUTE);
      assert(requests().includes("201"), agent.lines.join("\n"));
      assertEquals(agent.collections(), 1);
    });
  });
}

Deno.test("runDaemon() takes an answer that is whole, although it comes after 5 s, or a reset comes after it", async () => {
  const whole: Pick<Fault, "answer" | "reset">[] = [
    { answer: after(5) },
    { answer: says(httpAnswer("200 OK", GOOD)), reset: true },
  ];
  for (const fault of whole) {
    await withFaultyServer(fault, () => true, async (agent) => {
      await agent.clock.advance(2 * MINUTE);
      assert(agent.lines.some((line) => line.includes("check-in command=acknowledge")), agent.lines.join("\n"));
      assert(!agent.lines.some((line) => line.includes("unreachable")), agent.lines.join("\n"));
    });
  }
});

Deno.test("runDaemon() finds a server that is down at the start and back after three minutes", async () => {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  await using agent = await startAgent({ config: { mk_uri: `http://127.0.0.1:${port}` }, fetch });
  await agent.clock.advance(3 * MINUTE);
  const since = agent.lines.filter((line) => line.includes("server unreachable since"));
  assertEquals(since.length, 1);
  assertMatch(since[0]!, /since 2026-01-01T00:00:00.000Z: cannot connect to 127\.0\.0\.1:\d+: .*Connection refused/);
  assertEquals(agent.collections(), 1);
  const { isWell, text } = statusText(agent.state.readStatus().value, new Date(agent.clock.wall()));
  assertEquals(isWell, false);
  assertMatch(
    text,
    new RegExp(`server +http://127.0.0.1:${port}\n(.*\n)*last error .*refused.*\n.*has not checked in`),
  );
  const server = startHanlonServer({ port });
  try {
    await agent.clock.advance(2 * MINUTE);
    const back = agent.lines.map((line) => /INFO +server back after (\d+) s/.exec(line)?.[1]).find(Boolean);
    assert(Number(back) >= 180 && Number(back) <= 240, back);
    assertEquals(server.nodes[0]?.attributes.lldp_neighbor_portid_eth0, "Ethernet1/17");
  } finally {
    await server.shutdown();
  }
});

Deno.test("runDaemon() goes on where the server's name cannot be resolved", async () => {
  await using agent = await startAgent({ config: { mk_uri: "http://no-such-host.invalid:8026" }, fetch });
  await agent.clock.advance(5 * MINUTE);
  assertMatch(
    agent.lines.find((line) => line.includes("unreachable since"))!,
    /cannot connect to no-such-host\.invalid:8026: dns error/,
  );
  assert(agent.lines.filter((line) => line.includes("check-in failed kind=unavailable")).length >= 5);
});

Deno.test("runDaemon() is not held up for ever when two nodes match and the server is silent", async () => {
  const server = startHanlonServer();
  const post = (body: unknown) =>
    fetch(`${server.url}/hanlon/api/v1/node/register`, {
      method: "POST",
      body: new TextEncoder().encode(JSON.stringify(body)),
    })
      .then((response) => response.body?.cancel());
  const hash = { last_state: "idle", attributes_hash: { a: 1 } };
  await post({ ...hash, uuid: "4c4c4544-0042-3510-8052-cac04f4a3132" });
  await post({ ...hash, mac_id: "525400123456" });
  await using agent = await startAgent({ config: { mk_uri: server.url }, fetch });
  await agent.clock.advance(2 * MINUTE);
  assertMatch(agent.lines.find((line) => line.includes("unreachable since"))!, /no whole answer within 10 s/);
  server.nodes.pop();
  await agent.clock.advance(2 * MINUTE);
  assert(agent.lines.some((line) => line.includes("registered node=")), agent.lines.join("\n"));
  await server.shutdown();
});

const TLS = new URL("../fixtures/tls/", import.meta.url);
const tlsFile = (name: string) => Deno.readTextFileSync(new URL(name, TLS));

async function overTls(
  certificate: string,
  config: AgentOptions["config"],
  use: (lines: string[]) => void,
): Promise<void> {
  const server = startHanlonServer({
    tls: { cert: tlsFile(`${certificate}.pem`), key: tlsFile(`${certificate}.key`) },
  });
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  for (const name of ["ca.pem", "good.pem", "good.key"]) Deno.writeTextFileSync(`${folder}/${name}`, tlsFile(name));
  const files = Object.fromEntries(Object.entries(config ?? {}).map(([key, name]) => [key, `${folder}/${name}`]));
  try {
    await using agent = await startAgent({ folder, config: { mk_uri: server.url, ...files }, fetch });
    await agent.clock.advance(MINUTE);
    use(agent.lines);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("runDaemon() speaks https with a server that mk_ca_file vouches for", async () => {
  await overTls("good", { mk_ca_file: "ca.pem" }, (lines) => {
    assert(lines.some((line) => line.includes("registered node=")), lines.join("\n"));
  });
});

Deno.test("runDaemon() does not speak with a server whose certificate is wrong, and says why", async () => {
  const cases = [
    ["good", {}, /signed by nobody this machine trusts/],
    ["expired", { mk_ca_file: "ca.pem" }, /has expired \(since 2021-01-01T00:00:00Z\), says this machine's clock/],
    ["future", { mk_ca_file: "ca.pem" }, /is not valid yet \(before 2048-01-01T00:00:00Z\), says this machine's clock/],
  ] as const;
  for (const [certificate, config, reason] of cases) {
    await overTls(certificate, config, (lines) => {
      assertMatch(lines.find((line) => line.includes("unreachable since"))!, reason);
      assert(!lines.some((line) => line.includes("registered")));
    });
  }
});
