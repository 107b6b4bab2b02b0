/** The node API of the v3 line: check-in, registration, and the questions of people. */
import * as answers from "./answers.ts";
import type { Answer } from "./answers.ts";
import {
  asStored,
  type HanlonNode,
  hwIdsAfter,
  type Ids,
  type Json,
  matching,
  modelFor,
  newId,
  refusedKey,
} from "./nodes.ts";
import { asText, type Call, idsOf, isHash, isNoText, isState, readBody, readBoolean, readQuery } from "./requests.ts";
import type { Exchange, Hanlon } from "./settings.ts";

/** Every path of the API begins with it. */
export const BASE_PATH = "/hanlon/api/v1";

/** What a check-in answers to, in the words of its Allow header. */
const CHECKIN_METHODS = "OPTIONS, GET, HEAD";

/**
 * Answers `call`, and writes into `exchange` what it was about. Undefined: more than one node matches, and the request
 * burns from now on. Throws Refused.
 */
export function route(hanlon: Hanlon, call: Call, exchange: Exchange): Answer | undefined {
  const { method, url: { pathname } } = call;
  const reads = method === "GET" || method === "HEAD";
  const path = pathname.startsWith(`${BASE_PATH}/node`) ? pathname.slice(`${BASE_PATH}/node`.length) : undefined;
  const rest = path?.replace(/\.json$/, "");
  if (rest === "/checkin") {
    if (method === "OPTIONS") return answers.options(CHECKIN_METHODS);
    return reads ? checkin(hanlon, call, exchange) : answers.notAllowed(CHECKIN_METHODS);
  }
  if (rest === "/register" && method === "OPTIONS") return answers.options("OPTIONS, POST");
  if (rest === "/register" && method === "POST") return register(hanlon, call, exchange);
  if (reads && rest !== undefined && /^(\/[^/]+)?$/.test(rest)) return lookUp(hanlon, call, rest);
  return answers.notFound(pathname, BASE_PATH);
}

/** The one node of a request, or none; "several" burns a thread from now on. */
function findNode(hanlon: Hanlon, call: Call, ids: Ids): HanlonNode | undefined | "several" {
  const found = matching(hanlon.nodes, ids);
  if (found.length < 2) return found[0];
  hanlon.burning.set(call, ids);
  return "several";
}

function checkin(hanlon: Hanlon, call: Call, exchange: Exchange): Answer | undefined {
  const query = readQuery(call.url);
  const lastState = query.get("last_state");
  const first = readBoolean(query.get("first_checkin") ?? "");
  const complaints: string[] = [];
  if (lastState === undefined) complaints.push("last_state is missing");
  if (first === undefined) complaints.push("first_checkin is invalid");
  if (complaints.length > 0) return answers.invalid(complaints);
  const ids = idsOf((key) => query.get(key));
  if (!isState(lastState!)) return answers.missing("Must Provide Last State[last_state]");
  exchange.ids = ids;
  const node = findNode(hanlon, call, ids);
  if (node === "several") return undefined;
  const command = commandFor(hanlon, node, lastState!, first!);
  exchange.command = typeof command === "string" ? command : JSON.stringify(command);
  if (node) exchange.node = node;
  return answers.command(command, hanlon.settings.clientConfig);
}

function commandFor(hanlon: Hanlon, node: HanlonNode | undefined, lastState: string, first: boolean): Json {
  const { settings } = hanlon;
  if (!node) return "register";
  const silentFor = settings.now() - node.lastContact;
  node.lastState = lastState;
  node.lastContact = settings.now();
  node.version++;
  const override = settings.overrideFile.get(node.id);
  if (override !== undefined && override !== null && override !== false) return override;
  const byHardware = node.hwIds.map((id) => settings.overrides.get(id)).find((name) => name !== undefined);
  if (byHardware !== undefined) return byHardware;
  if (silentFor > settings.registerTimeout || (first && settings.obeysFirstCheckin)) return "register";
  if (node.model) return node.model === "boot_local" ? "reboot" : "poweroff";
  const model = modelFor(hanlon.tags(node), settings.policies);
  if (model) node.model = model;
  return "acknowledge";
}

function register(hanlon: Hanlon, call: Call, exchange: Exchange): Answer | undefined {
  const { settings } = hanlon;
  const body = readBody(call);
  const { last_state: lastState, attributes_hash: attributes } = body;
  const complaints = ["uuid", "mac_id", "hw_id", "last_state"].filter((key) => isNoText(body[key]))
    .map((key) => `${key} is invalid`);
  if (lastState === undefined) complaints.push("last_state is missing");
  if (attributes === undefined) complaints.push("attributes_hash is missing");
  else if (attributes !== null && !isHash(attributes)) complaints.push("attributes_hash is invalid");
  if (complaints.length > 0) return answers.invalid(complaints);
  const ids = idsOf((key) => asText(body[key]));
  exchange.ids = ids;
  const state = asText(lastState) ?? "";
  if (!isState(state)) return answers.missing("Must Provide Last State[last_state]");
  if (!isHash(attributes) || Object.keys(attributes).length === 0) {
    return answers.missing("Must Provide Attributes Hash[attributes_hash]");
  }
  exchange.attributes = attributes;
  const refused = settings.mongo ? refusedKey(attributes) : undefined;
  if (refused !== undefined) return answers.failure(500, "BSON::InvalidKeyName", refused);
  const known = findNode(hanlon, call, ids);
  if (known === "several") return undefined;
  const node = known ?? newNode(hanlon);
  node.hwIds = hwIdsAfter(ids, node.hwIds);
  node.attributes = asStored(attributes) as Record<string, Json>;
  node.lastState = state;
  node.lastContact = settings.now();
  node.version++;
  exchange.node = node;
  const answer = answers.success("register_node", describe(hanlon, node, "active"), 201, settings.clientConfig);
  if (!known && settings.loses()) hanlon.nodes = hanlon.nodes.filter((each) => each !== node);
  return answer;
}

function newNode(hanlon: Hanlon): HanlonNode {
  const node = { id: newId(), version: 1, hwIds: [], attributes: {}, lastState: "", lastContact: 0 };
  hanlon.nodes.push(node);
  return node;
}

function lookUp(hanlon: Hanlon, { url }: Call, rest: string): Answer {
  const query = readQuery(url);
  const hwId = query.get("uuid")?.toUpperCase();
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
  // By hardware id only nodes are found that have no other.
  const node = hanlon.nodes.find((node) =>
    rest === "" ? node.hwIds.length === 1 && node.hwIds[0] === hwId : node.id === id
  );
  if (!node) return answers.noSuchNode(rest === "" ? `Hardware ID: [${hwId}]` : `UUID: [${id}]`);
  if (query.get("field") === "attributes") {
    const sorted = Object.keys(node.attributes).sort().map((key) => [key, node.attributes[key]!]);
    return answers.success("get_node_attributes", Object.fromEntries(sorted));
  }
  return answers.success(
    rest === "" ? "get_node_by_hw_id" : "get_node_by_uuid",
    describe(hanlon, node, statusOf(hanlon, node)),
  );
}

function describe(hanlon: Hanlon, node: HanlonNode, status: string): Json {
  return answers.nodeBody(node, hanlon.tags(node), status);
}

/** What people are shown of a node: "bound" to a model, or whether it was heard of lately. */
export function statusOf({ settings: { now, registerTimeout } }: Hanlon, node: HanlonNode): string {
  if (node.model) return "bound";
  return now() - node.lastContact > registerTimeout ? "inactive" : "active";
}
