import type { Disk, HardwareNode } from "../facts.ts";
import type { HostFs } from "../hostfs.ts";
import { byName, prune } from "../parsing.ts";
import { told } from "../placeholders.ts";
import { allNodes, byLogicalName, setting } from "./hardware.ts";

/** The kernel's disks completed by what lshw read from them; lshw's alone where /sys told nothing. */
export function disks(host: HostFs | undefined, tree: HardwareNode[]): Disk[] | undefined {
  const nodes = byLogicalName(tree, "disk");
  if (host?.disks) return host.disks.map((disk) => completed(disk, nodes.get(disk.name)));
  if (tree.length === 0) return undefined;
  // One disk may have several names (/dev/sg1); media in a drive is a child of it with the same name.
  const found = new Map<HardwareNode, Disk>();
  for (const node of allNodes(tree)) {
    const path = node.logicalNames?.find((name) => /^\/dev\/(sd|vd|hd|xvd|nvme\d+n|mmcblk|dasd)[a-z0-9]+$/.test(name));
    if (node.class !== "disk" || path === undefined) continue;
    const name = path.slice("/dev/".length);
    if (![...found.values()].some((disk) => disk.name === name)) found.set(node, completed({ name, path }, node));
  }
  return [...found.values()].sort((a, b) => byName(a.name, b.name));
}

/** `disk` wins: the kernel knows sizes and identifiers exactly, lshw cuts some and reads others from the medium. */
function completed(disk: Disk, node: HardwareNode | undefined): Disk {
  if (!node) return disk;
  const number = (name: string) => {
    const value = Number(setting(node, name));
    return Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const isScsiBus = node.busInfo?.startsWith("scsi@");
  return prune<Disk>({
    ...disk,
    model: disk.model ?? told(node.product),
    vendor: disk.vendor ?? told(node.vendor),
    serialNumber: disk.serialNumber ?? told(node.serial),
    firmware: disk.firmware ?? told(node.version),
    sizeBytes: disk.sizeBytes ?? (node.units === "bytes" || node.units === undefined ? node.size : undefined),
    logicalBlockBytes: disk.logicalBlockBytes ?? number("logicalsectorsize"),
    physicalBlockBytes: disk.physicalBlockBytes ?? number("sectorsize"),
    busAddress: isScsiBus ? node.busInfo : disk.busAddress ?? node.busInfo,
  });
}
