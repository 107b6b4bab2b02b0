/**
 * The two requests that an agent sends to a Hanlon server, and the one to `mk_facts_uri`; and what their answers mean.
 * Nothing but a whole, well-formed answer with `errcode` 0 is a success.
 */
import { isMap } from "../../collectors/values.ts";
import { VERSION } from "../../collectors/version.ts";
import type { Clock } from "../clock.ts";
import { type HttpOptions, type HttpRequest, type HttpResult, send } from "../http.ts";

/** What a request came to. `reason` is one line for the log, in the server's own words where it had any. */
export type Outcome =
  /** A check-in was answered: `acknowledge`, `register`, `reboot`, `poweroff`, or a word that this agent does not know. */
  | { kind: "command"; command: string; clientConfig: Record<string, unknown> }
  /** A registration was stored, under Hanlon's own id of the node. */
  | { kind: "registered"; nodeId?: string; tags: string[]; clientConfig: Record<string, unknown> }
  /** `mk_facts_uri` took the facts. */
  | { kind: "accepted" }
  /** The server understood and will say the same again: 4xx, or 5xx for what its framework finds wrong with the request. */
  | { kind: "refused"; status: number; reason: string }
  /** Not now: no connection, no whole answer in time, any other 5xx, 429. */
  | Unavailable
  /** Something answers there, but no Hanlon server: HTML, another shape, a redirect elsewhere. */
  | { kind: "notHanlon"; reason: string };

export interface Unavailable {
  kind: "unavailable";
  reason: string;
  /** Absent where there was no HTTP answer at all. */
  status?: number;
  /** What a Retry-After header asked for. */
  retryAfterMs?: number;
}

/** Why an outcome is none of the good ones. */
export function reasonOf(outcome: Outcome): string {
  return "reason" in outcome ? outcome.reason : outcome.kind;
}

/** Whether two reasons are one to who reads the log: times, lengths and ports in them differ every time. */
export function isSameReason(a: string, b: string | undefined): boolean {
  const withoutNumbers = (text: string | undefined) => text?.replace(/\d+/g, "0");
  return withoutNumbers(a) === withoutNumbers(b);
}

/** How the node is named to the server; both may not be empty at once. */
export interface NodeIds {
  uuid: string;
  /** MACs without colons, joined with `_`. */
  macId: string;
}

/** Where the two requests go. */
export interface ServerAddress {
  /** Without a slash at the end. */
  mk_uri: string;
  mk_checkin_path: string;
  mk_register_path: string;
}

/** `GET …/checkin?uuid=…&mac_id=…&last_state=idle`; `first` adds `first_checkin=true`. */
export function checkinRequest(server: ServerAddress, ids: NodeIds, first: boolean): HttpRequest {
  const query = [
    `uuid=${encodeURIComponent(ids.uuid)}`,
    `mac_id=${encodeURIComponent(ids.macId)}`,
    "last_state=idle",
    ...(first ? ["first_checkin=true"] : []),
  ];
  return { method: "GET", url: `${server.mk_uri}${server.mk_checkin_path}?${query.join("&")}`, headers: headers() };
}

/** `POST …/register` with the node's attributes, in the order of the original agent's keys. */
export function registerRequest(
  server: ServerAddress,
  ids: NodeIds,
  attributes: Readonly<Record<string, unknown>>,
): HttpRequest {
  const body = JSON.stringify({
    mac_id: ids.macId,
    uuid: ids.uuid,
    attributes_hash: attributes,
    last_state: "idle",
  });
  return { method: "POST", url: `${server.mk_uri}${server.mk_register_path}`, headers: headers(true), body };
}

/** `POST mk_facts_uri` with the whole typed facts. */
export function factsRequest(uri: string, facts: unknown): HttpRequest {
  return { method: "POST", url: uri, headers: headers(true), body: JSON.stringify(facts) };
}

function headers(withBody = false): Record<string, string> {
  return {
    accept: "application/json",
    "user-agent": `hnl_mk/${VERSION}`,
    ...(withBody ? { "content-type": "application/json" } : {}),
  };
}

/** What the client needs of the world and of the configuration. */
export interface ClientOptions {
  fetch: typeof fetch;
  clock: Clock;
  timeoutMs: number;
  /** PEM: whose signatures are trusted besides the built-in ones, and who this node is. */
  tls?: { caCerts?: string[]; cert?: string; key?: string };
  /** Sent as `Authorization: Bearer …` wherever the address is https. */
  token?: string;
}

/** Sends the requests of one configuration. Never throws: what went wrong is in the outcome. */
export interface Client {
  checkin(request: HttpRequest, signal?: AbortSignal): Promise<Outcome>;
  register(request: HttpRequest, signal?: AbortSignal): Promise<Outcome>;
  sendFacts(request: HttpRequest, signal?: AbortSignal): Promise<Outcome>;
  /** Frees the certificates. Requests under way go on. */
  close(): void;
}

/** A command and a few settings are less than 1 KiB; to read megabytes of anything else would hold up the daemon. */
const CHECKIN_LIMIT_BYTES = 1024 * 1024;

/** A client for one configuration. Throws where certificate or key cannot be used. */
export function createClient(options: ClientOptions): Client {
  const { fetch, clock, timeoutMs, tls = {}, token } = options;
  const { caCerts, cert, key } = tls;
  // One request a minute: a kept connection would only hold the server's memory, and be stale when it is used.
  const pool = { poolMaxIdlePerHost: 0, ...(caCerts ? { caCerts } : {}) };
  const client = Deno.createHttpClient(cert !== undefined && key !== undefined ? { ...pool, cert, key } : pool);
  const exchange = (
    request: HttpRequest,
    signal: AbortSignal | undefined,
    limits: Pick<HttpOptions, "statusIsEnough" | "limitBytes"> = {},
  ) => {
    const bearer = token !== undefined && request.url.startsWith("https://");
    const authorised = bearer
      ? { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }
      : request;
    return send(authorised, { fetch, clock, timeoutMs, client, ...limits, ...(signal ? { signal } : {}) });
  };
  return {
    checkin: async (request, signal) => {
      const result = await exchange(request, signal, { limitBytes: CHECKIN_LIMIT_BYTES });
      return interpret(result, clock.wall(), commandOf);
    },
    register: async (request, signal) => interpret(await exchange(request, signal), clock.wall(), nodeOf),
    sendFacts: async (request, signal) => {
      const result = await exchange(request, signal, { statusIsEnough: true });
      if ("status" in result && result.status >= 200 && result.status < 300) return { kind: "accepted" };
      return interpret(result, clock.wall(), () => undefined);
    },
    close: () => client.close(),
  };
}

type Answer = Record<string, unknown>;

/** Reads a success out of a well-formed answer; undefined where its shape is another. */
type Reader = (response: Answer, clientConfig: Record<string, unknown>) => Outcome | undefined;

/** A command is a word; what is longer would only fill the log and the status. */
const LONGEST_COMMAND = 100;

const commandOf: Reader = ({ command_name: command }, clientConfig) =>
  typeof command === "string" && command !== "" && command.length <= LONGEST_COMMAND
    ? { kind: "command", command, clientConfig }
    : undefined;

const nodeOf: Reader = (node, clientConfig) => {
  const { "@uuid": nodeId, "@tags": tags } = node;
  if (!isMap(node["@attributes_hash"])) return undefined;
  return {
    kind: "registered",
    ...(typeof nodeId === "string" ? { nodeId } : {}),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
    clientConfig,
  };
};

/** Statuses below 500 and 503 that say "later" and not "never". */
const LATER = new Set([408, 425, 429, 503]);

function interpret(result: HttpResult, wallMs: number, read: Reader): Outcome {
  if ("failure" in result) return { kind: "unavailable", reason: result.failure };
  const { status, body } = result;
  const answer = parseJson(body);
  const reason = `HTTP ${status}: ${ownWords(answer, result)}`;
  if (LATER.has(status)) {
    const retryAfterMs = retryAfter(result.headers, wallMs);
    return { kind: "unavailable", status, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (status >= 500) {
    const refused = typeof errorOf(answer)?.type === "string" &&
      (errorOf(answer)!.type as string).startsWith("Grape::Exceptions::");
    return refused ? { kind: "refused", status, reason } : { kind: "unavailable", status, reason };
  }
  if (status >= 400) return { kind: "refused", status, reason };
  if (status < 200 || status >= 300) return { kind: "notHanlon", reason };
  if (!isMap(answer)) return notAnObject(result, answer);
  const { errcode, response, client_config: config } = answer;
  if (typeof errcode === "number" && errcode !== 0) {
    return { kind: "refused", status, reason: `HTTP ${status}, errcode ${errcode}: ${ownWords(answer, result)}` };
  }
  const outcome = errcode === 0 && isMap(response) ? read(response, isMap(config) ? config : {}) : undefined;
  return outcome ?? { kind: "notHanlon", reason: `HTTP ${status} with JSON of another shape: ${excerpt(body)}` };
}

/** A 2xx whose body is no JSON object: cut off where it begins like one, else something that is no Hanlon server. */
function notAnObject({ status, body, headers }: Whole, answer: unknown): Outcome {
  const text = body.trimStart();
  if (answer === undefined && (text === "" || text.startsWith("{"))) {
    return {
      kind: "unavailable",
      status,
      reason: `HTTP ${status} with a body cut off after ${body.length} characters`,
    };
  }
  const what = text.startsWith("<") ? "a page (HTML)" : headers.get("content-type") ?? "no content type";
  return { kind: "notHanlon", reason: `HTTP ${status} with ${what}: ${excerpt(body)}` };
}

type Whole = Extract<HttpResult, { status: number }>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `response.result` of the server's error answers: code, type, description. */
function errorOf(answer: unknown): Record<string, unknown> | undefined {
  const response = isMap(answer) ? answer.response : undefined;
  return isMap(response) && isMap(response.result) ? response.result : undefined;
}

/** What the server says is wrong: its description, else the beginning of its body. */
function ownWords(answer: unknown, { body }: Whole): string {
  const { type, description } = errorOf(answer) ?? {};
  if (typeof description !== "string") return excerpt(body) || "no words";
  return excerpt(description) + (typeof type === "string" ? ` (${excerpt(type)})` : "");
}

/** The beginning of a text in one line. */
function excerpt(text: string): string {
  const line = text.slice(0, 1000).replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** Retry-After in milliseconds: seconds, or a date, which is measured by the server's own clock where it sends one. */
function retryAfter(headers: Headers, wallMs: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const then = Date.parse(value);
  if (Number.isNaN(then)) return undefined;
  const date = Date.parse(headers.get("date") ?? "");
  return Math.max(0, then - (Number.isNaN(date) ? wallMs : date));
}
