/** The command line: what can be asked for, which parts answer, and what the program ends with. */
import { stringify } from "@std/yaml";
import { attributesOf } from "./checkin/attributes.ts";
import { configText, requestsText, statusText } from "./checkin/by_hand.ts";
import { type Config, ConfigError, configForServer, DEFAULT_CONFIG_FILE, loadConfig } from "./checkin/config.ts";
import { type Command, FORMATS, helpText, parseCommand, UsageError } from "./checkin/command.ts";
import type { AgentDeps } from "./checkin/deps.ts";
import { decideIdentity } from "./checkin/identity.ts";
import { isLegacyStart } from "./checkin/legacy.ts";
import { createLogger, LOG_FORMATS, LOG_LEVELS, type Logger } from "./checkin/log.ts";
import { type OnceDeps, readCredentials, runOnce, systemClock } from "./checkin/mod.ts";
import { whyNotPermitted } from "./checkin/permitted.ts";
import { createPowerChannel } from "./checkin/power.ts";
import { serve } from "./checkin/service.ts";
import { openState } from "./checkin/state.ts";
import type { Facts } from "./collectors/facts.ts";
import { decode, type Host, OUTPUT_LIMIT_BYTES } from "./collectors/host.ts";
import { createLocalHost, type LocalHost } from "./collectors/host/local.ts";
import { BundleError } from "./collectors/host/bundle.ts";
import { type RecordingHost, recordingHost } from "./collectors/host/recording.ts";
import { openReplay } from "./collectors/host/replay.ts";
import { readBootId, readIdentity } from "./collectors/identity.ts";
import { collect, type CollectOptions, collectParts, sections } from "./collectors/mod.ts";
import { PARSERS } from "./collectors/parsers.ts";
import { ParseError, prune } from "./collectors/parsing.ts";
import { progress } from "./collectors/progress.ts";
import { table } from "./collectors/table.ts";
import { VERSION } from "./collectors/version.ts";

/** What the program ends with. */
export const EXIT = { done: 0, unusableInput: 1, usage: 2, configuration: 3, server: 4, sourceFailed: 5 } as const;

/** Runs the program; gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const command = isLegacyStart(args) ? parseCommand([]) : parseCommand(args);
    checkPaths(command);
    switch (command.mode) {
      case "help":
        await print(helpText());
        return EXIT.done;
      case "version":
        await print(`${VERSION}\n`);
        return EXIT.done;
      case "parse":
        return await parseInput(command.values["parse"]!);
      case "check-config":
        return await checkConfig(command);
      case "status":
        return await showStatus(command);
      case "dry-run":
        return await dryRun(command);
      case "once":
        return await once(command);
      case "daemon":
        return await daemon(command);
    }
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nhnl_mk --help shows what there is`, EXIT.usage);
    if (error instanceof ConfigError) return complain(error.message, EXIT.configuration);
    if (error instanceof BundleError || error instanceof ParseError) return complain(error.message, EXIT.unusableInput);
    throw error;
  }
}

async function daemon(command: Command): Promise<number> {
  const stop = new AbortController();
  onSignals(["SIGINT", "SIGTERM"], () => stop.abort());
  // Not ended by the signal: what it has started is ended in order.
  const host = localHost(command);
  const config = command.values["server"] === undefined
    ? { file: command.values["config"] ?? DEFAULT_CONFIG_FILE }
    : { config: serverConfig(command)! };
  const deps = { ...agentDeps(command, host, stop.signal), config, collectOptions: collectOptions(command) };
  const problem = await missingMounts(host);
  if (problem) deps.log.always(problem);
  await serve(deps, {
    pid: Deno.pid,
    onReload: (listener) => onSignals(["SIGHUP"], listener),
    stuckTools: host.stuck,
  });
  return EXIT.done;
}

async function once(command: Command): Promise<number> {
  const { values, switches } = command;
  const format = oneOf("format", values["format"] ?? (Deno.stdout.isTerminal() ? "table" : "json"), FORMATS);
  const config = onceConfig(command);
  const stop = new AbortController();
  let interrupted: number | undefined;
  onSignals(["SIGINT", "SIGTERM"], (signal) => {
    interrupted = signal === "SIGINT" ? 130 : 143;
    stop.abort();
  });
  const host = await openHost(command, stop.signal);
  const problem = await missingMounts(host);
  if (problem) complain(problem, EXIT.done);
  const line = Deno.stderr.isTerminal() ? progress(writeError, () => performance.now()) : undefined;
  const options = prune<CollectOptions>({
    ...collectOptions(command),
    signal: stop.signal,
    onProgress: line?.onProgress,
  });
  let facts: Facts | undefined;
  let code: number = EXIT.done;
  try {
    if (config) {
      const result = await runOnce(prune<OnceDeps>({
        ...agentDeps(command, host, stop.signal),
        config,
        collectParts,
        collectOptions: options,
        power: switches.has("obey") ? createPowerChannel(stateDir(command), systemClock.monotonic) : undefined,
      }));
      facts = result.facts;
      if (result.end !== "done") code = result.end === "server" ? EXIT.server : EXIT.configuration;
    } else {
      facts = await collect(host, VERSION, options);
    }
  } finally {
    line?.end();
  }
  if (interrupted !== undefined) return interrupted;
  if ("finish" in host) await host.finish();
  if (!facts) return code;
  await print(show(facts, format, config && ("config" in config ? config.config : undefined)));
  const failed = Object.values(facts.sources).some(({ status }) => status === "failed" || status === "timeout");
  return code === EXIT.done && switches.has("strict") && failed ? EXIT.sourceFailed : code;
}

async function dryRun(command: Command): Promise<number> {
  const config = serverConfig(command) ?? fileConfig(command.values["config"] ?? DEFAULT_CONFIG_FILE);
  const host = localHost(command);
  const state = openState(stateDir(command), { isRoot: isRoot(), readOnly: true });
  const [facts, { identity }, bootId] = await Promise.all([
    collect(host, VERSION, collectOptions(command)),
    readIdentity(host),
    readBootId(host),
  ]);
  const decided = decideIdentity(identity, state.readIdentity().value, bootId).identity;
  await print(requestsText(config, { ...facts, identity: decided }, state.readFirstCheckin().value ?? false));
  return EXIT.done;
}

async function checkConfig(command: Command): Promise<number> {
  const config = serverConfig(command) ?? fileConfig(command.values["config"] ?? DEFAULT_CONFIG_FILE);
  const credentials = readCredentials(config, { isRoot: isRoot() });
  if ("problem" in credentials) throw new ConfigError(credentials.problem);
  await print(configText(config));
  return EXIT.done;
}

async function showStatus(command: Command): Promise<number> {
  const { value, problem } = openState(stateDir(command), { isRoot: isRoot(), readOnly: true }).readStatus();
  if (problem) return complain(problem.message, EXIT.server);
  const { isWell, text } = statusText(value, new Date());
  await print(text);
  return isWell ? EXIT.done : EXIT.server;
}

/** The configuration that `--once` uses; undefined where it is to contact nobody. Throws ConfigError. */
function onceConfig({ values }: Command): AgentDeps["config"] | undefined {
  const given = values["server"] !== undefined || values["config"] !== undefined;
  const alone = (["replay", "only"] as const).find((name) => values[name] !== undefined);
  if (alone !== undefined) {
    if (given) throw new UsageError(`--${alone} never registers: it does not go with --server or --config`);
    return undefined;
  }
  const fromServer = values["server"] === undefined ? undefined : serverConfig({ values });
  if (fromServer) return { config: fromServer };
  const file = values["config"] ?? DEFAULT_CONFIG_FILE;
  const loaded = loadConfig(file, { isRoot: isRoot() });
  if ("config" in loaded) return { file };
  if (!given && loaded.problem.kind === "absent") return undefined;
  throw new ConfigError(loaded.problem.message);
}

function serverConfig({ values }: Pick<Command, "values">): Config | undefined {
  const { server } = values;
  if (server === undefined) return undefined;
  if (values["config"] !== undefined) throw new UsageError("--server and --config do not go together");
  try {
    return configForServer(server);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}

function fileConfig(file: string): Config {
  const loaded = loadConfig(file, { isRoot: isRoot() });
  if ("problem" in loaded) throw new ConfigError(loaded.problem.message);
  return loaded.config;
}

function agentDeps(
  command: Command,
  host: Host,
  signal: AbortSignal,
): Omit<AgentDeps, "collectParts" | "config"> {
  return {
    host,
    clock: systemClock,
    random: Math.random,
    fetch,
    log: logger(command),
    state: openState(stateDir(command), { isRoot: isRoot() }),
    isRoot: isRoot(),
    agentVersion: VERSION,
    signal,
  };
}

/** A level that is given here stays, whatever the configuration or the server say. */
function logger({ values }: Command): Logger {
  const level = values["log-level"] === undefined ? undefined : oneOf("log-level", values["log-level"], LOG_LEVELS);
  const format = oneOf("log-format", values["log-format"] ?? "text", LOG_FORMATS);
  const log = createLogger(prune({ level, format, write: writeError }));
  return level === undefined ? log : { ...log, setLevel: () => {} };
}

function localHost({ values }: Command, signal?: AbortSignal): LocalHost {
  const { proc, sys, dev } = values;
  return createLocalHost(prune({ roots: prune({ proc, sys, dev }), osRelease: values["os-release"], signal }));
}

async function openHost(command: Command, signal: AbortSignal): Promise<Host | RecordingHost> {
  const { values, switches } = command;
  const { replay, record } = values;
  const ofThisMachine = ["proc", "sys", "dev", "os-release", "lldp"].find((name) => values[name] !== undefined);
  if (replay !== undefined && ofThisMachine !== undefined) {
    throw new UsageError(`--replay reads a recording: --${ofThisMachine} has no meaning with it`);
  }
  const host = replay === undefined ? localHost(command, signal) : await openReplay(replay);
  return record === undefined ? host : recordingHost(host, record, { includeSecrets: switches.has("include-secrets") });
}

/** In the compiled program /proc itself is closed: what to mount where, or undefined where it can be read. */
async function missingMounts(host: Host): Promise<string | undefined> {
  const read = await host.read("/proc/version");
  if ("value" in read || read.why !== "denied" || host.roots.proc !== "/proc") return undefined;
  return "the host's /proc and /sys cannot be read, only what the tools know is shown: mount --bind /proc /host-proc " +
    "and mount --rbind /sys /host-sys give the rest";
}

/** Options that name a path, and what is done there. */
const PATHS = [
  ["record", "write"],
  ["state-dir", "write"],
  ["replay", "read"],
  ["proc", "read"],
  ["sys", "read"],
  ["dev", "read"],
  ["os-release", "read"],
  ["config", "read"],
] as const;

function checkPaths({ values }: Command): void {
  for (const [name, access] of PATHS) {
    const path = values[name];
    const problem = path === undefined ? undefined : whyNotPermitted(path, access);
    if (problem) throw new UsageError(`--${name}: ${problem}`);
  }
}

function stateDir({ values }: Command): string {
  return values["state-dir"] ?? "/tmp";
}

function isRoot(): boolean {
  return Deno.uid() === 0;
}

/** Calls `listener` at each of the signals; gives what ends that. */
function onSignals(signals: readonly Deno.Signal[], listener: (signal: Deno.Signal) => void): () => void {
  const ends = signals.map((signal) => {
    const own = () => listener(signal);
    Deno.addSignalListener(signal, own);
    return () => Deno.removeSignalListener(signal, own);
  });
  return () => ends.forEach((end) => end());
}

function collectOptions({ values, switches }: Command): CollectOptions {
  return prune<CollectOptions>({
    only: values["only"]?.split(",").map((name) => oneOf("only", name, sections())),
    timeoutMs: seconds("timeout", values["timeout"]),
    lldpSeconds: seconds("lldp", values["lldp"]),
    includeSecrets: switches.has("include-secrets"),
  });
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (!found) throw new UsageError(`--${option}: found "${text}", expected ${allowed.join(", ")}`);
  return found;
}

function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new UsageError(`--${option}: found "${text}", expected seconds, 0 to 3600`);
  return value;
}

function show(facts: Facts, format: (typeof FORMATS)[number], config: Config | undefined): string {
  switch (format) {
    case "json":
      return JSON.stringify(facts, null, 2) + "\n";
    case "yaml":
      return stringify(facts);
    case "attributes":
      return JSON.stringify(attributesOf(facts, config?.mk_fact_excl_pattern?.regexp), null, 2) + "\n";
    case "table":
      return table(facts, { colour: Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR") });
  }
}

async function parseInput(tool: string): Promise<number> {
  const parser = PARSERS[oneOf("parse", tool, Object.keys(PARSERS))]!;
  const { value, unparsed } = parser(decode(await readInput(tool)));
  await print(JSON.stringify(value ?? null, null, 2) + "\n");
  for (const { line, text } of unparsed) complain(`${tool}: line ${line} not understood: ${text}`, 0);
  return EXIT.done;
}

async function readInput(tool: string): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of Deno.stdin.readable) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > OUTPUT_LIMIT_BYTES) throw new ParseError(tool, 0, "", `at most ${OUTPUT_LIMIT_BYTES / 1024 / 1024} MiB`);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Writes all of `text`; a reader that has gone away (`| head`) is no error. */
async function print(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function writeError(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}

function complain(message: string, code: number): number {
  console.error(`hnl_mk: ${message}`);
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
