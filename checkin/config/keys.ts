/** The keys of a configuration, and a whole, validated one made of their values. */
import { type Labels, labelsOf } from "../../collectors/labels.ts";
import { nonEmpty, prune } from "../../collectors/values.ts";
import type { FactsFormatName } from "../formats/mod.ts";
import type { ServerAddress } from "../hanlon/client.ts";
import type { LogLevel } from "../log.ts";
import { factsFormat, type FactsTarget, readTargets } from "./targets.ts";
import {
  address,
  describe,
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
  "mk_spec_path",
  "mk_facts_format",
  "mk_facts_raw",
  "mk_facts_targets",
  "mk_labels",
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
export interface Config extends Partial<ServerAddress> {
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
  /** Where facts go, besides the server or without one. */
  mk_facts_uri?: string;
  mk_facts_format?: FactsFormatName;
  /** A spec or a folder of them; absent: specs.ts says where they are looked for. */
  mk_spec_path?: string;
  /** Whether the typed facts have the section `raw` there as well. */
  mk_facts_raw?: boolean;
  /** As they were read, without those that cannot be used. */
  mk_facts_targets?: FactsTarget[];
  /** Labels of the machine: the kernel command line may have others. */
  mk_labels?: Labels;
  /** Keys that mean nothing to this agent, to be named once. */
  unknownKeys: string[];
  /** Values that were not taken as they stand, and what is used in their place: whole sentences. */
  warnings: string[];
  /** Every key as it was read. */
  values: ReadonlyMap<string, unknown>;
  /** Where all values were read: the file, or "kernel command line". */
  where: string;
  /** Where single ones were read, if not there. */
  origins?: ReadonlyMap<string, string>;
}

/** The Hanlon server of a configuration; undefined where facts go elsewhere alone. */
export function hanlonAddress({ mk_uri, mk_checkin_path, mk_register_path }: Config): ServerAddress | undefined {
  if (mk_uri === undefined || mk_checkin_path === undefined || mk_register_path === undefined) return undefined;
  return { mk_uri, mk_checkin_path, mk_register_path };
}

/** Every target of facts, `mk_facts_uri` first. */
export function factsTargets(config: Config): FactsTarget[] {
  const { mk_facts_uri, mk_facts_format = "facts", mk_facts_raw, mk_facts_targets = [] } = config;
  if (mk_facts_uri === undefined) return mk_facts_targets;
  const { mk_ca_file, mk_client_cert_file, mk_client_key_file, mk_token_file } = config;
  const files = { mk_ca_file, mk_client_cert_file, mk_client_key_file, mk_token_file };
  const about = { name: "mk_facts_uri", uris: [mk_facts_uri], format: mk_facts_format, raw: mk_facts_raw };
  return [prune<FactsTarget>({ ...about, ...files }), ...mk_facts_targets];
}

/** A configuration that cannot be used. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Each names file (or server), key, what was found and what was expected; `message` is all of them in one line. */
  readonly problems: readonly string[];
  /** What was read all the same, with its warnings and unknown keys: for who wants to mend everything at once. */
  readonly partial: Partial<Config>;
  constructor(problems: string | readonly string[], partial: Partial<Config> = {}) {
    const all = typeof problems === "string" ? [problems] : problems;
    super(all.join("; "));
    this.problems = all;
    this.partial = partial;
  }
}

/** What holds where a setting is missing or bad, and no earlier value is known. The log level is the old agent's. */
const DEFAULTS = {
  mk_checkin_interval: 60,
  mk_checkin_skew: 5,
  mk_log_level: "INFO",
  mk_request_timeout: 10,
  mk_collect_interval: 600,
} as const;

/** A shorter limit would give up a healthy server that is busy. */
export const SHORTEST_TIMEOUT_SECONDS = 5;

/**
 * A configuration of the `values` that were read from `where`. A bad value of a key that only tunes is replaced by that
 * of `last`, the configuration in force, or by the default; `warnings` says so. Throws ConfigError for what makes a
 * conversation with the server impossible; with `isLocal` there is to be none, and no address is needed.
 */
export function buildConfig(
  values: ReadonlyMap<string, unknown>,
  where: string,
  last?: Config,
  origins?: ReadonlyMap<string, string>,
  isLocal = false,
): Config {
  const problems: string[] = [], warnings: string[] = [];
  const called = (key: ConfigKey) => origins?.get(key) ?? `${where}: ${key}`;
  const read = <T>(key: ConfigKey, reader: Reader<T>): { value?: T } | { problem: string } => {
    const found = values.get(key);
    if (found === undefined || found === null) return {};
    const read = readValue(found, reader);
    return "problem" in read ? { problem: `${called(key)}: ${read.problem}` } : read;
  };
  const warn = (problem: string, used: unknown) => {
    warnings.push(`${problem}; ${used === undefined ? "it is ignored" : `${used} is used`}`);
  };
  /** Without it there is no conversation. */
  const needed = <T>(key: ConfigKey, reader: Reader<T>, isOptional = false): T | undefined => {
    const result = read(key, reader);
    if ("problem" in result) problems.push(result.problem);
    else if (result.value !== undefined || isOptional) return result.value;
    else problems.push(`${where}: ${key}: found nothing, expected ${reader.expected}`);
  };
  const tuned = <T extends string | number>(
    key: keyof typeof DEFAULTS,
    reader: Reader<T>,
    fallback: T,
    isExpected: boolean,
  ): T => {
    const result = read(key, reader);
    if ("value" in result) return result.value!;
    if ("problem" in result) warn(result.problem, fallback);
    else if (isExpected) warn(`${where}: ${key}: found nothing, expected ${reader.expected}`, fallback);
    return fallback;
  };
  const ignorable = <T>(key: ConfigKey, reader: Reader<T>, lastGood: T | undefined): T | undefined => {
    const result = read(key, reader);
    if (!("problem" in result)) return result.value;
    warn(result.problem, lastGood === undefined ? undefined : "the last good one");
    return lastGood;
  };
  const limited = (key: "mk_checkin_skew" | "mk_request_timeout", value: number, limit: number, why: string) => {
    // A default gives way without a word.
    if (value !== limit && values.has(key)) warn(`${called(key)}: found ${value}, expected ${why}`, limit);
    return limit;
  };
  const { mk_checkin_interval, mk_checkin_skew, mk_request_timeout, mk_collect_interval } = { ...DEFAULTS, ...last };
  const format = ignorable("mk_facts_format", factsFormat, last?.mk_facts_format);
  // In a format that was not asked for facts would be refused, or misunderstood.
  const isFormatKnown = format !== undefined || (values.get("mk_facts_format") ?? undefined) === undefined;
  const factsUri = ignorable("mk_facts_uri", address, last?.mk_facts_uri);
  const { targets, problems: badTargets, ignored } = readTargets(values.get("mk_facts_targets"));
  const listed = origins?.get("mk_facts_targets");
  const placed = (problem: string) =>
    listed === undefined ? `${where}: ${problem}` : problem.replace(/^mk_facts_targets(\[\d+\])?/, () => listed);
  const unusable = badTargets.map(placed);
  const hasTargets = (factsUri !== undefined && isFormatKnown) || targets.length > 0;
  const isFactsAsked = hasTargets || unusable.length > 0 || (values.get("mk_facts_uri") ?? undefined) !== undefined;
  // Facts alone: no server is asked, and none is missed.
  const isServerNeeded = values.has("mk_uri") || !isFactsAsked && !isLocal;
  if (isServerNeeded || isLocal) { for (const problem of unusable) warn(problem, undefined); }
  else problems.push(...unusable);
  if (!isServerNeeded && !hasTargets && !isLocal) {
    // Until here there are only warnings of these two: they are errors.
    warnings.length = 0;
    for (const result of [read("mk_facts_uri", address), read("mk_facts_format", factsFormat)]) {
      if ("problem" in result) problems.push(result.problem);
    }
  }
  for (const problem of ignored) warn(placed(problem), undefined);
  const { labels, problems: noLabels } = labelsOf(values.get("mk_labels"));
  for (const problem of noLabels) warn(`${where}: mk_labels: ${problem}`, undefined);
  const interval = tuned("mk_checkin_interval", seconds(1), mk_checkin_interval, isServerNeeded);
  const skew = tuned("mk_checkin_skew", seconds(0), mk_checkin_skew, isServerNeeded);
  const timeout = tuned("mk_request_timeout", seconds(1, 300), mk_request_timeout, false);
  const addresses = {
    mk_register_path: needed("mk_register_path", requestPath, !isServerNeeded),
    mk_uri: needed("mk_uri", serverAddress, !isServerNeeded),
    mk_checkin_path: needed("mk_checkin_path", requestPath, !isServerNeeded),
    mk_ca_file: needed("mk_ca_file", filePath, true),
    mk_client_cert_file: needed("mk_client_cert_file", filePath, true),
    mk_client_key_file: needed("mk_client_key_file", filePath, true),
    mk_token_file: needed("mk_token_file", filePath, true),
  };
  const config = prune<Partial<Config>>({
    ...addresses,
    mk_checkin_interval: interval,
    mk_checkin_skew: limited("mk_checkin_skew", skew, Math.min(skew, interval), "no more than mk_checkin_interval"),
    mk_fact_excl_pattern: ignorable("mk_fact_excl_pattern", factExclusion, last?.mk_fact_excl_pattern),
    mk_log_level: tuned("mk_log_level", logLevel, DEFAULTS.mk_log_level, isServerNeeded),
    mk_request_timeout: limited(
      "mk_request_timeout",
      timeout,
      Math.max(timeout, SHORTEST_TIMEOUT_SECONDS),
      `at least ${SHORTEST_TIMEOUT_SECONDS}`,
    ),
    mk_collect_interval: tuned("mk_collect_interval", seconds(1), mk_collect_interval, false),
    mk_facts_uri: isFormatKnown ? factsUri : undefined,
    mk_facts_format: format,
    mk_spec_path: ignorable("mk_spec_path", filePath, last?.mk_spec_path),
    mk_facts_raw: ignorable("mk_facts_raw", trueOrFalse, last?.mk_facts_raw),
    mk_facts_targets: nonEmpty(targets),
    mk_labels: Object.keys(labels).length > 0 ? labels : undefined,
    unknownKeys: [...values.keys()].filter((key) => !CONFIG_KEYS.includes(key)),
    warnings,
    values,
    where,
    origins,
  });
  problems.push(...contradictions(config).map((problem) => `${where}: ${problem}`));
  if (problems.length > 0) throw new ConfigError(problems, config);
  return config as Config;
}

/** One value, as `reader` reads it. */
export function readValue<T>(found: unknown, reader: Reader<T>): { value: T } | { problem: string } {
  let why = "";
  const text = typeof found === "number" || typeof found === "boolean" ? String(found) : found;
  if (typeof text === "string") {
    try {
      const value = reader.read(text);
      if (value !== undefined) return { value };
    } catch (error) {
      why = `: ${error instanceof Error ? error.message : error}`;
    }
  }
  return { problem: `found ${describe(found)}, expected ${reader.expected}${why}` };
}

/** What no key can say alone: a secret does not travel in clear, and nothing that is asked for is silently not done. */
function contradictions(config: Partial<Config>): string[] {
  const { mk_uri, mk_facts_uri, mk_token_file, mk_ca_file, mk_client_cert_file, mk_client_key_file } = config;
  const problems: string[] = [];
  const plain = [mk_uri, mk_facts_uri].find((uri) => uri?.startsWith("http:"));
  if (mk_token_file !== undefined && plain !== undefined) {
    problems.push(`mk_token_file: a token is sent over https only, found ${plain}`);
  }
  if ((mk_client_cert_file === undefined) !== (mk_client_key_file === undefined)) {
    problems.push("found one of mk_client_cert_file and mk_client_key_file, expected both or none");
  }
  const certificates = mk_ca_file ?? mk_client_cert_file;
  const isSecure = mk_uri?.startsWith("https:") || mk_facts_uri?.startsWith("https:");
  if (certificates !== undefined && (mk_uri ?? mk_facts_uri) !== undefined && !isSecure) {
    problems.push(`found the certificates ${certificates}, but no https:// address to use them for`);
  }
  return problems;
}
