/** The keys of a configuration, and a whole, validated one made of their values. */
import { prune } from "../../collectors/values.ts";
import type { LogLevel } from "../log.ts";
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
  trueOrFalse,
} from "./values.ts";

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
  "mk_facts_raw",
] as const;

/** Every key that means something. */
export const CONFIG_KEYS: readonly string[] = [...SERVER_FILE_KEYS, ...OWN_KEYS];

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
  /** PEM: certificates to trust for https, besides those of the image, or without one those that are built into Deno. */
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
  /** Whether it gets the section `raw` as well. */
  mk_facts_raw?: boolean;
  /** Keys that mean nothing to this agent, to be named once. */
  unknownKeys: string[];
  /** Every key as it was read. */
  values: ReadonlyMap<string, unknown>;
}

/** A configuration that cannot be used; `message` names file (or server), key, what was found and what was expected. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A configuration of the `values` that were read from `where`. Throws ConfigError. */
export function buildConfig(values: ReadonlyMap<string, unknown>, where: string): Config {
  const optional = <T>(key: ConfigKey, reader: Reader<T>): T | undefined => {
    const found = values.get(key);
    return found === undefined || found === null ? undefined : readValue(where, key, found, reader);
  };
  const required = <T>(key: ConfigKey, reader: Reader<T>): T => {
    const read = optional(key, reader);
    if (read === undefined) throw new ConfigError(`${where}: ${key}: found nothing, expected ${reader.expected}`);
    return read;
  };
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
    mk_facts_raw: optional("mk_facts_raw", trueOrFalse),
    unknownKeys: [...values.keys()].filter((key) => !CONFIG_KEYS.includes(key)),
    values,
  });
  checkTogether(config, where);
  return config;
}

function readValue<T>(where: string, key: ConfigKey, found: unknown, reader: Reader<T>): T {
  let why = "";
  const text = typeof found === "number" || typeof found === "boolean" ? String(found) : found;
  if (typeof text === "string") {
    try {
      const read = reader.read(text);
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
export function describe(found: unknown): string {
  if (found === undefined || found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "object") return "a map";
  const text = JSON.stringify(found).replace(/\/\/[^@/]*@/g, "//…@");
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
