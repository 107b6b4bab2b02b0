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

/** Why the file of `--os-release` is none; undefined where it is one, or none is named. */
export async function osReleaseProblem({ values }: Command, host: Host): Promise<string | undefined> {
  const file = values["os-release"];
  if (file === undefined) return undefined;
  const read = await readText(host, "/etc/os-release");
  if ("why" in read) return `--os-release ${file}: ${read.message.replace(/^\/etc\/os-release: /, "")}`;
  const isOne = /^(NAME|ID|PRETTY_NAME|VERSION_ID)=/m.test(read.value);
  return isOne ? undefined : `--os-release ${file}: found no NAME= or ID=, expected the form of os-release(5)`;
}

async function replayed(folder: string): Promise<Host> {
  const { openReplay } = await import("../../collectors/host/replay.ts");
  const host = await openReplay(folder);
  for (const problem of host.problems) complain(`${folder}: ${problem}`);
  return host;
}

/** Sections that are made of what all sources say: how they answered, and what is wrong with the machine. */
export const WHOLE_SECTIONS = ["sources", "findings"] as const;

/** The sections of `--only`; undefined for all. Throws UsageError. */
export function askedSections({ values }: Command): (keyof Facts)[] | undefined {
  const known = [...sections(), ...WHOLE_SECTIONS] as const;
  return values["only"]?.split(",").map((name) => oneOf("only", name, known));
}

/** What the command line says about a collection. Throws UsageError. */
export function collectOptions(command: Command): CollectOptions {
  const { values, switches } = command;
  const only = askedSections(command);
  return prune<CollectOptions>({
    only: only?.some((name) => (WHOLE_SECTIONS as readonly string[]).includes(name)) ? undefined : only,
    timeoutMs: milliseconds(seconds("timeout", values["timeout"])),
    lldpSeconds: seconds("lldp", values["lldp"]),
    includeSecrets: switches.has("include-secrets"),
  });
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
