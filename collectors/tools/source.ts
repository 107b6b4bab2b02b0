/** The sources of facts, and how asking one of them went. */

/** The tools, and the host's own /proc and /sys (`hostfs`), that facts come from. */
export const SOURCE_NAMES = ["dmidecode", "lshw", "lscpu", "lldptool", "ipmitool", "hostfs"] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** How asking one tool went. `skipped`: there was nothing to ask (no IPMI device, section not wanted). */
export interface Source {
  /** `missing`: the tool is not installed; `timeout`: it was killed; `skipped`: there is no hardware for it. */
  status: "ok" | "missing" | "failed" | "timeout" | "skipped";
  /** The tool's own version, as it prints it. */
  version?: string;
  /** How long asking took. */
  elapsedMs: number;
  /** Why the status is not `ok`, or what was lost although it is. */
  error?: string;
  /** What the reader should know although nothing failed (a fallback taken, what needs root). */
  notes?: string[];
  /** Lines of the tool that no rule understood: how many, and the first few. */
  unparsed?: { count: number; lines: string[] };
  /** Set by the daemon where values are those of an earlier run: its `collectedAt`, of several the earliest. */
  keptFrom?: string;
  /**
   * Set where only a part of the values is, for sources that answer in parts: the `collectedAt` of each such part, by
   * its name. The parts of `hostfs` are its subjects (`network`, `disks`, `pci`, `cpu`, `memory`, `os`, `firmware`,
   * `filesystems`), those of `lldptool` its NICs, those of `ipmitool` what it is asked (`channels`, `frus`, `guid`,
   * `chassis`, `sel`, `events`, `users`). Absent where the whole source is kept.
   */
  kept?: Record<string, string>;
}
