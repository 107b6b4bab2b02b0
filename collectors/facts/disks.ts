import type { HardwareNode } from "../tools/lshw/node.ts";
import type { Machine } from "./machine.ts";
import type { Partition } from "./partitions.ts";
import { prune } from "../values.ts";
import { told } from "./placeholders.ts";
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

/** The kernel's disks completed by what lshw read from them; lshw's alone where /sys told nothing. */
export function disks({ kernel: host, lshw }: Machine): Disk[] | undefined {
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

/** The kernel's partitions with what lshw read in those that are not mounted; lshw's alone where /sys told nothing. */
export function partitions({ kernel: host, lshw }: Machine): Partition[] | undefined {
  if (!host?.partitions) return lshw.all.length === 0 ? undefined : lshwPartitions(lshw);
  const nodes = lshw.byLogicalName("volume");
  return host.partitions.map((partition) => ({
    // The order of the first, the values of the last.
    ...partition,
    ...fileSystem(nodes.get(partition.name)),
    ...partition,
  }));
}
