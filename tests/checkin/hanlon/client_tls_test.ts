/** The client over https: whom it trusts, who it says it is, and what it says of a certificate out of its time. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { checkinRequest, type Client, type ClientOptions, createClient } from "../../../checkin/hanlon/client.ts";
import type { Outcome } from "../../../checkin/hanlon/answer.ts";
import { systemClock } from "../../../checkin/clock.ts";
import { BASE_PATH, startHanlonServer } from "../../hanlon_server.ts";

const IDS = { uuid: "4c4c4544-0042-3510-8052-cac04f4a3132", macId: "525400123456" };
const address = (url: string) => ({
  mk_uri: url,
  mk_checkin_path: `${BASE_PATH}/node/checkin`,
  mk_register_path: `${BASE_PATH}/node/register`,
});
const GOOD = JSON.stringify({ errcode: 0, response: { command_name: "acknowledge" } });

async function withClient<T>(options: Partial<ClientOptions>, use: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient({ fetch, clock: systemClock, timeoutMs: 5_000, ...options });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

const tlsFile = (name: string) => Deno.readTextFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const CA = tlsFile("ca.pem");

async function checkinOverTls(name: string, options: Partial<ClientOptions>): Promise<Outcome> {
  const server = startHanlonServer({ tls: { cert: tlsFile(`${name}.pem`), key: tlsFile(`${name}.key`) } });
  try {
    const request = checkinRequest(address(server.url), IDS, false);
    return await withClient(options, (client) => client.checkin(request));
  } finally {
    await server.shutdown();
  }
}

Deno.test("checkin() trusts a server whose certificate mk_ca_file vouches for, and no other", async () => {
  assertEquals((await checkinOverTls("good", { tls: { caCerts: [CA] } })).kind, "command");
  const stranger = await checkinOverTls("good", {});
  assertEquals(stranger.kind, "unavailable");
  assertMatch("reason" in stranger ? stranger.reason : "", /signed by nobody this machine trusts \(mk_ca_file/);
});

Deno.test("checkin() explains a certificate out of its time as a clock that may be wrong", async () => {
  const expired = await checkinOverTls("expired", { tls: { caCerts: [CA] } });
  const now = new Date().toISOString().slice(0, 13);
  assertMatch(
    "reason" in expired ? expired.reason : "",
    new RegExp(
      `has expired \\(since 2021-01-01T00:00:00Z\\), says this machine's clock \\(${now}.*set the clock`,
    ),
  );
  const future = await checkinOverTls("future", { tls: { caCerts: [CA] } });
  assertMatch(
    "reason" in future ? future.reason : "",
    new RegExp(`is not valid yet \\(before 2048-01-01T00:00:00Z\\), says this machine's clock \\(${now}`),
  );
});

Deno.test("checkin() says what is wrong with a self-signed certificate, and with one of X.509 version 1", async () => {
  const { createServer } = await import("node:https");
  for (
    const [name, why] of [["self_signed", /one of a certificate authority .*needs one with CA:FALSE/], [
      "version1",
      /X\.509 version 1, which is not supported/,
    ]] as const
  ) {
    const server = createServer({ cert: tlsFile(`${name}.pem`), key: tlsFile(`${name}.key`) }, (_, to) => to.end(GOOD));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    try {
      const request = checkinRequest(address(`https://localhost:${port}`), IDS, false);
      const outcome = await withClient(
        { tls: { caCerts: [tlsFile(`${name}.pem`)] } },
        (client) => client.checkin(request),
      );
      assertMatch("reason" in outcome ? outcome.reason : outcome.kind, why);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }
});

Deno.test("checkin() names the keys to set when the server asks for a client certificate", async () => {
  const { createServer } = await import("node:https");
  const options = {
    cert: tlsFile("good.pem"),
    key: tlsFile("good.key"),
    ca: [CA],
    requestCert: true,
    rejectUnauthorized: true,
  };
  const server = createServer(options, (_request, response) => response.end(GOOD));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as { port: number }).port;
  const ask = (tls: NonNullable<ClientOptions["tls"]>) =>
    withClient(
      { tls },
      (client) => client.checkin(checkinRequest(address(`https://localhost:${port}`), IDS, false)),
    );
  try {
    const without = await ask({ caCerts: [CA] });
    assertEquals(without.kind, "unavailable");
    assertStringIncludes("reason" in without ? without.reason : "", "mk_client_cert_file");
    const own = { cert: tlsFile("good.pem"), key: tlsFile("good.key") };
    assertEquals((await ask({ caCerts: [CA], ...own })).kind, "command");
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test("checkin() sends the token over https, and never over http", async () => {
  const seen: (string | null)[] = [];
  const intercept = (request: Request) => void seen.push(request.headers.get("authorization"));
  const tls = { cert: tlsFile("good.pem"), key: tlsFile("good.key") };
  for (const options of [{ intercept }, { intercept, tls }]) {
    const server = startHanlonServer(options as { intercept: (request: Request) => undefined });
    try {
      const request = checkinRequest(address(server.url), IDS, false);
      await withClient({ token: "s3cret", tls: { caCerts: [CA] } }, (c) => c.checkin(request));
    } finally {
      await server.shutdown();
    }
  }
  assertEquals(seen, [null, "Bearer s3cret"]);
});

Deno.test("checkin() shows the client certificate to no other port of the same host", async () => {
  const { createServer } = await import("node:https");
  const tls = { cert: tlsFile("good.pem"), key: tlsFile("good.key"), ca: [CA] };
  const shown: boolean[] = [];
  const listen = async (answer: (response: import("node:http").ServerResponse) => void) => {
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (request, response) => {
      shown.push(Object.keys((request.socket as import("node:tls").TLSSocket).getPeerCertificate() ?? {}).length > 0);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, port: (server.address() as { port: number }).port };
  };
  const other = await listen((response) => response.end(GOOD));
  const first = await listen((response) =>
    response.writeHead(307, { location: `https://localhost:${other.port}/` }).end()
  );
  try {
    const own = { caCerts: [CA], cert: tls.cert, key: tls.key };
    const request = checkinRequest(address(`https://localhost:${first.port}`), IDS, false);
    const outcome = await withClient({ tls: own }, (client) => client.checkin(request));
    assertEquals([outcome.kind, shown], ["command", [true, false]]);
  } finally {
    for (const { server } of [first, other]) await new Promise((resolve) => server.close(resolve));
  }
});
