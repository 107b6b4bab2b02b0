/** What the tests of the Host share: folders and tools that are there for one test. */
import { fromFileUrl, join } from "@std/path";
import { createLocalHost, type LocalHost, type LocalHostOptions } from "../../../collectors/host/local.ts";
import { writeExecutable } from "../../executable.ts";
import type { Probe } from "./probe.ts";

const PROBE = fromFileUrl(new URL("./probe.ts", import.meta.url));

/** Runs `test` with a new folder that is removed behind it. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes tools, each by its name and shell script, and gives a host that finds them before all others. */
export async function withTools(
  tools: Record<string, string>,
  test: (host: LocalHost, folder: string) => Promise<void>,
  options: LocalHostOptions = {},
): Promise<void> {
  await withFolder(async (folder) => {
    for (const [name, script] of Object.entries(tools)) await writeTool(join(folder, name), script);
    await test(createLocalHost({ path: `${folder}:/usr/sbin:/usr/bin:/sbin:/bin`, ...options }), folder);
  });
}

export async function writeTool(path: string, script: string): Promise<void> {
  await writeExecutable(path, `#!/bin/sh\n${script}\n`);
}

/** Whether a process runs, or waits to be reaped. */
export async function isThere(pid: number): Promise<boolean> {
  try {
    await Deno.stat(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}

/** The number that a tool printed as its first line. */
export function firstNumber(stdout: string): number {
  const found = Number(stdout.split("\n")[0]);
  if (!(found > 0)) throw new Error(`found ${JSON.stringify(stdout.slice(0, 100))}, expected a process id`);
  return found;
}

/** Runs host_probe.ts with these flags of `deno run` and these variables beside PATH and what Deno needs. */
export async function probe(flags: string[], given: Probe, env: Record<string, string> = {}): Promise<unknown[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...flags, PROBE, JSON.stringify(given)],
    env,
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  if (code !== 0) throw new Error(`exit code ${code}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
