/**
 * The configuration: mk_conf.yaml as the server's cloud-config writes it, keys of our own beside it, and the four
 * settings that a server may change while the agent runs.
 */
import { parse as parseYaml } from "@std/yaml";
import { prune } from "../collectors/parsing.ts";
import type { LogLevel } from "./log.ts";
import { type FileProblem, readTrustedFile, replaceFile, type TrustOptions } from "./trusted_files.ts";
import {
  address,
  type FactExclusion,
  factExclusion,
  filePath,
  logLevel,
  type Reader,
  requestPath,
  seconds,
  serverAddress,
} from "./config/values.ts";

/** Where the server's cloud-config puts the file. */
export const DEFAULT_CONFIG_FILE = "/tmp/mk_conf.yaml";

/** The keys of the server's file, in the order in which it writes them. */
const SERVER_FILE_KEYS = [
  "mk_register_path",
  "mk_uri",
  "mk_checkin_interval",
  "mk_checkin_path",
  "mk_checkin_skew",
  "mk_fact_excl_pattern",
  "mk_log_level",
] as const;

/** Our own keys, all optional. */
const OWN_KEYS = [
  "mk_ca_file",
  "mk_client_cert_file",
  "mk_client_key_file",
  "mk_token_file",
  "mk_request_timeout",
  "mk_collect_interval",
  "mk_facts_uri",
] as const;

/** What a server may change: nothing else of what it sends is taken. */
export const SERVER_SETTINGS = [
  "mk_checkin_interval",
  "mk_checkin_skew",
  "mk_log_level",
  "mk_fact_excl_pattern",
] as const;

export type ServerSetting = (typeof SERVER_SETTINGS)[number];
export type ConfigKey = (typeof SERVER_FILE_KEYS)[number] | (typeof OWN_KEYS)[number];

/** A whole, validated configuration, under the names of its keys. Never changed: a change makes a new one. */
export interface Config {
  /** Without a slash at its end: paths are appended to it. */
  mk_uri: string;
  mk_checkin_path: string;
  mk_register_path: string;
  /** Seconds from the start of one check-in to the start of the next. */
  mk_checkin_interval: number;
  /** Seconds: the first check-in waits a random time up to this. */
  mk_checkin_skew: number;
  mk_log_level: LogLevel;
  /** Absent: nothing is excluded. */
  mk_fact_excl_pattern?: FactExclusion;
  /** The certificates to trust for https, in place of the system's. */
  mk_ca_file?: string;
  /** Both or none. */
  mk_client_cert_file?: string;
  mk_client_key_file?: string;
  /** Its content is sent as a bearer token; every address is https then. */
  mk_token_file?: string;
  /** Seconds; see `requestTimeoutMs`. */
  mk_request_timeout: number;
  /** Seconds between two full collections. */
  mk_collect_interval: number;
  /** Where the whole typed facts go, besides the server. */
  mk_facts_uri?: string;
  /** Keys that mean nothing to this agent, to be named once. */
  unknownKeys: string[];
  /** Every key as it was read. */
  values: ReadonlyMap<string, unknown>;
}

/** A configuration that cannot be used; `message` names file (or server), key, what was found and what was expected. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Why there is no configuration: the file is not to be had, or `invalid`. */
export type ConfigProblem = FileProblem | { kind: "invalid"; message: string };

/** What came of settings that a server sent. `ignored` are the keys that are not taken from a server. */
export type MergeResult =
  | { config: Config; changed: ServerSetting[]; ignored: string[] }
  | { refused: string; ignored: string[] };

/** Far more than a configuration needs; keeps whatever else stands under its name out of memory. */
const FILE_LIMIT_BYTES = 256 * 1024;

/** The longest that one request may take: what is configured, but not more than half the interval. */
export function requestTimeoutMs(config: Config): number {
  return Math.min(config.mk_request_timeout, config.mk_checkin_interval / 2) * 1000;
}

/** Reads the text of mk_conf.yaml; `file` is what errors call it. Throws ConfigError. */
export function parseConfig(text: string, file: string): Config {
  return buildConfig(parseKeys(text, file), file);
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

/** Reads the configuration from `file`. Never throws, never waits. */
export function loadConfig(file: string, options: TrustOptions): { config: Config } | { problem: ConfigProblem } {
  const read = readTrustedFile(file, { ...options, limitBytes: FILE_LIMIT_BYTES });
  if ("problem" in read) return read;
  try {
    return { config: parseConfig(read.text, file) };
  } catch (error) {
    if (error instanceof ConfigError) return { problem: { kind: "invalid", message: error.message } };
    throw error;
  }
}

/**
 * Takes what a server sent with its answer (`client_config`): the four settings that it may change, each only where it
 * sent it, validated together with all the rest. Keys that it no longer sends stay as they are.
 */
export function mergeServerConfig(current: Config, received: unknown): MergeResult {
  if (received === undefined || received === null) return { config: current, changed: [], ignored: [] };
  if (typeof received !== "object" || Array.isArray(received)) {
    return { refused: `the server's client_config: found ${describe(received)}, expected a map`, ignored: [] };
  }
  const sent = new Map(Object.entries(received));
  const taken = SERVER_SETTINGS.filter((key) => (sent.get(key) ?? null) !== null);
  const ignored = [...sent.keys()].filter((key) => !(SERVER_SETTINGS as readonly string[]).includes(key));
  const values = new Map(current.values);
  for (const key of taken) values.set(key, sent.get(key));
  try {
    const config = buildConfig(values, "the server's client_config");
    const before = effectiveConfig(current);
    const after = effectiveConfig(config);
    const changed = taken.filter((key) => before[key] !== after[key]);
    return { config: changed.length > 0 ? config : current, changed, ignored };
  } catch (error) {
    if (error instanceof ConfigError) return { refused: error.message, ignored };
    throw error;
  }
}

/** What is in force, defaults included, in the form of the file. */
export function effectiveConfig(config: Config): Partial<Record<ConfigKey, string | number>> {
  const { unknownKeys: _unknownKeys, values: _values, ...keys } = config;
  return prune<Partial<Record<ConfigKey, string | number>>>({
    ...keys,
    mk_log_level: `Logger::${keys.mk_log_level}`,
    mk_fact_excl_pattern: keys.mk_fact_excl_pattern?.source,
  });
}

/**
 * Writes the settings that a server may change back into `file`, and leaves every other line of it as it is, so that
 * the old agent could still read it. Gives why it could not be done, or undefined. Never throws.
 */
export function writeConfig(file: string, config: Config, options: TrustOptions): ConfigProblem | undefined {
  const read = readTrustedFile(file, { ...options, limitBytes: FILE_LIMIT_BYTES });
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
    return replaceFile(file, text, { mode: 0o644 });
  } catch (error) {
    if (error instanceof ConfigError) return { kind: "invalid", message: `${error.message}; not written back` };
    throw error;
  }
}

/** `text` with the line of `key`, and what continues it, replaced; with a new line at the end where there was none. */
function replaceKey(text: string, key: ServerSetting, setting: string | number): string {
  const lines = text.split("\n");
  const line = `${key}: ${scalar(setting)}`;
  const start = lines.findIndex((candidate) => candidate.startsWith(`${key}:`));
  if (start < 0) return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
  let end = start + 1;
  while (/^[ \t]+\S/.test(lines[end] ?? "")) end++;
  return [...lines.slice(0, start), line, ...lines.slice(end)].join("\n");
}

/** A value as the server writes it: plain where YAML, in Ruby's reading too, gives the same text back; else quoted. */
function scalar(setting: string | number): string {
  if (typeof setting === "number" || setting.startsWith("Logger::")) return String(setting);
  try {
    const isPlain = !/^[\w.~+-]*$/.test(setting) && parseYaml(`- ${setting}\n`, { schema: "core" });
    if (Array.isArray(isPlain) && isPlain[0] === setting) return setting;
  } catch {
    // Not plain, then.
  }
  return JSON.stringify(setting);
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

function buildConfig(values: ReadonlyMap<string, unknown>, where: string): Config {
  const optional = <T>(key: ConfigKey, reader: Reader<T>): T | undefined => {
    const found = values.get(key);
    return found === undefined || found === null ? undefined : readValue(where, key, found, reader);
  };
  const required = <T>(key: ConfigKey, reader: Reader<T>): T => {
    const read = optional(key, reader);
    if (read === undefined) throw new ConfigError(`${where}: ${key}: found nothing, expected ${reader.expected}`);
    return read;
  };
  const known: readonly string[] = [...SERVER_FILE_KEYS, ...OWN_KEYS];
  const config = prune<Config>({
    mk_register_path: required("mk_register_path", requestPath),
    mk_uri: required("mk_uri", serverAddress),
    mk_checkin_interval: required("mk_checkin_interval", seconds(1)),
    mk_checkin_path: required("mk_checkin_path", requestPath),
    mk_checkin_skew: required("mk_checkin_skew", seconds(0)),
    mk_fact_excl_pattern: optional("mk_fact_excl_pattern", factExclusion),
    mk_log_level: required("mk_log_level", logLevel),
    mk_ca_file: optional("mk_ca_file", filePath),
    mk_client_cert_file: optional("mk_client_cert_file", filePath),
    mk_client_key_file: optional("mk_client_key_file", filePath),
    mk_token_file: optional("mk_token_file", filePath),
    mk_request_timeout: optional("mk_request_timeout", seconds(1, 300)) ?? 10,
    mk_collect_interval: optional("mk_collect_interval", seconds(1)) ?? 600,
    mk_facts_uri: optional("mk_facts_uri", address),
    unknownKeys: [...values.keys()].filter((key) => !known.includes(key)),
    values,
  });
  checkTogether(config, where);
  return config;
}

function readValue<T>(where: string, key: ConfigKey, found: unknown, reader: Reader<T>): T {
  let why = "";
  const text = typeof found === "number" ? String(found) : found;
  if (typeof text === "string") {
    try {
      const read = reader.read(text.trim());
      if (read !== undefined) return read;
    } catch (error) {
      why = `: ${error instanceof Error ? error.message : error}`;
    }
  }
  throw new ConfigError(`${where}: ${key}: found ${describe(found)}, expected ${reader.expected}${why}`);
}

/** What no key can say alone: a secret does not travel in clear, and nothing that is asked for is silently not done. */
function checkTogether(config: Config, where: string): void {
  const { mk_uri, mk_facts_uri, mk_token_file, mk_ca_file, mk_client_cert_file, mk_client_key_file } = config;
  const plain = [mk_uri, mk_facts_uri].find((uri) => uri?.startsWith("http:"));
  if (mk_token_file !== undefined && plain !== undefined) {
    throw new ConfigError(`${where}: mk_token_file: a token is sent over https only, found ${plain}`);
  }
  if ((mk_client_cert_file === undefined) !== (mk_client_key_file === undefined)) {
    throw new ConfigError(`${where}: found one of mk_client_cert_file and mk_client_key_file, expected both or none`);
  }
  const certificates = mk_ca_file ?? mk_client_cert_file;
  const isSecure = mk_uri.startsWith("https:") || mk_facts_uri?.startsWith("https:");
  if (certificates !== undefined && !isSecure) {
    throw new ConfigError(`${where}: found the certificates ${certificates}, but no https:// address to use them for`);
  }
}

/** What was found, short enough for one line, and without the password of an address. */
function describe(found: unknown): string {
  if (found === undefined || found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "a map";
  const text = JSON.stringify(found).replace(/\/\/[^@/]*@/g, "//…@");
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
