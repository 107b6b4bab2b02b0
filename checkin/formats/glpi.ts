/**
 * What a GLPI server (10 and later) takes as an inventory: its public schema (glpi-project/inventory_format, inventory.
 * schema.json), with the meaning and the units of its original.md.
 */
import type { Facts, Memory, PowerSupply } from "../../collectors/facts/mod.ts";
import { isMap, nonEmpty, prune } from "../../collectors/values.ts";
import { glpiCpus } from "./glpi_cpus.ts";
import { type GlpiEntry, glpiNetworks, pciSlot } from "./glpi_networks.ts";
import { machineName } from "./machine.ts";
import { machineUuid } from "./stable_uuid.ts";

/** One inventory. */
export interface GlpiInventory {
  action: "inventory";
  itemtype: "Computer";
  /** Name and UUID of the machine: the same for as long as both are. */
  deviceid: string;
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
  slots?: GlpiEntry[];
  powersupplies?: GlpiEntry[];
  firmwares?: GlpiEntry[];
  drives?: GlpiEntry[];
}

/**
 * The document for `facts`. Memory is in MiB, disks in MB, as GLPI's own agent has them.
 *
 * Left out, because a computer of GLPI has no place for it: LLDP neighbours, NUMA, CPU flags and vulnerabilities, TPM,
 * OEM strings, FRUs other than what the BIOS section holds, IPv6 masks. The BIOS is no firmware of the list: the server
 * makes one of the BIOS section.
 */
export function glpiDocument(facts: Facts): GlpiInventory {
  const { bmc, gpus = [], slots = [], powerSupplies = [] } = facts;
  return {
    action: "inventory",
    itemtype: "Computer",
    deviceid: `${machineName(facts)}-${machineUuid(facts)}`,
    content: prune<GlpiContent>({
      versionclient: `hnl_mk_v${facts.agentVersion}`,
      accesslog: { logdate: dateTime(facts.collectedAt) },
      hardware: hardware(facts),
      bios: filled(bios(facts)),
      operatingsystem: filled(operatingSystem(facts)),
      cpus: nonEmpty(glpiCpus(facts.cpu ?? {})),
      memories: nonEmpty(memories(facts.memory ?? {})),
      storages: nonEmpty(storages(facts)),
      networks: nonEmpty(glpiNetworks(facts)),
      controllers: nonEmpty(controllers(facts)),
      videos: nonEmpty(
        gpus.map(({ address, vendor, product }) =>
          prune<GlpiEntry>({ name: product, chipset: vendor, pcislot: pciSlot(address) })
        ),
      ),
      slots: nonEmpty(
        slots.map(({ designation, type, usage }) =>
          prune<GlpiEntry>({ name: designation, description: type, status: SLOT_STATUS.get(usage ?? "") })
        ),
      ),
      powersupplies: nonEmpty(powerSupplies.map(powerSupply)),
      firmwares: bmc?.firmware === undefined ? undefined : [
        prune<GlpiEntry>({ name: "BMC", type: "bmc", version: bmc.firmware, manufacturer: bmc.manufacturer }),
      ],
      drives: nonEmpty(drives(facts)),
    }),
  };
}

/** What GLPI knows the sender by, beside the document: a UUID that stays the machine's. */
export function glpiHeaders(facts: Facts): Record<string, string> {
  return { "glpi-agent-id": machineUuid(facts) };
}

/** GLPI's own words in an answer: `message`. */
export function glpiWords(answer: unknown): string | undefined {
  return isMap(answer) && typeof answer.message === "string" ? answer.message : undefined;
}

const MIB = 2 ** 20;

function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.round(bytes / MIB);
}

/** "2026-11-27T20:45:54.123Z" as "2026-11-27 20:45:54". */
function dateTime(rfc3339: string): string {
  return rfc3339.slice(0, "2026-11-27T20:45:54".length).replace("T", " ");
}

function hardware(facts: Facts): GlpiEntry {
  const { system, chassis, memory, virtualization } = facts;
  return prune<GlpiEntry>({
    name: machineName(facts),
    uuid: system?.uuid ?? facts.identity.uuid,
    chassis_type: chassis?.type,
    memory: mebibytes(memory?.totalBytes ?? memory?.usableBytes),
    swap: mebibytes(memory?.swapBytes),
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

function isDate(text: string | undefined): boolean {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function bios({ system, baseboard, chassis, firmware }: Facts): GlpiEntry {
  return prune<GlpiEntry>({
    bmanufacturer: firmware?.vendor,
    bversion: firmware?.version,
    // A date of another form is refused, and with it the whole inventory.
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

function operatingSystem({ os }: Facts): GlpiEntry {
  if (!os) return {};
  const { distribution } = os;
  return prune<GlpiEntry>({
    kernel_name: "linux",
    kernel_version: os.kernel,
    arch: os.hardwareModel,
    name: distribution?.name,
    full_name: distribution?.description,
    version: distribution?.fullVersion ?? distribution?.version,
    fqdn: os.fqdn,
    dns_domain: os.domain,
  });
}

function memories({ dimms = [], errorCorrection }: Memory): GlpiEntry[] {
  return dimms.map((dimm, i) =>
    prune<GlpiEntry>({
      numslots: i + 1,
      caption: dimm.locator,
      description: [dimm.formFactor, dimm.bank].filter((word) => word !== undefined).join(", ") || undefined,
      capacity: mebibytes(dimm.sizeBytes),
      type: dimm.type,
      formfactor: dimm.formFactor,
      speed: dimm.speedMTs === undefined ? undefined : String(dimm.configuredSpeedMTs ?? dimm.speedMTs),
      manufacturer: dimm.manufacturer,
      serialnumber: dimm.serialNumber,
      model: dimm.partNumber,
      memorycorrection: errorCorrection,
    })
  );
}

const MEGABYTE = 1e6;

function storages({ disks = [] }: Facts): GlpiEntry[] {
  return disks.map((disk) => {
    const [host, channel, unit, lun] = disk.hctl?.split(":") ?? [];
    return prune<GlpiEntry>({
      name: disk.name,
      type: disk.name.startsWith("sr") ? "cd" : "disk",
      description: disk.rotational === undefined ? undefined : disk.rotational ? "HDD" : "SSD",
      disksize: disk.sizeBytes === undefined ? undefined : Math.floor(disk.sizeBytes / MEGABYTE),
      interface: disk.transport?.toUpperCase(),
      manufacturer: disk.vendor,
      model: disk.model,
      serial: disk.serialNumber,
      firmware: disk.firmware,
      wwn: disk.wwn,
      scsi_coid: host,
      scsi_chid: channel,
      scsi_unid: unit,
      scsi_lun: lun,
    });
  });
}

function controllers({ pci = [] }: Facts): GlpiEntry[] {
  return pci.map((device) => {
    const { subsystemVendorId, subsystemDeviceId } = device;
    return prune<GlpiEntry>({
      name: device.product,
      caption: device.product,
      type: device.class,
      manufacturer: device.vendor,
      vendorid: device.vendorId,
      productid: device.deviceId,
      pcisubsystemid: subsystemVendorId && subsystemDeviceId && `${subsystemVendorId}:${subsystemDeviceId}`,
      pciclass: device.classCode?.slice(0, 4),
      pcislot: pciSlot(device.address),
      driver: device.driver,
    });
  });
}

/** dmidecode's words for a slot (type 9), and GLPI's. */
const SLOT_STATUS = new Map([["In Use", "used"], ["Available", "free"]]);

function powerSupply(supply: PowerSupply): GlpiEntry {
  return prune<GlpiEntry>({
    name: supply.productName,
    location: supply.location,
    manufacturer: supply.manufacturer,
    serialnumber: supply.serialNumber,
    partnum: supply.partNumber,
    power_max: supply.maxPowerW === undefined ? undefined : Math.round(supply.maxPowerW),
    status: supply.status,
    plugged: supply.plugged,
    hotreplaceable: supply.hotReplaceable,
  });
}

/** File systems; on a network-booted machine there are often none. */
function drives({ partitions = [] }: Facts): GlpiEntry[] {
  return partitions.filter(({ filesystem, mountpoint }) => (filesystem ?? mountpoint) !== undefined).map((each) =>
    prune<GlpiEntry>({
      volumn: `/dev/${each.name}`,
      type: each.mountpoint,
      filesystem: each.filesystem,
      label: each.label,
      serial: each.uuid,
      total: mebibytes(each.sizeBytes),
    })
  );
}

function filled(entry: GlpiEntry): GlpiEntry | undefined {
  return Object.keys(entry).length > 0 ? entry : undefined;
}
