import type { Disk } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import type { Rule } from "./finding.ts";

/** What controllers and hypervisors call the disks that they make up: of these one model has any size. */
const MADE_UP = /raid|perc|logical|virtual|volume|array|\blun\b|qemu|vbox|ahv|nutanix|^MR\d|file|storage|disk$/i;

/**
 * A disk whose size differs from that of others of its model: a host protected area (ATA8-ACS, 4.11), a namespace that
 * was made smaller, or a forgery. It cannot know of disks that a RAID controller or a hypervisor makes up, and leaves
 * these alone; the namespaces of one NVMe device (one serial number) may be of any size.
 */
export const diskSize: Rule = function* ({ disks = [], virtualization }) {
  if (virtualization?.virtual === true) return;
  const real = disks.filter(isReal);
  for (const [model, alike] of Map.groupBy(real, ({ vendor, model }) => `${vendor ?? ""} ${model}`.trim())) {
    const sizes = Map.groupBy(alike, ({ sizeBytes }) => sizeBytes!);
    const [usual] = [...sizes.values()].sort((a, b) => b.length - a.length || b[0]!.sizeBytes! - a[0]!.sizeBytes!);
    for (const disk of alike) {
      if (disk.sizeBytes === usual![0]!.sizeBytes) continue;
      const [path, other] = [disk, usual![0]!].map(({ name }) => `${itemPath("disks", name)}.sizeBytes`);
      yield {
        id: "disk-size",
        level: "warning",
        path: path!,
        message: `${disk.name} has ${disk.sizeBytes} bytes, other ${model} disks have ${usual![0]!.sizeBytes}`,
        evidence: [{ path: path!, value: disk.sizeBytes! }, { path: other!, value: usual![0]!.sizeBytes! }],
      };
    }
  }
};

function isReal(disk: Disk, _: number, disks: Disk[]): boolean {
  const { model, sizeBytes, transport, serialNumber, removable } = disk;
  const isAlone = disks.every((other) => other === disk || other.serialNumber !== serialNumber);
  return model !== undefined && !MADE_UP.test(model) && (sizeBytes ?? 0) > 0 && serialNumber !== undefined && isAlone &&
    removable !== true && ["sata", "sas", "nvme"].includes(transport ?? "");
}
