/** The partitions of the disks, with what lshw read in those that are not mounted. */
import { diskOf, type KernelPartition } from "../tools/kernel/partitions.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { setting } from "../tools/lshw/tree.ts";
import { told } from "../placeholders.ts";
import { byName } from "../values.ts";
import { isMountpoint } from "./disks.ts";
import type { Machine } from "./machine.ts";
import { type LshwKey, lshwNode } from "./places.ts";
import { type ListOf, listOf, type Place, type Table, within } from "./table.ts";

/** A partition. */
export interface Partition {
  /** The kernel's name: sda1, nvme0n1p2. */
  name: string;
  /** The name of its disk. */
  disk?: string;
  /** Size of the partition. */
  sizeBytes?: number;
  /** Of the file system in it. */
  uuid?: string;
  /** Name of the partition. */
  label?: string;
  /** As blkid names it, and the kernel where it is mounted: ext4, vfat, crypto_LUKS, LVM2_member. */
  filesystem?: string;
  /** Where the host has it mounted. */
  mountpoint?: string;
}

/** What the sources say of one partition. */
interface PartitionSources {
  name: string;
  kernel?: KernelPartition;
  node?: HardwareNode;
}

function partitionSources({ kernel, lshw }: Machine): PartitionSources[] | undefined {
  const nodes = lshw.byLogicalName("volume");
  if (kernel?.partitions) {
    return kernel.partitions.map((partition) => {
      const node = nodes.get(partition.name);
      return { name: partition.name, kernel: partition, ...node && { node } };
    });
  }
  if (lshw.all.length === 0) return undefined;
  const disks = lshw.byLogicalName("disk");
  return [...nodes].filter(([name]) => disks.has(diskOf(name) ?? "")).map(([name, node]) => ({ name, node }))
    .sort((a, b) => byName(a.name, b.name));
}

function kernel<K extends keyof KernelPartition>(
  name: K,
  words: string,
): Place<PartitionSources, NonNullable<KernelPartition[K]>> {
  return { words, read: ({ kernel }) => kernel?.[name] ?? undefined };
}

const lshw = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<PartitionSources, HardwareNode, T>(({ node }) => node, lshwNode("volume", key, read));
const lshwOnly = <T = string>(key: LshwKey, read?: (node: HardwareNode) => T | undefined) =>
  within<PartitionSources, HardwareNode, T>(
    ({ kernel, node }) => kernel ? undefined : node,
    lshwNode("volume", key, read),
  );

/** What blkid(8), and the kernel where it is a file system, call otherwise than lshw. */
const BLKID_NAMES: ReadonlyMap<string, string> = new Map([["fat", "vfat"], ["luks", "crypto_LUKS"]]);

function fileSystemOf(volume: HardwareNode): string | undefined {
  const named = setting(volume, "filesystem");
  const isLvm = named === undefined && volume.capabilities?.some(({ name }) => name === "lvm2");
  return isLvm ? "LVM2_member" : BLKID_NAMES.get(named ?? "") ?? named;
}

/** Only of a volume with a superblock: of one without, lshw's serial is its entry in the partition table. */
const inSuperblock = (read: (node: HardwareNode) => string | undefined) => (node: HardwareNode) =>
  fileSystemOf(node) === undefined ? undefined : read(node);

const PARTITION: Table<PartitionSources, Partition> = {
  name: [{ words: "/proc/partitions", read: ({ name }) => name }],
  disk: [{ words: "/proc/partitions", read: ({ kernel, name }) => kernel ? kernel.disk : diskOf(name) }],
  sizeBytes: [
    kernel("sizeBytes", "/sys/block/{disk}/{name}/size"),
    lshwOnly("capacity", ({ capacity, size }) => capacity ?? size),
  ],
  uuid: [kernel("uuid", "/dev/disk/by-uuid"), lshw("serial", inSuperblock(({ serial }) => told(serial)))],
  label: [
    kernel("label", "/dev/disk/by-label"),
    lshw("configuration.label", inSuperblock((node) => told(setting(node, "label")))),
  ],
  filesystem: [kernel("filesystem", "/proc/1/mountinfo"), lshw("configuration.filesystem", fileSystemOf)],
  mountpoint: [
    kernel("mountpoint", "/proc/1/mountinfo"),
    lshwOnly("logicalNames", ({ logicalNames }) => logicalNames?.find(isMountpoint)),
  ],
};

export const PARTITIONS: ListOf<Machine, Partition> = listOf(
  "the kernel's partitions, else lshw's, by name",
  partitionSources,
  PARTITION,
);
