/** What can be asked for on the command line: one table, of which the checks, `--help` and README are made. */
import { parseArgs } from "@std/cli/parse-args";
import { PARSERS } from "../../collectors/tools/parsers.ts";
import { VERSION } from "../../collectors/version.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log.ts";

/** Where the server's cloud-config puts the configuration. */
export const DEFAULT_CONFIG_FILE = "/tmp/mk_conf.yaml";

const MODES = ["once", "explain", "dry-run", "check-config", "status", "parse", "version", "help"] as const;
export type Mode = (typeof MODES)[number] | "daemon";

/** One option: help, checks and README are made of this table. */
export interface Option {
  name: string;
  /** What the value is called; a switch has none. */
  value?: string;
  /** The only values that it can have. */
  words?: readonly string[];
  /** What is done at the path that it names. */
  access?: "read" | "write";
  help: string;
  /** The modes that it goes with; a mode's own switch has none. */
  with?: readonly Mode[];
}

export const FORMATS = ["json", "yaml", "table", "attributes"] as const;
const BY_HAND: readonly Mode[] = ["once", "explain", "dry-run"];
const COLLECTING: readonly Mode[] = ["daemon", ...BY_HAND];
const WITH_SERVER: readonly Mode[] = ["daemon", "once", "dry-run"];

/** Every option, in the order of `--help`. */
export const OPTIONS: readonly Option[] = [
  { name: "once", help: "collect and print; with a configuration also check in and register, once" },
  {
    name: "explain",
    value: "NAME …",
    help: "where facts come from: old names, memory, disks[], disks[sda].serialNumber",
  },
  { name: "dry-run", help: "collect and print the requests that would be sent; contacts nobody, writes nothing" },
  { name: "check-config", help: "validate the configuration and print what is in force" },
  { name: "status", help: "what the daemon on this machine last did; exit 0 if it checks in" },
  {
    name: "parse",
    value: "TOOL",
    words: Object.keys(PARSERS),
    help: "one output of a tool on stdin, the typed value as JSON on stdout",
  },
  { name: "version", help: "print the version" },
  { name: "help", help: "print this" },
  {
    name: "format",
    value: "FORMAT",
    words: FORMATS,
    help: "json, yaml, table, or attributes, as a Hanlon server gets them",
    with: ["once"],
  },
  {
    name: "only",
    value: "SECTION,…",
    help: "show these sections alone, and ask only the tools that they need",
    with: ["once"],
  },
  { name: "raw", help: "with a section raw: what every tool said, typed", with: ["once"] },
  { name: "strict", help: "exit 5 when a source is missing, failed or timed out", with: ["once"] },
  { name: "obey", help: "carry out a reboot or poweroff that the server commands", with: ["once"] },
  {
    name: "record",
    value: "DIR",
    access: "write",
    help: "write all that is read from this machine to a new folder",
    with: ["once"],
  },
  {
    name: "replay",
    value: "DIR",
    access: "read",
    help: "read a recording instead of this machine; contacts nobody",
    with: ["once", "explain"],
  },
  { name: "list", help: "every name that --explain knows", with: ["explain"] },
  { name: "lldp", value: "SECONDS", help: "where no lldpad runs: start one and listen that long", with: BY_HAND },
  {
    name: "timeout",
    value: "SECONDS",
    help: "limit for a whole collection (default 60); --lldp comes on top",
    with: COLLECTING,
  },
  { name: "include-secrets", help: "keep the BMC's SNMP community, and secrets on the kernel line", with: COLLECTING },
  {
    name: "proc",
    value: "DIR",
    access: "read",
    help: "the host's /proc (default /host-proc where it is mounted)",
    with: COLLECTING,
  },
  {
    name: "sys",
    value: "DIR",
    access: "read",
    help: "the host's /sys (default /host-sys where it is mounted)",
    with: COLLECTING,
  },
  {
    name: "dev",
    value: "DIR",
    access: "read",
    help: "the host's /dev (default /host-dev where it is mounted)",
    with: COLLECTING,
  },
  {
    name: "os-release",
    value: "FILE",
    access: "read",
    help: "the host's os-release, in a container",
    with: COLLECTING,
  },
  {
    name: "config",
    value: "FILE",
    access: "read",
    help: `the configuration (default ${DEFAULT_CONFIG_FILE})`,
    with: [...WITH_SERVER, "explain", "check-config"],
  },
  { name: "server", value: "URL", help: "a server instead of a configuration", with: [...WITH_SERVER, "check-config"] },
  {
    name: "state-dir",
    value: "DIR",
    access: "write",
    help: "what outlives a restart, and the host's command channel (default /tmp)",
    with: [...WITH_SERVER, "status"],
  },
  {
    name: "log-level",
    value: "LEVEL",
    words: LOG_LEVELS,
    help: `${LOG_LEVELS.join(", ")} (default: the configuration's)`,
    with: WITH_SERVER,
  },
  {
    name: "log-format",
    value: "FORMAT",
    words: LOG_FORMATS,
    help: "text or json; the log goes to stderr",
    with: WITH_SERVER,
  },
];

/** The command line makes no sense; `message` says what and what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was asked for: the mode, and the values of its options. */
export interface Command {
  mode: Mode;
  values: Partial<Record<string, string>>;
  switches: ReadonlySet<string>;
  /** The names that --explain is given after its first. */
  words: readonly string[];
}

/** `args` as a command. Throws UsageError with a hint. */
export function parseCommand(args: readonly string[]): Command {
  const switches = OPTIONS.filter((option) => option.value === undefined).map((option) => option.name);
  for (const [i, arg] of args.entries()) {
    const name = switches.find((name) => arg.startsWith(`--${name}=`));
    if (name) throw new UsageError(`--${name} takes no value, found ${arg}`);
    // parseArgs takes the empty value of `--only "$UNSET"` for a stray word.
    const before = OPTIONS.find((option) => option.value !== undefined && args[i - 1] === `--${option.name}`);
    if (arg === "" && before) throw needsValue(before);
  }
  const takesWords = args.some((arg) => /^--explain(=|$)/.test(arg));
  const parsed = parseArgs(args, {
    boolean: switches,
    string: OPTIONS.filter((option) => option.value !== undefined).map((option) => option.name),
    unknown: (arg) => {
      if (takesWords && !arg.startsWith("-")) return true;
      throw new UsageError(arg.startsWith("-") ? `unknown option ${arg}${hint(arg)}` : `stray word "${arg}"`);
    },
  });
  // Behind "--" anything is a word.
  if (parsed._.length > 0 && !takesWords) throw new UsageError(`stray word "${parsed._[0]}"`);
  const given = OPTIONS.filter(({ name }) => parsed[name] !== undefined && parsed[name] !== false);
  const values: Partial<Record<string, string>> = {};
  for (const option of given) {
    const { name, value, words } = option;
    if (value === undefined) continue;
    const text = parsed[name];
    if (name === "explain" && text === "" && parsed["list"]) continue;
    if (typeof text !== "string" || text === "") throw needsValue(option);
    values[name] = words ? oneOf(name, text, words) : text;
  }
  const modes = given.filter((option) => option.with === undefined).map((option) => option.name as Mode);
  if (modes.length > 1) throw new UsageError(`--${modes[0]} and --${modes[1]} do not go together`);
  const mode = modes[0] ?? "daemon";
  for (const option of given) {
    if (option.with && !option.with.includes(mode)) {
      const others = option.with.map((other) => other === "daemon" ? "the daemon" : `--${other}`).join(", ");
      throw new UsageError(`--${option.name} goes only with ${others}`);
    }
  }
  return { mode, values, switches: new Set(given.map(({ name }) => name)), words: parsed._.map(String) };
}

function needsValue({ name, value }: Option): UsageError {
  return new UsageError(`--${name} needs a value: --${name} ${value}`);
}

/** The option that shares the longest beginning with what was written, if it is more than a letter. */
function hint(written: string): string {
  const word = written.replace(/^-+/, "").replace(/=.*/, "");
  const shared = (name: string) => {
    let length = 0;
    while (length < word.length && name[length] === word[length]) length++;
    return length;
  };
  const [near] = OPTIONS.map(({ name }) => ({ name, length: shared(name) })).sort((a, b) => b.length - a.length);
  return near && near.length > 1 ? `: did you mean --${near.name}?` : "";
}

/** `--help`: one screen, made of the table of options. */
export function helpText(): string {
  const lines = OPTIONS.map(({ name, value, help }) =>
    `  ${`--${name}${value ? ` ${value}` : ""}`.padEnd(20)} ${help}`
  );
  return `hnl_mk ${VERSION}: tells a Hanlon server, or you, what a machine is\n\n${lines.join("\n")}\n
Without any of the first eight it is the daemon.
TOOL: ${Object.keys(PARSERS).join(", ")}
Exit codes: 0 done, 1 unusable recording, input or output, 2 usage, 3 configuration,
4 server not reached or refused, or (--status) a daemon that does not check in,
5 a source is missing, failed or timed out (--strict),
6 a command of the server that the host did not take (--obey)
`;
}

/** `text` where it is one of the allowed words. Throws UsageError. */
export function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (!found) throw new UsageError(`--${option}: found "${text}", expected ${allowed.join(", ")}`);
  return found;
}

/** `text` as seconds, more than 0 and at most an hour. Throws UsageError. */
export function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) {
    throw new UsageError(`--${option}: found "${text}", expected seconds, more than 0 and at most 3600`);
  }
  return value;
}

/**
 * Whether `args` are the words that the server's cloud-config gives to `docker run` behind the image:
 * `/bin/bash -c '/usr/local/bin/hnl_mk_init.rb && read -p "waiting..."'`. The old image had no entrypoint and ran them;
 * with one they are its arguments.
 */
export function isLegacyStart(args: readonly string[]): boolean {
  const [shell, option, script] = args;
  return args.length === 3 && shell === "/bin/bash" && option === "-c" && script!.includes("hnl_mk_init.rb");
}
