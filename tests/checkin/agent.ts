/** The daemon with everything around it faked but the state folder: a clock, a machine, a server, and its log. */
import { join } from "@std/path";
import { DOCUMENT_FORMATS, loadFormat } from "../../checkin/formats/mod.ts";
import { runDaemon } from "../../checkin/loop.ts";
import type { DaemonDeps } from "../../checkin/environment.ts";
import { createLogger, type LogLevel } from "../../checkin/log.ts";
import { createPowerChannel } from "../../checkin/power.ts";
import { openState, type State } from "../../checkin/state/mod.ts";
import type { Neighbour, SourceName } from "../../collectors/facts/mod.ts";
import type { FolderEntry, Host } from "../../collectors/host/mod.ts";
import type { CollectOptions, Parts } from "../../collectors/mod.ts";
import { stubHost } from "../collectors/stub_host.ts";
import {
  BASE_PATH,
  createHanlon,
  type Exchange,
  type Hanlon,
  type HanlonSettings,
  type Json,
} from "../hanlon_server.ts";
import { seeded } from "../herd.ts";
import { createFakeClock, type FakeClock } from "./fake_clock.ts";
// What the daemon loads when it first needs it is loaded here before: the fake clock does not wait for a file.
import "../../collectors/judge/spec/parse.ts";
await Promise.all(DOCUMENT_FORMATS.map((name) => loadFormat(name)));

export const UUID = "4c4c4544-0042-3510-8052-cac04f4a3132";

const BOOT_ID = "11111111-1111-4111-8111-111111111111";

/** A machine of one NIC, by its files; a test adds and removes some. */
export function machineFiles(): Map<string, string> {
  return new Map([
    ["/proc/sys/kernel/random/boot_id", `${BOOT_ID}\n`],
    ["/proc/sys/kernel/hostname", "node7\n"],
    ["/proc/cmdline", "console=ttyS0\n"],
    ["/sys/class/dmi/id/product_uuid", `${UUID}\n`],
    ["/sys/class/net/eth0/address", "52:54:00:12:34:56\n"],
    ["/sys/class/net/eth0/carrier", "1\n"],
    ["/sys/class/net/eth0/device", "../../../0000:00:03.0"],
    ["/sys/block/sda/size", "1024\n"],
  ]);
}

/** A host that has these files, and no tools. */
export function fileHost(files: ReadonlyMap<string, string>): Host {
  const absent = { why: "absent", message: "no such file" } as const;
  return {
    ...stubHost(() => undefined),
    // Async, so that files that throw reject, as those of a real host would.
    // deno-lint-ignore require-await
    read: async (path) => {
      const text = files.get(path);
      return text === undefined ? absent : { value: new TextEncoder().encode(text) };
    },
    link: (path) => Promise.resolve(files.has(path) ? { value: files.get(path)! } : absent),
    list: (path) => {
      const inside = [...files.keys()].filter((name) => name.startsWith(`${path}/`));
      const names = new Set(inside.map((name) => name.slice(path.length + 1).split("/")[0]!));
      const entries = [...names].sort().map((name): FolderEntry => ({
        name,
        kind: files.has(`${path}/${name}`) ? "file" : "folder",
      }));
      return Promise.resolve(inside.length > 0 ? { value: entries } : absent);
    },
  };
}

/** What two sources say: the BMC, and the switch port of eth0. A source that says nothing here fails. */
export function partsOf(says: { bmcIp?: string; port?: string }): Parts {
  const collectedAt = "2026-01-01T00:00:00Z";
  const ok = { status: "ok", elapsedMs: 1 } as const;
  const failed = {
    source: { status: "timeout", elapsedMs: 20_000, error: "given up after 20 s" } as const,
    collectedAt,
  };
  const neighbour = (port: string): Neighbour => ({
    interface: "eth0",
    systemName: "leaf-01",
    portId: { subtype: "Ifname", value: port },
  });
  return {
    lldptool: says.port === undefined
      ? failed
      : { source: ok, collectedAt, value: { neighbours: [neighbour(says.port)], verdicts: [] } },
    ipmitool: says.bmcIp === undefined ? failed : {
      source: ok,
      collectedAt,
      value: {
        channels: [{ number: 1, ip: says.bmcIp, fields: [{ name: "IP Address", value: says.bmcIp }] }],
      },
    },
  };
}

export interface AgentOptions {
  /** Keys of mk_conf.yaml, in place of or beside the usual ones; undefined leaves one out. */
  config?: Record<string, string | number | undefined>;
  /** The whole text of mk_conf.yaml; null: there is none. */
  configText?: string | null;
  /** The configuration where there is no file. */
  kernelLine?: string;
  hanlon?: Partial<HanlonSettings>;
  files?: Map<string, string>;
  /** What the n-th collection (from 1) gives, and how long it takes. */
  collect?: (
    n: number,
    clock: FakeClock,
    signal: AbortSignal,
    onProgress: NonNullable<CollectOptions["onProgress"]>,
  ) => Parts | Promise<Parts>;
  /** Answers in place of the server, where it gives something. */
  intercept?: (request: Request) => Response | undefined | Promise<Response | undefined>;
  /** Whether the server accepts connections; default: it does. */
  isListening?: () => boolean;
  /** The real one, for a server behind a socket. */
  fetch?: typeof fetch;
  level?: LogLevel;
  /** The state folder of an earlier agent. */
  folder?: string;
  /** The wall clock at the start; default: where an earlier agent in the folder last checked in. */
  startMs?: number;
}

export interface Agent {
  clock: FakeClock;
  hanlon: Hanlon;
  files: Map<string, string>;
  folder: string;
  state: State;
  /** Every line of the log. */
  lines: string[];
  /** How many collections were begun. */
  collections(): number;
  /** The requests that reached the server, as "checkin acknowledge" or "register 201", without those before `from`. */
  requests(from?: number): string[];
  /** The attributes of the n-th registration from the end. */
  attributes(fromEnd?: number): Record<string, Json>;
  reload(): void;
  writeConfig(text: string): void;
  /** Sends the signal and waits for the end. */
  stop(): Promise<void>;
  /** Stops it and removes its folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** mk_conf.yaml as the cloud-config writes it, for a server that only exists here. */
export function configText(keys: Record<string, string | number | undefined> = {}): string {
  const all = {
    mk_register_path: `${BASE_PATH}/node/register`,
    mk_uri: "http://hanlon.test:8026",
    mk_checkin_interval: 60,
    mk_checkin_path: `${BASE_PATH}/node/checkin`,
    mk_checkin_skew: 0,
    mk_fact_excl_pattern: "(^facter.*$)",
    mk_log_level: "Logger::INFO",
    ...keys,
  };
  return Object.entries(all).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}

/** Starts a daemon. Time stands still until `clock.advance`. */
export async function startAgent(options: AgentOptions = {}): Promise<Agent> {
  const folder = options.folder ?? await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const configFile = join(folder, "mk_conf.yaml");
  let busy = 0, collections = 0;
  const state = openState(folder);
  // Of an earlier agent in this folder the wall clock goes on.
  const clock = createFakeClock(() => busy > 0, options.startMs ?? lastCheckinMs(state));
  const hanlon = createHanlon({
    clientConfig: { mk_checkin_interval: 60, mk_log_level: "Logger::INFO" },
    ...options.hanlon,
    now: () => Math.floor(clock.monotonic() / 1000),
  });
  const inProcess = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const intercepted = await options.intercept?.(request);
    if (intercepted) return intercepted;
    const answer = await hanlon.answer(request);
    if (!answer) return await hang(init?.signal);
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
  const counted = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    busy++;
    try {
      const response = await (options.fetch ?? inProcess)(input as URL, init);
      if (!response.body) return response;
      busy++;
      const { status, headers } = response;
      return new Response(countedBody(response.body, () => busy--), { status, headers });
    } finally {
      busy--;
    }
  };
  if (options.configText !== null) Deno.writeTextFileSync(configFile, options.configText ?? configText(options.config));
  const files = options.files ?? machineFiles();
  const lines: string[] = [];
  const ending = new AbortController();
  let reload = () => {};
  const deps: DaemonDeps = {
    host: fileHost(files),
    clock,
    random: seeded(1),
    fetch: counted as typeof fetch,
    log: createLogger({
      write: (line) => lines.push(line.trimEnd()),
      clock: clock.wall,
      level: options.level ?? "INFO",
    }),
    state,
    agentVersion: "4.0.0",
    config: { file: configFile, kernelLine: options.kernelLine ?? "" },
    signal: ending.signal,
    async collectParts(_host, { signal, onProgress }) {
      return await (options.collect ?? (() => partsOf({ bmcIp: "10.0.0.9", port: "Ethernet1/17" })))(
        ++collections,
        clock,
        signal!,
        onProgress!,
      );
    },
    power: createPowerChannel(state, clock, BOOT_ID),
    pid: 4242,
    isListening: () => Promise.resolve(options.isListening?.() ?? true),
    onReload: (listener) => {
      reload = listener;
      return () => void (reload = () => {});
    },
  };
  const running = runDaemon(deps);
  const stop = async () => {
    ending.abort();
    let ended = false;
    running.finally(() => ended = true);
    while (!ended) await clock.advance(100);
    await running;
  };
  return {
    clock,
    hanlon,
    files,
    folder,
    state,
    lines,
    collections: () => collections,
    requests: (from = 0) => hanlon.exchanges.slice(from).map(describe),
    attributes: (fromEnd = 1) =>
      hanlon.exchanges.flatMap(({ attributes }) => attributes ? [attributes] : []).at(-fromEnd)!,
    reload: () => reload(),
    writeConfig: (text) => Deno.writeTextFileSync(configFile, text),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (options.folder === undefined) await Deno.remove(folder, { recursive: true });
    },
  };
}

function lastCheckinMs(state: State): number | undefined {
  const at = state.readStatus().value?.lastCheckin?.at;
  return at === undefined ? undefined : Date.parse(at);
}

function describe({ path, command, answer }: Exchange): string {
  return `${path.split("/").pop()} ${command ?? answer?.status ?? "silence"}`;
}

/** `body`, which says once when it has come to its end, by whatever end. */
function countedBody(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let isOver = false;
  const end = () => {
    if (!isOver) onEnd();
    isOver = true;
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  });
}

function hang(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
}

/** What a server says that knows the node. */
export function acknowledge(): Response {
  return Response.json({ errcode: 0, response: { command_name: "acknowledge" } });
}

/** A source's part of `parts`, failed. */
export function without(parts: Parts, name: SourceName): Parts {
  return { ...parts, [name]: { source: { status: "timeout", elapsedMs: 1 }, collectedAt: "2026-01-01T00:10:00Z" } };
}
