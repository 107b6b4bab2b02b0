import type { Host } from "../collectors/host/mod.ts";

/**
 * The number of orphaned processes. As the first process of a container the agent adopts what a killed tool left behind;
 * Deno waits for its own children only, so they stay zombies. They are children of the process's first
 * thread (proc(5), /proc/PID/task/TID/children), which is the one that reads here, synchronously; by its number it could
 * not be named among the compiled program's permissions.
 */
export function countOrphans({ roots }: Pick<Host, "roots">): number {
  try {
    const children = Deno.readTextFileSync(`${roots.proc}/thread-self/children`);
    return children.split(/\s+/).filter((pid) => pid !== "").length;
  } catch {
    // A kernel without CONFIG_PROC_CHILDREN, or no /proc.
    return 0;
  }
}
