/**
 * A Hanlon server for tests and for looking at: a real HTTP server with the node API of the v3 line (and, on request,
 * what differs in 2.x), answering as recorded servers do. `deno task hanlon` starts one by hand.
 */
import * as answers from "./hanlon_server/answers.ts";
import type { Answer } from "./hanlon_server/answers.ts";
import {
  asStored,
  type HanlonNode,
  hwIdsAfter,
  type Ids,
  type Json,
  matching,
  modelFor,
  newId,
  type Policy,
  refusedKey,
  type TagRule,
  tagsOf,
} from "./hanlon_server/nodes.ts";

export type { HanlonNode, Json, Policy, TagRule } from "./hanlon_server/nodes.ts";
export { DEFAULT_CLIENT_CONFIG } from "./hanlon_server/answers.ts";

/** Every path of the API begins with it. */
export const BASE_PATH = "/hanlon/api/v1";

/** What may be set before, and changed at any time after the start. Times are in seconds. */
export interface HanlonSettings {
  /** Seconds since the epoch; the wall clock unless a test passes its own. */
  now: () => number;
  /** A known node that was silent for longer is told to register, once. */
  registerTimeout: number;
  /** A node that is not bound and was silent for longer is forgotten. */
  nodeExpireTimeout: number;
  clientConfig: Record<string, Json>;
  policies: Policy[];
  tagRules: TagRule[];
  /** Command by hardware id (upper case), sent instead of all others: the server's test override file. */
  overrides: Map<string, string>;
  /** 2.x: `first_checkin=true` is always answered with register. */
  obeysFirstCheckin: boolean;
  /** Refuse keys as a MongoDB store does: with a dot, or a leading dollar. */
  mongo: boolean;
  /** Answers instead of the server where it returns something: for faults. */
  intercept?: ((request: Request) => Response | undefined | Promise<Response | undefined>) | undefined;
}

/** One request and what was answered; `node` is the one that it was about. `answer` is undefined for silence. */
export interface Exchange {
  at: number;
  method: string;
  path: string;
  ids?: Ids;
  answer?: Answer;
  /** The command of a check-in. */
  command?: string;
  /** The attributes of a registration, as they were sent. */
  attributes?: Record<string, Json>;
  node?: HanlonNode;
}

/** The application without a socket. */
export interface Hanlon {
  settings: HanlonSettings;
  nodes: HanlonNode[];
  /** Every request that was not intercepted, oldest first. */
  exchanges: Exchange[];
  /** Undefined means silence: two nodes match, and the real server would never answer. */
  answer(request: Request): Promise<Answer | undefined>;
  tags(node: HanlonNode): string[];
}

/** Makes the application; `onExchange` is called after every answer. */
export function createHanlon(options: Partial<HanlonSettings> = {}, onExchange?: (exchange: Exchange) => void): Hanlon {
  const settings: HanlonSettings = {
    now: () => Math.floor(Date.now() / 1000),
    registerTimeout: 120,
    nodeExpireTimeout: 300,
    clientConfig: { ...answers.DEFAULT_CLIENT_CONFIG },
    policies: [],
    tagRules: [],
    overrides: new Map(),
    obeysFirstCheckin: false,
    mongo: false,
    ...options,
  };
  const hanlon: Hanlon = {
    settings,
    nodes: [],
    exchanges: [],
    tags: (node) => tagsOf(node, settings.tagRules),
    async answer(request) {
      const { pathname } = new URL(request.url);
      const exchange: Exchange = { at: settings.now(), method: request.method, path: pathname };
      expire(hanlon);
      const answer = await route(hanlon, request, exchange);
      if (answer !== undefined) exchange.answer = answer;
      hanlon.exchanges.push(exchange);
      onExchange?.(exchange);
      return answer;
    },
  };
  return hanlon;
}

function expire(hanlon: Hanlon): void {
  const { now, nodeExpireTimeout } = hanlon.settings;
  hanlon.nodes = hanlon.nodes.filter((node) => node.model || now() - node.lastContact <= nodeExpireTimeout);
}

async function route(hanlon: Hanlon, request: Request, exchange: Exchange): Promise<Answer | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const rest = pathname.startsWith(`${BASE_PATH}/node`) ? pathname.slice(`${BASE_PATH}/node`.length) : undefined;
  if (rest === "/checkin") {
    return request.method === "GET"
      ? checkin(hanlon, searchParams, exchange)
      : answers.notAllowed("OPTIONS, GET, HEAD");
  }
  if (rest === "/register" && request.method === "POST") return await register(hanlon, request, exchange);
  if (request.method === "GET" && rest !== undefined && /^(\/[^/]+)?$/.test(rest)) return lookUp(hanlon, request, rest);
  return answers.notFound(pathname, BASE_PATH);
}

function checkin(hanlon: Hanlon, query: URLSearchParams, exchange: Exchange): Answer | undefined {
  const { settings } = hanlon;
  const lastState = query.get("last_state");
  const first = query.get("first_checkin");
  const complaints: string[] = [];
  if (lastState === null) complaints.push("last_state is missing");
  if (first !== null && !/^(true|t|on|1|false|f|off|0)?$/i.test(first)) complaints.push("first_checkin is invalid");
  if (complaints.length > 0) return answers.invalid(complaints);
  const ids = idsOf((key) => query.get(key) ?? undefined);
  if ("answer" in ids) return ids.answer;
  if (!isState(lastState!)) return answers.missing("Must Provide Last State[last_state]");
  exchange.ids = ids;
  const found = matching(hanlon.nodes, ids);
  if (found.length > 1) return undefined;
  const name = commandFor(hanlon, found[0], lastState!, first === "true");
  exchange.command = name;
  if (found[0]) exchange.node = found[0];
  return answers.command(name, settings.clientConfig);
}

function commandFor(hanlon: Hanlon, node: HanlonNode | undefined, lastState: string, first: boolean): string {
  const { settings } = hanlon;
  if (!node) return "register";
  const silentFor = settings.now() - node.lastContact;
  node.lastState = lastState;
  node.lastContact = settings.now();
  node.version++;
  const override = node.hwIds.map((id) => settings.overrides.get(id)).find((name) => name !== undefined);
  if (override !== undefined) return override;
  if (silentFor > settings.registerTimeout || (first && settings.obeysFirstCheckin)) return "register";
  if (node.model) return node.model === "boot_local" ? "reboot" : "poweroff";
  const model = modelFor(hanlon.tags(node), settings.policies);
  if (model) node.model = model;
  return "acknowledge";
}

async function register(hanlon: Hanlon, request: Request, exchange: Exchange): Promise<Answer | undefined> {
  const { settings } = hanlon;
  const text = await request.text();
  const form = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  let body: Record<string, Json> = {};
  try {
    const parsed: Json = form || text === "" ? {} : JSON.parse(text);
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed)) body = parsed;
  } catch {
    return answers.notJson();
  }
  const { last_state: lastState, attributes_hash: attributes } = body;
  const complaints: string[] = [];
  for (const key of ["uuid", "mac_id", "hw_id"]) {
    if (body[key] !== undefined && typeof body[key] !== "string") complaints.push(`${key} is invalid`);
  }
  if (lastState === undefined) complaints.push("last_state is missing");
  if (attributes === undefined) complaints.push("attributes_hash is missing");
  else if (!isHash(attributes)) complaints.push("attributes_hash is invalid");
  if (complaints.length > 0 || !isHash(attributes)) return answers.invalid(complaints);
  const ids = idsOf((key) => body[key] as string | undefined);
  if ("answer" in ids) return ids.answer;
  exchange.ids = ids;
  exchange.attributes = attributes;
  if (!isState(String(lastState))) return answers.missing("Must Provide Last State[last_state]");
  if (Object.keys(attributes).length === 0) return answers.missing("Must Provide Attributes Hash[attributes_hash]");
  const refused = settings.mongo ? refusedKey(attributes) : undefined;
  if (refused !== undefined) return answers.failure(500, "BSON::InvalidKeyName", refused);
  const found = matching(hanlon.nodes, ids);
  if (found.length > 1) return undefined;
  const node = found[0] ?? newNode(hanlon);
  node.hwIds = hwIdsAfter(ids, node.hwIds);
  node.attributes = asStored(attributes) as Record<string, Json>;
  node.lastState = String(lastState);
  node.lastContact = settings.now();
  node.version++;
  exchange.node = node;
  return answers.success("register_node", describe(hanlon, node, "active"), 201, settings.clientConfig);
}

function newNode(hanlon: Hanlon): HanlonNode {
  const node = { id: newId(), version: 1, hwIds: [], attributes: {}, lastState: "", lastContact: 0 };
  hanlon.nodes.push(node);
  return node;
}

function isHash(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isState(text: string): boolean {
  return text !== "" && !/^\{.*\}$/.test(text);
}

function idsOf(get: (key: string) => string | undefined): Ids | { answer: Answer } {
  const legacy = get("hw_id");
  if (legacy !== undefined && get("mac_id") !== undefined) {
    const words = "The hw_id parameter is only allowed for backwards compatibility; " +
      "use with the mac_id parameter is not allowed";
    return { answer: answers.failure(400, "ProjectHanlon::Error::Slice::InvalidCommand", words) };
  }
  const ids = { uuid: get("uuid") ?? "", macId: legacy ?? get("mac_id") ?? "" };
  if (ids.uuid !== "" || ids.macId !== "") return ids;
  return { answer: answers.missing("At least one of the optional arguments (uuid or mac_id) must be specified") };
}

function lookUp(hanlon: Hanlon, request: Request, rest: string): Answer {
  const url = new URL(request.url);
  const hwId = url.searchParams.get("uuid")?.toUpperCase();
  if (rest === "" && hwId === undefined) {
    const list = hanlon.nodes.map(({ id }) => ({
      "@uuid": id,
      "@classname": "ProjectHanlon::Node",
      "@noun": "node",
      "@uri": `${url.origin}${BASE_PATH}/node/${id}`,
    }));
    return answers.success("get_all_nodes", list);
  }
  const id = rest.slice(1);
  const node = hanlon.nodes.find((node) => rest === "" ? node.hwIds.includes(hwId!) : node.id === id);
  if (!node) return answers.noSuchNode(rest === "" ? `Hardware ID: [${hwId}]` : `UUID: [${id}]`);
  if (url.searchParams.get("field") === "attributes") {
    const sorted = Object.keys(node.attributes).sort().map((key) => [key, node.attributes[key]!]);
    return answers.success("get_node_attributes", Object.fromEntries(sorted));
  }
  const { now, registerTimeout } = hanlon.settings;
  const status = node.model ? "bound" : now() - node.lastContact > registerTimeout ? "inactive" : "active";
  return answers.success(rest === "" ? "get_node_by_hw_id" : "get_node_by_uuid", describe(hanlon, node, status));
}

function describe(hanlon: Hanlon, node: HanlonNode, status: string): Json {
  return answers.nodeBody(node, hanlon.tags(node), status);
}

/** A server that listens. */
export interface HanlonServer extends Hanlon {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  /** `mk_uri` and the two paths as a cloud-config would hold them. */
  paths: { mk_uri: string; mk_checkin_path: string; mk_register_path: string };
  /** Ends it at once, the silent requests too. */
  shutdown(): Promise<void>;
}

export interface HanlonServerOptions extends Partial<HanlonSettings> {
  /** 0, the default, takes any free one. */
  port?: number;
  hostname?: string;
  /** PEM; with these it speaks HTTPS. */
  tls?: { cert: string; key: string };
  onExchange?: (exchange: Exchange) => void;
}

/** Starts a server; it listens when this returns. */
export function startHanlonServer(options: HanlonServerOptions = {}): HanlonServer {
  const { port = 0, hostname = "127.0.0.1", tls, onExchange, ...settings } = options;
  const hanlon = createHanlon(settings, onExchange);
  const ending = new AbortController();
  const ended = new Promise<void>((resolve) => ending.signal.addEventListener("abort", () => resolve()));
  const server = Deno.serve(
    { port, hostname, onListen: () => {}, signal: ending.signal, ...(tls ?? {}) },
    async (request) => {
      const intercepted = await hanlon.settings.intercept?.(request);
      if (intercepted) return intercepted;
      const answer = await hanlon.answer(request);
      if (answer) return new Response(answer.body, { status: answer.status, headers: answer.headers });
      await ended;
      return new Response(null, { status: 500 });
    },
  );
  const url = `${tls ? "https" : "http"}://${tls ? "localhost" : hostname}:${server.addr.port}`;
  return Object.assign(hanlon, {
    url,
    paths: {
      mk_uri: url,
      mk_checkin_path: `${BASE_PATH}/node/checkin`,
      mk_register_path: `${BASE_PATH}/node/register`,
    },
    async shutdown() {
      ending.abort();
      await server.finished;
    },
  });
}
