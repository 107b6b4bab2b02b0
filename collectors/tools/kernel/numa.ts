import { byName, prune } from "../../values.ts";
import { eachDevice } from "../concurrency.ts";
import { cpuReader } from "../lscpu/cpu_list.ts";
import type { HostFiles } from "./files.ts";
import { parseMeminfo } from "./meminfo.ts";

/** What the kernel knows of a NUMA node. */
export interface KernelNumaNode {
  /** "node0" */
  name: string;
  id: number;
  /** Its logical CPUs that are online; none of memory alone (CXL, HBM). */
  cpus?: number[];
  /** 0 for CPUs without memory of their own. */
  memoryBytes?: number;
  /** The CPU package that its CPUs are in. */
  packageId?: number;
}

const NODES = "/sys/devices/system/node", CPUS = "/sys/devices/system/cpu";

/** The NUMA nodes (Documentation/ABI/stable/sysfs-devices-node); undefined where the kernel has none of them. */
export async function readNumaNodes(files: HostFiles): Promise<KernelNumaNode[] | undefined> {
  const names = (await files.entries(NODES))?.map(({ name }) => name).filter((name) => /^node\d+$/.test(name));
  if (!names || names.length === 0) return undefined;
  const reader = cpuReader();
  return await eachDevice(names.sort(byName), async (name) => {
    const [meminfo, cpuList] = await Promise.all([
      files.text(`${NODES}/${name}/meminfo`),
      files.text(`${NODES}/${name}/cpulist`),
    ]);
    const cpus = cpuList === undefined ? undefined : reader.list(cpuList.trim());
    return prune<KernelNumaNode>({
      name,
      id: Number(name.slice("node".length)),
      cpus,
      packageId: await packageOf(files, cpus?.[0]),
      memoryBytes: meminfo === undefined ? undefined : nodeMemory(meminfo),
    });
  });
}

/** The package of a CPU (Documentation/ABI/stable/sysfs-devices-system-cpu); a hypervisor may tell none, which is -1. */
async function packageOf(files: HostFiles, cpu: number | undefined): Promise<number | undefined> {
  return cpu === undefined ? undefined : await files.count(`${CPUS}/cpu${cpu}/topology/physical_package_id`);
}

/**
 * `MemTotal` of a node's meminfo, in bytes: as /proc/meminfo, with the node before each line.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(nodeMemory("Node 0 MemTotal:       12282068 kB\n"), 12576837632);
 * ```
 */
export function nodeMemory(meminfo: string): number | undefined {
  return parseMeminfo(meminfo.replace(/^Node \d+ /gm, "")).get("MemTotal");
}
