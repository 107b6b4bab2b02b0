import type { Host } from "../host.ts";
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

/** Lines of any other form are left out. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of splitLines(text)) {
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

/**
 * The host's mounts: those of its first process. What a plain user may not read there is the same in its own, as long
 * as /proc is this machine's; from a container, "self" would be the container.
 */
export async function readMounts(host: Host, files: HostFiles): Promise<Mount[]> {
  const text = await files.text("/proc/1/mountinfo") ??
    (host.roots.proc === "/proc" ? await files.text("/proc/self/mountinfo") : undefined);
  return parseMountinfo(text ?? "");
}

/**
 * The mounts of one block device, given its numbers and its name (a btrfs has numbers of its own, and only names it),
 * without the bind mounts of folders of a file system that is mounted itself.
 */
export function mountsOf(mounts: readonly Mount[], device: string | undefined, name: string): Mount[] {
  const all = mounts.filter((mount) => mount.device === device || mount.source === `/dev/${name}`);
  return all.filter(({ root }) =>
    !all.some((other) => other.root !== root && root.startsWith(other.root === "/" ? "/" : `${other.root}/`))
  );
}
