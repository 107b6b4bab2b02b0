/** Several ways to one disk: every SCSI path is a disk of the kernel's own, and the device mapper joins them. */
import type { KernelDisk } from "../tools/kernel/disks.ts";

/** Where one LUN may be seen through several ports; its wwid of naa or eui names it (SPC-6, 7.7.6.5 and 7.7.6.6). */
const FABRICS: ReadonlySet<string | undefined> = new Set(["fc", "iscsi", "sas"]);
/** The same of a namespace, where the kernel does not join the paths itself (nvme_core.multipath=N). */
const NVME_FABRICS: ReadonlySet<string | undefined> = new Set(["nvme-fc", "nvme-rdma", "nvme-tcp"]);

/**
 * The disks by what they are: each list holds the paths to one disk, in the order of `disks`. Those that one mpath device
 * holds are one, and so are those with one wwid, size and serial number, where no multipathd has run yet.
 */
export function byDisk(disks: readonly KernelDisk[]): KernelDisk[][] {
  const mappers = new Map(disks.flatMap((disk) => {
    const lun = lunOf(disk);
    return lun !== undefined && disk.multipath !== undefined ? [[lun, disk.multipath] as const] : [];
  }));
  const keyOf = (disk: KernelDisk) => {
    const lun = lunOf(disk), mapper = disk.multipath ?? mappers.get(lun ?? "");
    return mapper === undefined ? lun ?? disk : mapper;
  };
  return [...Map.groupBy(disks, keyOf).values()];
}

function lunOf({ wwn, transport, hctl, sizeBytes, serialNumber }: KernelDisk): string | undefined {
  const isLun = /^(naa|eui)\./.test(wwn ?? "") && FABRICS.has(transport) && hctl !== undefined;
  const isNamespace = wwn !== undefined && NVME_FABRICS.has(transport) && serialNumber !== undefined;
  return isLun || isNamespace ? [wwn, sizeBytes, serialNumber].join(" ") : undefined;
}
