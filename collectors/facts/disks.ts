import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Machine } from "./machine.ts";
import type { Partition } from "./partitions.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
import { printedByLshw } from "./places.ts";
import { asGiven, type AsPrinted, type ListOf, listOf } from "./table.ts";
import { fileSystem, lshwDisks, lshwPartitions } from "./lshw_disks.ts";

/** /sys/block, completed by lshw: physical and virtual disks, no partitions, loops or mappings. */
export interface Disk {
  /** The kernel's name: sda, nvme0n1, vda. */
  name: string;
  path?: string;
  model?: string;
  vendor?: string;
  serialNumber?: string;
  /** World wide name as the kernel prints it: naa.5000c500…, eui.0025…, t10.ATA…. */
  wwn?: string;
  firmware?: string;
  sizeBytes?: number;
  logicalBlockBytes?: number;
  physicalBlockBytes?: number;
  rotational?: boolean;
  removable?: boolean;
  readOnly?: boolean;
  /** sata, sas, nvme, usb, virtio, fc, iscsi, mmc, ide, scsi, xen … */
  transport?: string;
  /** lshw's bus info ("scsi@0:0.0.0"), else the PCI address of the disk itself ("pci@0000:00:05.0"). */
  busAddress?: string;
  /** SCSI host:channel:target:lun. */
  hctl?: string;
  /** PCI address of the controller. */
  controller?: string;
  /** Names under /dev/disk/by-id, without the folder. */
  byId?: string[];
  mountpoints?: string[];
}

function disks({ kernel: host, lshw }: Machine): Disk[] | undefined {
  if (!host?.disks) return lshw.all.length === 0 ? undefined : lshwDisks(lshw);
  const nodes = lshw.byLogicalName("disk");
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

function partitions({ kernel: host, lshw }: Machine): Partition[] | undefined {
  if (!host?.partitions) return lshw.all.length === 0 ? undefined : lshwPartitions(lshw);
  const nodes = lshw.byLogicalName("volume");
  return host.partitions.map((partition) => ({
    // The order of the first, the values of the last.
    ...partition,
    ...fileSystem(nodes.get(partition.name)),
    ...partition,
  }));
}

const block = (name: string) => `/sys/block/{name}/${name}`;
const node = (key: string) => `lshw -json: disk: ${key}`;
const BLOCK = "/sys/block/{name}", MOUNTS = "/proc/1/mountinfo: /dev/{name}";

export const DISKS: ListOf<Machine, Disk> = listOf(
  "the kernel's disks completed by what lshw read from them, by name; lshw's alone where /sys was not read",
  (machine) => {
    const { byLogicalName, above } = machine.lshw;
    const nodes = byLogicalName("disk");
    return disks(machine)?.map((disk): Disk & AsPrinted => {
      const node = nodes.get(disk.name);
      // Model, serial number and firmware of an NVMe disk stand at its controller.
      return { ...disk, printed: printedByLshw(node, node?.busInfo?.startsWith("nvme@") ? above(node)[0] : undefined) };
    });
  },
  asGiven<Disk & AsPrinted, Disk>({
    name: [BLOCK, node("logicalNames")],
    path: [BLOCK, node("logicalNames")],
    model: [block("device/model"), block("device/name"), node("product")],
    vendor: [block("device/vendor"), node("vendor")],
    serialNumber: [
      block("serial"),
      block("device/serial"),
      block("device/vpd_pg80"),
      block("device/vpd_pg89"),
      node("serial"),
    ],
    wwn: [block("wwid"), block("device/wwid"), node("configuration.wwid")],
    firmware: [block("device/firmware_rev"), block("device/rev"), node("version")],
    sizeBytes: [block("size"), node("size")],
    logicalBlockBytes: [block("queue/logical_block_size"), node("configuration.logicalsectorsize")],
    physicalBlockBytes: [block("queue/physical_block_size"), node("configuration.sectorsize")],
    rotational: [block("queue/rotational"), node("capabilities")],
    removable: [block("removable"), node("capabilities")],
    readOnly: block("ro"),
    transport: [BLOCK, node("busInfo")],
    busAddress: [node("busInfo"), BLOCK],
    hctl: [BLOCK, node("busInfo")],
    controller: [BLOCK, node("busInfo")],
    byId: "/dev/disk/by-id",
    mountpoints: [MOUNTS, node("logicalNames")],
  }),
);

const volume = (key: string) => `lshw -json: volume: ${key}`;
const LISTED = "/proc/partitions:  {name}";

export const PARTITIONS: ListOf<Machine, Partition> = listOf(
  "the kernel's partitions with what lshw read in those that are not mounted; lshw's alone where /sys was not read",
  (machine) => {
    const nodes = machine.lshw.byLogicalName("volume");
    return partitions(machine)?.map((partition): Partition & AsPrinted => ({
      ...partition,
      printed: printedByLshw(nodes.get(partition.name)),
    }));
  },
  asGiven<Partition & AsPrinted, Partition>({
    name: [LISTED, volume("logicalNames")],
    disk: [LISTED, volume("logicalNames")],
    sizeBytes: ["/sys/block/{disk}/{name}/size", volume("capacity"), volume("size")],
    uuid: ["/dev/disk/by-uuid", volume("serial")],
    label: ["/dev/disk/by-label", volume("configuration.label")],
    filesystem: [MOUNTS, volume("configuration.filesystem"), volume("capabilities")],
    mountpoint: [MOUNTS, volume("logicalNames")],
  }),
);
