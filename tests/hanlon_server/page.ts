/** The nodes of the test server as a page: one file without script, which loads itself anew. */
import { escape } from "@std/html/entities";
import type { HanlonServer } from "../hanlon_server.ts";
import { statusOf } from "./node_api.ts";
import type { HanlonNode } from "./nodes.ts";

/** How often the page is loaded anew. */
const REFRESH_SECONDS = 3;

/** More of a value, of commands and of nodes is not shown. */
const MOST_CHARACTERS = 300;
const MOST_COMMANDS = 5;
const MOST_NODES = 500;

/** What the buttons put into the override file; the last takes the entry out again. */
const COMMANDS = ["acknowledge", "register", "reboot", "poweroff", "none"];

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/**
 * Answers what a browser asks beside the API: `GET /`, `GET /?node=ID` with a node's facts below the list, and the
 * buttons' `POST /command`. Undefined for everything else.
 */
export async function answerBrowser(server: HanlonServer, request: Request): Promise<Response | undefined> {
  const url = new URL(request.url);
  if (url.pathname === "/" && request.method === "GET") {
    return new Response(page(server, url.searchParams.get("node") ?? ""), { headers: HEADERS });
  }
  if (url.pathname !== "/command" || request.method !== "POST") return undefined;
  // Agents obey: no page from elsewhere may press a button, not even by a name that leads here.
  const isOwn = request.headers.get("origin") === url.origin &&
    /^(localhost|[\d.]+|\[[\da-f:.]+\])$/.test(url.hostname);
  if (!isOwn) return new Response("only this server's own page gives commands\n", { status: 403 });
  const form = await request.formData().catch(() => new FormData());
  const [id, command] = [String(form.get("node")), String(form.get("command"))];
  if (!server.nodes.some((node) => node.id === id) || !COMMANDS.includes(command)) {
    return new Response("no such node or command\n", { status: 400 });
  }
  if (command === "none") server.settings.overrideFile.delete(id);
  else server.settings.overrideFile.set(id, command);
  return new Response(null, { status: 303, headers: { location: `/?node=${encodeURIComponent(id)}` } });
}

function page(server: HanlonServer, chosen: string): string {
  server.expire();
  const { nodes } = server;
  const count = `${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}`;
  const node = nodes.find(({ id }) => id === chosen);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${count} · Hanlon test server</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Hanlon test server</h1>
<p>${count}${nodes.length > MOST_NODES ? `, of which the latest ${MOST_NODES} are shown` : ""}.
Agents check in at ${shown(server.url)} every ${
    shown(String(server.settings.clientConfig["mk_checkin_interval"] ?? "?"))
  } s.</p>
${nodes.length === 0 ? "<p>No node has registered yet.</p>" : table(server, nodes.slice(-MOST_NODES).toReversed())}
${node ? facts(node) : ""}
</body>
</html>
`;
}

function table(server: HanlonServer, nodes: readonly HanlonNode[]): string {
  const headers = ["Node", "Status", "Last contact", "Tags", "Commands given", "Next command"];
  return `<div class="wide"><table>
<thead><tr>${headers.map((header) => `<th scope="col">${header}</th>`).join("")}</tr></thead>
<tbody>
${nodes.map((node) => row(server, node)).join("\n")}
</tbody>
</table></div>`;
}

function row(server: HanlonServer, node: HanlonNode): string {
  const { now, overrideFile } = server.settings;
  const status = statusOf(server, node);
  const count = Object.keys(node.attributes).length;
  const cells = [
    `${shown(status)}<br><small>${shown(node.lastState)}</small>`,
    ago(now() - node.lastContact),
    server.tags(node).map((tag) => `<span class="tag">${shown(tag)}</span>`).join(" "),
    given(server, node),
    buttons(node, overrideFile.get(node.id)),
  ];
  const link = `<a href="/?node=${encodeURIComponent(node.id)}">${shown(node.id)}</a>`;
  const { hostname, manufacturer, productname } = node.attributes;
  const name = [hostname, [manufacturer, productname].filter((word) => typeof word === "string").join(" ")]
    .filter((word) => typeof word === "string" && word !== "").map((word) => shown(String(word))).join(", ");
  const ids = node.hwIds.map((id) => `<code>${shown(id)}</code>`).join("<br>");
  return `<tr class="${status}"><th scope="row">${link}<br>${name && `${name}<br>`}${ids}<br><small>${count} ${
    count === 1 ? "fact" : "facts"
  }</small></th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

/** The latest commands, newest first; the same one in a row is counted. */
function given(server: HanlonServer, node: HanlonNode): string {
  const runs: { command: string; times: number; at: number }[] = [];
  for (const { command, at, node: asking } of server.exchanges.toReversed()) {
    if (command === undefined || asking?.id !== node.id) continue;
    const last = runs.at(-1);
    if (last?.command === command) last.times++;
    else if (runs.length === MOST_COMMANDS) break;
    else runs.push({ command, times: 1, at });
  }
  if (runs.length === 0) return "none yet";
  const items = runs.map(({ command, times, at }) =>
    `<li>${shown(command)}${times > 1 ? ` × ${times}` : ""} <small>${ago(server.settings.now() - at)}</small></li>`
  );
  return `<ul>${items.join("")}</ul>`;
}

function buttons({ id }: HanlonNode, next: unknown): string {
  const set = next === undefined ? "none" : typeof next === "string" ? next : JSON.stringify(next);
  const pressed = (command: string) => command === set ? ' aria-pressed="true"' : "";
  return `<form method="post" action="/command"><input type="hidden" name="node" value="${shown(id)}">${
    COMMANDS.map((command) => `<button name="command" value="${command}"${pressed(command)}>${command}</button>`)
      .join("")
  }</form>${COMMANDS.includes(set) ? "" : `<small>${shown(set)}</small>`}`;
}

function facts({ id, attributes }: HanlonNode): string {
  const rows = Object.entries(attributes).toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, value]) =>
    `<tr><th scope="row"><code>${shown(name)}</code></th><td>${
      shown(typeof value === "string" ? value : JSON.stringify(value))
    }</td></tr>`
  );
  return `<h2>Facts of ${shown(id)}</h2>
<div class="wide"><table><thead><tr><th scope="col">Fact</th><th scope="col">Value</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>`;
}

/** "12 s ago". */
function ago(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

/** Text from the network as text of a page: escaped, without control and direction characters, and cut. */
function shown(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cf}]+/gu, " ")];
  const rest = characters.length > MOST_CHARACTERS ? "…" : "";
  return escape(characters.slice(0, MOST_CHARACTERS).join("") + rest);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8885; --faint: #8882; --good: #1a7f37; --late: #b35900; --accent: #0b6a75; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 85rem; padding: 0 1rem; }
h1 { border-bottom: 2px solid var(--accent); font-size: 1.7rem; margin: 0; padding-bottom: .5rem; } a { color: var(--accent); } h2 { margin-top: 2rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid var(--line); padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: top; }
thead th { border: 0; font-size: .85rem; }
tbody th { font-weight: normal; } td { overflow-wrap: anywhere; min-width: 6rem; } td:nth-child(4) { min-width: 20rem; }
ul { list-style: none; margin: 0; padding: 0; white-space: nowrap; } small { opacity: .75; }
.tag { background: var(--faint); border-radius: .3rem; display: inline-block; margin: .1rem 0; padding: 0 .4rem; }
.active td:nth-child(2), .bound td:nth-child(2) { color: var(--good); } .inactive td:nth-child(2) { color: var(--late); }
button { font: inherit; font-size: .85rem; margin: 0 .25rem .25rem 0; min-height: 1.75rem; }
[aria-pressed] { font-weight: bold; }
@media (prefers-color-scheme: dark) { :root { --good: #57ab5a; --late: #e0823d; --accent: #56bcc8; } }
`;
