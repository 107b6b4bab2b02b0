/** What changes from second to second; left out of change detection. */
export interface Volatile {
  freeMemoryBytes?: number;
  freeSwapBytes?: number;
  uptimeSeconds?: number;
  loadAverage?: [number, number, number];
  /** /proc/cpuinfo: current clock of each logical CPU. */
  cpuMHz?: number[];
}
