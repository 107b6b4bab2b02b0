/** How the real server reads requests: Rack 1.6 the query, Ruby's JSON the body, Grape 0.13 the types of parameters. */
import * as answers from "./answers.ts";
import type { Answer } from "./answers.ts";
import { type Ids, type Json, macsOf } from "./nodes.ts";

/** What arrived, with the body read once. */
export interface Call {
  method: string;
  url: URL;
  contentType: string | undefined;
  body: Uint8Array;
}

/** Reads a request to its end. */
export async function callOf(request: Request): Promise<Call> {
  return {
    method: request.method,
    url: new URL(request.url),
    contentType: request.headers.get("content-type") ?? undefined,
    body: await request.bytes(),
  };
}

/** A request that is answered at once with an error. */
export class Refused extends Error {
  constructor(readonly answer: Answer) {
    super(answer.body);
  }
}

/** Ruby's JSON reads no deeper. */
const DEEPEST = 100;

/** The parameters of a query, decoded; the last of a doubled one counts. Throws Refused for a bad percent or UTF-8. */
export function readQuery(url: URL): Map<string, string> {
  const pairs = url.search.slice(1).split(/[&;] */).filter((pair) => pair !== "");
  return new Map(pairs.map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return [decoded(name), decoded(value.join("="))];
  }));
}

function decoded(text: string): string {
  const bad = /%(?![0-9a-f]{2})/i.test(text);
  if (bad) throw new Refused(answers.failure(500, "ArgumentError", `invalid %-encoding (${text})`));
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Refused(answers.failure(500, "ArgumentError", "invalid byte sequence in UTF-8"));
  }
}

/** The keys of a body, whatever its content type but for a form; none where it is no object. Throws Refused. */
export function readBody({ contentType, body }: Call): Record<string, Json> {
  if (body.length === 0 || contentType?.startsWith("application/x-www-form-urlencoded")) return {};
  let parsed: Json;
  try {
    // With its byte order mark, if it has one: that is not JSON to Ruby.
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw new Refused(answers.notJson());
  }
  if (!isReadable(parsed, DEEPEST)) throw new Refused(answers.notJson());
  return isHash(parsed) ? parsed : {};
}

/** No deeper than `levels`, and without lone surrogates, which no UTF-8 stands for. */
function isReadable(value: Json, levels: number): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (value === null || typeof value !== "object") return true;
  if (levels === 0) return false;
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isReadable(inner, levels - 1));
}

/** Narrows to a JSON object. */
export function isHash(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What Grape makes of a parameter of type String: numbers and booleans become text, null counts as absent. */
export function asText(value: Json | undefined): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** Whether Grape refuses `value` as a String: arrays and objects. */
export function isNoText(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null;
}

/** The words that Virtus takes for a boolean; undefined for others. */
export function readBoolean(text: string): boolean | undefined {
  if (/^(1|on|t|true|y|yes)$/i.test(text)) return true;
  return /^(|0|off|f|false|n|no)$/i.test(text) ? false : undefined;
}

/** A state that is not empty and not in braces. */
export function isState(text: string): boolean {
  return text !== "" && !/^\{.*\}$/.test(text);
}

/** Whom a request is about; `get` reads one of its parameters. Throws Refused where that says nothing. */
export function idsOf(get: (key: string) => string | undefined): Ids {
  const legacy = get("hw_id");
  if (legacy !== undefined && get("mac_id") !== undefined) {
    const words = "The hw_id parameter is only allowed for backwards compatibility; " +
      "use with the mac_id parameter is not allowed";
    throw new Refused(answers.failure(400, "ProjectHanlon::Error::Slice::InvalidCommand", words));
  }
  const ids = { uuid: get("uuid") ?? "", macId: legacy ?? get("mac_id") ?? "" };
  if (ids.uuid !== "" || macsOf(ids).length > 0) return ids;
  throw new Refused(answers.missing("At least one of the optional arguments (uuid or mac_id) must be specified"));
}
