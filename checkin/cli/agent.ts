/** What the daemon and a cycle by hand are given, as a command line has it. */
import type { Host } from "../../collectors/host/mod.ts";
import { prune } from "../../collectors/values.ts";
import { VERSION } from "../../collectors/version.ts";
import { systemClock } from "../clock.ts";
import type { AgentDeps } from "../environment.ts";
import { createLogger, LOG_FORMATS, LOG_LEVELS, type Logger } from "../log.ts";
import { openState } from "../state/mod.ts";
import { oneOf } from "./command.ts";
import { stateDir } from "./configuration.ts";
import type { Command } from "./options.ts";

export interface AgentContext {
  command: Command;
  host: Host;
  signal: AbortSignal;
  /** Takes one line of the log. */
  writeLog: (line: string) => void;
}

/** All but the configuration and the collection. */
export function agentDeps(
  { command, host, signal, writeLog }: AgentContext,
): Omit<AgentDeps, "collectParts" | "config"> {
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
export function logger({ values }: Command, write: (line: string) => void): Logger {
  const level = values["log-level"] === undefined ? undefined : oneOf("log-level", values["log-level"], LOG_LEVELS);
  const format = oneOf("log-format", values["log-format"] ?? "text", LOG_FORMATS);
  const log = createLogger(prune({ level, format, write }));
  return level === undefined ? log : { ...log, setLevel: () => {} };
}
