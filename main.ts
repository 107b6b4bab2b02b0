/** The command line: what can be asked for, and which parts answer. */
import { parseArgs } from "@std/cli/parse-args";
import { stringify } from "@std/yaml";
import type { Facts } from "./collectors/facts.ts";
import { decode, type Host } from "./collectors/host.ts";
import { createLocalHost } from "./collectors/host/local.ts";
import { recordingHost } from "./collectors/host/recording.ts";
import { BundleError, openReplay } from "./collectors/host/replay.ts";
import { collect, type CollectOptions, sections } from "./collectors/mod.ts";
import { PARSERS } from "./collectors/parsers.ts";
import { ParseError, prune } from "./collectors/parsing.ts";
import { progress } from "./collectors/progress.ts";
import { table } from "./collectors/table.ts";
import { VERSION } from "./collectors/version.ts";

/** What the program ends with. */
export const EXIT = { done: 0, unusableInput: 1, usage: 2, configuration: 3, server: 4, sourceFailed: 5 } as const;

type Mode = "once" | "parse" | "version" | "help";

/** One option: help, checks and README are made of this table. */
export interface Option {
  name: string;
  /** What the value is called; a switch has none. */
  value?: string;
  help: string;
  /** The modes that it goes with; a mode's own switch has none. */
  with?: readonly Mode[];
}

const FORMATS = ["json", "yaml", "table"] as const;

/** Every option, in the order of `--help`. */
export const OPTIONS: readonly Option[] = [
  { name: "once", help: "collect this machine's facts and print them" },
  {
    name: "parse",
    value: "TOOL",
    help: `raw output on stdin, typed JSON on stdout: ${Object.keys(PARSERS).join(", ")}`,
  },
  { name: "version", help: "print the version" },
  { name: "help", help: "print this" },
  {
    name: "format",
    value: "FORMAT",
    help: "json, yaml or table (default: table on a terminal, else json)",
    with: ["once"],
  },
  {
    name: "only",
    value: "SECTION,…",
    help: "run only the tools that these sections of the facts need",
    with: ["once"],
  },
  { name: "timeout", value: "SECONDS", help: "limit for the whole collection (default 60)", with: ["once"] },
  { name: "lldp", value: "SECONDS", help: "where no lldpad runs: start one and listen that long", with: ["once"] },
  { name: "strict", help: "exit 5 when a source failed or timed out", with: ["once"] },
  { name: "include-secrets", help: "keep the BMC's SNMP community and secrets of the kernel line", with: ["once"] },
  { name: "record", value: "DIR", help: "write all that was read from this machine to a new folder", with: ["once"] },
  { name: "replay", value: "DIR", help: "read a recording instead of this machine", with: ["once"] },
  { name: "proc", value: "DIR", help: "the host's /proc (default /host-proc where it exists)", with: ["once"] },
  { name: "sys", value: "DIR", help: "the host's /sys (default /host-sys where it exists)", with: ["once"] },
  { name: "dev", value: "DIR", help: "the host's /dev (default /host-dev where it exists)", with: ["once"] },
  { name: "os-release", value: "FILE", help: "the host's os-release, in a container", with: ["once"] },
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
}

/** `args` as a command. Throws UsageError with a hint. */
export function parseCommand(args: readonly string[]): Command {
  const switches = OPTIONS.filter((option) => option.value === undefined).map((option) => option.name);
  for (const arg of args) {
    const name = switches.find((name) => arg.startsWith(`--${name}=`));
    if (name) throw new UsageError(`--${name} takes no value, found ${arg}`);
  }
  const parsed = parseArgs(args, {
    boolean: switches,
    string: OPTIONS.filter((option) => option.value !== undefined).map((option) => option.name),
    unknown: (arg) => {
      throw new UsageError(arg.startsWith("-") ? `unknown option ${arg}${hint(arg)}` : `stray word "${arg}"`);
    },
  });
  const given = OPTIONS.filter(({ name }) => parsed[name] !== undefined && parsed[name] !== false);
  const values: Partial<Record<string, string>> = {};
  for (const { name, value } of given) {
    if (value === undefined) continue;
    const text = parsed[name];
    if (typeof text !== "string" || text === "") throw new UsageError(`--${name} needs a value: --${name} ${value}`);
    values[name] = text;
  }
  const modes = given.filter((option) => option.with === undefined).map((option) => option.name as Mode);
  if (modes.length > 1) throw new UsageError(`--${modes[0]} and --${modes[1]} do not go together`);
  const mode = modes[0];
  if (mode === undefined) throw new UsageError("nothing to do: try --once");
  for (const option of given) {
    if (option.with && !option.with.includes(mode)) {
      throw new UsageError(`--${option.name} does not go with --${mode}, only with --${option.with.join(", --")}`);
    }
  }
  return { mode, values, switches: new Set(given.map(({ name }) => name)) };
}

/** The option that shares most of its beginning with what was written. */
function hint(written: string): string {
  const word = written.replace(/^-+/, "").replace(/=.*/, "");
  const near = OPTIONS.find(({ name }) => name.startsWith(word.slice(0, 4)) || word.startsWith(name));
  return near && word ? `: did you mean --${near.name}?` : "";
}

/** `--help`: one screen, made of the table of options. */
export function helpText(): string {
  const lines = OPTIONS.map(({ name, value, help }) =>
    `  ${`--${name}${value ? ` ${value}` : ""}`.padEnd(20)} ${help}`
  );
  return `hnl_mk ${VERSION}: tells a Hanlon server, or you, what a machine is\n\n${lines.join("\n")}\n
Exit codes: 0 done, 1 unusable recording or input, 2 usage, 5 a source failed (--strict)
`;
}

/** Runs the program; gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(args);
    switch (command.mode) {
      case "help":
        await print(helpText());
        return EXIT.done;
      case "version":
        await print(`${VERSION}\n`);
        return EXIT.done;
      case "parse":
        return await parseInput(command.values["parse"]!);
      case "once":
        return await once(command);
    }
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nhnl_mk --help shows what there is`, EXIT.usage);
    if (error instanceof BundleError || error instanceof ParseError) return complain(error.message, EXIT.unusableInput);
    throw error;
  }
}

async function once(command: Command): Promise<number> {
  const format = oneOf("format", command.values["format"] ?? (Deno.stdout.isTerminal() ? "table" : "json"), FORMATS);
  const stop = new AbortController();
  const signals = [["SIGINT", 130], ["SIGTERM", 143]] as const;
  let interrupted: number | undefined;
  const listeners = signals.map(([signal, code]) => {
    const listener = () => {
      interrupted = code;
      stop.abort();
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  const host = await openHost(command, stop.signal);
  const options = collectOptions(command);
  const line = Deno.stderr.isTerminal()
    ? progress((text) => Deno.stderr.writeSync(new TextEncoder().encode(text)), () => performance.now())
    : undefined;
  const facts = await collect(
    host,
    VERSION,
    prune<CollectOptions>({ ...options, signal: stop.signal, onProgress: line?.onProgress }),
  );
  line?.end();
  if ("finish" in host) await (host.finish as () => Promise<void>)();
  listeners.forEach((remove) => remove());
  if (interrupted !== undefined) return interrupted;
  await print(show(facts, format));
  const failed = Object.values(facts.sources).some(({ status }) => status === "failed" || status === "timeout");
  return command.switches.has("strict") && failed ? EXIT.sourceFailed : EXIT.done;
}

async function openHost({ values, switches }: Command, signal: AbortSignal): Promise<Host> {
  const { replay, record, proc, sys, dev } = values;
  const osRelease = values["os-release"];
  if (replay !== undefined && (proc ?? sys ?? dev ?? osRelease ?? values["lldp"]) !== undefined) {
    throw new UsageError(
      "--replay reads a recording: --proc, --sys, --dev, --os-release and --lldp have no meaning with it",
    );
  }
  const host = replay !== undefined
    ? await openReplay(replay)
    : createLocalHost(prune({ roots: prune({ proc, sys, dev }), osRelease, signal }));
  return record === undefined ? host : recordingHost(host, record, { includeSecrets: switches.has("include-secrets") });
}

function collectOptions({ values, switches }: Command): CollectOptions {
  return prune<CollectOptions>({
    only: values["only"]?.split(",").map((name) => oneOf("only", name, sections())),
    timeoutMs: seconds("timeout", values["timeout"]),
    lldpSeconds: seconds("lldp", values["lldp"]),
    includeSecrets: switches.has("include-secrets"),
  });
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (!found) throw new UsageError(`--${option}: found "${text}", expected ${allowed.join(", ")}`);
  return found;
}

function seconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new UsageError(`--${option}: found "${text}", expected seconds, 0 to 3600`);
  return value;
}

function show(facts: Facts, format: (typeof FORMATS)[number]): string {
  switch (format) {
    case "json":
      return JSON.stringify(facts, null, 2) + "\n";
    case "yaml":
      return stringify(facts);
    case "table":
      return table(facts, { colour: Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR") });
  }
}

async function parseInput(tool: string): Promise<number> {
  const parser = PARSERS[oneOf("parse", tool, Object.keys(PARSERS))]!;
  const input = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
  const { value, unparsed } = parser(decode(input));
  await print(JSON.stringify(value ?? null, null, 2) + "\n");
  for (const { line, text } of unparsed) complain(`${tool}: line ${line} not understood: ${text}`, 0);
  return EXIT.done;
}

/** Writes all of `text`; a reader that has gone away (`| head`) is no error. */
async function print(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function complain(message: string, code: number): number {
  console.error(`hnl_mk: ${message}`);
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
