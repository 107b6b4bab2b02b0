/** The configuration in force: from a file or the command line, changed by the server, and the client made with it. */
import { equal } from "@std/assert/equal";
import { prune } from "../../collectors/values.ts";
import type { Client } from "../hanlon/client.ts";
import { type Config, effectiveConfig, loadConfig, mergeServerConfig, requestTimeoutMs, writeConfig } from "./mod.ts";
import { type Credentials, openClient, readCredentials } from "./credentials.ts";
import { createDestinations, type Destination } from "./destinations.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../log.ts";
import { SERVER_SETTINGS } from "./keys.ts";

/** mk_conf.yaml, or what was given on the command line (`--server`), which is never written anywhere. */
export type ConfigSource =
  /** `kernelLine` is the kernel command line, which counts where there is no such file. */
  | { file: string; kernelLine?: string }
  | { config: Config };

/** A configuration that is in force, and the clients that were made with it. */
export interface Setting {
  config: Config;
  /** For the Hanlon server. */
  client: Client;
  /** Where facts go. */
  destinations: readonly Destination[];
}

export interface Settings {
  /** Undefined until there was a good one; from then on the last good one. */
  readonly current: Setting | undefined;
  /** Why there is no better one: one line. */
  readonly problem: string | undefined;
  /** Reads files again. Gives whether another configuration is in force now. */
  reload(): boolean;
  /**
   * Takes what the server sent with an answer (`client_config`), if it is good. Gives whether anything is changed by
   * it.
   */
  take(clientConfig: unknown): boolean;
  /** Puts an earlier configuration in force again, in the file too. Gives whether it is. */
  restore(config: Config): boolean;
  close(): void;
}

/** Settings without a configuration yet: `reload` is to be called. */
export function createSettings(
  { config: source, log, fetch, clock }: {
    config: ConfigSource;
    log: Logger;
    fetch: typeof globalThis.fetch;
    clock: Clock;
  },
): Settings {
  let current: Setting | undefined;
  const destinations = createDestinations({ log, fetch, clock });
  let problem: string | undefined;
  /** As it was last read: the server's changes are not in the file where it could not be written. */
  let fromSource: Config | undefined;
  let clientOptions: (Credentials & { timeoutMs: number }) | undefined;
  let loaded: { stamp: string; result: ReturnType<typeof loadConfig> } | undefined;
  let taken: { clientConfig: unknown; config: Config } | undefined;

  /** What is in the source; an unchanged file is not read again. */
  const load = (): ReturnType<typeof loadConfig> => {
    if ("config" in source) return source;
    const stamp = stampOf(source.file);
    if (loaded?.stamp !== stamp) {
      loaded = { stamp, result: loadConfig(source.file, current?.config, source.kernelLine) };
    }
    return loaded.result;
  };

  const complain = (message: string) => {
    problem = message;
    log.once(
      "configuration",
      "ERROR",
      `${message}; ${current ? "the last good one stays in force" : "waiting for it"}`,
    );
  };

  /** Puts `config` in force, unless its certificates or token are not to be had. */
  const apply = (config: Config): boolean => {
    const read = readCredentials(config);
    if ("problem" in read) {
      complain(read.problem);
      return false;
    }
    const wanted = { ...read.credentials, timeoutMs: requestTimeoutMs(config) };
    let client = current?.client;
    if (!client || !equal(wanted, clientOptions)) {
      if (wanted.token !== undefined) log.hide(wanted.token);
      const opened = openClient({ fetch, clock, ...wanted });
      if ("problem" in opened) {
        complain(opened.problem);
        return false;
      }
      client = opened.client;
      current?.client.close();
      clientOptions = wanted;
    }
    for (const warning of read.warnings) log.once(warning, "WARN", warning);
    problem = undefined;
    log.forget("configuration");
    log.setLevel(config.mk_log_level);
    destinations.update(config);
    current = { config, client, destinations: destinations.current };
    return true;
  };

  const writeBack = (file: string, config: Config) => {
    const unwritten = writeConfig(file, config);
    if (unwritten) {
      log.once("write back", "WARN", `${unwritten.message}; the server's settings are not written back`);
      return;
    }
    log.forget("write back");
    const written = load();
    // An operator may have changed the file meanwhile: then its other keys are still to be put in force.
    if ("config" in written && equal(ownKeys(written.config), ownKeys(config))) fromSource = written.config;
  };

  return {
    get current() {
      return current;
    },
    get problem() {
      return problem;
    },
    reload() {
      const found = load();
      if ("problem" in found) {
        complain(found.problem.message);
        return false;
      }
      const { config } = found;
      const isAnother = !fromSource || !equal(effectiveConfig(fromSource), effectiveConfig(config));
      // Else what is in force stays, with what the server has changed in it, but certificates may have been renewed.
      const before = current;
      if (!apply(isAnother || !current ? config : current.config)) return false;
      fromSource = config;
      if (!isAnother && before) return false;
      const { mk_uri, mk_checkin_interval, unknownKeys } = config;
      const facts = current!.destinations.map(({ target }) => target.format).join(",") || undefined;
      log.info(before ? "another configuration" : "configuration", prune({ mk_uri, facts, mk_checkin_interval }));
      for (const warning of config.warnings) log.once(warning, "WARN", warning);
      if (unknownKeys.length > 0) {
        log.once("unknown keys", "WARN", `configuration: ignored, because it means nothing: ${unknownKeys.join(", ")}`);
      }
      return true;
    },
    take(clientConfig) {
      if (!current) return false;
      // The same words at every check-in: they have been read.
      if (taken?.config === current.config && isSameMap(taken.clientConfig, clientConfig)) return false;
      const merged = mergeServerConfig(current.config, clientConfig);
      if (merged.ignored.length > 0) {
        log.once("server's keys", "INFO", `the server's client_config: not taken: ${merged.ignored.join(", ")}`);
      }
      for (const warning of merged.warnings) log.once(warning, "WARN", warning);
      if (merged.changed.length > 0 && !apply(merged.config)) return false;
      taken = { clientConfig, config: current.config };
      if (merged.changed.length === 0) return false;
      const effective = effectiveConfig(merged.config);
      log.info("the server changed the configuration", {
        ...Object.fromEntries(merged.changed.map((key) => [key, effective[key]])),
      });
      if ("file" in source) writeBack(source.file, merged.config);
      return true;
    },
    restore(config) {
      if (!apply(config)) return false;
      if ("file" in source) writeBack(source.file, config);
      return true;
    },
    close() {
      current?.client.close();
      destinations.close();
    },
  };
}

/** What is in force, but for what a server may change. */
function ownKeys(config: Config): Record<string, unknown> {
  const settings: readonly string[] = SERVER_SETTINGS;
  return Object.fromEntries(Object.entries(effectiveConfig(config)).filter(([key]) => !settings.includes(key)));
}

/** Looks no deeper than the settings are: an answer that is nested without end must not cost the command in it. */
export function isSameMap(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const before = Object.entries(a), now = new Map(Object.entries(b));
  return before.length === now.size && before.every(([key, value]) => now.has(key) && now.get(key) === value);
}

/** Differs when a file was written, replaced, or given to somebody else. Deno (2.9) gives ctime in whole seconds. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtime, ctime, mode, uid, gid } = Deno.lstatSync(file);
    return [ino, size, mtime?.getTime(), ctime?.getTime(), mode, uid, gid].join();
  } catch (error) {
    return String(error);
  }
}
