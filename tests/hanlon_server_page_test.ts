/** The page of the test server. */
import { assert, assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { BASE_PATH, type HanlonServer, startHanlonServer } from "./hanlon_server.ts";
import { answerBrowser } from "./hanlon_server/page.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;\u202e\u0007\x1b[31m`;

interface Browser {
  server: HanlonServer;
  clock: { now: number };
  page(path?: string): Promise<string>;
  register(ids: Record<string, string>, attributes?: Record<string, unknown>): Promise<string>;
  checkIn(uuid: string): Promise<string>;
  press(command: string, node: string, origin?: string, host?: string): Promise<number>;
}

async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const clock = { now: 1_000_000 };
  const server = startHanlonServer({
    now: () => clock.now,
    intercept: (request) => answerBrowser(server, request),
  });
  const json = async (path: string, body?: unknown) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return (await (await fetch(`${server.url}${BASE_PATH}/node/${path}`, init)).json()).response;
  };
  try {
    await use({
      server,
      clock,
      page: async (path = "/") => {
        const response = await fetch(server.url + path);
        assertEquals(response.status, 200);
        assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
        return await response.text();
      },
      register: async (ids, attributes = { a: 1 }) =>
        (await json("register", { ...ids, attributes_hash: attributes, last_state: "idle" }))["@uuid"],
      checkIn: async (uuid) => (await json(`checkin?uuid=${encodeURIComponent(uuid)}&last_state=idle`)).command_name,
      press: async (command, node, origin = server.url, host = origin) => {
        const body = new URLSearchParams({ command, node });
        const request = new Request(`${host}/command`, { method: "POST", body, headers: { origin } });
        return (await answerBrowser(server, request))!.status;
      },
    });
  } finally {
    await server.shutdown();
  }
}

Deno.test("the page shows its nodes as they come, their tags, facts, commands and last contact", async () => {
  await withBrowser(async ({ page, register, checkIn, clock }) => {
    assertStringIncludes(await page(), "No node has registered yet.");
    const first = await register({ uuid: "first" }, {
      mk_hw_cpu_count: "2",
      serial: "ABC",
      hostname: "node7",
      productname: "X1",
    });
    await register({ mac_id: "525400123456_525400123457" });
    for (let i = 0; i < 3; i++) await checkIn("first");
    clock.now += 130;
    await checkIn("first");
    clock.now += 12;
    const text = await page();
    assertStringIncludes(text, "<h1>Hanlon test server</h1>\n<p>2 nodes.");
    // The latest comes first.
    assert(text.indexOf("525400123457") < text.indexOf("FIRST"));
    const [other, row] = text.split("<tr ").slice(1);
    assertMatch(other!, /^class="inactive">.*inactive<br>.*<td>2 min ago<\/td>.*none yet/);
    assertMatch(row!, /^class="active">.*<td>12 s ago<\/td>/);
    assertStringIncludes(row!, '<span class="tag">cpus_2</span>');
    assertMatch(row!, /<li>register <small>12 s ago.*<li>acknowledge × 3 <small>2 min ago/);
    assertStringIncludes(row!, "<br>node7, X1<br><code>FIRST</code>");
    assertNotMatch(text, /ABC/);
    const detail = await page(`/?node=${first}`);
    assertStringIncludes(detail, '<th scope="row"><code>serial</code></th><td>ABC</td>');
    clock.now += 301;
    assertStringIncludes(await page(), "No node has registered yet.");
  });
});

Deno.test("the page loads itself anew, without a script and with nothing from elsewhere", async () => {
  await withBrowser(async ({ server, page, register }) => {
    await register({ uuid: "first" });
    const text = await page();
    assertMatch(text, /<meta http-equiv="refresh" content="\d">/);
    assertNotMatch(text, /<script|<link|<img|@import|url\(|\son\w+=/i);
    const addresses = [...text.matchAll(/(?:href|src|action)="([^"]*)"/g)].map(([, address]) => address!);
    assertEquals(addresses.filter((address) => !address.startsWith("/")), []);
    const { headers, body } = await fetch(server.url);
    await body?.cancel();
    assertMatch(headers.get("content-security-policy") ?? "", /^default-src 'none'; style-src 'unsafe-inline';/);
  });
});

Deno.test("whatever a node says of itself stays text on the page", async () => {
  await withBrowser(async ({ server, page, register, checkIn }) => {
    const id = await register(
      { uuid: HOSTILE },
      { [HOSTILE]: HOSTILE, mk_hw_bus_vendor: HOSTILE, nested: { [HOSTILE]: [HOSTILE] }, long: "x".repeat(100_000) },
    );
    server.settings.tagRules = [{ tag: HOSTILE, matchers: [] }];
    server.nodes[0]!.lastState = HOSTILE;
    for (const command of [HOSTILE, [HOSTILE], { [HOSTILE]: 1 }]) {
      server.settings.overrideFile.set(id, command);
      await checkIn(HOSTILE);
    }
    for (const path of [`/?node=${id}`, `/?node=${encodeURIComponent(HOSTILE)}`]) {
      const text = await page(path);
      assertNotMatch(text, /<script|<img|onerror='|"><s/i);
      assertNotMatch(text, /[^\P{Cc}\n]|\p{Cf}/u);
      assert(text.length < 20_000, `${text.length}`);
    }
    assertStringIncludes(await page(`/?node=${id}`), "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
  });
});

Deno.test("a button gives its node a command, and takes it back", async () => {
  await withBrowser(async ({ page, register, checkIn, press }) => {
    const id = await register({ uuid: "first" });
    await register({ uuid: "second" });
    assertEquals(await press("reboot", id), 303);
    assertEquals([await checkIn("first"), await checkIn("second")], ["reboot", "acknowledge"]);
    assertStringIncludes(await page(), 'value="reboot" aria-pressed="true"');
    assertEquals(await press("none", id), 303);
    assertEquals(await checkIn("first"), "acknowledge");
    assertEquals([await press("rm -rf", id), await press("reboot", "nobody")], [400, 400]);
  });
});

Deno.test("no page from elsewhere presses a button", async () => {
  await withBrowser(async ({ server, register, checkIn, press }) => {
    const id = await register({ uuid: "first" });
    const port = new URL(server.url).port;
    assertEquals(await press("reboot", id, "https://example.org", server.url), 403);
    assertEquals(await press("reboot", id, "null", server.url), 403);
    // A name that leads to this address.
    assertEquals(await press("reboot", id, `http://example.org:${port}`), 403);
    assertEquals(await checkIn("first"), "acknowledge");
    assertEquals(await press("reboot", id, `http://localhost:${port}`), 303);
  });
});
