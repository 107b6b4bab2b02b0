/** The two requests that an agent sends to a Hanlon server, and the one that delivers facts elsewhere. */
import { VERSION } from "../../collectors/version.ts";
import type { Clock } from "../clock.ts";
import { type HttpOptions, type HttpRequest, send } from "../http.ts";
import type { FactsFormat } from "../formats/mod.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { type AnswerReading, commandOf, interpret, interpretDelivery, nodeOf, type Outcome } from "./answer.ts";
import { jsonText } from "./json_text.ts";

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
    `uuid=${encodeURIComponent(ids.uuid.toWellFormed())}`,
    `mac_id=${encodeURIComponent(ids.macId.toWellFormed())}`,
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
  const body = jsonText({
    mac_id: ids.macId,
    uuid: ids.uuid,
    attributes_hash: attributes,
    last_state: "idle",
  });
  return { method: "POST", url: `${server.mk_uri}${server.mk_register_path}`, headers: headers(true), body };
}

/** `POST uri` with the facts in that format. */
export function factsRequest(format: FactsFormat, uri: string, facts: Facts): HttpRequest {
  return {
    method: "POST",
    url: format.url(uri),
    headers: { ...headers(), "content-type": format.contentType, ...format.headers(facts) },
    body: jsonText(format.document(facts)),
  };
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
  /** Sends facts; `reading` is that of their format. */
  sendFacts(request: HttpRequest, reading: AnswerReading, signal?: AbortSignal): Promise<Outcome>;
  /** Frees the certificates. Requests under way go on. */
  close(): void;
}

/** A command and a few settings are less than 1 KiB; to read megabytes of anything else would hold up the daemon. */
const CHECKIN_LIMIT_BYTES = 1024 * 1024;

/**
 * MongoDB, the server's store, takes a node of at most 16 MB, which is more than the registration that made it. The
 * largest recorded machines send 40 kB; one of 64 NICs, 200 disks and 256 CPUs would send 350 kB.
 */
export const REGISTRATION_LIMIT_BYTES = 4 * 1024 * 1024;

/** Of the same machines the typed facts are up to three times as large. */
const FACTS_LIMIT_BYTES = 16 * 1024 * 1024;

/** The outcome of a request that is not sent, because its body is larger than `limitBytes`. */
function tooLarge({ body = "" }: HttpRequest, limitBytes: number): Outcome | undefined {
  // A character is at least one byte and at most three: only what is between is worth counting.
  const bytes = body.length > limitBytes || body.length * 3 <= limitBytes
    ? body.length
    : new TextEncoder().encode(body).length;
  if (bytes <= limitBytes) return undefined;
  const mebibytes = (count: number) => `${(count / 1024 / 1024).toFixed(1)} MiB`;
  return {
    kind: "tooLarge",
    reason: `not sent: a body of ${mebibytes(bytes)} is more than ${mebibytes(limitBytes)}, and not one machine's`,
  };
}

/** A client for one configuration. Throws where certificate or key cannot be used. */
export function createClient(options: ClientOptions): Client {
  const { fetch, clock, timeoutMs, tls = {}, token } = options;
  const { caCerts, cert, key } = tls;
  // One request a minute: a kept connection would only hold the server's memory, and be stale when it is used.
  const pool = { poolMaxIdlePerHost: 0, ...(caCerts ? { caCerts } : {}) };
  const client = Deno.createHttpClient(pool);
  const ownClient = cert !== undefined && key !== undefined ? Deno.createHttpClient({ ...pool, cert, key }) : undefined;
  const exchange = (
    request: HttpRequest,
    signal: AbortSignal | undefined,
    limits: Pick<HttpOptions, "statusIsEnough" | "limitBytes"> = {},
  ) => {
    const bearer = token !== undefined && request.url.startsWith("https://");
    const credentials = { headers: bearer ? { authorization: `Bearer ${token}` } : {}, client: ownClient };
    return send(request, { fetch, clock, timeoutMs, client, credentials, ...limits, ...(signal ? { signal } : {}) });
  };
  return {
    checkin: async (request, signal) => {
      const result = await exchange(request, signal, { limitBytes: CHECKIN_LIMIT_BYTES });
      return interpret(result, clock.wall(), commandOf);
    },
    register: async (request, signal) =>
      tooLarge(request, REGISTRATION_LIMIT_BYTES) ??
        interpret(await exchange(request, signal), clock.wall(), nodeOf),
    sendFacts: async (request, reading, signal) => {
      const refusal = tooLarge(request, FACTS_LIMIT_BYTES);
      if (refusal) return refusal;
      return interpretDelivery(await exchange(request, signal, { statusIsEnough: true }), clock.wall(), reading);
    },
    close() {
      client.close();
      ownClient?.close();
    },
  };
}
