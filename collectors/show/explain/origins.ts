/** Where every fact comes from: the one table of it. A test compares it with the schema of the facts. */
import { made, type Origin, type Origins, section } from "./origin.ts";
import { BMC } from "./origins/bmc.ts";
import { CPU_AND_MEMORY } from "./origins/cpu_memory.ts";
import { DEVICES } from "./origins/devices.ts";
import { MACHINE } from "./origins/machine.ts";
import { INTERFACES, NEIGHBOURS } from "./origins/network.ts";
import { file, lscpu, lshw } from "./places.ts";

const MEMINFO = "/proc/meminfo";

const VOLATILE: Origins = section("volatile", {
  freeMemoryBytes: made("in bytes", file(MEMINFO, "MemAvailable"), file(MEMINFO, "MemFree")),
  freeSwapBytes: made("in bytes", file(MEMINFO, "SwapFree")),
  uptimeSeconds: made("the first number", file("/proc/uptime")),
  "loadAverage[]": made("the first three numbers", file("/proc/loadavg")),
  "cpuMHz[]": made("of every logical CPU", file("/proc/cpuinfo", "cpu MHz")),
  "lscpu[].name": [lscpu("{name}")],
  "lscpu[].value": [lscpu("{name}")],
  "hardware[].node": [lshw({ path: "{node}" }, "id")],
  "hardware[].field": [lshw({ path: "{node}" }, "{field}")],
  "hardware[].value": [lshw({ path: "{node}" }, "{field}")],
});

/** By path, as `Resolved.pattern` has it. What hnl_mk says of itself stands in `OF_ITSELF`. */
export const ORIGINS: Origins = {
  ...MACHINE,
  ...CPU_AND_MEMORY,
  ...DEVICES,
  ...INTERFACES,
  ...NEIGHBOURS,
  ...BMC,
  ...VOLATILE,
};

/** What no tool tells: how the collection went. */
export const OF_ITSELF =
  /^(?:schemaVersion|agentVersion|collectedAt|(?:sources|spec|findings|changes)(?:\[\])?(?:\..*)?)$/;

/** The origin of the fact at `pattern`; of a list of words or of names and values, that of its items. */
export function originOf(pattern: string): Origin | undefined {
  const known = [pattern, `${pattern}[]`, `${pattern}[].value`].find((path) => Object.hasOwn(ORIGINS, path));
  if (known !== undefined) return ORIGINS[known];
  return OF_ITSELF.test(pattern) ? made("what hnl_mk says of itself and of how the collection went") : undefined;
}
