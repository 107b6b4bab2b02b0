import type { Disk, HardwareNode, Partition } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { byLogicalName } from "../tools/lshw/tree.ts";
import { fileSystem, lshwDisks, lshwPartitions } from "./lshw_disks.ts";

/** The kernel's disks completed by what lshw read from them; lshw's alone where /sys told nothing. */
export function disks(host: HostFs | undefined, tree: HardwareNode[]): Disk[] | undefined {
  if (!host?.disks) return tree.length === 0 ? undefined : lshwDisks(tree);
  const nodes = byLogicalName(tree, "disk");
  return host.disks.map((disk) => completed(disk, nodes.get(disk.name)));
}

/** The kernel knows sizes and identifiers exactly; lshw cuts some, and reads others from the medium. */
function completed(disk: Disk, node: HardwareNode | undefined): Disk {
  if (!node) return disk;
  return prune<Disk>({
    ...disk,
    model: disk.model ?? told(node.product),
    vendor: disk.vendor ?? told(node.vendor),
    serialNumber: disk.serialNumber ?? told(node.serial),
    firmware: disk.firmware ?? told(node.version),
    busAddress: disk.busAddress ?? node.busInfo,
  });
}

/** The kernel's partitions with what lshw read in those that are not mounted; lshw's alone where /sys told nothing. */
export function partitions(host: HostFs | undefined, tree: HardwareNode[]): Partition[] | undefined {
  if (!host?.partitions) return tree.length === 0 ? undefined : lshwPartitions(tree);
  const nodes = byLogicalName(tree, "volume");
  return host.partitions.map((partition) => ({
    // The order of the first, the values of the last.
    ...partition,
    ...fileSystem(nodes.get(partition.name)),
    ...partition,
  }));
}
