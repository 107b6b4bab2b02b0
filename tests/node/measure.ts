/**
 * The agent's figures in the dell machine, emulated as it is (a real CPU is thirty to fifty times as fast):
 *
 *     deno run -A tests/node/measure.ts
 */

import { makeImage } from "./image.ts";
import { dell } from "./machines/dell.ts";
import { type WatchedNode, watchNode } from "./watch.ts";

/** What the agent of Hanlon 3.0 runs every minute, one after the other. */
const OLD_PATTERN = [
  "lscpu",
  ...["bus", "memory", "disk", "processor", "network"].map((name) => `lshw -c ${name}`),
  ...["bmc info", "lan print", "fru print"].map((words) => `ipmitool ${words}`),
];

/** Tried from the largest to the smallest, in MiB, until one does not do. */
const MEMORIES = [448, 384, 352, 320];

const image = await makeImage(dell.architecture, console.error);
await using watched = await watchNode(dell, { image, timeLimitMs: 600_000 });
const kernelStart = await watched.kernelStart();
const checkin = await watched.until("a check-in", () => watched.times.get("/checkin"));
const registered = await watched.until("a registration", () => watched.times.get("/register"));
report("kernel start to first check-in", `${seconds(checkin - kernelStart)}`);
report("kernel start to registration", `${seconds(registered - kernelStart)}`);

const { run } = watched.node;
const pid = (await run("pidof deno hnl_mk")).split(" ")[0]!;
await collection(watched);
const before = await cpuSeconds(pid);
await collection(watched);
const ours = await cpuSeconds(pid) - before;
const old = await cpuSecondsOf(OLD_PATTERN);
report("CPU of one collection", seconds(ours));
report("CPU of the old agent's tools", `${seconds(old)}, ${(old / ours).toFixed(1)} times as much`);
report("peak memory of the agent", `${/VmHWM:\s+(\d+) kB/.exec(await run(`cat /proc/${pid}/status`))?.[1]} KiB`);
await watched.node.stop();

let enough: number | undefined;
for (const memoryMiB of MEMORIES) {
  try {
    const machine = { ...dell, memoryMiB, cpu: { ...dell.cpu, numaNodes: 0 } };
    await using small = await watchNode(machine, { image, timeLimitMs: 300_000, patienceMs: 90_000 });
    await small.until("a registration", () => small.times.get("/register"));
    enough = memoryMiB;
  } catch {
    break;
  }
}
report("smallest memory of a node", `${enough} MiB`);

/** Waits for the end of the next collection. */
async function collection({ collections, until }: WatchedNode): Promise<void> {
  const ended = collections();
  await until("a collection", () => collections() > ended);
}

/** The CPU time of a process, and of its children that have ended (proc_pid_stat(5): utime to cstime, in 1/100 s). */
async function cpuSeconds(pid: string): Promise<number> {
  const fields = (await run(`cat /proc/${pid}/stat`)).replace(/^.*\) /, "").split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function cpuSecondsOf(commands: readonly string[]): Promise<number> {
  const script = commands.map((command) => `${command} >/dev/null 2>&1`).join("\n");
  const timed = await run(`time sh -c '${script}\ntrue'`);
  return [...timed.matchAll(/^(?:user|sys)\s+(\d+)m ([\d.]+)s$/gm)].reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function report(what: string, value: string): void {
  console.log(`${what.padEnd(32)} ${value}`);
}
