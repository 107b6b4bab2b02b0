import { assert, assertEquals } from "@std/assert";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { assembled } from "../../facts/assembled.ts";
import { collectFrom, hostFsOf } from "./tree.ts";

const NODE = "sys/devices/system/node";

Deno.test("cpu.numaNodes have their memory, and are those without CPUs too", async () => {
  const hostfs = await hostFsOf({
    [`${NODE}/online`]: "0-2",
    [`${NODE}/node0/meminfo`]: "Node 0 MemTotal:       12282068 kB\nNode 0 MemFree:         7478348 kB",
    [`${NODE}/node0/cpulist`]: "0-1,4",
    [`${NODE}/node1/meminfo`]: "Node 1 MemTotal:       0 kB",
    [`${NODE}/node1/cpulist`]: "2-3",
    // Memory on a CXL device.
    [`${NODE}/node10/meminfo`]: "Node 10 MemTotal:       4 kB",
    [`${NODE}/node10/cpulist`]: "",
  });
  const expected = [
    { id: 0, cpus: [0, 1, 4], memoryBytes: 12282068 * 1024 },
    { id: 1, cpus: [2, 3], memoryBytes: 0 },
    { id: 10, cpus: [], memoryBytes: 4096 },
  ];
  assertEquals(assembled({ hostfs }).cpu?.numaNodes, expected);
  // lscpu names the CPUs that are offline, too.
  const lscpu = { "NUMA node(s)": "2", "NUMA node0 CPU(s)": "0,1,4,5", "NUMA node1 CPU(s)": "2,3" };
  assertEquals(assembled({ hostfs, lscpu }).cpu?.numaNodes, [
    { ...expected[0]!, cpus: [0, 1, 4, 5] },
    ...expected.slice(1),
  ]);
  assertEquals(assembled({ lscpu }).cpu?.numaNodes, [{ id: 0, cpus: [0, 1, 4, 5] }, { id: 1, cpus: [2, 3] }]);
});

Deno.test("cpu.numaNodes name the package of their CPUs, where the kernel knows it", async () => {
  const hostfs = await hostFsOf({
    [`${NODE}/node0/cpulist`]: "2-3",
    [`${NODE}/node1/cpulist`]: "0-1",
    "sys/devices/system/cpu/cpu0/topology/physical_package_id": "0",
    "sys/devices/system/cpu/cpu2/topology/physical_package_id": "36",
    // What a hypervisor does not tell is -1.
    [`${NODE}/node2/cpulist`]: "4",
    "sys/devices/system/cpu/cpu4/topology/physical_package_id": "-1",
  });
  assertEquals(assembled({ hostfs }).cpu?.numaNodes?.map(({ packageId }) => packageId), [36, 0, undefined]);
});

Deno.test("hostfsCollector tells no more CPUs of NUMA nodes than a kernel can have", async () => {
  const many = Object.fromEntries([0, 1, 2].map((id) => [`${NODE}/node${id}/cpulist`, "0-40000"]));
  assertEquals((await hostFsOf(many)).numaNodes, undefined);
});

Deno.test("hostfsCollector tells the memory and the CPUs of this machine's NUMA nodes", async () => {
  const { value } = await collectFrom(createLocalHost({ roots: { proc: "/proc", sys: "/sys", dev: "/dev" } }));
  const { numaNodes, cpu } = value!;
  // A kernel without NUMA has none.
  if (!numaNodes) return;
  assert(numaNodes.reduce((sum, { memoryBytes }) => sum + memoryBytes!, 0) > 0);
  assertEquals(numaNodes.flatMap(({ cpus }) => cpus!).length, cpu?.logical?.length);
});
