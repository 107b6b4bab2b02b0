/** The operating system of the host: its kernel, names and distribution. */
import type { KernelOs } from "../tools/kernel/os.ts";
import type { Selinux } from "../tools/kernel/selinux.ts";
import type { Machine } from "./machine.ts";
import { lscpu } from "./places.ts";
import { asGiven, type Place, section, type Table } from "./table.ts";

/** The host's operating system. */
export interface Os {
  /** The kernel's release. */
  kernel?: string;
  /** What `uname -m` prints. */
  hardwareModel?: string;
  /** Passwords, tokens and the like are masked, unless secrets were asked for. */
  cmdline?: string;
  /** A processor has reported a machine check since the kernel started. */
  machineCheck?: boolean;
  /** BOOTIF= of the kernel command line, as a MAC. */
  bootInterfaceMac?: string;
  /** Up to the first dot. */
  hostname?: string;
  /** Host name with its domain. */
  fqdn?: string;
  /** Behind the first dot. */
  domain?: string;
  /** What os-release says. */
  distribution?: Distribution;
  /** SELinux, as configured and as in force. */
  selinux?: Selinux;
}

/** The host's distribution (os-release(5)). */
export interface Distribution {
  /** "debian" (os-release: ID). */
  id?: string;
  /** "Debian GNU/Linux" (os-release: NAME). */
  name?: string;
  /** VERSION_ID: "12", "22.04". */
  version?: string;
  /** On Debian /etc/debian_version: "12.11". */
  fullVersion?: string;
  /** "bookworm" (os-release: VERSION_CODENAME). */
  codename?: string;
  /** Name and version for people (os-release: PRETTY_NAME). */
  description?: string;
  /** The modules of LSB that are installed, as lsb_release prints them: ":core-4.1-amd64:core-4.1-noarch". */
  lsbVersion?: string;
}

function kernel<K extends keyof KernelOs>(name: K, words: string): Place<Machine, NonNullable<KernelOs[K]>> {
  return { words, read: ({ kernel }) => kernel?.os?.[name] ?? undefined };
}

const NAME = "/proc/sys/kernel/hostname", OS_RELEASE = "/etc/os-release";

export const OS: Table<Machine, Os> = {
  kernel: [kernel("kernel", "/proc/sys/kernel/osrelease")],
  hardwareModel: [kernel("hardwareModel", "/proc/sys/kernel/arch"), lscpu("Architecture", (value) => value)],
  cmdline: [kernel("cmdline", "/proc/cmdline")],
  machineCheck: [kernel("machineCheck", "/proc/sys/kernel/tainted: bit 4")],
  bootInterfaceMac: [kernel("bootInterfaceMac", "/proc/cmdline: BOOTIF=")],
  hostname: [kernel("hostname", NAME)],
  fqdn: [kernel("fqdn", NAME)],
  domain: [kernel("domain", NAME)],
  distribution: section(
    asGiven<NonNullable<KernelOs["distribution"]>, Distribution>({
      id: `${OS_RELEASE}: ID`,
      name: `${OS_RELEASE}: NAME`,
      version: `${OS_RELEASE}: VERSION_ID`,
      fullVersion: "/etc/debian_version",
      codename: `${OS_RELEASE}: VERSION_CODENAME`,
      description: `${OS_RELEASE}: PRETTY_NAME`,
      lsbVersion: ["/etc/lsb-release: LSB_VERSION", "/etc/lsb-release.d"],
    }),
    ({ kernel }) => kernel?.os?.distribution,
  ),
  selinux: section(
    asGiven<Selinux, Selinux>({
      mode: "/sys/fs/selinux/enforce",
      policyVersion: "/sys/fs/selinux/policyvers",
      configMode: "/etc/selinux/config: SELINUX",
      configPolicy: "/etc/selinux/config: SELINUXTYPE",
    }),
    ({ kernel }) => kernel?.os?.selinux,
  ),
};
