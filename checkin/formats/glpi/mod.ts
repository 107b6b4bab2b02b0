/**
 * What a GLPI server (10 and later) takes as an inventory: its public schema (glpi-project/inventory_format, inventory.
 * schema.json), with the meaning and the units of its original.md.
 */
import type { Facts } from "../../../collectors/facts/mod.ts";
import { isMap, nonEmpty, prune } from "../../../collectors/values.ts";
import { glpiCpus } from "./cpus.ts";
import { glpiControllers, glpiPowerSupplies, glpiSlots, glpiUsb, glpiVideos } from "./devices.ts";
import { glpiFirmwares } from "./firmwares.ts";
import { glpiMemories } from "./memories.ts";
import { type GlpiEntry, isDate, mebibytes } from "./entry.ts";
import { glpiNetworks } from "./networks.ts";
import { glpiDrives, glpiStorages } from "./storages.ts";
import { machineName } from "../machine.ts";
import { machineUuid } from "../stable_uuid.ts";

/** One inventory. */
export interface GlpiInventory {
  action: "inventory";
  itemtype: "Computer";
  /** Name and UUID of the machine: the same for as long as both are. */
  deviceid: string;
  /** By what rules of the server tell machines apart: the label `tag`. */
  tag?: string;
  content: GlpiContent;
}

interface GlpiContent {
  versionclient: string;
  accesslog: GlpiEntry;
  hardware: GlpiEntry;
  bios?: GlpiEntry;
  operatingsystem?: GlpiEntry;
  cpus?: GlpiEntry[];
  memories?: GlpiEntry[];
  storages?: GlpiEntry[];
  networks?: GlpiEntry[];
  controllers?: GlpiEntry[];
  videos?: GlpiEntry[];
  usbdevices?: GlpiEntry[];
  slots?: GlpiEntry[];
  powersupplies?: GlpiEntry[];
  firmwares?: GlpiEntry[];
  drives?: GlpiEntry[];
}

/**
 * The document for `facts`. Memory is in MiB, disks in MB, as GLPI's own agent has them.
 *
 * Left out, because a computer of GLPI has no place for it: LLDP neighbours, NUMA, CPU flags and vulnerabilities, what
 * the TPM is besides its firmware, where a disk is cabled or fitted, labels other than `tag`, OEM strings, FRUs other than
 * what the BIOS section holds, IPv6 masks.
 */
export function glpiDocument(facts: Facts): GlpiInventory {
  return prune<GlpiInventory>({
    action: "inventory",
    itemtype: "Computer",
    deviceid: `${machineName(facts)}-${machineUuid(facts)}`,
    tag: facts.labels?.["tag"],
    content: prune<GlpiContent>({
      versionclient: `hnl_mk_v${facts.agentVersion}`,
      accesslog: { logdate: dateTime(facts.collectedAt) },
      hardware: hardware(facts),
      bios: filled(bios(facts)),
      operatingsystem: filled(operatingSystem(facts)),
      cpus: nonEmpty(glpiCpus(facts.cpu ?? {})),
      memories: nonEmpty(glpiMemories(facts.memory ?? {})),
      storages: nonEmpty(glpiStorages(facts)),
      networks: nonEmpty(glpiNetworks(facts)),
      controllers: nonEmpty(glpiControllers(facts)),
      videos: nonEmpty(glpiVideos(facts)),
      usbdevices: nonEmpty(glpiUsb(facts)),
      slots: nonEmpty(glpiSlots(facts)),
      powersupplies: nonEmpty(glpiPowerSupplies(facts)),
      firmwares: nonEmpty(glpiFirmwares(facts)),
      drives: nonEmpty(glpiDrives(facts)),
    }),
  });
}

/** What GLPI knows the sender by, beside the document: a UUID that stays the machine's. */
export function glpiHeaders(facts: Facts): Record<string, string> {
  return { "glpi-agent-id": machineUuid(facts) };
}

/** GLPI's own words in an answer: `message`. */
export function glpiWords(answer: unknown): string | undefined {
  return isMap(answer) && typeof answer.message === "string" ? answer.message : undefined;
}

/** "2026-11-27T20:45:54.123Z" as "2026-11-27 20:45:54". */
function dateTime(rfc3339: string): string {
  return rfc3339.slice(0, "2026-11-27T20:45:54".length).replace("T", " ");
}

function hardware(facts: Facts): GlpiEntry {
  const { system, chassis, memory, virtualization, routes = [], dnsServers, os } = facts;
  return prune<GlpiEntry>({
    name: machineName(facts),
    uuid: system?.uuid ?? facts.identity.uuid,
    chassis_type: chassis?.type,
    memory: mebibytes(memory?.totalBytes ?? memory?.usableBytes),
    swap: mebibytes(memory?.swapBytes),
    workgroup: os?.domain,
    dns: dnsServers?.join("/"),
    defaultgateway: routes.find(({ gateway }) => gateway !== undefined)?.gateway,
    vmsystem: VM_SYSTEMS.get(virtualization?.type ?? ""),
  });
}

/** Facter's word for what runs the machine, and GLPI's. */
const VM_SYSTEMS = new Map([
  ["physical", "Physical"],
  ["kvm", "QEMU"],
  ["qemu", "QEMU"],
  ["vmware", "VMware"],
  ["virtualbox", "VirtualBox"],
  ["hyperv", "Hyper-V"],
  ["xenhvm", "Xen"],
  ["xenu", "Xen"],
  ["xen0", "Xen"],
  ["parallels", "Parallels"],
]);

function bios({ system, baseboard, chassis, firmware }: Facts): GlpiEntry {
  return prune<GlpiEntry>({
    bmanufacturer: firmware?.vendor,
    bversion: firmware?.version,
    bdate: isDate(firmware?.releaseDate) ? firmware?.releaseDate : undefined,
    smanufacturer: system?.manufacturer,
    smodel: system?.productName,
    ssn: system?.serialNumber,
    skunumber: system?.sku,
    mmanufacturer: baseboard?.manufacturer,
    mmodel: baseboard?.productName,
    msn: baseboard?.serialNumber,
    assettag: chassis?.assetTag ?? baseboard?.assetTag,
    enclosureserial: chassis?.serialNumber,
    secure_boot: firmware?.secureBoot === undefined ? undefined : firmware.secureBoot ? "enabled" : "disabled",
  });
}

function operatingSystem({ os, volatile, collectedAt }: Facts): GlpiEntry {
  if (!os) return {};
  const { distribution } = os, { uptimeSeconds } = volatile ?? {};
  return prune<GlpiEntry>({
    kernel_name: "linux",
    kernel_version: os.kernel,
    arch: os.hardwareModel,
    name: distribution?.name,
    full_name: distribution?.description,
    version: distribution?.fullVersion ?? distribution?.version,
    boot_time: uptimeSeconds === undefined
      ? undefined
      : dateTime(new Date(Date.parse(collectedAt) - uptimeSeconds * 1000).toISOString()),
    fqdn: os.fqdn,
    dns_domain: os.domain,
  });
}

function filled(entry: GlpiEntry): GlpiEntry | undefined {
  return Object.keys(entry).length > 0 ? entry : undefined;
}
