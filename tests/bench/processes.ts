/** What a child process costs: CPU of it and of all that it waited for, wall time, peak memory. */

export interface Cost {
  cpuSeconds: number;
  wallSeconds: number;
  /** VmHWM of the process itself, as last seen before its end. */
  peakMiB: number;
}

/** The kernel's clock tick for /proc/PID/stat on every Linux that Deno runs on (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

/** Runs a command `times` times; the sums of CPU and wall time divided by it, and the greatest peak. */
export async function costOf(command: string, args: string[], times: number): Promise<Cost> {
  let peakMiB = 0;
  const ticks = childTicks();
  const started = performance.now();
  for (let i = 0; i < times; i++) {
    const child = new Deno.Command(command, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
    const timer = setInterval(() => peakMiB = Math.max(peakMiB, peakOf(child.pid)), 10);
    await child.status;
    clearInterval(timer);
  }
  return {
    cpuSeconds: (childTicks() - ticks) / TICKS_PER_SECOND / times,
    wallSeconds: (performance.now() - started) / 1000 / times,
    peakMiB,
  };
}

/** CPU of all children that have ended, with theirs: fields 16 and 17 of /proc/self/stat (proc(5)). */
function childTicks(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /s, "").split(" ");
  return Number(fields[13]) + Number(fields[14]);
}

/** VmHWM of a process, in MiB; 0 where it has ended. */
export function peakOf(pid: number): number {
  try {
    return Number(Deno.readTextFileSync(`/proc/${pid}/status`).match(/VmHWM:\s+(\d+) kB/)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
