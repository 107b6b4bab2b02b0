import type { Machine } from "./machine.ts";
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

export function OS({ kernel, lscpu }: Machine): Os | undefined {
  const known = kernel?.os;
  const hardwareModel = known?.hardwareModel ?? lscpu?.fields.find(({ name }) => name === "Architecture")?.value;
  if (!known && !hardwareModel) return undefined;
  return prune({ ...known, hardwareModel });
}
