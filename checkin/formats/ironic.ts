/**
 * What Ironic's inspection takes at /v1/continue_inspection: the inventory and plug-in data as ironic-python-agent 13.0
 * sends them (its hardware.py, inspector.py, numa_inspector.py), read by the hooks of Ironic 39
 * (ironic/drivers/modules/inspector/hooks).
 */
import type { Cpu, Disk, Facts, Memory, Nic } from "../../collectors/facts/mod.ts";
import { isMap, nonEmpty, prune } from "../../collectors/values.ts";
import { type IronicNumaTopology, ironicNumaTopology } from "./ironic_numa.ts";
import { type LldpTlv, lldpTlvs } from "./lldp_tlvs.ts";
import {
  bmcChannel,
  bmcIpv4,
  bmcIpv6,
  byPath,
  ethernetNics,
  firstAddress,
  machineName,
  realDisks,
  smbiosDate,
  udevWwn,
} from "./machine.ts";

/** The API version that brought /v1/continue_inspection (Ironic 22.1, 2023.2). */
export const IRONIC_API_VERSION = "1.84";

/** The body of the request: the inventory, and plug-in data, all of which Ironic stores. */
export interface IronicInspection {
  inventory: IronicInventory;
  /** The disk that `local_gb` is taken from: as the agent of Ironic guesses it. */
  root_disk?: IronicDisk;
  /** The MAC that the machine booted from. */
  boot_interface?: string;
  pci_devices?: IronicPciDevice[];
  usb_devices?: { product?: string; vendor?: string }[];
  /** By interface: the TLVs that were heard there. */
  lldp_raw?: Record<string, LldpTlv[]>;
  numa_topology?: IronicNumaTopology;
  /** The typed facts, whole. */
  hnl_mk: Facts;
}

interface IronicInventory {
  interfaces: IronicInterface[];
  cpu: {
    architecture: string | null;
    model_name?: string;
    /** MHz. */
    frequency?: string;
    count?: number;
    flags: string[];
    socket_count?: number;
  };
  /** `total` in bytes, without what the kernel keeps; Ironic gives up where `physical_mb` is missing. */
  memory: { total: number | null; physical_mb: number | null };
  disks: IronicDisk[];
  system_vendor: {
    product_name?: string;
    serial_number?: string;
    manufacturer?: string;
    firmware: { vendor?: string; version?: string; build_date?: string };
  };
  boot: { current_boot_mode?: "uefi" | "bios"; pxe_interface?: string };
  hostname: string;
  bmc_address?: string;
  bmc_v6address?: string;
  bmc_mac?: string;
}

interface IronicInterface {
  name: string;
  mac_address: string;
  ipv4_address?: string;
  ipv6_address?: string;
  has_carrier: boolean;
  /** "0x8086" */
  vendor?: string;
  product?: string;
  /** The most that the NIC can do, else what it does. */
  speed_mbps?: number;
  pci_address?: string;
  driver?: string;
  /** The DHCP client ID of InfiniBand. */
  client_id?: string;
}

interface IronicDisk {
  /** "/dev/sda" */
  name: string;
  /** Bytes. */
  size: number;
  model?: string;
  rotational?: boolean;
  wwn?: string;
  wwn_with_extension?: string;
  wwn_vendor_extension?: string;
  serial?: string;
  vendor?: string;
  hctl?: string;
  /** "/dev/disk/by-path/pci-0000:00:17.0-ata-1" */
  by_path?: string;
  /** Bytes. */
  logical_sectors?: number;
  physical_sectors?: number;
  tran?: string;
}

interface IronicPciDevice {
  vendor_id: string;
  product_id: string;
  class?: string;
  revision?: string;
  /** "0000:3b:00.0" */
  bus: string;
  /** Text, as the kernel's file has it. */
  numa_node_id?: string;
}

/**
 * The document for `facts`. A machine without any Ethernet or InfiniBand address has none that Ironic would take.
 *
 * Left out: `biosdevname` and logs, which no source of ours gives; virtual functions, bonds and VLANs, which the agent of
 * Ironic lists as interfaces, with addresses that are no port's of the machine.
 */
export function ironicDocument(facts: Facts): IronicInspection {
  const { system, firmware, os, bmc } = facts;
  const disks = realDisks(facts).map(ironicDisk);
  const bootMac = os?.bootInterfaceMac;
  return prune<IronicInspection>({
    inventory: prune<IronicInventory>({
      interfaces: [...ethernetNics(facts).map(ethernet), ...(facts.nics ?? []).flatMap(infiniband)],
      cpu: ironicCpu(facts.cpu ?? {}, os?.hardwareModel),
      memory: ironicMemory(facts.memory ?? {}),
      disks,
      system_vendor: prune<IronicInventory["system_vendor"]>({
        product_name: system?.productName,
        serial_number: system?.serialNumber,
        manufacturer: system?.manufacturer,
        firmware: prune<IronicInventory["system_vendor"]["firmware"]>({
          vendor: firmware?.vendor,
          version: firmware?.version,
          build_date: smbiosDate(firmware?.releaseDate),
        }),
      }),
      boot: prune<IronicInventory["boot"]>({ current_boot_mode: firmware?.bootMode, pxe_interface: bootMac }),
      hostname: machineName(facts),
      bmc_address: bmcIpv4(bmc),
      bmc_v6address: bmcIpv6(bmc),
      bmc_mac: bmcChannel(bmc)?.mac,
    }),
    root_disk: rootDisk(disks),
    boot_interface: bootMac,
    pci_devices: nonEmpty((facts.pci ?? []).flatMap((device) => {
      const { vendorId, deviceId, classCode, revisionId, address, numaNode } = device;
      if (vendorId === undefined || deviceId === undefined) return [];
      const numa_node_id = numaNode === undefined ? undefined : String(numaNode);
      return [prune<IronicPciDevice>({
        vendor_id: vendorId,
        product_id: deviceId,
        class: classCode,
        revision: revisionId,
        bus: address,
        numa_node_id,
      })];
    })),
    usb_devices: nonEmpty(
      (facts.usb ?? []).map(({ product, manufacturer: vendor }) =>
        prune<{ product?: string; vendor?: string }>({ product, vendor })
      ),
    ),
    lldp_raw: facts.neighbours && Object.fromEntries(facts.neighbours.map((each) => [each.interface, lldpTlvs(each)])),
    numa_topology: ironicNumaTopology(facts),
    hnl_mk: facts,
  });
}

/** Why Ironic would refuse them: it looks for the machine by the addresses of its interfaces. */
export function ironicLacks({ nics = [] }: Facts): string | undefined {
  return nics.some(({ physical, mac }) => physical && mac !== undefined)
    ? undefined
    : "no NIC with a MAC, by which Ironic could find the machine";
}

/** The address of the call: what `uri` says, with the path of the API where it has none. Throws TypeError. */
export function ironicUrl(uri: string): string {
  const url = new URL(uri);
  if (/^\/(v1\/?)?$/.test(url.pathname)) url.pathname = "/v1/continue_inspection";
  return url.href;
}

/** Ironic's own words in an answer that is none of its good ones: `faultstring` of its `error_message`. */
export function ironicWords(answer: unknown): string | undefined {
  let message = isMap(answer) ? answer.error_message ?? answer : undefined;
  // Older versions have JSON in JSON.
  if (typeof message === "string") {
    try {
      message = JSON.parse(message);
    } catch {
      return message as string;
    }
  }
  return isMap(message) && typeof message.faultstring === "string" ? message.faultstring : undefined;
}

function ethernet(nic: Nic & { mac: string }): IronicInterface {
  const { name, mac, carrier, vendorId, deviceId, pciAddress, driver } = nic;
  return prune<IronicInterface>({
    name,
    mac_address: mac,
    ipv4_address: firstAddress(nic, "IPv4")?.address,
    ipv6_address: firstAddress(nic, "IPv6")?.address,
    has_carrier: carrier === true,
    vendor: vendorId && `0x${vendorId}`,
    product: deviceId && `0x${deviceId}`,
    speed_mbps: nic.maxSpeedMbps ?? nic.speedMbps,
    pci_address: pciAddress,
    driver,
  });
}

/**
 * An InfiniBand NIC, with the MAC and the DHCP client ID that ironic-python-agent's Mellanox manager makes of its 20
 * octets: those of the GUID (the last 8) without the two in its middle.
 */
function infiniband(nic: Nic): IronicInterface[] {
  const octets = nic.mac?.split(":") ?? [];
  if (!nic.physical || octets.length !== 20) return [];
  const guid = octets.slice(12);
  const mac = [...guid.slice(0, 3), ...guid.slice(5)].join(":");
  return [{ ...ethernet({ ...nic, mac }), client_id: `ff:00:00:00:00:00:02:00:00:02:c9:00:${guid.join(":")}` }];
}

function ironicCpu(cpu: Cpu, hardwareModel: string | undefined): IronicInventory["cpu"] {
  // What SMBIOS says of a package is its rated speed, where lscpu knows no highest.
  const frequencyMHz = cpu.maxMHz ?? cpu.packages?.find(({ populated }) => populated)?.currentMHz;
  return prune<IronicInventory["cpu"]>({
    architecture: cpu.architecture ?? hardwareModel ?? null,
    model_name: cpu.modelName,
    frequency: frequencyMHz === undefined ? undefined : String(frequencyMHz),
    count: cpu.logicalCpus ?? cpu.onlineCpus,
    flags: cpu.flags ?? [],
    socket_count: cpu.sockets,
  });
}

const MIB = 2 ** 20;

function ironicMemory({ totalBytes, usableBytes }: Memory): IronicInventory["memory"] {
  const physical = totalBytes ?? usableBytes;
  return {
    total: usableBytes ?? totalBytes ?? null,
    physical_mb: physical === undefined ? null : Math.floor(physical / MIB),
  };
}

function ironicDisk(disk: Disk & { sizeBytes: number }): IronicDisk {
  const { wwn, extension, withExtension } = udevWwn(disk.wwn);
  return prune<IronicDisk>({
    name: disk.path ?? `/dev/${disk.name}`,
    size: disk.sizeBytes,
    model: disk.model,
    rotational: disk.rotational,
    wwn,
    wwn_with_extension: withExtension,
    wwn_vendor_extension: extension,
    serial: disk.serialNumber,
    // Root device hints are compared with the kernel's word for a disk that names no maker.
    vendor: disk.vendor ?? (disk.transport === "sata" || disk.transport === "ata" ? "ATA" : undefined),
    hctl: disk.hctl,
    by_path: byPath(disk),
    logical_sectors: disk.logicalBlockBytes,
    physical_sectors: disk.physicalBlockBytes,
    tran: disk.transport,
  });
}

const SMALLEST_ROOT_DISK_BYTES = 4 * 2 ** 30;

/** The smallest disk of at least 4 GiB, of equal ones the first by name: guess_root_disk() of ironic-python-agent. */
function rootDisk(disks: readonly IronicDisk[]): IronicDisk | undefined {
  const [first] = disks.filter(({ size }) => size >= SMALLEST_ROOT_DISK_BYTES)
    .sort((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));
  return first;
}
