/** How disks are reached, by the words of the kernel. */

/** How a disk is reached. "ata" and "scsi" where no more is known than the protocol. */
export type Transport =
  | "ata"
  | "dasd"
  | "fc"
  | "ide"
  | "iscsi"
  | "mmc"
  | "nvdimm"
  | "nvme"
  | "nvme-fc"
  | "nvme-loop"
  | "nvme-rdma"
  | "nvme-tcp"
  | "sas"
  | "sata"
  | "scsi"
  | "usb"
  | "virtio"
  | "xen";

/**
 * The kernel's words for fabrics (drivers/nvme/host: nvme_ctrl_ops.name); every other is one for PCIe: "pcie",
 * "apple-nvme".
 */
const NVME_FABRICS: ReadonlyMap<string | undefined, Transport> = new Map([
  ["fc", "nvme-fc"],
  ["loop", "nvme-loop"],
  ["rdma", "nvme-rdma"],
  ["tcp", "nvme-tcp"],
]);

/** How an NVMe controller is reached, by /sys/class/nvme/nvme0/transport; old kernels have no such file. */
export function nvmeTransport(transport: string | undefined): Transport {
  return NVME_FABRICS.get(transport) ?? "nvme";
}

/** What the steps of a path say of the transport, the more telling ones first: a USB disk is also a SCSI one. */
const TRANSPORTS: readonly [RegExp, Transport][] = [
  [/^usb\d+$/, "usb"],
  [/^end_device-/, "sas"],
  [/^rport-/, "fc"],
  [/^session\d+$/, "iscsi"],
  [/^ata\d+$/, "ata"],
  [/^nvme(-subsystem|-fabrics)?$/, "nvme"],
  [/^virtio\d+$/, "virtio"],
  [/^mmc_host$/, "mmc"],
  [/^vbd-/, "xen"],
  [/^ide\d+$/, "ide"],
  [/^ndbus\d+$/, "nvdimm"],
  [/^css\d+$/, "dasd"],
];

export function transportOf(path: readonly string[]): Transport | undefined {
  return TRANSPORTS.find(([pattern]) => path.some((step) => pattern.test(step)))?.[1];
}

/** libata drives serial and parallel disks; the host's driver tells, but for those that drive both (ata_piix). */
export function ataTransport(hostDriver = ""): Transport {
  return /^(ahci|sata_)/.test(hostDriver) ? "sata" : /^pata_/.test(hostDriver) ? "ide" : "ata";
}
