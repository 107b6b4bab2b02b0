/** The NUMA nodes: lscpu's, completed by the kernel's. */
import type { KernelNumaNode } from "../tools/kernel/numa.ts";
import { cpuReader } from "../tools/lscpu/cpu_list.ts";
import { numaNodeOf } from "../tools/lscpu/values.ts";
import { nonEmpty } from "../values.ts";
import type { Machine } from "./machine.ts";
import { type ListOf, listOf, type Place, type Table } from "./table.ts";

/** A NUMA node. */
export interface NumaNode {
  /** Number of the node. */
  id: number;
  /** The logical CPUs of the node; none of one that is memory alone (CXL, HBM). */
  cpus: number[];
  /** The memory of the node; 0 for CPUs without memory of their own. */
  memoryBytes?: number;
  /** The kernel's number of the CPU package that the node's CPUs are in. */
  packageId?: number;
}

/** What the sources say of one NUMA node. */
interface NumaSources {
  id: number;
  lscpu?: { name: string; value: string; cpus: number[] };
  kernel?: KernelNumaNode;
}

function numaSources({ lscpu, kernel }: Machine): NumaSources[] | undefined {
  const isMask = lscpu?.fields.some(({ name }) => name === "On-line CPU(s) mask");
  const reader = cpuReader();
  const cpusOf = (value: string) =>
    value === "" ? [] : isMask || value.startsWith("0x") ? reader.mask(value) : reader.list(value);
  const nodes = new Map<number, NumaSources>();
  for (const field of lscpu?.fields ?? []) {
    const id = numaNodeOf(field.name), cpus = id === undefined ? undefined : cpusOf(field.value);
    if (id !== undefined && cpus !== undefined) nodes.set(id, { id, lscpu: { ...field, cpus } });
  }
  for (const node of kernel?.numaNodes ?? []) {
    const known = nodes.get(node.id);
    // Without its CPUs a node is half known.
    if (known || node.cpus) nodes.set(node.id, { ...known, id: node.id, kernel: node });
  }
  return nonEmpty([...nodes.values()].sort((a, b) => a.id - b.id));
}

const NODES = "/sys/devices/system/node", FIELD = "lscpu -J: NUMA node{id} CPU(s)";

const field = <T>(read: (sources: NumaSources) => T | undefined): Place<NumaSources, T> => ({
  words: FIELD,
  read: (sources) => sources.lscpu && read(sources),
  raw: ({ lscpu }) => lscpu && { where: "lscpu -J", lines: [`${lscpu.name}: ${lscpu.value}`] },
});
const kernel = <T>(file: string, read: (node: KernelNumaNode) => T | undefined): Place<NumaSources, T> => ({
  words: `${NODES}${file}`,
  read: ({ kernel }) => kernel && read(kernel),
});

const NUMA_NODE: Table<NumaSources, NumaNode> = {
  id: [field(({ id }) => id), kernel("", ({ id }) => id)],
  cpus: [field(({ lscpu }) => lscpu?.cpus), kernel("/node{id}/cpulist", ({ cpus }) => cpus)],
  memoryBytes: [kernel("/node{id}/meminfo: MemTotal", ({ memoryBytes }) => memoryBytes)],
  packageId: [{
    words: "/sys/devices/system/cpu/cpu*/topology/physical_package_id",
    read: ({ kernel }) => kernel?.packageId,
  }],
};

export const NUMA_NODES: ListOf<Machine, NumaNode> = listOf(
  "the NUMA nodes of lscpu and of the kernel, by number",
  numaSources,
  NUMA_NODE,
);
