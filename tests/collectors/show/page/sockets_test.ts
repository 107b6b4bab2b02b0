import { assertEquals } from "@std/assert";
import { socketOfNode, socketsOf } from "../../../../collectors/show/page/sockets.ts";
import type { Facts } from "../../../../collectors/facts/mod.ts";

/** A machine with these sockets, and NUMA nodes in packages. */
function machine(populated: boolean[], packageIds: (number | undefined)[]): Facts {
  const packages = populated.map((populated, i) => ({ socket: `CPU${i + 1}`, populated }));
  const numaNodes = packageIds.map((packageId, id) => ({
    ...{ id, cpus: [id] },
    ...packageId !== undefined && { packageId },
  }));
  return { cpu: { packages, numaNodes } } as unknown as Facts;
}

function nodes(...given: Parameters<typeof machine>): number[][] {
  return socketsOf(machine(...given)).map(({ numaNodes }) => numaNodes);
}

Deno.test("socketsOf() gives each socket the NUMA nodes of its package", () => {
  assertEquals(nodes([true, true], [0, 0, 1, 1]), [[0, 1], [2, 3]]);
  // A kernel that numbers nodes from the second package on, one after the other, or leaves numbers out.
  assertEquals(nodes([true, true], [1, 0]), [[1], [0]]);
  assertEquals(nodes([true, true], [0, 1, 0, 1]), [[0, 2], [1, 3]]);
  assertEquals(nodes([true, true], [36, 0]), [[1], [0]]);
  assertEquals(nodes([true, false, true], [0, 2]), [[0], [], [1]]);
  assertEquals(socketOfNode(socketsOf(machine([true, true], [1, 0])), 0), 1);
});

Deno.test("socketsOf() divides NUMA nodes evenly where their packages are not known", () => {
  assertEquals(nodes([true, true], [undefined, undefined, undefined, undefined]), [[0, 1], [2, 3]]);
  assertEquals(nodes([true, true], [undefined, 1]), [[0], [1]]);
  // As a hypervisor does it: each node is said to be in the same package.
  assertEquals(nodes([true, true], [0, 0]), [[0], [1]]);
});
