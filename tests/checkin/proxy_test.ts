import { assertEquals, assertMatch } from "@std/assert";
import { proxyNote } from "../../checkin/proxy.ts";
import { evaluate } from "../evaluate.ts";

const note = (protocol: string, env: Record<string, string>) => proxyNote(protocol, (name) => env[name]);

Deno.test("proxyNote() names the proxy of the protocol and its exceptions, without user and password", () => {
  assertEquals(note("http:", {}), "");
  assertEquals(note("http:", { HTTPS_PROXY: "http://p:3128", NO_PROXY: "a" }), "");
  assertEquals(
    note("https:", { HTTPS_PROXY: "http://u:s3cret@p:3128/", NO_PROXY: "a,b" }),
    " (HTTPS_PROXY=http://…@p:3128/, NO_PROXY=a,b)",
  );
  assertEquals(note("http:", { all_proxy: "u:s3cret@p:3128" }), " (all_proxy=…@p:3128)");
  assertEquals(note("http:", { HTTP_PROXY: "", http_proxy: "p" }), " (http_proxy=p)");
});

Deno.test("a request that fails behind a proxy names it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const code = `
    import { send } from "${import.meta.resolve("../../checkin/http.ts")}";
    import { systemClock } from "${import.meta.resolve("../../checkin/clock.ts")}";
    const request = { method: "GET", url: "http://hanlon.test:8026/", headers: {} };
    console.log(JSON.stringify(await send(request, { fetch, clock: systemClock, timeoutMs: 5000 })));`;
  const env = { HTTP_PROXY: `http://u:s3cret@127.0.0.1:${port}` };
  const { failure } = await evaluate(code, { env }) as { failure: string };
  assertMatch(
    failure,
    new RegExp(`^cannot connect to hanlon.test:8026: .*refused.*HTTP_PROXY=http://…@127.0.0.1:${port}`),
  );
});
