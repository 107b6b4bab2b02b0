import { asGiven, type Table } from "./table.ts";

/** What changes from second to second; left out of change detection. */
export interface Volatile {
  freeMemoryBytes?: number;
  freeSwapBytes?: number;
  uptimeSeconds?: number;
  loadAverage?: [number, number, number];
  /** /proc/cpuinfo: current clock of each logical CPU. */
  cpuMHz?: number[];
}

export const VOLATILE: Table<Volatile, Volatile> = asGiven<Volatile, Volatile>({
  freeMemoryBytes: ["/proc/meminfo: MemAvailable", "/proc/meminfo: MemFree"],
  freeSwapBytes: "/proc/meminfo: SwapFree",
  uptimeSeconds: "/proc/uptime",
  loadAverage: "/proc/loadavg",
  cpuMHz: ["/proc/cpuinfo: cpu MHz", "/proc/cpuinfo: clock"],
});
