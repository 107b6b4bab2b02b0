/** The modes of the command line that have to do with a server. Loaded only when one of them is asked for. */
import type { Facts } from "../../collectors/facts/mod.ts";
import type { Host } from "../../collectors/host/mod.ts";
import type { LocalHost } from "../../collectors/host/local.ts";
import { readBootId, readIdentity } from "../../collectors/facts/identity.ts";
import { collect, type CollectOptions, collectParts } from "../../collectors/mod.ts";
import { prune } from "../../collectors/values.ts";
import { VERSION } from "../../collectors/version.ts";
import type { Attributes } from "../hanlon/attributes/mod.ts";
import { configText, requestsText, statusText } from "./by_hand.ts";
import { type Command, DEFAULT_CONFIG_FILE, oneOf, UsageError } from "./options.ts";
import { systemClock } from "../clock.ts";
import { type Config, ConfigError, configForServer, loadConfig, requestTimeoutMs } from "../config/mod.ts";
import { openClient, readCredentials } from "../config/credentials.ts";
import type { AgentDeps, OnceDeps } from "../deps.ts";
import { decideIdentity } from "../hanlon/identity.ts";
import { keepRunning } from "../keep_running.ts";
import { createLogger, LOG_FORMATS, LOG_LEVELS, type Logger } from "../log.ts";
import { type OnceResult, runOnce } from "./once.ts";
import { createPowerChannel } from "../power.ts";
import { serve } from "../mod.ts";
import { openState } from "../state/mod.ts";

/** What a mode is given: the command, the machine, how to collect, and what ends it. */
export interface ModeContext<H extends Host = Host> {
  command: Command;
  host: H;
  options: CollectOptions;
  signal: AbortSignal;
}

/** A mode that keeps a log; `writeLog` takes whole lines. */
export interface LoggingContext<H extends Host = Host> extends ModeContext<H> {
  writeLog: (line: string) => void;
}

/** Runs the daemon until the signal. `onReload` calls its listener when the configuration is to be read again. */
export async function runAsDaemon(
  context: LoggingContext<LocalHost> & { warning: string | undefined; onReload: (listener: () => void) => () => void },
): Promise<void> {
  const { command: { values }, host, options, warning, onReload } = context;
  const server = serverConfig(context.command);
  const config = server ? { config: server } : { file: values["config"] ?? DEFAULT_CONFIG_FILE };
  const deps = { ...agentDeps(context), config, collectOptions: options };
  if (warning) deps.log.always(warning);
  await keepRunning(() => serve(deps, { pid: Deno.pid, onReload, stuckTools: host.stuck }), deps);
}

/** How a cycle by hand went; `facts` are absent where the signal came first. */
export interface CycleResult {
  facts?: Facts;
  attributes?: Attributes;
  end: Exclude<OnceResult["end"], "configuration">;
}

/** One cycle of the daemon by hand. Throws ConfigError where there is no usable configuration. */
export async function runCycle(context: LoggingContext): Promise<CycleResult> {
  const { command, options } = context;
  const { switches, values } = command;
  const config = usableConfig(command);
  const deps = agentDeps(context);
  const result = await runOnce(prune<OnceDeps>({
    ...deps,
    config: values["server"] === undefined ? { file: values["config"] ?? DEFAULT_CONFIG_FILE } : { config },
    collectParts,
    collectOptions: options,
    power: switches.has("obey")
      ? createPowerChannel(deps.state, deps.clock, await readBootId(context.host))
      : undefined,
  }));
  // Whatever was wrong with the configuration when it was read again stands in the log.
  if (result.end === "configuration") throw new ConfigError("the configuration cannot be used");
  const { facts, attributes, end } = result;
  return prune<CycleResult>({ facts, attributes, end });
}

/** The requests of a cycle, as text. Contacts nobody and writes nothing. Throws ConfigError. */
export async function dryRun({ command, host, options }: ModeContext): Promise<string> {
  const config = usableConfig(command);
  const state = openState(stateDir(command), { readOnly: true });
  const [facts, { identity }, bootId] = await Promise.all([
    collect(host, VERSION, options),
    readIdentity(host),
    readBootId(host),
  ]);
  const decided = decideIdentity(identity, state.readIdentity().value, bootId).identity;
  return requestsText(config, { ...facts, identity: decided }, state.readFirstCheckin().value ?? false);
}

/** The configuration in force, as YAML. Throws ConfigError. */
export function checkConfig(command: Command): string {
  return configText(usableConfig(command));
}

/**
 * mk_fact_excl_pattern of the configuration that is named, else of this machine's where it has one; `problem` is why that
 * one cannot be used. Throws ConfigError where the one that is named cannot.
 */
export function exclusion(command: Command): { exclude?: RegExp; problem?: string } {
  const { config, replay } = command.values;
  if (config === undefined && replay !== undefined) return {};
  const loaded = loadConfig(config ?? DEFAULT_CONFIG_FILE);
  if ("config" in loaded) return prune<{ exclude?: RegExp }>({ exclude: loaded.config.mk_fact_excl_pattern?.regexp });
  if (config !== undefined) throw new ConfigError(loaded.problem.message);
  return loaded.problem.kind === "absent" ? {} : { problem: loaded.problem.message };
}

/** What the daemon last did, and whether it checks in. */
export function status(command: Command): { isWell: boolean; text: string } {
  const { value, problem } = openState(stateDir(command), { readOnly: true }).readStatus();
  return problem ? { isWell: false, text: `${problem.message}\n` } : statusText(value, new Date());
}

/** The configuration, with certificates and a token that can be used. Throws ConfigError. */
function usableConfig(command: Command): Config {
  const config = serverConfig(command) ?? fileConfig(command);
  const read = readCredentials(config);
  if ("problem" in read) throw new ConfigError(read.problem);
  const opened = openClient({ fetch, clock: systemClock, timeoutMs: requestTimeoutMs(config), ...read.credentials });
  if ("problem" in opened) throw new ConfigError(opened.problem);
  opened.client.close();
  return config;
}

function serverConfig({ values }: Command): Config | undefined {
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

function fileConfig({ values }: Command): Config {
  const loaded = loadConfig(values["config"] ?? DEFAULT_CONFIG_FILE);
  if ("problem" in loaded) throw new ConfigError(loaded.problem.message);
  return loaded.config;
}

function agentDeps({ command, host, signal, writeLog }: LoggingContext): Omit<AgentDeps, "collectParts" | "config"> {
  return {
    host,
    clock: systemClock,
    random: Math.random,
    fetch,
    log: logger(command, writeLog),
    state: openState(stateDir(command)),
    agentVersion: VERSION,
    signal,
  };
}

/** A level that is given on the command line stays, whatever the configuration or the server say. */
function logger({ values }: Command, write: (line: string) => void): Logger {
  const level = values["log-level"] === undefined ? undefined : oneOf("log-level", values["log-level"], LOG_LEVELS);
  const format = oneOf("log-format", values["log-format"] ?? "text", LOG_FORMATS);
  const log = createLogger(prune({ level, format, write }));
  return level === undefined ? log : { ...log, setLevel: () => {} };
}

function stateDir({ values }: Command): string {
  return values["state-dir"] ?? "/tmp";
}
