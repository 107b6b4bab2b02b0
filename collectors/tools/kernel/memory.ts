import type { HostFs } from "./host_fs.ts";
import type { KernelLoad } from "./os.ts";
import { prune } from "../../values.ts";
import type { HostFiles } from "./files.ts";
import { parseMeminfo } from "./meminfo.ts";

/** What the kernel can use, and what of it is free. */
export async function readMemory(files: HostFiles): Promise<Pick<HostFs, "memory" | "volatile">> {
  const meminfo = parseMeminfo(await files.text("/proc/meminfo") ?? "");
  const memory = prune({ usableBytes: meminfo.get("MemTotal"), swapBytes: meminfo.get("SwapTotal") });
  const volatile = prune<KernelLoad>({
    // Linux before 3.14 has no MemAvailable.
    freeMemoryBytes: meminfo.get("MemAvailable") ?? meminfo.get("MemFree"),
    freeSwapBytes: meminfo.get("SwapFree"),
  });
  return Object.keys(memory).length > 0 ? { memory, volatile } : { volatile };
}
