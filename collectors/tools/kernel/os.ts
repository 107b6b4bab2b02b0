import { maskCommandLine } from "../../host/secrets.ts";
import { prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import type { HostFiles } from "./files.ts";
import { parseOsRelease } from "./os_release.ts";
import { readSelinux, type Selinux } from "./selinux.ts";
import { bootInterfaceMac } from "./kernel_command_line.ts";

/** What /proc/sys/kernel, the command line and os-release say; fields as in the facts. */
export interface KernelOs {
  machineCheck?: boolean;
  kernel?: string;
  hardwareModel?: string;
  cmdline?: string;
  bootInterfaceMac?: string;
  hostname?: string;
  fqdn?: string;
  domain?: string;
  distribution?: {
    id?: string;
    name?: string;
    version?: string;
    fullVersion?: string;
    codename?: string;
    description?: string;
    lsbVersion?: string;
  };
  selinux?: Selinux;
}

/** The kernel, its command line, the names of the host, and its distribution where /etc is the host's. */
export async function readOs(files: HostFiles, includeSecrets: boolean): Promise<KernelOs | undefined> {
  const kernelFile = (name: string) => files.line(`/proc/sys/kernel/${name}`);
  const [kernel, hardwareModel, name, cmdline, osRelease, debianVersion, tainted, lsbVersion, selinux] = await Promise
    .all([
      kernelFile("osrelease"),
      // Since Linux 6.1.
      kernelFile("arch"),
      kernelFile("hostname"),
      files.line("/proc/cmdline"),
      files.text("/etc/os-release"),
      files.line("/etc/debian_version"),
      files.count("/proc/sys/kernel/tainted"),
      readLsbVersion(files),
      readSelinux(files),
    ]);
  const os = prune<KernelOs>({
    kernel,
    hardwareModel,
    // Documentation/admin-guide/tainted-kernels; said only where it is so.
    machineCheck: tainted !== undefined && (tainted & 16) !== 0 ? true : undefined,
    cmdline: cmdline === undefined || includeSecrets ? cmdline : maskCommandLine(cmdline).masked,
    bootInterfaceMac: bootInterfaceMac(cmdline ?? ""),
    ...hostNames(name),
    distribution: osRelease === undefined ? undefined : distribution(osRelease, debianVersion, lsbVersion),
    selinux,
  });
  return Object.keys(os).length > 0 ? os : undefined;
}

/** As Facter 2.4 splits them: hostname up to the first dot, domain behind it, fqdn both. "(none)" is no name. */
export function hostNames(name: string | undefined): Pick<KernelOs, "hostname" | "fqdn" | "domain"> {
  if (name === undefined || name === "(none)" || name.startsWith(".")) return {};
  const dot = name.indexOf(".");
  const domain = dot === -1 ? undefined : name.slice(dot + 1) || undefined;
  const hostname = dot === -1 ? name : name.slice(0, dot);
  return prune({ hostname, fqdn: domain === undefined ? hostname : name, domain });
}

function distribution(
  osRelease: string,
  debianVersion?: string,
  lsbVersion?: string,
): KernelOs["distribution"] | undefined {
  const values = parseOsRelease(osRelease);
  const id = told(values.get("ID"));
  const found = prune<NonNullable<KernelOs["distribution"]>>({
    id,
    name: told(values.get("NAME")),
    version: told(values.get("VERSION_ID")),
    // os-release of Debian has the major version only.
    fullVersion: id === "debian" ? debianVersion : undefined,
    // Red Hat's and old Debian's have it in VERSION alone: "7 (Core)", "8 (jessie)".
    codename: told(values.get("VERSION_CODENAME")) ?? told(values.get("VERSION")?.match(/\(([^()]*)\)/)?.[1]),
    description: told(values.get("PRETTY_NAME")),
    lsbVersion,
  });
  return Object.keys(found).length > 0 ? found : undefined;
}

/** As the script lsb_release prints it: the modules of LSB that are installed, ":core-4.1-amd64:core-4.1-noarch". */
async function readLsbVersion(files: HostFiles): Promise<string | undefined> {
  const release = await files.text("/etc/lsb-release");
  if (release === undefined) return undefined;
  const modules = await files.entries("/etc/lsb-release.d");
  const version = parseOsRelease(release).get("LSB_VERSION") ?? "";
  return [version, ...(modules ?? []).map(({ name }) => name).sort()].join(":") || undefined;
}

/** What changes from second to second. */
export interface KernelLoad {
  freeMemoryBytes?: number;
  freeSwapBytes?: number;
  uptimeSeconds?: number;
  loadAverage?: [number, number, number];
  /** Current clock of each logical CPU. */
  cpuMHz?: number[];
}

/** /proc/uptime and /proc/loadavg (proc(5)). */
export async function readLoad(files: HostFiles): Promise<KernelLoad> {
  const [uptime, load] = await Promise.all([files.line("/proc/uptime"), files.line("/proc/loadavg")]);
  const [uptimeSeconds] = numbers(uptime);
  const [one, five, fifteen] = numbers(load);
  return prune<KernelLoad>({
    uptimeSeconds,
    loadAverage: one === undefined || five === undefined || fifteen === undefined ? undefined : [one, five, fifteen],
  });
}

/** The decimal numbers at the start of a line. */
function numbers(text: string | undefined): number[] {
  const fields = text?.split(" ") ?? [];
  const end = fields.findIndex((field) => !/^\d{1,15}(\.\d{1,15})?$/.test(field));
  return fields.slice(0, end === -1 ? undefined : end).map(Number);
}
