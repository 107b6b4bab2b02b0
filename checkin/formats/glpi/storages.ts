/** The `storages` and `drives` of a GLPI inventory: disks, and the file systems on them. */
import type { Facts } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { type GlpiEntry, mebibytes } from "./entry.ts";

const MEGABYTE = 1e6;

/** The disks, in MB as the agent of GLPI has them. */
export function glpiStorages({ disks = [] }: Facts): GlpiEntry[] {
  return disks.map((disk) => {
    const [host, channel, unit, lun] = disk.hctl?.split(":") ?? [];
    return prune<GlpiEntry>({
      name: disk.name,
      type: disk.name.startsWith("sr") ? "cd" : "disk",
      description: disk.rotational === undefined ? undefined : disk.rotational ? "HDD" : "SSD",
      disksize: disk.sizeBytes === undefined ? undefined : Math.floor(disk.sizeBytes / MEGABYTE),
      interface: disk.transport?.toUpperCase(),
      manufacturer: disk.vendor,
      model: disk.model,
      serial: disk.serialNumber,
      firmware: disk.firmware,
      wwn: disk.wwn,
      scsi_coid: host,
      scsi_chid: channel,
      scsi_unid: unit,
      scsi_lun: lun,
    });
  });
}

/** File systems; on a network-booted machine there are often none. */
export function glpiDrives({ partitions = [] }: Facts): GlpiEntry[] {
  return partitions.filter(({ filesystem, mountpoint }) => (filesystem ?? mountpoint) !== undefined).map((each) =>
    prune<GlpiEntry>({
      volumn: `/dev/${each.name}`,
      type: each.mountpoint,
      filesystem: each.filesystem,
      label: each.label,
      serial: each.uuid,
      total: mebibytes(each.sizeBytes),
    })
  );
}
