/** The machine that a command is about: this one, or a recording. */
import { type Host, readText, valueOf } from "../../collectors/host/mod.ts";
import { createLocalHost, type LocalHost } from "../../collectors/host/local.ts";
import type { RecordingHost } from "../../collectors/host/recording.ts";
import { type CollectOptions, sections } from "../../collectors/mod.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { prune } from "../../collectors/values.ts";
import { oneOf, seconds, UsageError } from "./command.ts";
import type { Command } from "./options.ts";
import { whatToMount } from "./permitted.ts";
import { complain } from "./streams.ts";

/** This machine. `signal` ends its tools. */
export function localHost({ values }: Command, signal?: AbortSignal): LocalHost {
  const { proc, sys, dev } = values;
  return createLocalHost(prune({ roots: prune({ proc, sys, dev }), osRelease: values["os-release"], signal }));
}

/** This machine or the recording of `--replay`; recorded where `--record` asks for it. Warns of what is not to be seen. */
export async function openHost(command: Command, signal: AbortSignal): Promise<Host | RecordingHost> {
  const { values, switches } = command;
  const { replay, record } = values;
  const ofThisMachine = ["proc", "sys", "dev", "os-release", "lldp"].find((name) => values[name] !== undefined);
  if (replay !== undefined && ofThisMachine !== undefined) {
    throw new UsageError(`--replay reads a recording: --${ofThisMachine} has no meaning with it`);
  }
  const host = replay === undefined ? localHost(command, signal) : await replayed(replay);
  const problem = await osReleaseProblem(command, host);
  if (problem) throw new UsageError(problem);
  const mounts = await whatToMount(host);
  if (mounts) complain(mounts);
  if (record === undefined) return host;
  const { recordingHost } = await import("../../collectors/host/recording.ts");
  return recordingHost(host, record, { includeSecrets: switches.has("include-secrets") });
}

/** The host's kernel command line, which is the configuration where there is no file and none is named; else empty. */
export async function kernelLine({ values }: Command, host: Host): Promise<string> {
  const isNamed = values["config"] !== undefined || values["server"] !== undefined || values["replay"] !== undefined;
  return isNamed ? "" : valueOf(await readText(host, "/proc/cmdline")) ?? "";
}

/** Why the file of `--os-release` is none. */
export async function osReleaseProblem({ values }: Command, host: Host): Promise<string | undefined> {
  const file = values["os-release"];
  const read = file === undefined ? undefined : await host.read("/etc/os-release");
  return read && "why" in read ? `--os-release ${file}: ${read.message}` : undefined;
}

async function replayed(folder: string): Promise<Host> {
  const { openReplay } = await import("../../collectors/host/replay.ts");
  const host = await openReplay(folder);
  for (const problem of host.problems) complain(`${folder}: ${problem}`);
  return host;
}

/** The sections that are made of all sources: how these answered, and what is wrong with the machine. */
export const OF_ALL = ["sources", "findings"] as const;

/** The sections of `--only`; undefined for all. Throws UsageError. */
export function askedSections({ values }: Command): (keyof Facts)[] | undefined {
  const known = [...sections(), ...OF_ALL] as const;
  return values["only"]?.split(",").map((name) => oneOf("only", name, known));
}

/** What the command line says about a collection. Throws UsageError. */
export function collectOptions(command: Command): CollectOptions {
  const { values, switches } = command;
  const only = askedSections(command);
  return prune<CollectOptions>({
    only: OF_ALL.some((section) => only?.includes(section)) ? undefined : only,
    timeoutMs: milliseconds(seconds("timeout", values["timeout"])),
    lldpSeconds: seconds("lldp", values["lldp"]),
    includeSecrets: switches.has("include-secrets"),
  });
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
