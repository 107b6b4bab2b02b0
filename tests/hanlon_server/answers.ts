/** The answers of a Hanlon server: bodies, statuses and headers as it really sends them. */
import type { HanlonNode, Json } from "./nodes.ts";

/** An answer that is not yet a Response, so that it can be looked at. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** `client_config` of a server of the v3 line with its default settings. */
export const DEFAULT_CLIENT_CONFIG: Readonly<Record<string, Json>> = {
  mk_checkin_interval: 60,
  mk_checkin_skew: 5,
  mk_log_level: "Logger::ERROR",
  mk_fact_excl_pattern:
    "(^facter.*$)|(^id$)|(^kernel.*$)|(^memoryfree$)|(^memoryfree_mb$)|(^operating.*$)|(^osfamily$)|(^path$)|(^ps$)" +
    "|(^ruby.*$)|(^selinux$)|(^ssh.*$)|(^swap.*$)|(^timezone$)|(^uniqueid$)|(^.*uptime.*$)|(.*json_str$)",
};

/** A success: `command` is the server's name for what was done. `clientConfig` goes with the agent's two requests. */
export function success(command: string, response: Json, status = 200, clientConfig?: Record<string, Json>): Answer {
  const body = {
    resource: "ProjectHanlon::Slice::Node",
    command,
    result: "Ok",
    http_err_code: 200,
    errcode: 0,
    response,
    ...(clientConfig ? { client_config: clientConfig } : {}),
  };
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** The answer to a check-in. */
export function command(name: Json, clientConfig: Record<string, Json>): Answer {
  return success("checkin_node", { command_name: name, command_param: {} }, 200, clientConfig);
}

/** An error, in the pretty-printed form of the server's error formatter. */
export function failure(status: number, type: string, description: string): Answer {
  const body = { response: { result: { code: status, type, description } } };
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body, null, 2) };
}

/** What the framework's validation says, one complaint after the other. */
export function invalid(complaints: readonly string[]): Answer {
  return failure(500, "Grape::Exceptions::ValidationErrors", complaints.join(", "));
}

/** The body was not JSON. */
export function notJson(): Answer {
  return failure(
    500,
    "Grape::Exceptions::InvalidMessageBody",
    "\nProblem:\n  message body does not match declared format\nResolution:\n  when specifying application/json as " +
      "content-type, you must pass valid application/json in the request's 'body' ",
  );
}

export function missing(what: string): Answer {
  return failure(400, "ProjectHanlon::Error::Slice::MissingArgument", what);
}

export function noSuchNode(what: string): Answer {
  return failure(400, "ProjectHanlon::Error::Slice::InvalidUUID", `Cannot Find Node with ${what}`);
}

/** A path that the application does not know. */
export function notFound(path: string, base: string): Answer {
  const headers = { "content-type": "text/plain", "x-cascade": "pass" };
  if (!path.startsWith(base)) return { status: 404, headers, body: `Not Found: ${path}` };
  if (path.endsWith("/")) {
    const cache = { "cache-control": "public, max-age=86400" };
    return { status: 404, headers: { ...headers, ...cache }, body: `File not found: ${path}index.html` };
  }
  return { status: 404, headers: { ...headers, "content-type": "text/html" }, body: "Not Found" };
}

/** A check-in with another method than GET. */
export function notAllowed(allow: string): Answer {
  return { status: 405, headers: { "content-type": "text/plain", allow }, body: "" };
}

/** What a path can be asked with. */
export function options(allow: string): Answer {
  return { status: 204, headers: { allow }, body: "" };
}

/** A node with the server's own keys. */
export function nodeBody(node: HanlonNode, tags: string[], status: string): Record<string, Json> {
  return {
    "@uuid": node.id,
    "@version": node.version,
    "@classname": "ProjectHanlon::Node",
    "@is_template": false,
    "@noun": "node",
    "@dhcp_mac": null,
    "@hw_id": node.hwIds,
    "@attributes_hash": node.attributes,
    "@tags": tags,
    "@status": status,
    "@timestamp": node.lastContact,
    "@last_state": node.lastState,
  };
}
