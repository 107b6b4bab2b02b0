/**
 * A Hanlon server for tests and for looking at: a real HTTP server with the node API of the v3 line (and, on request,
 * what differs in 2.x), answering as recorded servers do. `deno task hanlon` starts one by hand.
 */
import { type Answer, DEFAULT_CLIENT_CONFIG } from "./hanlon_server/answers.ts";
import { costMs, createCore, pause } from "./hanlon_server/load.ts";
import { BASE_PATH, route } from "./hanlon_server/node_api.ts";
import { matching, tagsOf } from "./hanlon_server/nodes.ts";
import { type Call, callOf, Refused } from "./hanlon_server/requests.ts";
import type { Exchange, Hanlon, HanlonSettings } from "./hanlon_server/settings.ts";

export { DEFAULT_CLIENT_CONFIG } from "./hanlon_server/answers.ts";
export { BASE_PATH } from "./hanlon_server/node_api.ts";
export type { HanlonNode, Json, Policy, TagRule } from "./hanlon_server/nodes.ts";
export type { Exchange, Hanlon, HanlonSettings } from "./hanlon_server/settings.ts";

/** Puma's default: so many requests at once. */
const THREADS = 16;

/** Of exchanges at least so many are kept. */
const KEPT_EXCHANGES = 10_000;

/** How often a silent request looks whether a node has expired, in milliseconds. */
const AGAIN_MS = 50;

/** Makes the application; `onExchange` is called after every answer. */
export function createHanlon(options: Partial<HanlonSettings> = {}, onExchange?: (exchange: Exchange) => void): Hanlon {
  const settings: HanlonSettings = {
    now: () => Math.floor(Date.now() / 1000),
    registerTimeout: 120,
    nodeExpireTimeout: 300,
    clientConfig: { ...DEFAULT_CLIENT_CONFIG },
    policies: [],
    tagRules: [],
    overrideFile: new Map(),
    overrides: new Map(),
    obeysFirstCheckin: false,
    mongo: false,
    threads: THREADS,
    loses: () => false,
    ...options,
  };
  const told = new WeakSet<Call>();
  const hanlon: Hanlon = {
    settings,
    nodes: [],
    exchanges: [],
    burning: new Map(),
    expire: () => expire(hanlon),
    tags: (node) => tagsOf(node, settings.tagRules),
    async answer(request) {
      const call = request instanceof Request ? await callOf(request) : request;
      const exchange: Exchange = { at: settings.now(), method: call.method, path: call.url.pathname };
      expire(hanlon);
      const answer = handle(hanlon, call, exchange);
      if (answer !== undefined) exchange.answer = answer;
      else if (told.has(call)) return undefined;
      told.add(call);
      hanlon.exchanges.push(exchange);
      if (hanlon.exchanges.length > 2 * KEPT_EXCHANGES) hanlon.exchanges.splice(0, KEPT_EXCHANGES);
      onExchange?.(exchange);
      return answer;
    },
  };
  return hanlon;
}

/** Forgets the nodes that were silent for too long, which ends the requests that burnt because of them. */
function expire(hanlon: Hanlon): void {
  const { now, nodeExpireTimeout } = hanlon.settings;
  hanlon.nodes = hanlon.nodes.filter((node) => node.model || now() - node.lastContact <= nodeExpireTimeout);
  for (const [call, ids] of hanlon.burning) {
    if (matching(hanlon.nodes, ids).length < 2) hanlon.burning.delete(call);
  }
}

function handle(hanlon: Hanlon, call: Call, exchange: Exchange): Answer | undefined {
  if (hanlon.burning.has(call) || hanlon.burning.size >= hanlon.settings.threads) return undefined;
  try {
    const answer = route(hanlon, call, exchange);
    return answer && call.method === "HEAD" ? { ...answer, body: "" } : answer;
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
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
  const core = createCore();
  const ending = new AbortController();
  const server = Deno.serve(
    { port, hostname, onListen: () => {}, signal: ending.signal, ...(tls ?? {}) },
    async (request) => {
      const intercepted = await hanlon.settings.intercept?.(request);
      if (intercepted) return intercepted;
      const call = await callOf(request);
      let answer = await hanlon.answer(call);
      while (!answer && !ending.signal.aborted) {
        await pause(AGAIN_MS, ending.signal);
        answer = await hanlon.answer(call);
      }
      if (!answer) return new Response(null, { status: 500 });
      await core.work(costMs(hanlon.nodes, hanlon.settings.load, hanlon.burning.size), ending.signal);
      const { status, headers, body } = answer;
      return new Response(body === "" ? null : body, { status, headers });
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
