/**
 * Loaded before a program (`deno run --preload`): when that ends, writes the CPU time of this process, without its
 * children, to the file that the query of this module's address names, in nanoseconds. Needs no environment, so that the
 * program is run as ever.
 */

/** CPU time of the threads of this process, in nanoseconds: the first field of schedstat (the kernel's sched-stats.rst). */
export function ownCpuNanoseconds(): number {
  let sum = 0;
  for (const { name } of Deno.readDirSync("/proc/self/task")) {
    sum += Number(Deno.readTextFileSync(`/proc/self/task/${name}/schedstat`).split(" ")[0]);
  }
  return sum;
}

const report = new URL(import.meta.url).searchParams.get("report");
if (report !== null) addEventListener("unload", () => Deno.writeTextFileSync(report, `${ownCpuNanoseconds()}`));
