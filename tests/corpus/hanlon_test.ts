/**
 * The test server against recorded exchanges with real ones: every check-in, register and node request is sent to it
 * in the recorded order, and its answer compared. What tells one run from another is masked: Hanlon ids, times, ports.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { CORPUS } from "./corpus.ts";
import { DEFAULT_CLIENT_CONFIG, type HanlonServer, startHanlonServer } from "../hanlon_server.ts";

const FOLDER = join(CORPUS, "hanlon");

interface Recorded {
  method: string;
  path: string;
  contentType?: string;
  body?: string;
  /** Undefined: no answer within curl's limit. */
  answer?: { status: number; contentType?: string; allow?: string; cascade?: string; body: string };
}

/** One of curl's transcripts; undefined where it holds no exchange. */
function parseTranscript(text: string): Recorded | undefined {
  const request = /^> (GET|POST) (\S+) HTTP/m.exec(text);
  if (!request) return undefined;
  const header = (side: string, name: string) => new RegExp(`^${side} ${name}: (.*)$`, "im").exec(text)?.[1];
  const sent = /^# curl .*? -d (.*) http:\/\/\S+$/m.exec(text)?.[1];
  const status = /^< HTTP\/1.1 (\d+)/m.exec(text)?.[1];
  const contentType = header(">", "Content-Type");
  const recorded: Recorded = { method: request[1]!, path: request[2]! };
  if (contentType !== undefined) recorded.contentType = contentType;
  if (sent !== undefined) recorded.body = sent === "''" ? "" : sent;
  if (status === undefined) return recorded;
  const body = text.slice(text.indexOf("\n", text.lastIndexOf("\n< ") + 1) + 2).split(
    "\n\n# body, pretty-printed:",
  )[0]!;
  const answer: NonNullable<Recorded["answer"]> = { status: Number(status), body: body.replace(/\n+$/, "") };
  for (const [key, name] of [["contentType", "Content-Type"], ["allow", "Allow"], ["cascade", "X-Cascade"]] as const) {
    const value = header("<", name);
    if (value !== undefined) answer[key] = value;
  }
  return { ...recorded, answer };
}

/** The exchanges of the proxy log of the original agent. */
function parseWire(text: string): Recorded[] {
  const blocks = text.split(/^--- (agent>server|server>agent) \d+ bytes$/m).slice(1);
  const messages = blocks.filter((_, i) => i % 2 === 1).map((block) => block.replaceAll("\r", "").replace(/^\n/, ""));
  const recorded: Recorded[] = [];
  for (let i = 0; i + 1 < messages.length; i += 2) {
    const [head = "", body = ""] = messages[i]!.split(/\n\n(.*)/s);
    // Behind the last body, which is one line, the recorder left notes.
    const [answerHead = "", answerBody = ""] = messages[i + 1]!.split(/\n\n(.*)/);
    const [, method = "", path = ""] = /^(\S+) (\S+)/.exec(head) ?? [];
    const contentType = /^Content-Type: (.*)$/m.exec(head)?.[1];
    recorded.push({
      method,
      path,
      ...(contentType !== undefined ? { contentType, body: body.trimEnd() } : {}),
      answer: {
        status: Number(/^HTTP\/1.1 (\d+)/.exec(answerHead)?.[1]),
        contentType: /^Content-Type: (.*)$/m.exec(answerHead)?.[1] ?? "",
        body: answerBody.trimEnd(),
      },
    });
  }
  return recorded;
}

/** Hanlon ids are replaced by the order of their appearance, so that a mixed-up node would be seen. */
class Masker {
  readonly #seen = new Map<string, string>();

  mask(text: string): string {
    return text
      .replace(/("@uuid":"|\/node\/|UUID: \[)([0-9A-Za-z]{20,23})(?=["\]?]|$)/g, (_, before: string, id: string) => {
        if (!this.#seen.has(id)) this.#seen.set(id, `node-${this.#seen.size + 1}`);
        return before + this.#seen.get(id);
      })
      .replace(/"@timestamp":\d+/g, '"@timestamp":0')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, "http://server");
  }

  /** The id that this side knows under the name `masked`. */
  id(masked: string): string | undefined {
    return [...this.#seen].find(([, name]) => name === masked)?.[0];
  }
}

/** What a step of the recording did to its server besides the requests. */
type Step = (server: HanlonServer, passed: (seconds: number) => void) => void;
const rule = (tag: string) => ({ tag, matchers: [{ key: "role", compare: "equal" as const, value: tag }] });
const RULES_BY_TYPE: Step = ({ settings }) => {
  const like = (tag: string, key: string, value: string) => ({
    tag,
    matchers: [{ key, compare: "like" as const, value }],
  });
  const equal = (tag: string, key: string, value: string, inverse = false) => ({
    tag,
    matchers: [{ key, compare: "equal" as const, value, inverse }],
  });
  settings.tagRules = [
    equal("num_eq", "n", "8"),
    equal("numstr_eq", "ns", "8"),
    like("num_like", "n", "^8$"),
    equal("true_eq", "t", "true"),
    equal("false_eq", "f", "false"),
    like("false_like", "f", "false"),
    like("missing_like", "missing", ".*"),
    equal("missing_eq", "missing", ""),
    equal("missing_inv", "missing", "x", true),
    like("null_like", "nul", "^$"),
  ];
};
const STEPS: Record<string, Step> = {
  "54": ({ settings }) => {
    settings.tagRules = [rule("reb"), rule("pow")];
    settings.policies = [{ tags: ["reb"], template: "boot_local" }, { tags: ["pow"], template: "discover_only" }];
  },
  "70": ({ settings }) => Object.assign(settings, { registerTimeout: 4, nodeExpireTimeout: 12 }),
  "72": (_, passed) => passed(6),
  "74": (_, passed) => passed(6),
  "75": (_, passed) => passed(13),
  "78": ({ settings }) => settings.policies = [{ tags: ["nics_2"], template: "boot_local" }],
  "80": (_, passed) => passed(6),
  "82": (_, passed) => passed(16),
  "83": ({ settings }) => settings.overrides.set("EEEEEEEE-0000-0000-0000-000000000007", "resetnow"),
  "90": ({ settings }) => Object.assign(settings, { registerTimeout: 120, nodeExpireTimeout: 300 }),
  "100": RULES_BY_TYPE,
  "v25-01": ({ settings }) => {
    settings.obeysFirstCheckin = true;
    const { mk_fact_excl_pattern, ...rest } = DEFAULT_CLIENT_CONFIG;
    settings.clientConfig = {
      ...rest,
      mk_gem_mirror: "http://localhost:2158/gem-mirror",
      mk_gemlist_uri: "/gems/gem.list",
      mk_tce_mirror: "http://localhost:2157/tinycorelinux",
      mk_tce_install_list_uri: "/tce-install-list",
      mk_kmod_install_list_uri: "/kmod-install-list",
      mk_fact_excl_pattern: mk_fact_excl_pattern!,
    };
  },
};
/** Recorded with a server of its own. */
const FRESH = new Set(["100", "v25-01"]);

function folderOrSkip(): boolean {
  try {
    return Deno.statSync(FOLDER).isDirectory;
  } catch {
    console.warn(`skipped: no recorded exchanges in ${FOLDER} (HNL_MK_CORPUS names another corpus)`);
    return false;
  }
}

/** The order of the recording: by number, then by name; the 2.x server last. */
function inOrder(a: string, b: string): number {
  const number = (name: string) => name.startsWith("v25") ? 1000 : Number(/^\d+/.exec(name)?.[0]);
  return number(a) - number(b) || (a < b ? -1 : 1);
}

Deno.test({
  name: "startHanlonServer() answers as the recorded servers did",
  ignore: !folderOrSkip(),
  async fn() {
    let now = 1_795_331_899;
    const start = () => startHanlonServer({ now: () => now });
    let server = start();
    let theirs = new Masker(), ours = new Masker();
    let compared = 0, silent = 0;
    try {
      for (const name of [...Deno.readDirSync(FOLDER)].map((entry) => entry.name).sort(inOrder)) {
        const number = /^(v25-\d+|\d+)[a-z]?/.exec(name)?.[1] ?? "";
        const text = Deno.readTextFileSync(join(FOLDER, name));
        const wire = name.startsWith("110");
        const recorded = wire ? parseWire(text) : [parseTranscript(text)].filter((one) => one !== undefined);
        if (FRESH.has(number)) {
          await server.shutdown();
          server = start();
          theirs = new Masker();
          ours = new Masker();
        }
        // Models, tags and policies are made through requests of their own, which an agent never sends.
        STEPS[number]?.(server, (seconds) => now += seconds);
        for (const exchange of recorded.filter(({ path }) => !/\/(model|tag|policy)\b/.test(path))) {
          const path = theirs.mask(exchange.path).replace(/node-\d+/, (masked) => ours.id(masked) ?? masked);
          const headers = exchange.contentType === undefined ? {} : { "content-type": exchange.contentType };
          const init: RequestInit = { method: exchange.method, headers };
          if (exchange.body !== undefined) init.body = new TextEncoder().encode(exchange.body);
          const timeout = new AbortController();
          const timer = exchange.answer ? undefined : setTimeout(() => timeout.abort(), 100);
          const response = await fetch(server.url + path, { ...init, signal: timeout.signal }).catch(() => undefined);
          clearTimeout(timer);
          if (!exchange.answer) {
            assertEquals(response, undefined, `${name}: expected silence`);
            silent++;
            continue;
          }
          assert(response, `${name}: no answer`);
          const body = await response.text();
          assertEquals(ours.mask(body), theirs.mask(exchange.answer.body), name);
          assertEquals(response.status, exchange.answer.status, name);
          assertEquals(response.headers.get("content-type") ?? "", exchange.answer.contentType ?? "", name);
          assertEquals(response.headers.get("allow") ?? undefined, exchange.answer.allow, name);
          assertEquals(response.headers.get("x-cascade") ?? undefined, exchange.answer.cascade, name);
          compared++;
        }
      }
    } finally {
      await server.shutdown();
    }
    console.log(`compared ${compared} answers, ${silent} silences`);
    assert(compared >= 70 && silent === 2, `only ${compared} answers and ${silent} silences were compared`);
  },
});
