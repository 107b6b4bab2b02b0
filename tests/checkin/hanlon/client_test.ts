import fc from "fast-check";
import { assert, assertEquals, assertGreater, assertLess, assertMatch } from "@std/assert";
import {
  checkinRequest,
  type Client,
  type ClientOptions,
  createClient,
  factsRequest,
  registerRequest,
  REGISTRATION_LIMIT_BYTES,
} from "../../../checkin/hanlon/client.ts";
import type { Outcome } from "../../../checkin/hanlon/answer.ts";
import { loadFormat } from "../../../checkin/formats/mod.ts";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { systemClock } from "../../../checkin/clock.ts";
import { startHanlonServer } from "../../hanlon_server.ts";
import { httpAnswer, type RawConnection, startRawServer } from "../raw_server.ts";
import { slowness } from "../../load.ts";

const FACTS = await loadFormat("facts");
const IDS = { uuid: "4c4c4544-0042-3510-8052-cac04f4a3132", macId: "525400123456_525400123457" };
const PATHS = { mk_checkin_path: "/hanlon/api/v1/node/checkin", mk_register_path: "/hanlon/api/v1/node/register" };
const address = (url: string) => ({ mk_uri: url, ...PATHS });
const GOOD = JSON.stringify({
  resource: "ProjectHanlon::Slice::Node",
  command: "checkin_node",
  result: "Ok",
  http_err_code: 200,
  errcode: 0,
  response: { command_name: "acknowledge", command_param: {} },
  client_config: { mk_checkin_interval: 60 },
});

async function withClient<T>(options: Partial<ClientOptions>, use: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient({ fetch, clock: systemClock, timeoutMs: 300 * slowness(), ...options });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

/** One check-in, or registration, against a server that does as `answer` says, and what the server saw. */
async function checkinAt(
  answer: (connection: RawConnection) => Promise<void> | void,
  { reset = false, register = false, ...options }: Partial<ClientOptions> & { reset?: boolean; register?: boolean } =
    {},
): Promise<{ outcome: Outcome; requests: string[]; written: number; elapsedMs: number; closed: Promise<void> }> {
  const server = startRawServer(answer, { reset });
  const started = performance.now();
  const send = (client: Client) =>
    register
      ? client.register(registerRequest(address(server.url), IDS, {}))
      : client.checkin(checkinRequest(address(server.url), IDS, false));
  try {
    const outcome = await withClient(options, send);
    const elapsedMs = performance.now() - started;
    return { outcome, requests: server.requests, written: server.written(), elapsedMs, closed: server.clientClosed };
  } finally {
    server.close();
  }
}

const says = (text: string) => (connection: RawConnection) => connection.write(text);
const hangs = (connection: RawConnection) => connection.closed;

Deno.test("checkinRequest() encodes what stands in the query", () => {
  const request = checkinRequest(address("http://h:8026"), { uuid: "Not Specified", macId: "a&b=c#d" }, true);
  assertEquals(
    request.url,
    "http://h:8026/hanlon/api/v1/node/checkin?uuid=Not%20Specified&mac_id=a%26b%3Dc%23d&last_state=idle&first_checkin=true",
  );
});

Deno.test("registerRequest() has the keys in the original agent's order", () => {
  const { body, headers, method } = registerRequest(address("http://h"), IDS, { hostname: "ü", n: 8 });
  assertEquals(method, "POST");
  assertEquals(headers["content-type"], "application/json");
  assertEquals(
    body,
    `{"mac_id":"${IDS.macId}","uuid":"${IDS.uuid}","attributes_hash":{"hostname":"ü","n":8},"last_state":"idle"}`,
  );
});

Deno.test("checkin() and register() talk with a Hanlon server", async () => {
  const server = startHanlonServer();
  try {
    await withClient({}, async (client) => {
      const checkin = () => client.checkin(checkinRequest(address(server.url), IDS, true));
      const first = await checkin();
      assertEquals(first.kind === "command" && first.command, "register");
      assertEquals(first.kind === "command" && first.clientConfig.mk_checkin_interval, 60);
      const registered = await client.register(registerRequest(address(server.url), IDS, { mk_hw_cpu_count: "8" }));
      assertEquals(registered.kind, "registered");
      assertEquals(registered.kind === "registered" && registered.tags, [IDS.uuid.toUpperCase(), "cpus_8"]);
      const second = await checkin();
      assertEquals(second.kind === "command" && second.command, "acknowledge");
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("register() sends JSON with a Content-Length, and keeps no connection", async () => {
  const server = startRawServer(async (connection) => {
    await connection.write(httpAnswer("500 Internal Server Error", "{}"));
    await hangs(connection);
  });
  try {
    const outcome = await withClient(
      {},
      (client) => client.register(registerRequest(address(server.url), IDS, { name: "ü" })),
    );
    assertEquals(outcome.kind, "unavailable");
    const [head, body] = server.requests[0]!.split("\r\n\r\n");
    assertMatch(head!, /^content-type: application\/json\r?$/im);
    assertMatch(head!, new RegExp(`^content-length: ${new TextEncoder().encode(body).length}\r?$`, "im"));
    assert(!/transfer-encoding/i.test(head!));
  } finally {
    server.close();
  }
});

const REFUSALS: [string, string, RegExp][] = [
  [
    "a 400",
    httpAnswer("400 Bad Request", errorBody(400, "ProjectHanlon::Error::Slice::MissingArgument", "Must Provide")),
    /HTTP 400: Must Provide \(ProjectHanlon/,
  ],
  [
    "a 500 that complains about the request",
    httpAnswer(
      "500 Internal Server Error",
      errorBody(500, "Grape::Exceptions::ValidationErrors", "last_state is missing"),
    ),
    /last_state is missing/,
  ],
  [
    "a 404 in plain text",
    httpAnswer("404 Not Found", "Not Found: /x", { "Content-Type": "text/plain" }),
    /HTTP 404: Not Found: \/x/,
  ],
  ["a 401 without a body", httpAnswer("401 Unauthorized", ""), /HTTP 401: no words/],
  ["errcode 1", httpAnswer("200 OK", GOOD.replace('"errcode":0', '"errcode":1')), /errcode 1/],
];
for (const [name, answer, reason] of REFUSALS) {
  Deno.test(`checkin() takes ${name} for a refusal`, async () => {
    const { outcome } = await checkinAt(says(answer));
    assertEquals(outcome.kind, "refused");
    assertMatch("reason" in outcome ? outcome.reason : "", reason);
  });
}

const OTHERS: [string, string, RegExp][] = [
  ["a page", httpAnswer("200 OK", "<html><body>It works!", { "Content-Type": "text/html" }), /a page \(HTML\)/],
  ["a null response", httpAnswer("200 OK", '{"response":null}'), /another shape: \{"response":null\}/],
  ["null", httpAnswer("200 OK", "null"), /HTTP 200/],
  ["a list", httpAnswer("200 OK", "[1]"), /HTTP 200/],
  ["no errcode", httpAnswer("200 OK", '{"response":{"command_name":"reboot"}}'), /another shape/],
  ["an errcode in quotes", httpAnswer("200 OK", GOOD.replace('"errcode":0', '"errcode":"0"')), /another shape/],
  ["no command", httpAnswer("200 OK", GOOD.replace("command_name", "command_nome")), /another shape/],
  [
    "a redirect to another host",
    httpAnswer("302 Found", "", { Location: "http://192.0.2.1/x" }),
    /redirected to another host \(http:\/\/192\.0\.2\.1\/x\)/,
  ],
  ["a redirect to nowhere", httpAnswer("302 Found", "", { Location: "http://[" }), /redirected/],
  ["a 304", "HTTP/1.1 304 Not Modified\r\n\r\n", /HTTP 304/],
];
for (const [name, answer, reason] of OTHERS) {
  Deno.test(`checkin() takes ${name} for something that is no Hanlon server`, async () => {
    const { outcome } = await checkinAt(says(answer));
    assertEquals(outcome.kind, "notHanlon");
    assertMatch("reason" in outcome ? outcome.reason : "", reason);
  });
}

const cut = (text: string) => text.slice(0, -20);
const UNAVAILABLE: [string, (connection: RawConnection) => Promise<void> | void, RegExp, boolean?][] = [
  ["a connection closed without an answer", () => {}, /connection closed before message completed/],
  ["a reset before the answer", () => {}, /reset|closed/, true],
  ["a reset in the body", says(cut(httpAnswer("200 OK", GOOD))), /reading a body/, true],
  ["a body shorter than its Content-Length", says(cut(httpAnswer("200 OK", GOOD))), /reading a body/],
  ["a body cut off cleanly", says(`HTTP/1.1 200 OK\r\n\r\n${cut(GOOD)}`), /cut off after \d+ characters/],
  ["an empty body", says(httpAnswer("200 OK", "")), /cut off after 0 characters/],
  [
    "a body of chunks without the last",
    says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    /reading a body/,
  ],
  ["no HTTP", says("SSH-2.0-OpenSSH_9.2\r\n"), /invalid HTTP version/],
  [
    "a 500 in JSON",
    says(httpAnswer("500 Internal Server Error", errorBody(500, "Mongo::ConnectionFailure", "no primary"))),
    /HTTP 500: no primary \(Mongo/,
  ],
  ["a 500 as a page", says(httpAnswer("500 Internal Server Error", "<html><h1>We're sorry</h1>")), /HTTP 500: <html>/],
  ["a 502", says(httpAnswer("502 Bad Gateway", "")), /HTTP 502/],
  ["silence", hangs, /no whole answer within [\d.]+ s/],
  ["a slow drip in the body", async (connection) => {
    await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
    for (;;) await connection.write(" ").then(() => new Promise((resolve) => setTimeout(resolve, 20)));
  }, /no whole answer within [\d.]+ s/],
  ["a slow drip in the head", async (connection) => {
    await connection.write("HTTP/1.1 200 OK\r\n");
    for (;;) await connection.write("X-A: b\r\n").then(() => new Promise((resolve) => setTimeout(resolve, 20)));
  }, /no whole answer within [\d.]+ s/],
  ["a compressed body that is none", says(httpAnswer("200 OK", GOOD, { "Content-Encoding": "gzip" })), /./],
];
for (const [name, answer, reason, reset] of UNAVAILABLE) {
  Deno.test(`checkin() takes ${name} for a server that is not available`, async () => {
    const { outcome, elapsedMs } = await checkinAt(answer, { reset: reset ?? false });
    assertEquals(outcome.kind, "unavailable", JSON.stringify(outcome));
    assertMatch("reason" in outcome ? outcome.reason : "", reason);
    // What the server may have got, and works on.
    assertEquals("isLate" in outcome, reason.source.includes("no whole answer"));
    assertLess(elapsedMs, 20_000);
  });
}

Deno.test("checkin() closes the connection of a server that does not come to an end", async () => {
  const { closed } = await checkinAt(async (connection) => {
    await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
    for (;;) await connection.write(" ").then(() => new Promise((resolve) => setTimeout(resolve, 20)));
  });
  await closed;
});

Deno.test("checkin() and register() cut an answer of 1 GB after 1 and 16 MiB, and take no more of it", async () => {
  for (const { register, mebibytes } of [{ register: false, mebibytes: 1 }, { register: true, mebibytes: 16 }]) {
    const { outcome, written, closed } = await checkinAt(async (connection) => {
      await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      const block = new Uint8Array(1 << 20).fill(32);
      for (;;) await connection.write(block);
    }, { timeoutMs: 5_000, register });
    assertEquals(outcome.kind, "unavailable");
    assertMatch("reason" in outcome ? outcome.reason : "", new RegExp(`more than ${mebibytes} MiB, which was cut`));
    await closed;
    assertLess(written, (mebibytes + 16) * 1024 * 1024);
  }
});

Deno.test("checkin() cuts a small answer that is large when decompressed", async () => {
  const bomb = new Blob([new Uint8Array(64 * 1024 * 1024)]).stream().pipeThrough(new CompressionStream("gzip"));
  const body = new Uint8Array(await new Response(bomb).arrayBuffer());
  assertLess(body.length, 100_000);
  const { outcome } = await checkinAt(async (connection) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
    await connection.write(head);
    await connection.write(body);
  }, { timeoutMs: 5_000 });
  assertMatch("reason" in outcome ? outcome.reason : "", /more than 1 MiB/);
});

Deno.test("checkin() says what Retry-After asked for, in seconds or as a date by the server's own clock", async () => {
  const ask = async (headers: Record<string, string>, status = "503 Service Unavailable") => {
    const { outcome } = await checkinAt(says(httpAnswer(status, "busy", headers)));
    assertEquals(outcome.kind, "unavailable");
    return outcome.kind === "unavailable" ? outcome.retryAfterMs : undefined;
  };
  assertEquals(await ask({ "Retry-After": "7" }), 7_000);
  assertEquals(await ask({ "Retry-After": "7" }, "429 Too Many Requests"), 7_000);
  const date = { Date: "Sun, 06 Nov 1994 08:49:37 GMT" };
  assertEquals(await ask({ ...date, "Retry-After": "Sun, 06 Nov 1994 08:50:07 GMT" }), 30_000);
  assertEquals(await ask({ ...date, "Retry-After": "Sun, 06 Nov 1994 08:00:00 GMT" }), 0);
  assertEquals(await ask({ "Retry-After": "soon" }), undefined);
  assertEquals(await ask({}), undefined);
});

Deno.test("checkin() takes the settings beside a command that is no text, or longer than a word", async () => {
  for (
    const [value, command] of [
      ["12", "12"],
      ['["reboot"]', '["reboot"]'],
      ["true", "true"],
      ["null", "null"],
      ['""', ""],
      [JSON.stringify("z".repeat(101)), `${"z".repeat(100)}…`],
      [`${"[".repeat(50_000)}${"]".repeat(50_000)}`, /^(\[{100}…|a list)$/],
    ] as const
  ) {
    const { outcome } = await checkinAt(says(httpAnswer("200 OK", GOOD.replace('"acknowledge"', value))));
    assert(outcome.kind === "command", JSON.stringify(outcome));
    if (typeof command === "string") assertEquals(outcome.command, command);
    else assertMatch(outcome.command, command);
    assertEquals(outcome.clientConfig, { mk_checkin_interval: 60 });
  }
});

Deno.test("checkinRequest() and registerRequest() send half a surrogate pair as U+FFFD", () => {
  const request = checkinRequest(address("http://h"), { uuid: "a\ud83d", macId: "\ude00b" }, false);
  assertMatch(request.url, /uuid=a%EF%BF%BD&mac_id=%EF%BF%BDb&/);
  // The last one is no escape, and the pair before it is whole.
  const attributes = { ["k\udc00"]: ["x\ud83d", "\ud83d\ude00", "\\ud83d"] };
  const { body } = registerRequest(address("http://h"), IDS, attributes);
  assertEquals(JSON.parse(body!).attributes_hash, { "k\ufffd": ["x\ufffd", "\ud83d\ude00", "\\ud83d"] });
  const sent = factsRequest(FACTS, "http://h", attributes as unknown as Facts);
  assertEquals(JSON.parse(sent.body!), JSON.parse(body!).attributes_hash);
});

Deno.test("checkin() counts what chunks cost, and cuts an answer in chunks of one byte", async () => {
  const { outcome, written } = await checkinAt(async (connection) => {
    await connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const block = new TextEncoder().encode("1\r\n \r\n".repeat(4096));
    for (;;) await connection.write(block);
  }, { timeoutMs: 20_000 });
  assertMatch("reason" in outcome ? outcome.reason : "", /more than 1 MiB, which was cut/);
  // A chunk of one byte takes six on the wire.
  assertLess(written, 6 * (1024 * 1024) + 16 * 1024 * 1024);
});

Deno.test("checkin() follows a redirect on the same host, but not without end", async () => {
  let count = 0;
  const { outcome } = await checkinAt((connection) =>
    connection.write(
      count++ === 0 ? httpAnswer("301 Moved", "", { Location: "/other?x=1" }) : httpAnswer("200 OK", GOOD),
    )
  );
  assertEquals(outcome.kind, "command");
  const circle = await checkinAt(says(httpAnswer("302 Found", "", { Location: "/again" })));
  assertEquals(circle.outcome.kind, "notHanlon");
  assertEquals(circle.requests.length, 4);
});

Deno.test("checkin() takes no token and no facts from https to http, be it on the same host", async () => {
  const seen: string[] = [];
  const redirects = (to: string) => (url: unknown) => {
    seen.push(String(url).split("/hanlon")[0]!);
    const isFirst = seen.length === 1;
    return Promise.resolve(isFirst ? Response.redirect(`${to}/hanlon`, 307) : new Response(GOOD));
  };
  const ask = async (from: string, to: string) => {
    seen.length = 0;
    const options = { fetch: redirects(to) as typeof fetch, token: "t" };
    return await withClient(options, (client) => client.checkin(checkinRequest(address(from), IDS, false)));
  };
  const down = await ask("https://server.test", "http://server.test");
  assertMatch("reason" in down ? down.reason : "", /redirected to another host \(http:\/\/server\.test/);
  assertEquals(seen, ["https://server.test"]);
  assertEquals((await ask("http://server.test", "https://server.test")).kind, "command");
  assertEquals(seen, ["http://server.test", "https://server.test"]);
});

Deno.test("checkin() takes the token to no other origin, be it another port of the same host", async () => {
  const seen: [url: string, authorization: string | null][] = [];
  const fetchTo = (to: string) => (url: unknown, init?: RequestInit) => {
    seen.push([new URL(String(url)).origin, new Headers(init?.headers).get("authorization")]);
    return Promise.resolve(seen.length === 1 ? Response.redirect(to, 307) : new Response(GOOD));
  };
  const ask = async (to: string) => {
    seen.length = 0;
    const options = { fetch: fetchTo(to) as typeof fetch, token: "t" };
    const request = checkinRequest(address("https://server.test:8443"), IDS, false);
    return await withClient(options, (client) => client.checkin(request));
  };
  assertEquals((await ask("https://server.test:8443/elsewhere")).kind, "command");
  assertEquals(seen, [["https://server.test:8443", "Bearer t"], ["https://server.test:8443", "Bearer t"]]);
  assertEquals((await ask("https://server.test/elsewhere")).kind, "command");
  assertEquals(seen, [["https://server.test:8443", "Bearer t"], ["https://server.test", null]]);
});

Deno.test("checkin() follows no redirect with a user in it, and never shows one", async () => {
  for (
    const location of [
      "http://admin:s3cret@127.0.0.1:1/x",
      "//admin:s3cret@127.0.0.1:1/x",
      "http://admin:s3cret@192.0.2.1/",
      "http://admin:s3cret@[",
      "https:admin:s3cret@127.0.0.1",
    ]
  ) {
    const { outcome, requests } = await checkinAt(says(httpAnswer("302 Found", "", { Location: location })));
    assertEquals([outcome.kind, requests.length], ["notHanlon", 1], location);
    assert(!/s3cret|admin/.test(JSON.stringify(outcome)), JSON.stringify(outcome));
  }
});

Deno.test("register() is not turned into a GET by a redirect", async () => {
  const server = startRawServer(says(httpAnswer("302 Found", "", { Location: "/other" })));
  try {
    const outcome = await withClient({}, (client) => client.register(registerRequest(address(server.url), IDS, {})));
    assertEquals(outcome.kind, "notHanlon");
    assertEquals(server.requests.length, 1);
  } finally {
    server.close();
  }
});

Deno.test("register() takes only a stored node for a success", async () => {
  const server = startRawServer(says(httpAnswer("201 Created", GOOD)));
  try {
    const outcome = await withClient({}, (client) => client.register(registerRequest(address(server.url), IDS, {})));
    assertEquals(outcome.kind, "notHanlon");
  } finally {
    server.close();
  }
});

Deno.test("sendFacts() takes any 2xx, without waiting for its body", async () => {
  for (
    const [answer, kind] of [
      ["HTTP/1.1 204 No Content\r\n\r\n", "accepted"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nslow", "accepted"],
      [httpAnswer("200 OK", "<html>"), "accepted"],
      [httpAnswer("422 Unprocessable", "no such field"), "refused"],
      [httpAnswer("500 Oops", ""), "unavailable"],
      [httpAnswer("302 Found", "", { Location: "https://192.0.2.1/" }), "notHanlon"],
    ] as const
  ) {
    const server = startRawServer(async (connection) => {
      await connection.write(answer);
      if (answer.endsWith("slow")) await hangs(connection);
    });
    try {
      const request = factsRequest(FACTS, server.url, {} as Facts);
      const outcome = await withClient({}, (client) => client.sendFacts(request, FACTS));
      assertEquals(outcome.kind, kind, answer);
    } finally {
      server.close();
    }
  }
});

Deno.test("checkin() says why there is no connection", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = listener.addr.port;
  listener.close();
  await withClient({ timeoutMs: 5_000 }, async (client) => {
    const refused = await client.checkin(checkinRequest(address(`http://127.0.0.1:${port}`), IDS, false));
    assertMatch(
      "reason" in refused ? refused.reason : "",
      new RegExp(`^cannot connect to 127.0.0.1:${port}: .*refused`),
    );
    const unknown = await client.checkin(checkinRequest(address("http://no-such-host.invalid:8026"), IDS, false));
    assertMatch("reason" in unknown ? unknown.reason : "", /^cannot connect to no-such-host\.invalid:8026: dns error/);
  });
});

Deno.test("checkin() ends at once when the agent ends", async () => {
  const ending = new AbortController();
  const server = startRawServer(hangs);
  try {
    const started = performance.now();
    const request = checkinRequest(address(server.url), IDS, false);
    const pending = withClient({ timeoutMs: 60_000 }, (client) => client.checkin(request, ending.signal));
    setTimeout(() => ending.abort(), 50);
    assertEquals((await pending).kind, "unavailable");
    assertLess(performance.now() - started, 20_000);
    await server.clientClosed;
    const never = await withClient({}, (client) => client.checkin(request, ending.signal));
    assertEquals(never, { kind: "unavailable", reason: "given up, because the agent is ending" });
  } finally {
    server.close();
  }
});

Deno.test("checkin() takes nothing for a success that is not whole and well-formed, whatever the answer", async () => {
  const mutated = fc.oneof(
    fc.string(),
    fc.json(),
    fc.nat(GOOD.length).map((length) => GOOD.slice(0, length)),
    fc.tuple(fc.nat(GOOD.length), fc.string({ maxLength: 3 })).map(([at, text]) =>
      GOOD.slice(0, at) + text + GOOD.slice(at + 1)
    ),
    fc.jsonValue().map((value) => JSON.stringify({ errcode: 0, response: value, client_config: value })),
    fc.jsonValue().map((value) => JSON.stringify({ errcode: value, response: { command_name: value } })),
  );
  await fc.assert(
    fc.asyncProperty(mutated, fc.constantFrom(200, 200, 200, 201, 404, 500, 503), async (body, status) => {
      const answer = () => Promise.resolve(new Response(body, { status }));
      const request = checkinRequest(address("http://h"), IDS, false);
      const outcome = await withClient({ fetch: answer }, (client) => client.checkin(request));
      if (outcome.kind !== "command") {
        const { reason } = outcome as { reason: string };
        assert(reason.length < 500 && !/\n/.test(reason), reason);
        return;
      }
      const { errcode, response: { command_name: name } } = JSON.parse(body);
      assertEquals([status >= 300, errcode], [false, 0]);
      assert(outcome.command.startsWith((typeof name === "string" ? name : JSON.stringify(name)).slice(0, 100)));
    }),
    { numRuns: 500 },
  );
});

Deno.test("register() sends almost 4 MiB of facts, and no more", async () => {
  const server = startHanlonServer();
  try {
    const attributes = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`fact_${i}`, "x".repeat(190)]));
    const request = registerRequest(address(server.url), IDS, attributes);
    assertGreater(request.body!.length, 0.95 * REGISTRATION_LIMIT_BYTES);
    const register = (what: typeof request) => withClient({ timeoutMs: 20_000 }, (client) => client.register(what));
    assertEquals((await register(request)).kind, "registered");
    const more = registerRequest(address(server.url), IDS, { ...attributes, more: "ü".repeat(150_000) });
    assertEquals(await register(more), {
      kind: "tooLarge",
      reason: "not sent: a body of 4.1 MiB is more than 4.0 MiB, and not one machine's",
    });
    assertEquals(server.exchanges.length, 1);
  } finally {
    await server.shutdown();
  }
});

function errorBody(code: number, type: string, description: string): string {
  return JSON.stringify({ response: { result: { code, type, description } } }, null, 2);
}
