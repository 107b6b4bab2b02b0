/** SELinux: what is in force, and what its configuration says (selinux(8), the kernel's security/selinux/selinuxfs.c). */
import { prune } from "../../values.ts";
import type { HostFiles } from "./files.ts";
import { parseOsRelease } from "./os_release.ts";

/** Where SELinux is on. */
export interface Selinux {
  /** Whether what the policy forbids is refused, or only logged. */
  mode: "enforcing" | "permissive";
  policyVersion?: string;
  /** SELINUX= of /etc/selinux/config: the mode after the next boot. */
  configMode?: string;
  /** SELINUXTYPE= of /etc/selinux/config: "targeted". */
  configPolicy?: string;
}

/** Undefined where the kernel has no SELinux, or it is off. */
export async function readSelinux(files: HostFiles): Promise<Selinux | undefined> {
  const enforce = await files.line("/sys/fs/selinux/enforce");
  if (enforce !== "0" && enforce !== "1") return undefined;
  const [policyVersion, config] = await Promise.all([
    files.line("/sys/fs/selinux/policyvers"),
    files.text("/etc/selinux/config"),
  ]);
  const settings = parseOsRelease(config ?? "");
  return prune<Selinux>({
    mode: enforce === "1" ? "enforcing" : "permissive",
    policyVersion,
    configMode: settings.get("SELINUX")?.toLowerCase() || undefined,
    configPolicy: settings.get("SELINUXTYPE") || undefined,
  });
}
