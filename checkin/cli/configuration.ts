/** The configuration that a command line names, and what comes with it. */
import { prune } from "../../collectors/values.ts";
import { systemClock } from "../clock.ts";
import { openClient, readCredentials } from "../config/credentials.ts";
import { type Config, ConfigError, configForServer, loadConfig, requestTimeoutMs } from "../config/mod.ts";
import type { FactsTarget } from "../config/targets.ts";
import type { NamePattern } from "../config/pattern.ts";
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
  if ("problem" in read) throw new ConfigError(read.problem);
  const opened = openClient({ fetch, clock: systemClock, timeoutMs: requestTimeoutMs(config), ...read.credentials });
  if ("problem" in opened) throw new ConfigError(opened.problem);
  opened.client.close();
  const warnings = [...config.warnings, ...read.warnings, ...config.mk_facts_targets?.flatMap(targetWarnings) ?? []];
  return { config, warnings };
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
  const { problem } = loaded;
  throw new ConfigError(...problem.kind === "invalid" ? problem.problems ?? [problem.message] : [problem.message]);
}

/**
 * mk_fact_excl_pattern of the configuration that is named, else of this machine's where it has one; `problem` is why that
 * one cannot be used. Throws ConfigError where the one that is named cannot.
 */
export function exclusion(command: Command): { exclude?: NamePattern; problem?: string } {
  const { config, replay } = command.values;
  if (config === undefined && replay !== undefined) return {};
  const loaded = loadConfig(configFile(command));
  if ("config" in loaded) {
    return prune<{ exclude?: NamePattern }>({ exclude: loaded.config.mk_fact_excl_pattern?.pattern });
  }
  if (config !== undefined) throw new ConfigError(loaded.problem.message);
  return loaded.problem.kind === "absent" ? {} : { problem: loaded.problem.message };
}
