/**
 * What the daemon holds after thousands of check-ins: `deno task soak [--checkins 3000] [--collect-every 100]`. A child
 * process runs its real code and sockets on a clock that jumps to whatever is next, against the test server, which
 * fails once in a hundred requests. Prints memory, descriptors and CPU at the start, in the middle and at the end.
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl } from "@std/path";
import { startHanlonServer } from "../hanlon_server.ts";
import type { CyclesReport } from "./cycles.ts";

const CYCLES = fromFileUrl(new URL("./cycles.ts", import.meta.url));

export interface SoakOptions {
  checkins: number;
  /** One full collection, with this machine's tools, in so many check-ins. */
  collectEvery: number;
}

/** Runs the daemon for so many check-ins; a report of it after each tenth of them, and one before. */
export async function soak({ checkins, collectEvery }: SoakOptions): Promise<CyclesReport[]> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-soak-" });
  let requests = 0;
  const server = startHanlonServer({
    intercept: () => ++requests % 100 === 0 ? new Response("busy", { status: 503 }) : undefined,
  });
  try {
    const args = [server.url, folder, checkins, 60 * collectEvery].map(String);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", "--no-prompt", CYCLES, ...args],
      stdin: "null",
    });
    const { code, stdout, stderr } = await child.output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim().split("\n").map((line): CyclesReport => JSON.parse(line));
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

/** One line of a report. */
export function reportLine({ cycles, rssMiB, heapMiB, descriptors, cpuSeconds }: CyclesReport): string {
  const numbers = `${rssMiB.toFixed(0)} MiB resident, ${heapMiB.toFixed(1)} MiB of heap, ${descriptors} descriptors`;
  const each = cycles === 0 ? "" : `, ${(1000 * cpuSeconds / cycles).toFixed(1)} ms a check-in`;
  return `  ${String(cycles).padStart(6)}  ${numbers}, ${cpuSeconds.toFixed(1)} s of CPU${each}`;
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { string: ["checkins", "collect-every"] });
  const options = { checkins: Number(flags.checkins ?? 3000), collectEvery: Number(flags["collect-every"] ?? 100) };
  console.log(`${options.checkins} check-ins, a collection in each ${options.collectEvery}`);
  const reports = await soak(options);
  for (const i of [0, reports.length >> 1, reports.length - 1]) console.log(reportLine(reports[i]!));
}
