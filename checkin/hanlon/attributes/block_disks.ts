/** The disks as the kernel has them: what old names are made of. */
import type { Disk } from "../../../collectors/facts/mod.ts";
import { itemPath } from "../../../collectors/facts/path.ts";
import { byName } from "../../../collectors/values.ts";

/** One disk of the kernel's. */
export interface BlockDisk extends Disk {
  /** Where it stands in the facts. */
  fact: string;
}

/** Every disk by name; of one with several paths each path is one, as for lshw and Facter. */
export function blockDisks(disks: readonly Disk[]): BlockDisk[] {
  return disks.flatMap((disk): BlockDisk[] => {
    const fact = itemPath("disks", disk.name);
    return disk.paths?.map((path) => ({ ...disk, ...path, fact })) ?? [{ ...disk, fact }];
  }).sort((a, b) => byName(a.name, b.name));
}
