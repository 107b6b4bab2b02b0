/** The `numa_topology` of an Ironic inspection (numa_inspector.py of ironic-python-agent). */
import type { Cpu, Facts, LogicalCpu } from "../../collectors/facts/mod.ts";
import { nonEmpty, prune } from "../../collectors/values.ts";

/** What is near to which NUMA node. */
export interface IronicNumaTopology {
  ram?: { numa_node: number; size_kb: number }[];
  /** An entry a core, with its logical CPUs. */
  cpus?: IronicCore[];
  nics?: { name: string; numa_node: number }[];
}

interface IronicCore {
  /** The number of the core within its package. */
  cpu: number;
  numa_node: number;
  thread_siblings: number[];
}

/** The topology; undefined where nothing of it is known. Cores are left out where it is not known which CPUs share one. */
export function ironicNumaTopology({ cpu = {}, nics = [] }: Facts): IronicNumaTopology | undefined {
  const { numaNodes = [] } = cpu;
  const topology = prune<IronicNumaTopology>({
    ram: nonEmpty(
      numaNodes.flatMap(({ id, memoryBytes }) =>
        memoryBytes === undefined ? [] : [{ numa_node: id, size_kb: Math.floor(memoryBytes / 1024) }]
      ),
    ),
    cpus: nonEmpty(cores(cpu)),
    nics: nonEmpty(nics.flatMap(({ name, numaNode }) => numaNode === undefined ? [] : [{ name, numa_node: numaNode }])),
  });
  return Object.keys(topology).length > 0 ? topology : undefined;
}

function cores({ numaNodes = [], logical = [], threadsPerCore }: Cpu): IronicCore[] {
  const known = new Map(logical.map((each) => [each.id, each]));
  return numaNodes.flatMap(({ id, cpus }) => {
    const ofNode = cpus.map((number) => known.get(number) ?? { id: number });
    if (ofNode.every(({ coreId }) => coreId !== undefined)) {
      const byCore = Map.groupBy(ofNode, ({ packageId, coreId }: LogicalCpu) => `${packageId} ${coreId}`);
      return [...byCore.values()].map((threads) => ({
        cpu: threads[0]!.coreId!,
        numa_node: id,
        thread_siblings: threads.map(({ id }) => id),
      }));
    }
    // ARM: a core is a CPU, but its number is not told.
    return threadsPerCore === 1 ? cpus.map((cpu) => ({ cpu, numa_node: id, thread_siblings: [cpu] })) : [];
  });
}
