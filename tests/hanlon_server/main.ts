/**
 * `deno task hanlon`: a Hanlon server to watch agents with. It shows every request, and what the server made
 * of it; a browser shows its nodes.
 */
import { parseArgs } from "@std/cli/parse-args";
import { DEFAULT_CLIENT_CONFIG, type Exchange, type HanlonServer, startHanlonServer } from "../hanlon_server.ts";
import { REAL_LOAD } from "./load.ts";
import type { ModelTemplate } from "./nodes.ts";
import { answerBrowser } from "./page.ts";

const USAGE = `usage: deno task hanlon [options]
  --port N              where to listen (default 8026; 0 takes any free port)
  --host ADDRESS        on which address (default 127.0.0.1)
  --interval N          mk_checkin_interval that agents are told, in seconds (default 60)
  --skew N              mk_checkin_skew (default 5)
  --log-level LEVEL     mk_log_level (default Logger::INFO)
  --policy reboot       bind every node to a model that answers reboot (or poweroff) from the second check-in on
  --policy-tag TAG      bind only nodes that have this tag (may be repeated)
  --command NAME        answer every check-in of a known node with this command
  --register-timeout N  seconds of silence after which a node must register again (default 120)
  --expire N            seconds of silence after which a node is forgotten (default 300)
  --load                let a request cost what it costs a real server, by the nodes and their facts
  --lose N              forget one new node in N again, though its registration was answered 201
  --facts               print every attribute of a registration
`;

const MODELS = new Map<string, ModelTemplate>([["reboot", "boot_local"], ["poweroff", "discover_only"]]);

if (import.meta.main) Deno.exitCode = await main(Deno.args);

/** Serves until interrupted. Gives the exit code. */
async function main(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const numbers = ["port", "interval", "skew", "register-timeout", "expire", "lose"] as const;
  const flags = parseArgs(args, {
    string: [...numbers, "host", "log-level", "policy", "policy-tag", "command"],
    boolean: ["facts", "help", "load"],
    collect: ["policy-tag"],
    unknown: (arg) => unknown.push(arg) === 0,
  });
  const number = (name: typeof numbers[number], otherwise: number) => Number(flags[name] ?? otherwise);
  const bad = numbers.filter((name) => !Number.isInteger(number(name, 0)) || number(name, 0) < 0);
  const model = MODELS.get(String(flags.policy));
  if (unknown.length > 0 || bad.length > 0 || (flags.policy !== undefined && !model)) {
    console.error(`cannot take ${[...unknown, ...bad.map((name) => `--${name}`)].join(" ") || "--policy"}\n\n${USAGE}`);
    return 2;
  }
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const command = flags.command as string | undefined;
  const lose = number("lose", 0);
  const server: HanlonServer = startHanlonServer({
    port: number("port", 8026),
    hostname: String(flags.host ?? "127.0.0.1"),
    registerTimeout: number("register-timeout", 120),
    nodeExpireTimeout: number("expire", 300),
    clientConfig: {
      ...DEFAULT_CLIENT_CONFIG,
      mk_checkin_interval: number("interval", 60),
      mk_checkin_skew: number("skew", 5),
      mk_log_level: String(flags["log-level"] ?? "Logger::INFO"),
    },
    load: flags.load ? REAL_LOAD : undefined,
    loses: () => lose > 0 && Math.random() < 1 / lose,
    intercept: (request) => answerBrowser(server, request),
    policies: model ? [{ tags: flags["policy-tag"] as string[], template: model }] : [],
    onExchange(exchange) {
      console.log(describe(exchange, server, flags.facts === true));
      if (command) { for (const id of exchange.node?.hwIds ?? []) server.settings.overrides.set(id, command); }
    },
  });
  console.log(`Hanlon server at ${server.url}; open it in a browser to watch its nodes`);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, resolve);
  await promise;
  await server.shutdown();
  return 0;
}

/** One request in one line, a registration with what the server knows now. */
function describe(exchange: Exchange, server: HanlonServer, withFacts: boolean): string {
  const { method, path, ids, answer, command, node } = exchange;
  const time = new Date(exchange.at * 1000).toISOString().slice(11, 19);
  const who = ids ? ` uuid=${shown(ids.uuid) || "-"} mac_id=${shown(ids.macId) || "-"}` : "";
  const what = command ?? (answer ? String(answer.status) : "silence: more than one node matches");
  const line = `${time} ${method} ${shown(path.split("/").pop() ?? "")}${who} -> ${what}`;
  if (answer === undefined || answer.status >= 400) return `${line}${answer ? ` ${shown(reason(answer.body))}` : ""}`;
  if (command !== undefined || !node) return line;
  const facts = Object.entries(node.attributes).sort(([a], [b]) => a < b ? -1 : 1);
  return [
    `${line} node ${node.id}, ${facts.length} facts, ${answer.body.length} bytes`,
    `         tags: ${server.tags(node).join(" ")}`,
    ...(withFacts ? facts.map(([key, value]) => `         ${shown(key)} = ${shown(JSON.stringify(value))}`) : []),
  ].join("\n");
}

function reason(body: string): string {
  try {
    return JSON.parse(body).response.result.description;
  } catch {
    return body;
  }
}

/** Text from the network without control characters, which a terminal might obey. */
function shown(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim();
}
