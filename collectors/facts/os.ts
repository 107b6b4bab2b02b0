import type { Machine } from "./machine.ts";
import { asGiven, type AsPrinted, type Nested, section, type Table } from "./table.ts";
import { prune } from "../values.ts";

/** /proc/sys/kernel, the kernel command line, the host's os-release. */
export interface Os {
  kernel?: string;
  /** What `uname -m` prints. */
  hardwareModel?: string;
  /** Passwords, tokens and the like are masked, unless secrets were asked for. */
  cmdline?: string;
  /** BOOTIF= of the kernel command line, as a MAC. */
  bootInterfaceMac?: string;
  hostname?: string;
  fqdn?: string;
  domain?: string;
  distribution?: Distribution;
}

export interface Distribution {
  id?: string;
  name?: string;
  /** VERSION_ID: "12", "22.04". */
  version?: string;
  /** On Debian /etc/debian_version: "12.11". */
  fullVersion?: string;
  codename?: string;
  description?: string;
}

/** The kernel's values; the hardware's name from lscpu, where a recording has no more. */
function osOf({ kernel, lscpu }: Machine): Os & AsPrinted | undefined {
  const known = kernel?.os, fields = lscpu?.fields.filter(({ name }) => name === "Architecture");
  const hardwareModel = known?.hardwareModel ?? fields?.[0]?.value;
  return known || hardwareModel ? prune({ ...known, hardwareModel, fields }) : undefined;
}

const RELEASE = "/etc/os-release", NAME = "/proc/sys/kernel/hostname";

const TABLE: Table<Os & AsPrinted, Os> = {
  ...asGiven<Omit<Os, "distribution"> & AsPrinted, Omit<Os, "distribution">>({
    kernel: "/proc/sys/kernel/osrelease",
    hardwareModel: ["/proc/sys/kernel/arch", "lscpu -J: Architecture"],
    cmdline: "/proc/cmdline",
    bootInterfaceMac: "/proc/cmdline: BOOTIF=",
    hostname: NAME,
    fqdn: NAME,
    domain: NAME,
  }),
  distribution: section(
    asGiven<Distribution, Distribution>({
      id: `${RELEASE}: ID=`,
      name: `${RELEASE}: NAME=`,
      version: `${RELEASE}: VERSION_ID=`,
      fullVersion: "/etc/debian_version",
      codename: [`${RELEASE}: VERSION_CODENAME=`, `${RELEASE}: VERSION=`],
      description: `${RELEASE}: PRETTY_NAME=`,
    }),
    ({ distribution }) => distribution,
  ),
};

export const OS_SECTION: Nested<Machine, Os> = section(TABLE, osOf);
