/**
 * One HTTP request under limits: on time, on size, and on where a redirect may lead (only to the same host, and without
 * credentials to another port or scheme of it). Proxies: see proxy.ts.
 */
import { type Clock, settlesWithin } from "./clock.ts";
import { proxyNote } from "./proxy.ts";

/** A request, as sent and as shown by `--dry-run`. */
export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Sent as UTF-8 with a Content-Length. */
  body?: string;
}

/** A whole answer, or why there is none: one line for the log. `isLate`: the server may have got the request. */
export type HttpResult =
  | { status: number; headers: Headers; body: string }
  | { failure: string; isLate: boolean };

/** How a request is sent. */
export interface HttpOptions {
  fetch: typeof fetch;
  clock: Clock;
  /** For everything together: name lookup, connection, headers, body, redirects. */
  timeoutMs: number;
  /** Trusted certificates, and connections that are not kept. */
  client?: Deno.HttpClient;
  /** What proves who this node is, for the origin of the request alone: no redirect takes it to another one. */
  credentials?: { headers: Record<string, string>; client?: Deno.HttpClient | undefined };
  /** The body of a success is not needed: it is returned empty, and not waited for. */
  statusIsEnough?: boolean;
  /** The largest answer, decompressed; default ANSWER_LIMIT_BYTES. */
  limitBytes?: number;
  /** Cancels the request. */
  signal?: AbortSignal;
}

/** A Hanlon server echoes the facts of a registration. */
const ANSWER_LIMIT_BYTES = 16 * 1024 * 1024;

const MAX_REDIRECTS = 3;

/** Sends a request and reads the whole answer. Never throws; a connection that is not read to its end is closed. */
export async function send(request: HttpRequest, options: HttpOptions): Promise<HttpResult> {
  const { clock, timeoutMs, signal } = options;
  const cut = new AbortController();
  let why: HttpResult | undefined;
  const stop = (failure: string, isLate = false) => {
    why ??= { failure, isLate };
    cut.abort();
  };
  const stopped = () => stop("given up, because the agent is ending");
  signal?.addEventListener("abort", stopped);
  if (signal?.aborted) stopped();
  // After a garbage collection Deno ignores the signal of a request whose answer has begun: the wait must not rely on it.
  const isCut = new Promise<never>((_, reject) =>
    cut.signal.addEventListener("abort", () => reject(cut.signal.reason))
  );
  const answer = follow(request, options, cut.signal);
  for (const either of [isCut, answer]) either.catch(() => {});
  const settled = Promise.race([answer, isCut]);
  settlesWithin(clock, timeoutMs, settled).then((isInTime) => {
    if (!isInTime) stop(`no whole answer within ${timeoutMs / 1000} s`, true);
  });
  try {
    return await settled;
  } catch (error) {
    return why ?? { failure: explain(error, request.url, clock.wall()), isLate: false };
  } finally {
    signal?.removeEventListener("abort", stopped);
  }
}

async function follow(request: HttpRequest, options: HttpOptions, signal: AbortSignal): Promise<HttpResult> {
  const { origin } = new URL(request.url);
  let url = request.url;
  for (let redirects = 0;; redirects++) {
    const isOwn = new URL(url).origin === origin;
    const init: RequestInit & { client?: Deno.HttpClient } = {
      method: request.method,
      headers: { ...request.headers, ...(isOwn ? options.credentials?.headers : {}) },
      redirect: "manual",
      signal,
    };
    if (request.body !== undefined) init.body = new TextEncoder().encode(request.body);
    const client = (isOwn ? options.credentials?.client : undefined) ?? options.client;
    if (client) init.client = client;
    const response = await options.fetch(url, init);
    const { status, headers } = response;
    const location = headers.get("location");
    if (!REDIRECTS.has(status) || location === null) {
      if (!(options.statusIsEnough && response.ok)) {
        return { status, headers, body: await readBody(response, options.limitBytes ?? ANSWER_LIMIT_BYTES, signal) };
      }
      await response.body?.cancel();
      return { status, headers, body: "" };
    }
    await response.body?.cancel();
    const target = redirectTarget(url, location);
    const refusal = target === undefined || !isSameHost(url, target)
      ? "another host"
      : target.username !== "" || target.password !== ""
      ? "an address with a user in it"
      : request.method === "POST" && status < 307
      ? "a place where a POST becomes a GET"
      : redirects === MAX_REDIRECTS
      ? "one more place, as it did before"
      : undefined;
    if (refusal !== undefined) {
      return { status, headers, body: `redirected to ${refusal} (${withoutUser(location, target)})` };
    }
    url = target!.href;
  }
}

/** The statuses that redirect; 300 and 304 do not. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function redirectTarget(from: string, location: string): URL | undefined {
  try {
    return new URL(location, from);
  } catch {
    return undefined;
  }
}

/** The beginning of a Location for the log, without the user and password that may stand in it. */
function withoutUser(location: string, target: URL | undefined): string {
  if (target === undefined) return location.slice(location.lastIndexOf("@") + 1).slice(0, 200);
  const shown = new URL(target);
  shown.username = shown.password = "";
  return shown.href.slice(0, 200);
}

/** The same host, and never from https to http, where others could read token and facts. */
function isSameHost(from: string, to: URL): boolean {
  const { protocol, hostname } = new URL(from);
  return hostname === to.hostname && (protocol === to.protocol || (protocol === "http:" && to.protocol === "https:"));
}

/** What a chunk costs in memory at least: an answer in chunks of 1 byte takes many times its length. */
const CHUNK_COST_BYTES = 64;

/** The whole text of an answer. Throws where it is cut or too large; the signal closes the connection. */
async function readBody(response: Response, limitBytes: number, signal: AbortSignal): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  signal.addEventListener("abort", () => reader.cancel().catch(() => {}));
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts.join("") + decoder.decode();
    bytes += Math.max(value.length, CHUNK_COST_BYTES);
    if (bytes > limitBytes) {
      await reader.cancel();
      throw new Error(`an answer of more than ${limitBytes / 1024 / 1024} MiB, which was cut`);
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
}

/** One line that says why a request failed, in the words of the system where they help. */
function explain(error: unknown, url: string, wallMs: number): string {
  const { host, protocol } = new URL(url);
  const words = error instanceof Error
    ? (error.cause instanceof Error ? error.cause.message : error.message)
    : `${error}`;
  // "error sending request for url (…): client error (Connect): tcp connect error: Connection refused (os error 111)"
  const [, stage, cause = words] = /client error \((\w+)\): (.*)$/s.exec(words) ?? [];
  const certificate = explainCertificate(cause, wallMs);
  if (certificate !== undefined) return `${host}: ${certificate}`;
  return `${stage === "Connect" ? "cannot connect to " : ""}${host}: ${cause}${proxyNote(protocol)}`;
}

/**
 * Why a certificate was refused. For an expired one the times come from the message of Deno's TLS library (rustls);
 * where a version does not print them, only this machine's time is given.
 */
function explainCertificate(cause: string, wallMs: number): string | undefined {
  const time = /certificate (expired|not valid yet)/.exec(cause)?.[1];
  if (time !== undefined) {
    const [, ours, theirs] = /verification time (\d+).*not valid (?:after|before) (\d+)/.exec(cause) ?? [];
    const now = isoSeconds(ours === undefined ? wallMs / 1000 : Number(ours));
    const limit = theirs === undefined
      ? ""
      : ` (${time === "expired" ? "since" : "before"} ${isoSeconds(Number(theirs))})`;
    return `the server's certificate ${time === "expired" ? "has expired" : "is not valid yet"}${limit}, says this ` +
      `machine's clock (${now}): if that time is wrong, set the clock, not the certificate`;
  }
  if (cause.includes("UnknownIssuer")) {
    return "the server's certificate is signed by nobody this machine trusts (mk_ca_file names who may sign it)";
  }
  if (cause.includes("CaUsedAsEndEntity")) {
    return "the server's certificate is one of a certificate authority (self-signed, CA:TRUE), which is not taken from a " +
      "server, and mk_ca_file does not change that: it needs one with CA:FALSE, signed by an authority or by itself";
  }
  if (cause.includes("UnsupportedCertVersion")) {
    return "the server's certificate is of X.509 version 1, which is not supported: it has to be made anew as version 3";
  }
  if (/CertificateRequired|certificate required/i.test(cause)) {
    return "the server asks for a client certificate (mk_client_cert_file, mk_client_key_file)";
  }
  return cause.startsWith("invalid peer certificate") ? cause : undefined;
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}
