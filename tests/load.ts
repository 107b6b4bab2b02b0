/** Times that a test allows, on a machine that may be busy with other things. */

/** How many times longer than on an idle machine things may take now: how many threads want each CPU. At least 1. */
export function slowness(): number {
  // proc_loadavg(5): the load of the last minute, which lags behind, and how many threads are runnable at this moment.
  const [lastMinute, , , runnable] = Deno.readTextFileSync("/proc/loadavg").split(/[ /]/).map(Number);
  return Math.max(1, lastMinute! / navigator.hardwareConcurrency, runnable! / navigator.hardwareConcurrency);
}
