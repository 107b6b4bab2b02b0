/** The values of the sources, put together by subject: a DIMM, disk or NIC that two tools know is one entry. */
import { type Facts, type Identity, SCHEMA_VERSION, type Source, type SourceName } from "./mod.ts";
import type { Parts } from "../tools/parts.ts";
import { NO_IPMI_DEVICE, NO_IPMI_DRIVER } from "../tools/ipmitool/mod.ts";
import { nonEmpty, prune } from "../values.ts";
import { cpu, isChanging } from "./cpu.ts";
import { disks, partitions } from "./disks.ts";
import { splitHardware } from "../tools/lshw/tree.ts";
import { memory } from "./memory.ts";
import { nics } from "./nics.ts";
import { gpus, pci } from "./pci.ts";
import { baseboard, chassis, firmware, powerSupplies, slots, system, wholeOf } from "./system.ts";
import { virtualization } from "./virtualization.ts";

/** Facts from what the sources gave. Pure: the same parts make the same facts, in the same order. */
export function assemble(
  parts: Parts,
  about: { agentVersion: string; collectedAt: Date; identity: Identity },
): Facts {
  const { dmidecode, lshw, lscpu, lldptool, ipmitool, hostfs } = parts;
  const dmi = dmidecode?.value, host = hostfs?.value, tree = splitHardware(lshw?.value ?? []);
  const whole = wholeOf(dmi, host, tree.nodes);
  const sources: Partial<Record<SourceName, Source>> = {};
  for (const [name, part] of Object.entries(parts) as [SourceName, { source: Source }][]) sources[name] = part.source;
  // What SMBIOS says of a BMC the tool that found no device does not know.
  if (ipmitool?.source.error === NO_IPMI_DEVICE && dmi && dmi.ipmiDevices.length > 0) {
    sources.ipmitool = { ...ipmitool.source, error: NO_IPMI_DRIVER };
  }
  return prune<Facts>({
    schemaVersion: SCHEMA_VERSION,
    agentVersion: about.agentVersion,
    collectedAt: about.collectedAt.toISOString(),
    sources,
    identity: about.identity,
    system: system(dmi, host, whole),
    baseboard: baseboard(dmi, host, whole),
    chassis: chassis(dmi, host, whole),
    firmware: firmware(dmi, host, whole),
    cpu: cpu(lscpu?.value, dmi, host, tree.nodes),
    memory: memory(dmi, host, tree.nodes),
    disks: disks(host, tree.nodes),
    nics: nics(host, tree.nodes),
    interfaces: host?.interfaces,
    neighbours: nonEmpty(lldptool?.value?.neighbours ?? []),
    lldp: nonEmpty(lldptool?.value?.verdicts ?? []),
    bmc: ipmitool?.value,
    pci: pci(host, tree.nodes),
    gpus: gpus(host, tree.nodes),
    slots: slots(dmi),
    powerSupplies: powerSupplies(dmi),
    oemStrings: nonEmpty(dmi?.oemStrings ?? []),
    tpm: host?.tpm,
    virtualization: virtualization(lscpu?.value, dmi, host),
    os: os(parts),
    partitions: partitions(host, tree.nodes),
    filesystems: host?.filesystems,
    hardware: nonEmpty(tree.nodes),
    volatile: volatile(parts, tree.volatile),
  });
}

function os(parts: Parts): Facts["os"] {
  const known = parts.hostfs?.value?.os;
  const hardwareModel = known?.hardwareModel ?? parts.lscpu?.value?.cpu.architecture;
  if (!known && !hardwareModel) return undefined;
  return prune({ ...known, hardwareModel });
}

function volatile(parts: Parts, hardware: { node: string; field: string; value: string }[]): Facts["volatile"] {
  const lscpu = parts.lscpu?.value?.fields.filter(isChanging) ?? [];
  const all = prune<NonNullable<Facts["volatile"]>>({
    ...parts.hostfs?.value?.volatile,
    lscpu: nonEmpty(lscpu),
    hardware: nonEmpty(hardware),
  });
  return Object.keys(all).length > 0 ? all : undefined;
}
