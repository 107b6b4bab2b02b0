/** Every kind of destination under the faults of a network: what is said of each, and that none hangs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { systemClock } from "../../../checkin/clock.ts";
import { FACTS_FORMATS, type FactsFormatName, loadFormat } from "../../../checkin/formats/mod.ts";
import { sendFacts } from "../../../checkin/formats/send.ts";
import type { Outcome } from "../../../checkin/hanlon/answer.ts";
import { type ClientOptions, createClient } from "../../../checkin/hanlon/client.ts";
import { httpAnswer, type RawConnection, startRawServer } from "../raw_server.ts";
import { recorded } from "./machines.ts";

const facts = await recorded("dell");

async function send(name: FactsFormatName, uri: string, options: Partial<ClientOptions> = {}): Promise<Outcome> {
  const client = createClient({ fetch, clock: systemClock, timeoutMs: 5_000, ...options });
  try {
    return await sendFacts(client, await loadFormat(name), [uri], facts);
  } finally {
    client.close();
  }
}

const reason = (outcome: Outcome) => "reason" in outcome ? outcome.reason : "";

const FAULTS: [name: string, answer: (c: RawConnection) => Promise<void> | void, kind: Outcome["kind"], why: RegExp][] =
  [
    ["closes without an answer", () => {}, "unavailable", /./],
    ["is slow", (connection) => connection.closed, "unavailable", /no whole answer within 0\.5 s/],
    ["has a bad day", (c) => c.write(httpAnswer("500 Oops", "<h1>Oops</h1>")), "unavailable", /HTTP 500: <h1>Oops/],
    ["is full", (c) => c.write(httpAnswer("503 Full", "", { "Retry-After": "7" })), "unavailable", /HTTP 503/],
    [
      "cuts a refusal",
      (c) => c.write('HTTP/1.1 400 Bad\r\nContent-Length: 1000\r\n\r\n{"err'),
      "unavailable",
      /./,
    ],
    [
      "sends elsewhere",
      (c) => c.write(httpAnswer("307 Moved", "", { Location: "http://192.0.2.1/" })),
      "notHanlon",
      /redirected to another host/,
    ],
    ["refuses", (c) => c.write(httpAnswer("422 No", "no such field")), "refused", /HTTP 422: no such field/],
  ];

for (const name of FACTS_FORMATS) {
  Deno.test(`sendFacts() as ${name} outlives every fault of a server, and says which`, async () => {
    for (const [fault, answer, kind, why] of FAULTS) {
      const server = startRawServer(answer);
      try {
        const outcome = await send(name, server.url, fault === "is slow" ? { timeoutMs: 500 } : {});
        assertEquals(outcome.kind, kind, `${name}, a server that ${fault}: ${reason(outcome)}`);
        assertMatch(reason(outcome), why, fault);
        if (outcome.kind === "unavailable" && fault === "is full") assertEquals(outcome.retryAfterMs, 7_000);
      } finally {
        server.close();
      }
    }
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    listener.close();
    const down = await send(name, `http://127.0.0.1:${listener.addr.port}/`);
    assertMatch(reason(down), /cannot connect to 127\.0\.0\.1/);
  });
}

Deno.test("sendFacts() trusts no destination whose certificate nobody vouches for, and its own CA", async () => {
  const tls = (name: string) => Deno.readTextFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
  let requests = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: tls("good.pem"), key: tls("good.key"), onListen() {} },
    () => {
      requests++;
      return new Response(null, { status: 202 });
    },
  );
  try {
    const uri = `https://localhost:${server.addr.port}/`;
    for (const name of FACTS_FORMATS) {
      const stranger = await send(name, uri);
      assertEquals([stranger.kind, requests], ["unavailable", 0]);
      assertMatch(reason(stranger), /signed by nobody this machine trusts/);
    }
    assertEquals((await send("glpi", uri, { tls: { caCerts: [tls("ca.pem")] } })).kind, "accepted");
    assert(requests === 1);
  } finally {
    await server.shutdown();
  }
});

Deno.test("sendFacts() says what Ironic and GLPI mean, in their words", async () => {
  const answers: [FactsFormatName, status: string, body: object, kind: Outcome["kind"], words: RegExp][] = [
    ["ironic", "400 Bad", { error_message: { faultstring: "Schema error" } }, "refused", /^HTTP 400: Schema error$/],
    ["ironic", "404 No", { error_message: '{"faultstring": "not found"}' }, "notAwaited", /^HTTP 404: not found$/],
    ["ironic", "409 Locked", { error_message: { faultstring: "locked" } }, "unavailable", /^HTTP 409: locked$/],
    ["glpi", "400 Bad", { status: "error", message: "JSON does not validate" }, "refused", /: JSON does not validate$/],
    ["facts", "404 No", { error: "nothing here" }, "refused", /^HTTP 404: \{"error":"nothing here"\}$/],
  ];
  for (const [name, status, body, kind, words] of answers) {
    const server = startRawServer((connection) => connection.write(httpAnswer(status, JSON.stringify(body))));
    try {
      const outcome = await send(name, server.url);
      assertEquals(outcome.kind, kind, `${name} ${status}`);
      assertMatch(reason(outcome), words);
    } finally {
      server.close();
    }
  }
});
