/**
 * The configuration: mk_conf.yaml as the server's cloud-config writes it, keys of our own beside it, and the four
 * settings that a server may change while the agent runs.
 */
import { parse as parseYaml } from "@std/yaml";
import type { Labels } from "../../collectors/labels.ts";
import { prune } from "../../collectors/values.ts";
import {
  buildConfig,
  type Config,
  ConfigError,
  type ConfigKey,
  readValue,
  SERVER_SETTINGS,
  type ServerSetting,
  SHORTEST_TIMEOUT_SECONDS,
} from "./keys.ts";
import { KERNEL_LINE, kernelSettings } from "./kernel_line.ts";
import type { NamePattern } from "./pattern.ts";
import type { FactsTarget } from "./targets.ts";
import { describe, factExclusion, logLevel, type Reader, seconds } from "./values.ts";
import { type FileProblem, readTrustedFile, replaceFile } from "../state/trusted_files.ts";

export { type Config, ConfigError, factsTargets, hanlonAddress } from "./keys.ts";

/** Why there is no configuration: the file is not to be had, or `invalid`. */
export type ConfigProblem = FileProblem | { kind: "invalid"; message: string; error?: ConfigError };

/**
 * What came of settings that a server sent. `ignored` are the keys that are not taken from a server; `warnings` say which
 * values were not taken as they stand.
 */
export interface MergeResult {
  config: Config;
  changed: ServerSetting[];
  ignored: string[];
  warnings: string[];
}

/** Where the value of `key` was read: a file, a word of the kernel command line, or "default". */
export function originOf({ values, where, origins }: Config, key: ConfigKey): string {
  return origins?.get(key) ?? (values.has(key) ? where : "default");
}

/** Far more than a configuration needs; keeps whatever else stands under its name out of memory. */
const FILE_LIMIT_BYTES = 256 * 1024;

/** The longest that one request may take: what is configured, but not more than half the interval, or 5 s. */
export function requestTimeoutMs({ mk_request_timeout, mk_checkin_interval }: Config): number {
  return Math.min(mk_request_timeout, Math.max(SHORTEST_TIMEOUT_SECONDS, mk_checkin_interval / 2)) * 1000;
}

/** Reads the text of mk_conf.yaml; `file` is what errors call it, `last` what is in force. Throws ConfigError. */
export function parseConfig(text: string, file: string, last?: Config): Config {
  return buildConfig(parseKeys(text, file), file, last);
}

/** The configuration of `--server URL`: no file, the server's own defaults. Throws ConfigError. */
export function configForServer(url: string): Config {
  const values = new Map<string, unknown>([
    ["mk_register_path", "/hanlon/api/v1/node/register"],
    ["mk_uri", url],
    ["mk_checkin_interval", 60],
    ["mk_checkin_path", "/hanlon/api/v1/node/checkin"],
    ["mk_checkin_skew", 5],
    ["mk_log_level", "Logger::ERROR"],
  ]);
  return buildConfig(values, "--server");
}

/** The keys that say where to turn to. */
const DESTINATIONS = ["mk_uri", "mk_facts_uri", "mk_facts_targets"] as const;

/**
 * Reads the configuration from `file`. Where there is no such file, or it names neither a server nor a destination of
 * facts, what it lacks is taken from the kernel command line `kernelLine`; `last` is the one in force. Never throws,
 * never waits.
 */
export function loadConfig(
  file: string,
  last?: Config,
  kernelLine = "",
): { config: Config } | { problem: ConfigProblem } {
  const read = readTrustedFile(file, { limitBytes: FILE_LIMIT_BYTES });
  try {
    const keys = "problem" in read ? undefined : parseKeys(read.text, file);
    const isNamed = keys && DESTINATIONS.some((key) => (keys.get(key) ?? undefined) !== undefined);
    const isAbsent = "problem" in read && read.problem.kind === "absent";
    const settings = isAbsent || (keys && !isNamed) ? kernelSettings(kernelLine) : undefined;
    if (settings) {
      const origins = new Map([...settings.origins].filter(([key]) => !keys?.has(key)));
      const values = new Map([...settings.values, ...keys ?? []]);
      return { config: buildConfig(values, keys ? file : KERNEL_LINE, last, origins) };
    }
    return "problem" in read ? read : { config: buildConfig(keys!, file, last) };
  } catch (error) {
    if (error instanceof ConfigError) {
      return { problem: { kind: "invalid", message: error.message, error } };
    }
    throw error;
  }
}

/** What a configuration says of the facts, whoever gets them. */
export interface FactSettings {
  /** mk_fact_excl_pattern */
  exclude?: NamePattern;
  /** mk_labels */
  labels?: Labels;
  /** mk_spec_path */
  specPath?: string;
  /** Whether it says nothing of where they are to go. */
  isLocal: boolean;
}

/** Reads what `file` says of the facts; one that names no server is none that the daemon could use. Never throws. */
export function loadFactSettings(file: string): FactSettings | { problem: ConfigProblem } {
  const read = readTrustedFile(file, { limitBytes: FILE_LIMIT_BYTES });
  if ("problem" in read) return read;
  try {
    const values = parseKeys(read.text, file);
    const isLocal = values.size > 0 && [...values.keys()].every((key) => LOCAL_KEYS.has(key));
    const config = buildConfig(values, file, undefined, undefined, isLocal);
    const { mk_fact_excl_pattern, mk_labels: labels, mk_spec_path: specPath } = config;
    return prune<FactSettings>({ exclude: mk_fact_excl_pattern?.pattern, labels, specPath, isLocal });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: { kind: "invalid", message: error.message, error } };
  }
}

/** What is of use without a server. A key that is misspelt is none of them, and may have been meant for its address. */
const LOCAL_KEYS: ReadonlySet<string> = new Set<ConfigKey>([
  ...["mk_labels", "mk_fact_excl_pattern", "mk_spec_path", "mk_log_level"] as const,
]);

/**
 * Takes what a server sent with its answer (`client_config`): the four settings that it may change, each only where it
 * sent a good one. Settings that it no longer sends stay as they are.
 */
export function mergeServerConfig(current: Config, received: unknown): MergeResult {
  const where = "the server's client_config";
  if (received === undefined || received === null) return { config: current, changed: [], ignored: [], warnings: [] };
  if (typeof received !== "object" || Array.isArray(received)) {
    const warning = `${where}: found ${describe(received)}, expected a map; the last good one stays in force`;
    return { config: current, changed: [], ignored: [], warnings: [warning] };
  }
  const sent = new Map(Object.entries(received));
  const taken = SERVER_SETTINGS.filter((key) => (sent.get(key) ?? null) !== null);
  const ignored = [...sent.keys()].filter((key) => !(SERVER_SETTINGS as readonly string[]).includes(key));
  const values = new Map(current.values), warnings: string[] = [];
  for (const key of taken) {
    const read = readSetting(key, sent.get(key));
    if (read.value !== undefined) values.set(key, read.value);
    if (read.warning) warnings.push(`${where}: ${key}: ${read.warning}`);
  }
  const config = buildConfig(values, where, current);
  const before = effectiveConfig(current);
  const after = effectiveConfig(config);
  const changed = SERVER_SETTINGS.filter((key) => before[key] !== after[key]);
  // Of the file's own values it was warned when that was read.
  warnings.push(...config.warnings.filter((warning) => taken.some((key) => warning.startsWith(`${where}: ${key}:`))));
  return { config: changed.length > 0 ? config : current, changed, ignored, warnings };
}

/** Within these a server may set the interval, so that no typing error there silences a fleet, or floods the server. */
const SHORTEST_INTERVAL = 5, LONGEST_INTERVAL = 3600;

/** A setting that a server sent. Without a `value` the last one stays. */
function readSetting(key: ServerSetting, found: unknown): { value?: string | number; warning?: string } {
  const readers: Record<ServerSetting, Reader<unknown>> = {
    mk_checkin_interval: seconds(0),
    mk_checkin_skew: seconds(0),
    mk_log_level: logLevel,
    mk_fact_excl_pattern: factExclusion,
  };
  const read = readValue(found, readers[key]);
  if ("problem" in read) {
    // As the old agent has it.
    if (key === "mk_log_level") return { value: "Logger::INFO", warning: `${read.problem}; INFO is used` };
    return { warning: `${read.problem}; the last good one stays in force` };
  }
  if (key !== "mk_checkin_interval") return { value: found as string | number };
  const value = Math.min(Math.max(read.value as number, SHORTEST_INTERVAL), LONGEST_INTERVAL);
  if (value === read.value) return { value };
  const expected = `from ${SHORTEST_INTERVAL} to ${LONGEST_INTERVAL} s`;
  return { value, warning: `found ${read.value}, expected ${expected}; ${value} is used` };
}

/** What is in force, defaults included, in the form of the file. */
export function effectiveConfig(config: Config): EffectiveConfig {
  const {
    unknownKeys: _unknownKeys,
    warnings: _warnings,
    values: _values,
    where: _where,
    origins: _origins,
    mk_facts_targets,
    ...keys
  } = config;
  return prune<EffectiveConfig>({
    ...keys,
    mk_log_level: `Logger::${keys.mk_log_level}`,
    mk_fact_excl_pattern: keys.mk_fact_excl_pattern?.source,
    mk_facts_targets: mk_facts_targets?.map(targetEntry),
  });
}

/** A configuration in the form of the file. */
export type EffectiveConfig =
  & Partial<Record<Exclude<ConfigKey, "mk_facts_targets" | "mk_labels">, string | number | boolean>>
  & { mk_facts_targets?: TargetEntry[]; mk_labels?: Labels };

type TargetEntry = Record<string, string | string[]>;

function targetEntry({ uris, format, ...files }: FactsTarget): TargetEntry {
  const { mk_ca_file, mk_client_cert_file, mk_client_key_file, mk_token_file } = files;
  return prune<TargetEntry>({
    uri: uris.length === 1 ? uris[0]! : uris,
    format,
    ca_file: mk_ca_file,
    client_cert_file: mk_client_cert_file,
    client_key_file: mk_client_key_file,
    token_file: mk_token_file,
  });
}

/**
 * Writes the settings that a server may change back into `file`, and leaves every other line of it as it is, so that
 * the old agent could still read it. Gives why it could not be done, or undefined. Never throws.
 */
export function writeConfig(file: string, config: Config): ConfigProblem | undefined {
  const read = readTrustedFile(file, { limitBytes: FILE_LIMIT_BYTES });
  if ("problem" in read) return read.problem;
  const wanted = effectiveConfig(config);
  try {
    const before = effectiveConfig(parseConfig(read.text, file));
    let text = read.text;
    for (const key of SERVER_SETTINGS) {
      const setting = wanted[key];
      if (setting !== undefined && setting !== before[key]) text = replaceKey(text, key, setting);
    }
    if (text === read.text) return undefined;
    const after = effectiveConfig(parseConfig(text, file));
    if (SERVER_SETTINGS.some((key) => wanted[key] !== undefined && wanted[key] !== after[key])) {
      return { kind: "invalid", message: `${file}: its form is not one that settings can be written back into` };
    }
    // Whoever has made it unreadable to others has a reason.
    return replaceFile(file, text, { mode: modeOf(file) });
  } catch (error) {
    if (error instanceof ConfigError) return { kind: "invalid", message: `${error.message}; not written back` };
    throw error;
  }
}

/** `text` with the line of `key`, and what continues it, replaced; with a new line at the end where there was none. */
function replaceKey(text: string, key: ServerSetting, setting: string | number | boolean): string {
  const lines = text.split("\n");
  const line = `${key}: ${scalar(setting)}`;
  const start = lines.findIndex((candidate) => candidate.startsWith(`${key}:`));
  if (start < 0) return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
  let end = start + 1;
  while (/^[ \t]+\S/.test(lines[end] ?? "")) end++;
  return [...lines.slice(0, start), line, ...lines.slice(end)].join("\n");
}

/** A value as the server writes it: plain where YAML, in Ruby's reading too, gives the same text back; else quoted. */
function scalar(setting: string | number | boolean): string {
  if (typeof setting !== "string" || setting.startsWith("Logger::")) return String(setting);
  try {
    // One word may be a number, or a truth: "yes" is one in Ruby's YAML 1.1.
    const mayBePlain = /^[ -~]*$/.test(setting) && !/^[\w.~+-]*$/.test(setting);
    const read = mayBePlain && parseYaml(`- ${setting}\n`, { schema: "core" });
    if (Array.isArray(read) && read[0] === setting) return setting;
  } catch {
    // Not plain, then.
  }
  return JSON.stringify(setting).replace(/[^ -~]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

function parseKeys(text: string, file: string): Map<string, unknown> {
  let parsed: unknown;
  try {
    // All scalars are text: numbers may be quoted or not, and no version or pattern turns into something else.
    parsed = parseYaml(text, { schema: "failsafe" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0]!.replace(/:$/, "") : String(error);
    throw new ConfigError(`${file}: is not YAML: ${reason}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(`${file}: found ${describe(parsed)}, expected lines of the form "mk_uri: http://…"`);
  }
  return new Map(Object.entries(parsed));
}

/** The permissions of the file, where it is still there. */
function modeOf(file: string): number {
  try {
    return Deno.lstatSync(file).mode! & 0o777;
  } catch {
    return 0o600;
  }
}
