/** The test server where no recorded exchange shows it: what was seen of a real server since. */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { BASE_PATH, createHanlon, type Hanlon, type HanlonServerOptions, startHanlonServer } from "./hanlon_server.ts";
import { createCore, REAL_LOAD } from "./hanlon_server/load.ts";
import { slowness } from "./load.ts";
import type { Json } from "./hanlon_server/nodes.ts";

const UUID = "4C4C4544-0042-3510-8052-B5C04F524E32";
const MACS = ["525400123456", "525400123457"];

type Asks = (query: string, options?: { path?: string; method?: string }) => Promise<Seen>;
type Posts = (body: Json | string | Uint8Array, path?: string) => Promise<Seen>;

interface Seen {
  status: number;
  allow: string | null;
  text: string;
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** Runs `use` with a server whose clock stands at what `clock.now` says. */
async function withServer(
  use: (of: { hanlon: Hanlon; url: string; get: Asks; post: Posts; clock: { now: number } }) => Promise<void>,
  options: HanlonServerOptions = {},
): Promise<void> {
  const clock = { now: 1_000_000 };
  const server = startHanlonServer({ now: () => clock.now, ...options });
  const send = async (path: string, init?: RequestInit): Promise<Seen> => {
    const response = await fetch(server.url + BASE_PATH + path, init);
    const text = await response.text();
    const isJson = text.startsWith("{");
    return {
      status: response.status,
      allow: response.headers.get("allow"),
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  try {
    await use({
      hanlon: server,
      url: server.url,
      clock,
      get: (query, { path = "/node/checkin", method = "GET" } = {}) => send(`${path}?${query}`, { method }),
      post: (body, path = "/node/register") => {
        const isRaw = typeof body === "string" || body instanceof Uint8Array;
        return send(path, { method: "POST", body: isRaw ? body as BodyInit : JSON.stringify(body) });
      },
    });
  } finally {
    await server.shutdown();
  }
}

const registration = (more: Record<string, Json> = {}) => ({
  uuid: UUID,
  mac_id: MACS.join("_"),
  attributes_hash: { a: "1" },
  last_state: "idle",
  ...more,
});
const commandOf = ({ json }: Seen) => json.response.command_name;

Deno.test("the override file is keyed by Hanlon's id, and holds whatever YAML can say", async () => {
  await withServer(async ({ hanlon, get, post }) => {
    const { json } = await post(registration());
    const id = json.response["@uuid"];
    const ask = async () => commandOf(await get(`uuid=${UUID}&last_state=idle`));
    hanlon.settings.overrideFile.set(UUID, "reboot");
    assertEquals(await ask(), "acknowledge");
    for (const value of ["resetnow", 12, 1.5, true, ["reboot"], { reboot: { now: null } }, "", "x".repeat(10_000)]) {
      hanlon.settings.overrideFile.set(id, value);
      assertEquals(await ask(), value);
    }
    for (const value of [null, false]) {
      hanlon.settings.overrideFile.set(id, value);
      assertEquals(await ask(), "acknowledge");
    }
  });
});

/** A server that knows one machine as two nodes: by its UUID, and by its MACs. */
async function makeTwoMatch(post: Posts): Promise<void> {
  await post(registration({ mac_id: "" }));
  await post(registration({ uuid: "" }));
}
const BOTH = `uuid=${UUID}&mac_id=${MACS.join("_")}&last_state=idle`;

Deno.test("requests that two nodes match are answered when a node expires, and not before", async () => {
  await withServer(async ({ hanlon, get, post, clock }) => {
    await makeTwoMatch(post);
    let answered = 0;
    const asked = [get(BOTH), post(registration({ attributes_hash: { late: true } }))];
    for (const one of asked) one.then(() => answered++);
    await until(() => hanlon.burning.size === 2);
    // By the UUID alone it answers at once, and that node goes on living.
    clock.now += 200;
    assertEquals(commandOf(await get(`uuid=${UUID}&mac_id=&last_state=idle`)), "register");
    assertEquals([answered, hanlon.nodes.length], [0, 2]);
    clock.now += 101;
    const [checkin, register] = await Promise.all(asked);
    assertEquals([commandOf(checkin!), register!.status], ["acknowledge", 201]);
    assertEquals([hanlon.nodes.length, hanlon.burning.size], [1, 0]);
    assertEquals(hanlon.nodes[0]!.attributes, { late: true });
  });
});

Deno.test("requests that two nodes match slow all others, and sixteen of them stop the server", async () => {
  await withServer(async ({ hanlon, url, get, post, clock }) => {
    await post(registration({ uuid: "other", mac_id: "" }));
    const healthy = async () => {
      const began = performance.now();
      await get("uuid=other&last_state=idle");
      return performance.now() - began;
    };
    await makeTwoMatch(post);
    // Of twenty, as a busy machine may take its time for any of them.
    let quickest = Infinity;
    for (let i = 0; i < 20 && quickest >= 60; i++) quickest = Math.min(quickest, await healthy());
    assertLess(quickest, 60);
    // Nobody waits for them any more, and they burn nevertheless.
    const stop = new AbortController();
    const burn = () => fetch(`${url}${BASE_PATH}/node/checkin?${BOTH}`, { signal: stop.signal }).catch(() => {});
    const burning = Array.from({ length: 4 }, burn);
    await until(() => hanlon.burning.size === 4);
    assertGreater(await healthy(), 80);
    burning.push(...Array.from({ length: 12 }, burn));
    await until(() => hanlon.burning.size === 16);
    stop.abort();
    await Promise.all(burning);
    assertEquals(hanlon.burning.size, 16);
    let isAnswered = false;
    const stuck = get("uuid=other&last_state=idle").then((seen) => (isAnswered = true, seen));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(isAnswered, false);
    clock.now += 301;
    // The healthy one, which nobody heard of either, is a new node then.
    assertEquals(commandOf(await stuck), "register");
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert(isSo());
}

Deno.test("the cost of a request grows with the nodes and their facts, where that is switched on", async () => {
  const facts = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`fact_${i}`, "x"]));
  const ms = async (nodes: number, attributes: Record<string, Json>, load = { perNodeMs: 0, perFactMs: 0.01 }) => {
    const hanlon = createHanlon();
    for (let i = 0; i < nodes; i++) {
      hanlon.nodes.push({ id: `${i}`, version: 1, hwIds: [`${i}`], attributes, lastState: "", lastContact: 1e12 });
    }
    let took = 0;
    await withServer(async ({ hanlon: { nodes }, get }) => {
      nodes.push(...hanlon.nodes);
      const began = performance.now();
      await get("uuid=none&last_state=idle");
      took = performance.now() - began;
    }, { load });
    return took;
  };
  assertGreater(await ms(50, facts), 100);
  assertLess(await ms(50, { one: 1 }), 60 * slowness());
  assertLess(await ms(1, facts), 60 * slowness());
  assertGreater(await ms(100, {}, { perNodeMs: 1, perFactMs: 0 }), 100);
  const measured = [77, 246].map((facts) => Math.round(150 * (REAL_LOAD.perNodeMs + facts * REAL_LOAD.perFactMs)));
  assertEquals(measured, [26, 44]);
});

Deno.test("createCore() does one thing after the other", async () => {
  const { work } = createCore();
  const { signal } = new AbortController();
  const began = performance.now();
  await Promise.all([work(40, signal), work(40, signal), work(40, signal)]);
  assertGreater(performance.now() - began, 110);
});

Deno.test("a 201 is now and then not stored, where that is switched on", async () => {
  let loses = true;
  await withServer(async ({ get, post, hanlon }) => {
    assertEquals((await post(registration())).status, 201);
    assertEquals(hanlon.nodes, []);
    assertEquals(commandOf(await get(BOTH)), "register");
    loses = false;
    assertEquals((await post(registration())).status, 201);
    assertEquals(commandOf(await get(BOTH)), "acknowledge");
    // Only a new node is young enough to be taken for an old one.
    loses = true;
    await post(registration());
    assertEquals(commandOf(await get(BOTH)), "acknowledge");
  }, { loses: () => loses });
});

const TAGS: [string, Record<string, Json>, string[]][] = [
  ["texts of digits", { mk_hw_cpu_count: "2", mk_hw_nic_count: "4" }, ["cpus_2", "nics_4"]],
  ["numbers", { mk_hw_cpu_count: 2, mk_hw_nic_count: 4, mk_hw_mem_size: 32 }, ["cpus_2", "memsize_32", "nics_4"]],
  ["digits within a text", { mk_hw_cpu_count: "x2y", mk_hw_nic_count: "a4" }, ["cpus_x2y", "nics_a4"]],
  ["no digits", { mk_hw_cpu_count: "two", mk_hw_nic_count: "" }, []],
  ["nothing", { mk_hw_cpu_count: null, mk_hw_mem_size: "", mk_hw_bus_vendor: null }, []],
  ["a vendor with blanks and dots", { mk_hw_bus_vendor: "Dell Inc." }, ["DellInc"]],
  ["a vendor of dots", { mk_hw_bus_vendor: "..." }, []],
  ["is_virtual true", { is_virtual: true, virtual: "kvm" }, ["kvm_vm"]],
  ['is_virtual "true"', { is_virtual: "true", virtual: "kvm" }, ["kvm_vm"]],
  ["is_virtual without virtual", { is_virtual: true }, ["_vm"]],
  ["is_virtual false", { is_virtual: false, virtual: "physical" }, []],
];
for (const [what, attributes, expected] of TAGS) {
  Deno.test(`the tags of a node with ${what} are the real server's`, () => {
    const hanlon = createHanlon();
    const node = { id: "1", version: 1, hwIds: ["ID"], attributes, lastState: "idle", lastContact: 0 };
    assertEquals(hanlon.tags(node), ["ID", ...expected]);
  });
}

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const text = (attributes: string) => `{"uuid":"${UUID}","last_state":"idle","attributes_hash":${attributes}}`;
const BODIES: [string, Json | string | Uint8Array, number][] = [
  ["a lone surrogate in a value", text('{"a":"\\ud800"}'), 500],
  ["a lone surrogate in a key", text('{"\\udc00":1}'), 500],
  ["a whole pair of surrogates", text('{"a":"\\ud83d\\ude00"}'), 201],
  ["a byte order mark", `\uFEFF${text('{"a":1}')}`, 500],
  ["bytes that are no UTF-8", new Uint8Array([...new TextEncoder().encode('{"uuid":"'), 0xff, 0x22, 0x7d]), 500],
  ["120 levels", text(nested(120)), 500],
  ["99 levels in the body's own", text(nested(99)), 201],
  ["100 levels in the body's own", text(nested(100)), 500],
  ["uuid null", registration({ uuid: null }), 201],
  ["uuid a number", registration({ uuid: 12 }), 201],
  ["uuid a boolean", registration({ uuid: true }), 201],
  ["uuid an object", registration({ uuid: {} }), 500],
  ["mac_id null", registration({ mac_id: null }), 201],
  ["mac_id a number", registration({ mac_id: 525400123456, uuid: "" }), 201],
  ["mac_id a boolean", registration({ mac_id: false, uuid: "" }), 201],
  ["both null", registration({ mac_id: null, uuid: null }), 400],
  ["mac_id without a MAC", registration({ mac_id: "_", uuid: "" }), 400],
  ["last_state null", registration({ last_state: null }), 400],
  ["last_state a number", registration({ last_state: 1 }), 201],
  ["attributes_hash null", registration({ attributes_hash: null }), 400],
];
for (const [what, body, status] of BODIES) {
  Deno.test(`a registration with ${what} is answered ${status}`, async () => {
    await withServer(async ({ post, hanlon }) => {
      assertEquals((await post(body)).status, status);
      assertEquals(hanlon.nodes.length, status === 201 ? 1 : 0);
    });
  });
}

const ID = `uuid=${UUID}`;
const QUERIES: [string, string, number][] = [
  ["a percent without digits", `${ID}&last_state=%zz`, 500],
  ["half a percent", `${ID}&last_state=idle&x=%4`, 500],
  ["percents that are no UTF-8", `${ID}&last_state=%ff`, 500],
  ["a bad percent in a name", `${ID}&last_state=idle&%zz=1`, 500],
  ["first_checkin=yes", `${ID}&last_state=idle&first_checkin=yes`, 200],
  ["first_checkin=N", `${ID}&last_state=idle&first_checkin=N`, 200],
  ["first_checkin=maybe", `${ID}&last_state=idle&first_checkin=maybe`, 500],
  ["mac_id=_ alone", "mac_id=_&last_state=idle", 400],
  ["mac_id=_ beside a uuid", `${ID}&mac_id=_&last_state=idle`, 200],
  ["an empty state first, and one behind", `${ID}&last_state=&last_state=idle`, 200],
  ["a state first, and an empty one behind", `${ID}&last_state=idle&last_state=`, 400],
];
for (const [what, query, status] of QUERIES) {
  Deno.test(`a check-in with ${what} is answered ${status}`, async () => {
    await withServer(async ({ get }) => assertEquals((await get(query)).status, status));
  });
}

Deno.test("the last of a doubled parameter counts", async () => {
  await withServer(async ({ get, post }) => {
    await post(registration());
    assertEquals(commandOf(await get(`uuid=other&${ID}&last_state=idle`)), "acknowledge");
    assertEquals(commandOf(await get(`${ID}&uuid=other&last_state=idle`)), "register");
  });
});

Deno.test("a path may end with .json", async () => {
  await withServer(async ({ get, post }) => {
    assertEquals((await post(registration(), "/node/register.json")).status, 201);
    assertEquals(commandOf(await get(`${ID}&last_state=idle`, { path: "/node/checkin.json" })), "acknowledge");
    assertEquals((await get(`${ID}&last_state=idle`, { path: "/node/checkin/" })).status, 404);
  });
});

Deno.test("OPTIONS is answered 204 with what may be asked, and HEAD as GET without a body", async () => {
  await withServer(async ({ get }) => {
    const { status, allow, text } = await get("", { method: "OPTIONS" });
    assertEquals([status, allow, text], [204, "OPTIONS, GET, HEAD", ""]);
    assertEquals((await get("", { method: "OPTIONS", path: "/node/register" })).status, 204);
    const head = await get(`${ID}&last_state=idle`, { method: "HEAD" });
    assertEquals([head.status, head.text], [200, ""]);
  });
});

Deno.test("a node is found by a hardware id that is its only one", async () => {
  await withServer(async ({ get, post }) => {
    const find = async (id: string) => (await get(`uuid=${id}`, { path: "/node" })).status;
    await post(registration({ uuid: "" }));
    assertEquals([await find(MACS[0]!), await find(MACS[1]!)], [400, 400]);
    await post(registration({ uuid: "", mac_id: "aabbccddeeff" }));
    assertEquals(await find("aabbccddeeff"), 200);
    await post(registration({ mac_id: "" }));
    assertEquals(await find(UUID.toLowerCase()), 200);
  });
});

Deno.test("of exchanges only the latest are kept", async () => {
  const hanlon = createHanlon();
  const ask = () => hanlon.answer(new Request(`http://x${BASE_PATH}/node/checkin?${ID}&last_state=idle`));
  for (let i = 0; i < 20_001; i++) await ask();
  assertEquals(hanlon.exchanges.length, 10_001);
});
