import { splitLines } from "../parsing.ts";
import { byName, prune } from "../../values.ts";
import { deviceNames } from "./device_names.ts";
import { eachDevice } from "../concurrency.ts";
import type { HostFiles } from "./files.ts";
import { type MountsByDevice, mountsOf } from "./mounts.ts";

/** What the kernel and udev know of a partition; fields as in the facts. */
export interface KernelPartition {
  name: string;
  disk?: string;
  sizeBytes?: number;
  uuid?: string;
  label?: string;
  filesystem?: string;
  mountpoint?: string;
}

/** One line of /proc/partitions (proc_partitions(5)): a disk or a partition. */
export interface BlockDevice {
  /** The kernel's name; a slash in it is an exclamation mark in /sys/block ("cciss/c0d0"). */
  name: string;
  /** Major and minor number: "8:1". */
  device: string;
}

/**
 * Lines of any other form, and the heading, are left out.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const text = "major minor  #blocks  name\n\n   8        0  468851544 sda\n 104        1      10240 cciss/c0d0p1\n";
 * deepStrictEqual(parseProcPartitions(text), [
 *   { name: "sda", device: "8:0" },
 *   { name: "cciss!c0d0p1", device: "104:1" },
 * ]);
 * ```
 */
export function parseProcPartitions(text: string): BlockDevice[] {
  const devices: BlockDevice[] = [];
  for (const line of splitLines(text, "/proc/partitions")) {
    const [major, minor, blocks, name, ...more] = line.trim().split(/\s+/);
    if (!name || more.length > 0 || ![major, minor, blocks].every((number) => /^\d+$/.test(number!))) continue;
    devices.push({ name: name.replaceAll("/", "!"), device: `${major}:${minor}` });
  }
  return devices;
}

/** The disk that `name` is a partition of: sda for sda1, nvme0n1 for nvme0n1p1; undefined for a disk. */
export function diskOf(name: string): string | undefined {
  return name.match(/^(.*\d)p\d+$/)?.[1] ?? name.match(/^(.*\D)\d+$/)?.[1];
}

/** The partitions of `disks`, with what is mounted of them. */
export async function readPartitions(
  files: HostFiles,
  disks: ReadonlySet<string>,
  devices: readonly BlockDevice[],
  mounts: MountsByDevice,
): Promise<KernelPartition[]> {
  const found = devices.filter(({ name }) => disks.has(diskOf(name) ?? ""));
  if (found.length === 0) return [];
  const [uuids, labels] = await Promise.all([
    deviceNames(files, "/dev/disk/by-uuid"),
    deviceNames(files, "/dev/disk/by-label"),
  ]);
  const partitions = await eachDevice(found, async ({ name, device }) => {
    const disk = diskOf(name)!;
    const sectors = await files.count(`/sys/block/${disk}/${name}/size`);
    const mount = mountsOf(mounts, device, name)[0];
    return prune<KernelPartition>({
      name,
      disk,
      sizeBytes: sectors === undefined ? undefined : sectors * 512,
      uuid: uuids.get(name)?.[0],
      label: labels.get(name)?.[0],
      filesystem: mount?.filesystem,
      mountpoint: mount?.mountpoint,
    });
  });
  return partitions.sort((a, b) => byName(a.name, b.name));
}

/**
 * /proc/filesystems (proc_filesystems(5)): the kernel's file systems that live on a block device, in its order.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseFilesystems("nodev\tsysfs\n\text4\n\txfs\n"), ["ext4", "xfs"]);
 * ```
 */
export function parseFilesystems(text: string): string[] {
  // "nodev\tsysfs", "\text4".
  return splitLines(text, "/proc/filesystems").map((line) => line.trim()).filter((line) => /^[\w.-]+$/.test(line));
}
