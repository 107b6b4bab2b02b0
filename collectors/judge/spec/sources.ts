/** Which sources a part of the facts comes from: what they failed to read is unknown, and not absent. */
import type { Facts, SourceName } from "../../facts/mod.ts";

/** The sections that are of no machine, or not of sources. */
type Unasked =
  | "schemaVersion"
  | "agentVersion"
  | "collectedAt"
  | "sources"
  | "labels"
  | "spec"
  | "findings"
  | "changes"
  | "raw";

const SOURCES_OF: Readonly<Record<Exclude<keyof Facts, Unasked>, readonly SourceName[]>> = {
  identity: ["hostfs"],
  system: ["dmidecode", "hostfs"],
  baseboard: ["dmidecode", "hostfs"],
  chassis: ["dmidecode", "hostfs"],
  firmware: ["dmidecode", "hostfs"],
  cpu: ["lscpu", "dmidecode", "hostfs"],
  memory: ["dmidecode", "hostfs"],
  disks: ["hostfs", "lshw"],
  nics: ["hostfs", "lshw"],
  interfaces: ["hostfs"],
  infiniband: ["hostfs"],
  fibreChannel: ["hostfs"],
  iscsi: ["hostfs"],
  routes: ["hostfs"],
  dnsServers: ["hostfs"],
  neighbours: ["lldptool"],
  lldp: ["lldptool"],
  bmc: ["ipmitool"],
  pci: ["hostfs", "lshw"],
  gpus: ["hostfs", "lshw"],
  usb: ["hostfs"],
  slots: ["dmidecode"],
  onboardDevices: ["dmidecode"],
  managementHosts: ["dmidecode"],
  powerSupplies: ["dmidecode"],
  oemStrings: ["dmidecode"],
  tpm: ["hostfs", "dmidecode"],
  firmwares: ["dmidecode", "hostfs", "lshw", "ipmitool"],
  virtualization: ["hostfs", "lscpu", "dmidecode"],
  os: ["hostfs"],
  clock: ["hostfs"],
  partitions: ["hostfs", "lshw"],
  filesystems: ["hostfs"],
  volatile: ["hostfs"],
};

/** Why what stands at `path` may be there although the facts lack it: "not read (dmidecode: timeout)". */
export function whyUnread(facts: Facts, path: string): string | undefined {
  const section = /^\w+/.exec(path)?.[0] ?? "";
  const sources = Object.hasOwn(SOURCES_OF, section) ? SOURCES_OF[section as keyof typeof SOURCES_OF] : [];
  const failed = sources.flatMap((name) => {
    const status = facts.sources[name]?.status;
    return status === "failed" || status === "timeout" || status === "missing" ? [`${name}: ${status}`] : [];
  });
  return failed.length > 0 ? `not read (${failed.join(", ")})` : undefined;
}
