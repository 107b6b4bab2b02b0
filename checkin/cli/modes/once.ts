import { type Facts, withRaw } from "../../../collectors/facts/mod.ts";
import type { Host } from "../../../collectors/host/mod.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import type { Spec } from "../../../collectors/judge/spec/spec.ts";
import { collect, type Collection, type CollectOptions, onlySections } from "../../../collectors/mod.ts";
import { progress } from "../../../collectors/show/progress.ts";
import { prune } from "../../../collectors/values.ts";
import { VERSION } from "../../../collectors/version.ts";
import { kernelSettings } from "../../config/kernel_line.ts";
import { UsageError } from "../command.ts";
import { configuredFacts, exists } from "../configured.ts";
import { EXIT } from "../exit_codes.ts";
import { askedSections, collectOptions, kernelLine, openHost } from "../host.ts";
import { type Command, DEFAULT_CONFIG_FILE } from "../options.ts";
import { formatOf, show, terminalWidth } from "../output.ts";
import { onEnd } from "../signals.ts";
import { complain, print, writeError } from "../streams.ts";
import type { OnceResult } from "../cycle.ts";

/** How it went; `collection` is absent where a signal came first. */
type Result = Pick<OnceResult, "collection" | "attributes" | "end">;

/** `--once`: collect and print; with a configuration one cycle of the daemon. */
export async function once(command: Command): Promise<number> {
  if (await isFleet(command)) return (await import("./fleet.ts")).fleet(command);
  const only = askedSections(command);
  if (only && command.values["spec"] !== undefined) {
    throw new UsageError("--only does not go with --spec, which is compared with all facts");
  }
  const specs = await specsAt(command.values["spec"]);
  const format = formatOf(command, only);
  const replay = command.values["replay"];
  const isPost = command.values["post"] !== undefined || command.values["post-format"] !== undefined;
  if (replay?.endsWith(".json") && !isPost) {
    const facts = judged(await (await import("../one_machine.ts")).factsAt(replay, command), specs);
    await print(
      command,
      await show(
        command,
        { facts: only ? onlySections(facts, only) : facts, parts: {}, recorded: facts },
        format,
        undefined,
      ),
    );
    return exitCode(command, facts);
  }
  const target = isPost ? (await import("../post.ts")).postTarget(command) : undefined;
  const stop = new AbortController();
  let interrupted: number | undefined;
  onEnd((code) => {
    interrupted = code;
    stop.abort();
  });
  const host = await openHost(command, stop.signal);
  const isCycle = !target && await isConfigured(command, await kernelLine(command, host));
  const line = Deno.stderr.isTerminal() ? progress(writeError, () => performance.now(), terminalWidth()) : undefined;
  const options = prune<CollectOptions>({
    ...collectOptions(command),
    signal: stop.signal,
    onProgress: line?.onProgress,
  });
  let result: Result;
  try {
    const writeLog = line?.writeAbove ?? writeError;
    result = isCycle
      ? await (await import("../cycle_by_hand.ts")).cycle(
        { command, host, signal: stop.signal, writeLog },
        options,
        specs,
      )
      : { collection: await collected(command, host, options, specs), end: "done" };
    if (target && result.collection && !stop.signal.aborted) {
      const [{ postFacts }, { logger }] = await Promise.all([import("../post.ts"), import("../agent.ts")]);
      const about = { signal: stop.signal, log: logger(command, writeLog) };
      result = { ...result, end: await postFacts(target, result.collection, about) ? "done" : "server" };
    }
  } finally {
    line?.end();
  }
  if (interrupted !== undefined) return interrupted;
  const { collection, end, attributes } = result;
  // Shown first: a full disk must cost the recording only.
  if (collection) await print(command, await show(command, asked(command, collection, only), format, attributes));
  if ("finish" in host) {
    await host.finish(collection?.facts);
    complain(await recorded(command.values["record"]!, command.switches.has("include-secrets")));
  }
  if (end !== "done") return EXIT[end];
  return exitCode(command, collection?.facts);
}

/** What is collected without a server, with what is said of the machine as a whole. */
async function collected(
  command: Command,
  host: Host,
  options: CollectOptions,
  specs: readonly Spec[] | undefined,
): Promise<Collection> {
  const isAsked = options.only === undefined || options.only.includes("labels");
  const labels = isAsked ? (await configuredFacts(command)).labels : undefined;
  const collection = await collect(host, VERSION, prune<CollectOptions>({ ...options, labels }));
  return { ...collection, facts: judged(collection.facts, specs) };
}

/** What the facts of a machine mean for the exit code. */
function exitCode(command: Command, facts: Facts | undefined): number {
  const isLacking = Object.values(facts?.sources ?? {}).some(({ status }) => status !== "ok" && status !== "skipped");
  const isBroken = facts?.findings?.some(({ level }) => level === "error") ?? false;
  if (command.switches.has("strict") && (isLacking || isBroken)) return EXIT.sourceFailed;
  if (command.values["spec"] === undefined || facts?.spec?.matches) return EXIT.done;
  if (facts && !facts.spec) complain(`no spec in ${command.values["spec"]} is for this machine`);
  return EXIT.deviates;
}

/** The specs of `--spec`. Throws SpecError. */
async function specsAt(path: string | undefined): Promise<readonly Spec[] | undefined> {
  return path === undefined ? undefined : await (await import("../../specs.ts")).loadSpecs(path);
}

/** Whether `--replay` names more than one machine, or what may hold several. */
async function isFleet({ values, words }: Command): Promise<boolean> {
  const replay = values["replay"];
  if (replay === undefined) return false;
  const { isFactsFile, isRecording } = await import("../fleet/machines.ts");
  return words.length > 0 || !isRecording(replay) && !isFactsFile(replay);
}

/** The collection with the sections that were asked for, and with --raw what every tool said. */
function asked(command: Command, collection: Collection, only: readonly (keyof Facts)[] | undefined): Collection {
  const { facts, parts } = collection;
  const shown = only ? onlySections(facts, only) : facts;
  return { ...collection, facts: command.switches.has("raw") ? withRaw(shown, parts) : shown };
}

/** Whether it is to speak with a server. */
async function isConfigured(command: Command, kernelLine: string): Promise<boolean> {
  const { values } = command;
  const given = (["server", "config"] as const).find((name) => values[name] !== undefined);
  const alone = (["replay", "only"] as const).find((name) => values[name] !== undefined);
  if (alone === undefined) {
    if (given === "server") return true;
    if (given === undefined && !exists(DEFAULT_CONFIG_FILE)) return kernelSettings(kernelLine) !== undefined;
    return !(await import("../configuration.ts")).factSettings(command).isLocal;
  }
  if (given !== undefined) throw new UsageError(`--${alone} never registers: it does not go with --${given}`);
  return false;
}

/** What to say of a recording before somebody sends it. */
async function recorded(folder: string, hasSecrets: boolean): Promise<string> {
  const { files, bytes } = await sizeOf(folder);
  const size = bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const secrets = hasSecrets
    ? "the BMC's SNMP community and the secrets of the kernel command line are in it (--include-secrets)"
    : "the BMC's SNMP community and known secrets of the kernel command line are masked";
  return [
    `recorded in ${folder}: ${files} files, ${size}`,
    `before you send it, look through it (commands/, proc/cmdline, etc/): it holds serial numbers, MAC and IP addresses,`,
    `host names and the names of switches; ${secrets}`,
  ].join("\n");
}

async function sizeOf(folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0, bytes = 0;
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const inside = isDirectory ? await sizeOf(path) : { files: 1, bytes: isFile ? (await Deno.lstat(path)).size : 0 };
    files += inside.files;
    bytes += inside.bytes;
  }
  return { files, bytes };
}
