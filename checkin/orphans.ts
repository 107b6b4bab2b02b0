import { type Host, readText, valueOf } from "../collectors/host/mod.ts";

/**
 * The number of orphaned processes. As the first process of a container the agent adopts what a killed tool left
 * behind; Deno waits for its own children only, so they stay zombies (proc(5), /proc/PID/task/TID/children).
 */
export async function countOrphans(host: Host): Promise<number> {
  const self = await host.link("/proc/self");
  if (!("value" in self)) return 0;
  const children = valueOf(await readText(host, `/proc/self/task/${self.value}/children`));
  return children?.trim().split(/\s+/).filter((pid) => pid !== "").length ?? 0;
}
