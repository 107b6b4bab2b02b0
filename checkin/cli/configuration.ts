/** The configuration that a command line names, and what comes with it. */
import { systemClock } from "../clock.ts";
import { openClient, readCredentials } from "../config/credentials.ts";
import {
  type Config,
  ConfigError,
  configForServer,
  type ConfigProblem,
  type FactSettings,
  loadConfig,
  loadFactSettings,
  requestTimeoutMs,
} from "../config/mod.ts";
import type { FactsTarget } from "../config/targets.ts";
import { UsageError } from "./command.ts";
import { type Command, DEFAULT_CONFIG_FILE } from "./options.ts";

/** The file that is read where no `--server` is given. */
export function configFile({ values }: Command): string {
  return values["config"] ?? DEFAULT_CONFIG_FILE;
}

/** The folder of the state. */
export function stateDir({ values }: Command): string {
  return values["state-dir"] ?? "/tmp";
}

/**
 * The configuration, with certificates and a token that can be used. `warnings`: values that were not taken as they
 * stand, and secrets that others can read. Throws ConfigError.
 */
export function usableConfig(command: Command, kernelLine: string): { config: Config; warnings: string[] } {
  const config = serverConfig(command) ?? fileConfig(command, kernelLine);
  const read = readCredentials(config);
  if ("problem" in read) throw new ConfigError(read.problems, config);
  const opened = openClient({ fetch, clock: systemClock, timeoutMs: requestTimeoutMs(config), ...read.credentials });
  if ("problem" in opened) throw new ConfigError(opened.problem, config);
  opened.client.close();
  return { config, warnings: [...config.warnings, ...read.warnings, ...targetsWarnings(config)] };
}

/** Whether one is named, or lies where it is looked for. */
export function hasConfig({ values }: Command): boolean {
  if (values["config"] !== undefined || values["server"] !== undefined) return true;
  const loaded = loadConfig(DEFAULT_CONFIG_FILE);
  return "config" in loaded || loaded.problem.kind !== "absent";
}

/** All that is wrong with a configuration that cannot be used: `usableConfig` ends at the first kind of it. */
export function faultsOf({ problems, partial }: ConfigError): { errors: string[]; warnings: string[] } {
  const read = readCredentials(partial);
  const ofFiles = "problem" in read
    ? { problems: read.problems, warnings: [] }
    : { problems: [], warnings: read.warnings };
  return {
    errors: [...new Set([...problems, ...ofFiles.problems])],
    warnings: [...partial.warnings ?? [], ...ofFiles.warnings, ...targetsWarnings(partial)],
  };
}

function targetsWarnings({ mk_facts_targets = [] }: Partial<Config>): string[] {
  return mk_facts_targets.flatMap(targetWarnings);
}

/** What is wrong with the files of one target, which stops no other. */
function targetWarnings(target: FactsTarget): string[] {
  const read = readCredentials(target);
  const warnings = "problem" in read ? [`${read.problem}; nothing is delivered to it`] : read.warnings;
  return warnings.map((warning) => `${target.name}: ${warning}`);
}

/** The configuration of `--server`. Throws UsageError. */
export function serverConfig({ values }: Command): Config | undefined {
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

function fileConfig(command: Command, kernelLine: string): Config {
  const loaded = loadConfig(configFile(command), undefined, kernelLine);
  if ("config" in loaded) return loaded.config;
  throw errorOf(loaded.problem, command.values["config"] === undefined);
}

function errorOf(problem: ConfigProblem, isDefault = false): ConfigError {
  if (problem.kind === "invalid" && problem.error) return problem.error;
  const hint = problem.kind === "absent" && isDefault ? ": name a file with --config, or a server with --server" : "";
  return new ConfigError(`${problem.message}${hint}`);
}

/**
 * What the configuration that is named says of the facts, else that of this machine where it has one, and where it is
 * this machine that is asked; `problem` is why that one cannot be used. Throws ConfigError where the one that is named
 * cannot.
 */
export function factSettings({ values }: Command): Partial<FactSettings> & { problem?: string } {
  const { config, replay } = values;
  if (config === undefined && replay !== undefined) return {};
  const loaded = loadFactSettings(config ?? DEFAULT_CONFIG_FILE);
  if (!("problem" in loaded)) return loaded;
  if (config !== undefined) throw errorOf(loaded.problem);
  return loaded.problem.kind === "absent" ? {} : { problem: loaded.problem.message };
}
