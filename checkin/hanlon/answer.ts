/**
 * What the answer to a request means. Nothing but a whole, well-formed answer with `errcode` 0 is a success of a Hanlon
 * server (protocol of v3; errors carry `response.result` with code, type and description).
 */
import { isMap } from "../../collectors/values.ts";
import type { FactsFormat } from "../formats/mod.ts";
import type { HttpResult } from "../http.ts";

/** What a request came to. `reason` is one line for the log, in the server's own words where it had any. */
export type Outcome =
  /** A check-in was answered: `acknowledge`, `register`, `reboot`, `poweroff`, or a word that this agent does not know. */
  | { kind: "command"; command: string; clientConfig: Record<string, unknown> }
  /** A registration was stored, under Hanlon's own id of the node. */
  | { kind: "registered"; nodeId?: string; tags: string[]; clientConfig: Record<string, unknown> }
  /** A destination took the facts. */
  | { kind: "accepted" }
  /** Nobody waits for the facts there, which is no failure: another attempt would be for nothing. */
  | { kind: "notAwaited"; reason: string }
  /** The server understood and will say the same again: 4xx, or 5xx for what its framework finds wrong with the request. */
  | { kind: "refused"; status: number; reason: string }
  /** Not now: no connection, no whole answer in time, any other 5xx, 429. */
  | Unavailable
  /** Not sent: no server takes a body of that size. */
  | { kind: "tooLarge"; reason: string }
  /** Something answers there, but no Hanlon server: HTML, another shape, a redirect elsewhere. */
  | { kind: "notHanlon"; reason: string };

export interface Unavailable {
  kind: "unavailable";
  reason: string;
  /** Absent where there was no HTTP answer at all. */
  status?: number;
  /** The server did not answer in time; it may have got the request. */
  isLate?: true;
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

type Answer = Record<string, unknown>;

/** Reads a success out of a well-formed answer; undefined where its shape is another. */
export type Reader = (response: Answer, clientConfig: Record<string, unknown>) => Outcome | undefined;

/** A command is a word; what is longer would only fill the log and the status. */
const LONGEST_COMMAND = 100;

/**
 * Reads a command. An override file of the server can make it any YAML value, and the settings beside it still count:
 * what is no text is given as its JSON, cut, which is no command that anybody knows.
 */
export const commandOf: Reader = ({ command_name: command }, clientConfig) => {
  if (command === undefined) return undefined;
  const text = typeof command === "string" ? command : jsonOf(command);
  return {
    kind: "command",
    command: text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND)}…` : text,
    clientConfig,
  };
};

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested too deep.
    return Array.isArray(value) ? "a list" : "a map";
  }
}

/** Reads the node that a registration has stored. */
export const nodeOf: Reader = (node, clientConfig) => {
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

/** How a server that is no Hanlon server says what is wrong; see formats/mod.ts. */
export type AnswerReading = Pick<FactsFormat, "statuses" | "words">;

/**
 * What the answer to a delivery of facts means: any 2xx is a success, and its body is not looked at. `wallMs` is now.
 */
export function interpretDelivery(result: HttpResult, wallMs: number, { statuses, words }: AnswerReading): Outcome {
  if ("failure" in result) return interpret(result, wallMs, () => undefined);
  const { status, body, headers } = result;
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const ofItsOwn = words(parseJson(body));
  const reason = `HTTP ${status}: ${ofItsOwn === undefined ? excerpt(body) || "no words" : excerpt(ofItsOwn)}`;
  const meaning = statuses.get(status);
  if (meaning === "notAwaited") return { kind: "notAwaited", reason };
  if (meaning === "later" || LATER.has(status) || status >= 500) {
    const retryAfterMs = retryAfter(headers, wallMs);
    return { kind: "unavailable", status, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  return status < 400 ? { kind: "notHanlon", reason } : { kind: "refused", status, reason };
}

/** What `result` means, where `read` finds what was asked for in a good answer. `wallMs` is now. */
export function interpret(result: HttpResult, wallMs: number, read: Reader): Outcome {
  if ("failure" in result) {
    return { kind: "unavailable", reason: result.failure, ...(result.isLate ? { isLate: true } : {}) };
  }
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
