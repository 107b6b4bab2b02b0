/** The disks: what the kernel knows of them, completed by lshw; lshw's alone where there is no /sys. */
import type { KernelDisk, Transport } from "../tools/kernel/disks.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { pciAddressOf, setting, walk } from "../tools/lshw/tree.ts";
import { told } from "../placeholders.ts";
import { byName, nonEmpty, prune } from "../values.ts";
import type { Machine } from "./machine.ts";
import { byDisk } from "./multipath.ts";
import { cardFinder, type PciCard, slotEntry } from "./pci_cards.ts";
import { type LshwKey, lshwNode } from "./places.ts";
import { type ListOf, listOf, type Place, type Table, within } from "./table.ts";

/** A disk, physical or virtual; no partitions, loops or mappings. */
export interface Disk {
  /** The kernel's name: sda, nvme0n1, vda. */
  name: string;
  /** Device file, "/dev/sda". */
  path?: string;
  /** Model of the disk. */
  model?: string;
  /** Maker of the disk. */
  vendor?: string;
  /** Serial number of the disk. */
  serialNumber?: string;
  /** World wide name as the kernel prints it: naa.5000c500…, eui.0025…, t10.ATA…. */
  wwn?: string;
  /** The version of the disk's firmware. */
  firmware?: string;
  /** Capacity. */
  sizeBytes?: number;
  /** Smallest unit that can be addressed. */
  logicalBlockBytes?: number;
  /** Smallest unit that the disk writes at once. */
  physicalBlockBytes?: number;
  /** False for an SSD. */
  rotational?: boolean;
  /** Whether its medium can be removed. */
  removable?: boolean;
  /** Whether the kernel refuses to write to it. */
  readOnly?: boolean;
  /** How the disk is reached; "ata" and "scsi" where no more is known than the protocol. */
  transport?: Transport;
  /** lshw's bus info ("scsi@0:0.0.0"), else the PCI address of the disk itself ("pci@0000:00:05.0"). */
  busAddress?: string;
  /** SCSI host:channel:target:lun. */
  hctl?: string;
  /** PCI address of the controller. */
  controller?: string;
  /** The name of the slot that the controller, or the NVMe drive itself, is in. */
  slot?: string;
  /** Names under /dev/disk/by-id, without the folder. */
  byId?: string[];
  /** Names under /dev/disk/by-path, without the folder: how the disk is cabled. */
  byPath?: string[];
  /** What identifies the enclosure that the disk is fitted in: "0x500304801234567f", or its SCSI address. */
  enclosure?: string;
  /** The bay in the enclosure, by number; by name where it has none. */
  bay?: string;
  /** Where the host has it or its partitions mounted. */
  mountpoints?: string[];
  /** The device mapper's name for a disk with several paths: mpatha. */
  multipath?: string;
  /** Every way to a disk that has several; the first is the one that the disk has its name from. */
  paths?: DiskPath[];
}

/** One way to a disk: a disk of the kernel's own. */
export interface DiskPath {
  /** The kernel's name: sdb. */
  name: string;
  /** Device file of the path, "/dev/sdb". */
  path?: string;
  /** How the path reaches the disk. */
  transport?: Transport;
  /** Address on the bus, as lshw writes it. */
  busAddress?: string;
  /** SCSI host:channel:target:lun. */
  hctl?: string;
  /** PCI address of the controller. */
  controller?: string;
}

/** What the sources say of one disk. */
interface DiskSources {
  name: string;
  kernel?: KernelDisk;
  node?: HardwareNode;
  /** The nodes that `node` is in, the nearest first. */
  above: readonly HardwareNode[];
  /** The same of each way to it, where it has several. */
  paths?: readonly DiskSources[];
  /** The controller's. */
  card: PciCard;
}

/** Kernel names of disks, among what else a node of the class "disk" may be: /dev/sg1, /dev/ng0n1, hwmon0, /dev/sr0. */
const DISK_NAME = /^((sd|vd|hd|xvd|dasd)[a-z]+|nvme\d+n\d+|mmcblk\d+|pmem\d+)$/;

function diskSources(machine: Machine): DiskSources[] | undefined {
  const { kernel, lshw } = machine, nodes = lshw.byLogicalName("disk"), cardOf = cardFinder(machine);
  const sources = (name: string, known?: KernelDisk): DiskSources => {
    const node = nodes.get(name), above = node ? lshw.above(node) : [];
    const card = cardOf(known ? known.controller : controllerAbove(above));
    return { name, above, card, ...known && { kernel: known }, ...node && { node } };
  };
  if (kernel?.disks) {
    return byDisk(kernel.disks).map((paths) => {
      const [first, ...others] = paths.map((disk) => sources(disk.name, disk));
      if (others.length === 0) return first!;
      const all = <K extends "byId" | "mountpoints">(key: K) =>
        nonEmpty([...new Set(paths.flatMap((path) => path[key] ?? []))].sort());
      const kernel = prune<KernelDisk>({ ...paths[0]!, byId: all("byId"), mountpoints: all("mountpoints") });
      return { ...first!, kernel, paths: [first!, ...others] };
    });
  }
  if (lshw.all.length === 0) return undefined;
  // Of a drive and the medium in it, which have one name, the drive.
  return [...nodes.keys()].filter((name) => DISK_NAME.test(name)).sort(byName).map((name) => sources(name));
}

function controllerAbove(above: readonly HardwareNode[]): string | undefined {
  return above.map(pciAddressOf).find((address) => address !== undefined);
}

const SYS = "/sys/block/{name}", SAS = "/sys/class/sas_device/end_device-*";

/** What the kernel knows, from one of these files. */
function kernel<K extends keyof KernelDisk>(
  name: K,
  ...files: readonly string[]
): Place<DiskSources, NonNullable<KernelDisk[K]>>[] {
  return files.map((words) => ({ words, read: ({ kernel }) => kernel?.[name] ?? undefined }));
}

/**
 * What lshw says in the node that has the words about the disk: of an NVMe disk that only lshw knows its controller's.
 * Beside the kernel's own words the namespace's, which are less, but about nothing else.
 */
function lshw(key: LshwKey): Place<DiskSources, string> {
  const place = lshwNode("disk", key);
  const pick = (sources: DiskSources) => sources.kernel || !isNvme(sources) ? sources.node : sources.above[0];
  return within(pick, place);
}

/** What lshw says of a disk that the kernel did not report. */
function lshwOnly<T>(
  key: LshwKey,
  read: (node: HardwareNode, sources: DiskSources) => T | undefined,
): Place<DiskSources, T> {
  return {
    ...lshwNode("disk", key, () => undefined),
    read: (sources) => sources.kernel || !sources.node ? undefined : read(sources.node, sources),
    raw: ({ node }) => node && lshwNode("disk", key).raw?.(node),
  };
}

function isNvme({ node }: DiskSources): boolean {
  return node?.busInfo?.startsWith("nvme@") ?? false;
}

const lshwBlock = (name: string) =>
  lshwOnly(`configuration.${name}`, (node) => {
    const text = setting(node, name) ?? "";
    return /^\d{1,9}$/.test(text) ? Number(text) || undefined : undefined;
  });
const capability = (pattern: RegExp) =>
  lshwOnly("capabilities", ({ capabilities }) => capabilities?.some(({ name }) => pattern.test(name)) || undefined);

/** How a disk is reached, where the bus or the controller leave no doubt (a RAID controller hides it). */
function transportOf(
  { busInfo = "", description }: HardwareNode,
  above: readonly HardwareNode[],
): Transport | undefined {
  const bus = /^(nvme|virtio|mmc|ide)@/.exec(busInfo)?.[1];
  if (bus !== undefined) return bus as Transport;
  if (above.some((node) => node.busInfo?.startsWith("usb@"))) return "usb";
  const controller = above.find((node) => node.class === "storage")?.id.split(":", 1)[0];
  if (controller === "sas") return description === "ATA Disk" ? "sata" : "sas";
  return controller === "sata" ? "sata" : undefined;
}

/** A logical name that is none of a device. */
export function isMountpoint(name: string): boolean {
  return name.startsWith("/") && !name.startsWith("/dev/");
}

const PATH: Table<DiskSources, DiskPath> = {
  name: [{ words: "/sys/block", read: ({ name }) => name }],
  path: [{ words: "/sys/block", read: ({ kernel, name }) => kernel ? kernel.path : `/dev/${name}` }],
  transport: [
    ...kernel("transport", SYS),
    lshwOnly("busInfo", (node, { above }) => transportOf(node, above)),
  ],
  busAddress: [
    ...kernel("busAddress", SYS),
    within(({ node }) => node, lshwNode("disk", "busInfo", ({ busInfo }) => busInfo)),
  ],
  hctl: [
    ...kernel("hctl", SYS),
    lshwOnly("busInfo", ({ busInfo }) => busInfo?.match(/^scsi@(\d+):(\d+)\.(\d+)\.(\d+)$/)?.slice(1).join(":")),
  ],
  controller: [
    ...kernel("controller", SYS),
    lshwOnly("busInfo", (_, { above }) => above.map(pciAddressOf).find((address) => address !== undefined)),
  ],
};

const DISK: Table<DiskSources, Disk> = {
  name: PATH.name,
  path: PATH.path,
  model: [...kernel("model", `${SYS}/device/model`, `${SYS}/device/name`, `${SYS}/device/vpd_pg89`), lshw("product")],
  vendor: [
    ...kernel("vendor", `${SYS}/device/vendor`),
    // Of an NVMe disk that only lshw knows: the controller's is the chip's.
    within((sources) => sources.kernel || !isNvme(sources) ? sources.node : undefined, lshwNode("disk", "vendor")),
  ],
  serialNumber: [
    ...kernel(
      "serialNumber",
      `${SYS}/device/vpd_pg80`,
      `${SYS}/device/vpd_pg89`,
      `${SYS}/device/vpd_pg83`,
      `${SYS}/device/serial`,
      `${SYS}/serial`,
    ),
    lshw("serial"),
  ],
  wwn: [
    ...kernel("wwn", `${SYS}/device/wwid`, `${SYS}/wwid`),
    lshwOnly("configuration.wwid", (node) => told(setting(node, "wwid"))),
  ],
  firmware: [...kernel("firmware", `${SYS}/device/rev`, `${SYS}/device/firmware_rev`), lshw("version")],
  sizeBytes: [
    ...kernel("sizeBytes", `${SYS}/size`),
    lshwOnly("size", ({ units, size }) => units === "bytes" || units === undefined ? size || undefined : undefined),
  ],
  logicalBlockBytes: [
    ...kernel("logicalBlockBytes", `${SYS}/queue/logical_block_size`),
    lshwBlock("logicalsectorsize"),
  ],
  physicalBlockBytes: [
    ...kernel("physicalBlockBytes", `${SYS}/queue/physical_block_size`),
    lshwBlock("sectorsize"),
  ],
  rotational: [...kernel("rotational", `${SYS}/queue/rotational`), capability(/^\d+rpm$/)],
  removable: [...kernel("removable", `${SYS}/removable`), capability(/^removable$/)],
  readOnly: [...kernel("readOnly", `${SYS}/ro`)],
  transport: PATH.transport,
  busAddress: PATH.busAddress,
  hctl: PATH.hctl,
  controller: PATH.controller,
  slot: slotEntry(({ card }) => card),
  byId: [...kernel("byId", "/dev/disk/by-id")],
  byPath: [...kernel("byPath", "/dev/disk/by-path")],
  enclosure: [...kernel("enclosure", "/sys/class/enclosure/*/id", `${SAS}/enclosure_identifier`)],
  bay: [...kernel("bay", "/sys/class/enclosure/*/*/slot", `${SAS}/bay_identifier`)],
  mountpoints: [
    ...kernel("mountpoints", "/proc/1/mountinfo", "/proc/self/mountinfo", "/proc/mounts"),
    lshwOnly("logicalNames", (node) => {
      const names = [...walk([node])].flatMap(({ node: { logicalNames = [] } }) => logicalNames);
      return nonEmpty([...new Set(names.filter(isMountpoint))].sort());
    }),
  ],
  multipath: [...kernel("multipath", `${SYS}/holders/*/dm/name`)],
  paths: listOf(
    "the kernel's disks that are one: one mpath device holds them, or they have one wwid",
    ({ paths }) => paths,
    PATH,
  ),
};

export const DISKS: ListOf<Machine, Disk> = listOf("the kernel's disks, else lshw's, by name", diskSources, DISK);
