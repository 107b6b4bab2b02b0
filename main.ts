/** Wires the parts together for each mode of the command line, and says with its exit code how it went. */
import {
  type Command,
  DEFAULT_CONFIG_FILE,
  helpText,
  isLegacyStart,
  oneOf,
  OPTIONS,
  parseCommand,
  seconds,
  UsageError,
} from "./checkin/cli/options.ts";
import type { CycleResult } from "./checkin/cli/modes.ts";
import { formatOf, json, show } from "./checkin/cli/output.ts";
import { whatToMount, whyNotPermitted } from "./checkin/cli/permitted.ts";
import { readInput, StreamError, writeError, writeOutput } from "./checkin/cli/streams.ts";
import { decode, type Host } from "./collectors/host/mod.ts";
import { BundleError } from "./collectors/host/bundle.ts";
import { createLocalHost, type LocalHost } from "./collectors/host/local.ts";
import type { RecordingHost } from "./collectors/host/recording.ts";
import { withRaw } from "./collectors/facts/mod.ts";
import { collect, type CollectOptions, onlySections, sections } from "./collectors/mod.ts";
import { PARSERS } from "./collectors/tools/parsers.ts";
import { ParseError } from "./collectors/tools/parsing.ts";
import { prune } from "./collectors/values.ts";
import { progress } from "./collectors/show/progress.ts";
import { VERSION } from "./collectors/version.ts";

/** What the program ends with. */
const EXIT = { done: 0, unusableInput: 1, usage: 2, configuration: 3, server: 4, sourceFailed: 5, host: 6 } as const;

/** Runs the program; gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommand(isLegacyStart(args) ? [] : args);
    checkPaths(command);
    switch (command.mode) {
      case "help":
        return await print(helpText());
      case "version":
        return await print(`${VERSION}\n`);
      case "parse":
        return await parseInput(command.values["parse"]!);
      case "check-config":
        return await print((await serverModes()).checkConfig(command));
      case "status": {
        const { isWell, text } = (await serverModes()).status(command);
        await print(text);
        return isWell ? EXIT.done : EXIT.server;
      }
      case "dry-run":
        return await dryRun(command);
      case "explain":
        return await explain(command);
      case "once":
        return await once(command);
      case "daemon":
        return await daemon(command);
    }
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nhnl_mk --help shows what there is`, EXIT.usage);
    if (error instanceof BundleError || error instanceof ParseError || error instanceof StreamError) {
      return complain(error.message, EXIT.unusableInput);
    }
    if (error instanceof Error && error.name === "ConfigError") return complain(error.message, EXIT.configuration);
    throw error;
  }
}

/** Half of the start-up would go into these and the recordings (node:fs, @std/path), which few runs need. */
function serverModes(): Promise<typeof import("./checkin/cli/modes.ts")> {
  return import("./checkin/cli/modes.ts");
}

async function daemon(command: Command): Promise<number> {
  const stop = new AbortController();
  // While nobody waits for it, it would end the daemon.
  onSignal("SIGHUP", () => {});
  for (const signal of ["SIGINT", "SIGTERM"] as const) onSignal(signal, () => stop.abort());
  // The signal does not end its tools by itself: the daemon ends them in order.
  const host = localHost(command);
  await (await serverModes()).runAsDaemon({
    command,
    host,
    options: collectOptions(command),
    signal: stop.signal,
    writeLog: writeError,
    warning: await missing(command, host),
    onReload: (listener) => onSignal("SIGHUP", listener),
  });
  return EXIT.done;
}

async function once(command: Command): Promise<number> {
  const { switches } = command;
  const asked = collectOptions(command);
  const format = formatOf(command, asked.only);
  const isCycle = isConfigured(command);
  const stop = new AbortController();
  let interrupted: number | undefined;
  onEnd((code) => {
    interrupted = code;
    stop.abort();
  });
  const host = await openHost(command, stop.signal);
  await tellMissing(command, host);
  const line = Deno.stderr.isTerminal() ? progress(writeError, () => performance.now(), columns()) : undefined;
  const options = prune<CollectOptions>({
    ...asked,
    signal: stop.signal,
    onProgress: line?.onProgress,
  });
  let result: CycleResult;
  try {
    result = isCycle
      ? await (await serverModes()).runCycle({
        command,
        host,
        options,
        signal: stop.signal,
        writeLog: line?.writeAbove ?? writeError,
      })
      : { collection: await collect(host, VERSION, options), end: "done" };
  } finally {
    line?.end();
  }
  if (interrupted !== undefined) return interrupted;
  const { collection, end } = result;
  const facts = collection?.facts;
  const shown = facts && options.only ? onlySections(facts, options.only) : facts;
  // Shown first: a full disk must cost the recording only.
  if (collection && shown) {
    const facts = switches.has("raw") ? withRaw(shown, collection.parts) : shown;
    await print(await show({ ...collection, facts }, format, result.attributes));
  }
  if ("finish" in host) await host.finish();
  if (end !== "done") return EXIT[end];
  const isLacking = Object.values(facts?.sources ?? {}).some(({ status }) => status !== "ok" && status !== "skipped");
  return switches.has("strict") && isLacking ? EXIT.sourceFailed : EXIT.done;
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 0;
  }
}

async function dryRun(command: Command): Promise<number> {
  const signal = endedBySignals();
  const host = localHost(command, signal);
  await tellMissing(command, host);
  const context = { command, host, options: collectOptions(command), signal };
  return await print(await (await serverModes()).dryRun(context));
}

async function explain(command: Command): Promise<number> {
  const { explain, listNames, UnknownName } = await import("./checkin/cli/explain.ts");
  if (command.switches.has("list")) return await print(listNames());
  const { rememberingHost } = await import("./collectors/host/remembering.ts");
  const { exclude, problem } = (await serverModes()).exclusion(command);
  if (problem) complain(`${problem}; whether mk_fact_excl_pattern leaves facts out is not known`, EXIT.done);
  const asked = await openHost(command, endedBySignals());
  await tellMissing(command, asked);
  const { host, texts } = rememberingHost(asked, { includeSecrets: command.switches.has("include-secrets") });
  const collection = await collect(host, VERSION, collectOptions(command));
  const explained: string[] = [];
  let code: number = EXIT.done;
  for (const name of [command.values["explain"]!, ...command.words]) {
    try {
      explained.push(explain(name, collection, texts, exclude));
    } catch (error) {
      if (!(error instanceof UnknownName)) throw error;
      code = complain(error.message, EXIT.usage);
    }
  }
  const printed = explained.length > 0 ? await print(explained.join("\n")) : EXIT.done;
  return code === EXIT.done ? printed : code;
}

/** For what nobody waits for: a signal ends the program at once, and with it the tools. */
function endedBySignals(): AbortSignal {
  const stop = new AbortController();
  onEnd((code) => {
    stop.abort();
    setTimeout(() => Deno.exit(code), 100);
  });
  return stop.signal;
}

/** The exit codes of what a signal ends (signal(7)). */
const ENDED_BY = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Calls `listener` when a run by hand is to end. Without a terminal, as under nohup, none can be lost. */
function onEnd(listener: (code: number) => void): void {
  const signals = ["SIGINT", "SIGTERM", ...Deno.stderr.isTerminal() ? ["SIGHUP" as const] : []] as const;
  for (const signal of signals) onSignal(signal, () => listener(ENDED_BY[signal]));
}

/** Whether `--once` is to speak with a server. */
function isConfigured({ values }: Command): boolean {
  const given = (["server", "config"] as const).find((name) => values[name] !== undefined);
  const alone = (["replay", "only"] as const).find((name) => values[name] !== undefined);
  if (alone === undefined) return given !== undefined || exists(DEFAULT_CONFIG_FILE);
  if (given !== undefined) throw new UsageError(`--${alone} never registers: it does not go with --${given}`);
  return false;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function localHost({ values }: Command, signal?: AbortSignal): LocalHost {
  const { proc, sys, dev } = values;
  return createLocalHost(prune({ roots: prune({ proc, sys, dev }), osRelease: values["os-release"], signal }));
}

async function openHost(command: Command, signal: AbortSignal): Promise<Host | RecordingHost> {
  const { values, switches } = command;
  const { replay, record } = values;
  const ofThisMachine = ["proc", "sys", "dev", "os-release", "lldp"].find((name) => values[name] !== undefined);
  if (replay !== undefined && ofThisMachine !== undefined) {
    throw new UsageError(`--replay reads a recording: --${ofThisMachine} has no meaning with it`);
  }
  const host = replay === undefined ? localHost(command, signal) : await replayed(replay);
  if (record === undefined) return host;
  const { recordingHost } = await import("./collectors/host/recording.ts");
  return recordingHost(host, record, { includeSecrets: switches.has("include-secrets") });
}

async function replayed(folder: string): Promise<Host> {
  const { openReplay } = await import("./collectors/host/replay.ts");
  const host = await openReplay(folder);
  for (const problem of host.problems) complain(`${folder}: ${problem}`, EXIT.done);
  return host;
}

function collectOptions({ values, switches }: Command): CollectOptions {
  return prune<CollectOptions>({
    only: values["only"]?.split(",").map((name) => oneOf("only", name, sections())),
    timeoutMs: milliseconds(seconds("timeout", values["timeout"])),
    lldpSeconds: seconds("lldp", values["lldp"]),
    includeSecrets: switches.has("include-secrets"),
  });
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** What was named and cannot be read, and what is to be mounted. */
async function missing({ values }: Command, host: Host): Promise<string | undefined> {
  const osRelease = values["os-release"] === undefined ? undefined : await host.read("/etc/os-release");
  if (osRelease && "why" in osRelease) return `--os-release ${values["os-release"]}: ${osRelease.message}`;
  return await whatToMount(host);
}

async function tellMissing(command: Command, host: Host): Promise<void> {
  const warning = await missing(command, host);
  if (warning) complain(warning, EXIT.done);
}

function checkPaths({ values }: Command): void {
  for (const { name, access } of OPTIONS) {
    const path = values[name];
    const problem = path === undefined || !access ? undefined : whyNotPermitted(path, access);
    if (problem) throw new UsageError(`--${name}: ${problem}`);
  }
}

/** Gives what ends the listening. */
function onSignal(signal: Deno.Signal, listener: () => void): () => void {
  Deno.addSignalListener(signal, listener);
  return () => Deno.removeSignalListener(signal, listener);
}

async function parseInput(tool: string): Promise<number> {
  const parser = PARSERS[oneOf("parse", tool, Object.keys(PARSERS))]!;
  const { value, unparsed } = parser(decode(await readInput(tool)));
  await print(json(value ?? null));
  for (const { line, text } of unparsed) complain(`${tool}: line ${line} not understood: ${text}`, EXIT.done);
  return EXIT.done;
}

async function print(text: string): Promise<number> {
  await writeOutput(text);
  return EXIT.done;
}

/** Says what is wrong; the words of a tool or a recording in it do not steer the terminal. */
function complain(message: string, code: number): number {
  writeError(`hnl_mk: ${message.replace(/[^\P{Cc}\n]/gu, "?")}\n`);
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
