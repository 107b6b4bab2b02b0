import type { Host } from "../../host/mod.ts";
import { splitLines } from "../parsing.ts";
import type { HostFiles } from "./files.ts";

/** A mount, as /proc/PID/mountinfo has it (proc_pid_mountinfo(5)). */
export interface Mount {
  /** Major and minor number of the device: "8:1". */
  device: string;
  /** The folder of the file system that is mounted: "/", or deeper for a bind mount or a btrfs subvolume. */
  root: string;
  mountpoint: string;
  filesystem: string;
  source: string;
}

/**
 * /proc/PID/mountinfo; lines of any other form are left out.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parseMountinfo("36 27 8:1 / /mnt/a\\040b rw,noatime shared:1 - ext4 /dev/sda1 rw\n"), [
 *   { device: "8:1", root: "/", mountpoint: "/mnt/a b", filesystem: "ext4", source: "/dev/sda1" },
 * ]);
 * ```
 */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of splitLines(text, "mountinfo")) {
    const fields = line.split(" ");
    // Between the mount options and the lone dash there are any number of optional fields.
    const dash = fields.indexOf("-", 6);
    const [_id, _parent, device, root, mountpoint] = fields;
    const filesystem = fields[dash + 1], source = fields[dash + 2];
    if (dash === -1 || !/^\d+:\d+$/.test(device!) || !filesystem || !source) continue;
    mounts.push({
      device: device!,
      root: unescapeOctal(root!),
      mountpoint: unescapeOctal(mountpoint!),
      filesystem,
      source: unescapeOctal(source),
    });
  }
  return mounts;
}

/** Blank, tab, newline and backslash are written as \040, \011, \012 and \134. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/** Mounts by their device's numbers, and by the name of it that they give ("/dev/sda1"). */
export type MountsByDevice = ReadonlyMap<string, readonly Mount[]>;

/**
 * The host's mounts: those of its first process. What a plain user may not read there is the same in its own, as long
 * as /proc is this machine's; from a container, "self" would be the container.
 */
export async function readMounts(host: Host, files: HostFiles): Promise<MountsByDevice> {
  const text = await files.text("/proc/1/mountinfo") ??
    (host.roots.proc === "/proc" ? await files.text("/proc/self/mountinfo") : undefined);
  return mountsByDevice(parseMountinfo(text ?? ""));
}

/** `mounts`, each to be found by its device's numbers and by its source. */
export function mountsByDevice(mounts: readonly Mount[]): MountsByDevice {
  const byDevice = new Map<string, Mount[]>();
  for (const mount of mounts) {
    for (const key of [mount.device, mount.source]) {
      const list = byDevice.get(key);
      if (list) list.push(mount);
      else byDevice.set(key, [mount]);
    }
  }
  return byDevice;
}

/**
 * The mounts of one block device, given its numbers and its name (a btrfs has numbers of its own, and only names it),
 * without the bind mounts of folders of a file system that is mounted itself.
 */
export function mountsOf(mounts: MountsByDevice, device: string, name: string): Mount[] {
  const named = mounts.get(`/dev/${name}`)?.filter((mount) => mount.device !== device) ?? [];
  const all = [...mounts.get(device) ?? [], ...named];
  // In this order a folder stands right before all that is in it.
  const folders = [...new Set(all.map(asFolder))].sort();
  const outermost = new Set<string>();
  let last: string | undefined;
  for (const folder of folders) {
    if (last !== undefined && folder.startsWith(last)) continue;
    outermost.add(folder);
    last = folder;
  }
  return all.filter((mount) => outermost.has(asFolder(mount)));
}

function asFolder({ root }: Mount): string {
  return root.endsWith("/") ? root : `${root}/`;
}
