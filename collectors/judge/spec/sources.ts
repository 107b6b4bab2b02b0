/** Which sources a part of the facts comes from: what they failed to read is unknown, and not absent. */
import type { Facts } from "../../facts/mod.ts";

const SOURCES_OF: Readonly<Record<string, readonly (keyof Facts["sources"])[]>> = {
  system: ["dmidecode"],
  baseboard: ["dmidecode"],
  chassis: ["dmidecode"],
  firmware: ["dmidecode", "hostfs"],
  cpu: ["lscpu", "dmidecode", "hostfs"],
  memory: ["dmidecode", "hostfs"],
  disks: ["hostfs", "lshw"],
  partitions: ["hostfs"],
  nics: ["hostfs", "lshw"],
  interfaces: ["hostfs"],
  neighbours: ["lldptool"],
  lldp: ["lldptool"],
  bmc: ["ipmitool"],
  pci: ["hostfs", "lshw"],
  gpus: ["hostfs", "lshw"],
  slots: ["dmidecode"],
  powerSupplies: ["dmidecode"],
  tpm: ["hostfs"],
};

/** Why what stands at `path` may be there although the facts lack it: "not read (dmidecode: timeout)". */
export function whyUnread(facts: Facts, path: string): string | undefined {
  const section = /^\w+/.exec(path)?.[0] ?? "";
  const failed = (SOURCES_OF[section] ?? []).flatMap((name) => {
    const status = facts.sources[name]?.status;
    return status === "failed" || status === "timeout" || status === "missing" ? [`${name}: ${status}`] : [];
  });
  return failed.length > 0 ? `not read (${failed.join(", ")})` : undefined;
}
