/** Disks and partitions of a machine of which there is no /sys, only what lshw printed. */
import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Disk } from "./disks.ts";
import type { Partition } from "./partitions.ts";
import { diskOf } from "../tools/kernel/partitions.ts";
import { byName, nonEmpty, prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { type LshwTree, pciAddressOf, setting, walk } from "../tools/lshw/tree.ts";

/** Kernel names of disks, among what else a node of the class "disk" may be: /dev/sg1, /dev/ng0n1, hwmon0, /dev/sr0. */
const DISK_NAME = /^((sd|vd|hd|xvd|dasd)[a-z]+|nvme\d+n\d+|mmcblk\d+|pmem\d+)$/;

/** By name; of a drive and the medium in it, which have one name, the drive. */
export function lshwDisks(tree: LshwTree): Disk[] {
  return [...tree.byLogicalName("disk")].filter(([name]) => DISK_NAME.test(name))
    .map(([name, node]) => lshwDisk(tree, name, node))
    .sort((a, b) => byName(a.name, b.name));
}

function lshwDisk(tree: LshwTree, name: string, node: HardwareNode): Disk {
  const above = tree.above(node);
  // Model, serial number and firmware of an NVMe disk stand at its controller; the vendor there is the chip's.
  const isNvme = node.busInfo?.startsWith("nvme@");
  const own = isNvme ? above[0] : node;
  const controller = above.map(pciAddressOf).find((address) => address !== undefined);
  const mountpoints = [...walk([node])].flatMap(({ node: { logicalNames = [] } }) => logicalNames).filter(isMountpoint);
  const has = (pattern: RegExp) => node.capabilities?.some((capability) => pattern.test(capability.name)) || undefined;
  return prune<Disk>({
    name,
    path: `/dev/${name}`,
    model: told(own?.product),
    vendor: isNvme ? undefined : told(node.vendor),
    serialNumber: told(own?.serial),
    wwn: told(setting(node, "wwid")),
    firmware: told(own?.version),
    sizeBytes: node.units === "bytes" || node.units === undefined ? node.size || undefined : undefined,
    logicalBlockBytes: blockBytes(node, "logicalsectorsize"),
    physicalBlockBytes: blockBytes(node, "sectorsize"),
    rotational: has(/^\d+rpm$/),
    removable: has(/^removable$/),
    transport: transportOf(node, above),
    busAddress: node.busInfo,
    hctl: node.busInfo?.match(/^scsi@(\d+):(\d+)\.(\d+)\.(\d+)$/)?.slice(1).join(":"),
    controller,
    mountpoints: nonEmpty([...new Set(mountpoints)].sort()),
  });
}

function blockBytes(node: HardwareNode, name: string): number | undefined {
  const text = setting(node, name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) || undefined : undefined;
}

/** A name that is none of a device. */
function isMountpoint(name: string): boolean {
  return name.startsWith("/") && !name.startsWith("/dev/");
}

/** How a disk is reached, where the bus or the controller leave no doubt (a RAID controller hides it). */
function transportOf({ busInfo = "", description }: HardwareNode, above: HardwareNode[]): string | undefined {
  const bus = /^(nvme|virtio|mmc|ide)@/.exec(busInfo)?.[1];
  if (bus !== undefined) return bus;
  if (above.some((node) => node.busInfo?.startsWith("usb@"))) return "usb";
  const controller = above.find((node) => node.class === "storage")?.id.split(":", 1)[0];
  if (controller === "sas") return description === "ATA Disk" ? "sata" : "sas";
  return controller === "sata" ? "sata" : undefined;
}

/** By name. */
export function lshwPartitions(tree: LshwTree): Partition[] {
  const disks = tree.byLogicalName("disk");
  return [...tree.byLogicalName("volume")].flatMap(([name, node]) => {
    const disk = diskOf(name);
    if (disk === undefined || !disks.has(disk)) return [];
    return prune<Partition>({
      name,
      disk,
      sizeBytes: node.capacity ?? node.size,
      ...fileSystem(node),
      mountpoint: node.logicalNames?.find(isMountpoint),
    });
  }).sort((a, b) => byName(a.name, b.name));
}

/** What blkid(8), and the kernel where it is a file system, call otherwise than lshw. */
const BLKID_NAMES: ReadonlyMap<string, string> = new Map([["fat", "vfat"], ["luks", "crypto_LUKS"]]);

/** What a volume's superblock says; of one without such its serial is its entry in the partition table. */
export function fileSystem(volume: HardwareNode | undefined): Pick<Partition, "uuid" | "label" | "filesystem"> {
  const named = setting(volume, "filesystem");
  const isLvm = named === undefined && volume?.capabilities?.some(({ name }) => name === "lvm2");
  const filesystem = isLvm ? "LVM2_member" : BLKID_NAMES.get(named ?? "") ?? named;
  return filesystem === undefined ? {} : prune({
    uuid: told(volume?.serial),
    label: told(setting(volume, "label")),
    filesystem,
  });
}
