/**
 * The folders that the compiled program may touch. Its permissions are fixed when it is built, so a path elsewhere can
 * only be named in an error; run from source it has all permissions, and nothing is refused here.
 */
import type { Host } from "../../collectors/host/mod.ts";
import { RESOLV_CONF_TARGETS } from "../../collectors/tools/kernel/name_servers.ts";

/** The host's mounts (read-only in any case), the state, and what an administrator lays down for the agent. */
const READ_FOLDERS = ["/host-proc", "/host-sys", "/host-dev", "/tmp", "/etc/hnl_mk"] as const;

/**
 * What may be read below the host's /proc, and nothing else of it: /proc/PID holds other processes' secrets (`environ`,
 * `mem`), and with `root` and `cwd` a way to every file of the host. Process 1's are the host's own view of its mounts,
 * network, release and name servers.
 */
export const PROC_FILES: readonly string[] = [
  "cmdline",
  "cpuinfo",
  "filesystems",
  "loadavg",
  "meminfo",
  "partitions",
  "stat",
  "uptime",
  "version",
  "sys/kernel",
  "net",
  "thread-self/children",
  "1/mountinfo",
  "1/net",
  "1/root/etc/os-release",
  "1/root/usr/lib/os-release",
  "1/root/etc/debian_version",
  "1/root/etc/resolv.conf",
  ...RESOLV_CONF_TARGETS.map((path) => `1/root/${path}`),
  "1/root/etc/lsb-release",
  "1/root/etc/lsb-release.d",
  "1/root/etc/selinux/config",
  "device-tree",
];

/** The paths that the program is compiled to be allowed to read; a folder stands for all that is below it. */
export const READ_PATHS: readonly string[] = READ_FOLDERS.flatMap((folder) =>
  folder === "/host-proc" ? PROC_FILES.map((name) => `${folder}/${name}`) : folder
);

/** What it may not read, whatever else is allowed, but for what `READ_PATHS` names below it. */
export const UNREADABLE_PATHS = ["/host-proc/1/root", "/host-proc/self"] as const;

/** State and recordings. */
export const WRITE_FOLDERS = ["/tmp"] as const;

/** Asks whether a path may be read or written: `Deno.permissions.querySync`, or a test's own. */
export type PermissionQuery = (descriptor: { name: "read" | "write"; path: string }) => { state: string };

/**
 * Why this program may not read or write at `path` (absolute, or from the working folder), as the rest of a line that
 * begins with the option or key; undefined where it may. Says nothing about what the kernel allows.
 */
export function whyNotPermitted(
  path: string,
  access: "read" | "write",
  query: PermissionQuery = Deno.permissions.querySync.bind(Deno.permissions),
): string | undefined {
  // A folder of which single files may be read.
  const asked = access === "read" && /^\/host-proc\/*$/.test(path) ? "/host-proc/version" : path;
  if (query({ name: access, path: asked }).state === "granted") return undefined;
  const folders = access === "read" ? READ_FOLDERS : WRITE_FOLDERS;
  return `${path}: this program may ${access} in ${folders.join(", ")} only`;
}

/** In the compiled program /proc and /sys themselves are closed: one line about what to mount where for `host`. */
export async function whatToMount(host: Host): Promise<string | undefined> {
  const reads = [
    ["/proc", "--bind", await host.read("/proc/version")],
    ["/sys", "--rbind", await host.list("/sys/class/net")],
  ] as const;
  const closed = reads.filter(([root, _, read]) =>
    Object.values(host.roots).includes(root) && "why" in read && read.why === "denied"
  );
  if (closed.length === 0) return undefined;
  const roots = closed.map(([root]) => root).join(" and ");
  const mounts = closed.map(([root, how]) => `mount ${how} ${root} /host-${root.slice(1)}`).join(" and ");
  return `the host's ${roots} cannot be read, only what the tools know is shown; for the rest: ${mounts}`;
}
