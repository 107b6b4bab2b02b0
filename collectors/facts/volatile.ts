/** What changes from second to second; left out of change detection. */
import type { KernelLoad } from "../tools/kernel/mod.ts";
import type { Machine } from "./machine.ts";
import { asGiven, type Nested, section } from "./table.ts";

/** The load of the machine. */
export interface Volatile {
  /** Memory that no process uses. */
  freeMemoryBytes?: number;
  /** Swap that is not used. */
  freeSwapBytes?: number;
  /** Time since boot. */
  uptimeSeconds?: number;
  /** Over 1, 5 and 15 minutes. */
  loadAverage?: [number, number, number];
  /** Current clock of each logical CPU. */
  cpuMHz?: number[];
}

export const VOLATILE: Nested<Machine, Volatile> = section(
  asGiven<KernelLoad, Volatile>({
    cpuMHz: "/proc/cpuinfo: cpu MHz",
    freeMemoryBytes: "/proc/meminfo: MemAvailable",
    freeSwapBytes: "/proc/meminfo: SwapFree",
    uptimeSeconds: "/proc/uptime",
    loadAverage: "/proc/loadavg",
  }),
  ({ kernel }: Machine) => kernel?.volatile,
);
