/**
 * The facts about one machine, by subject: what `--once` prints and `mk_facts_uri` receives.
 *
 * Plain JSON. A fact that no source reports is omitted; no key is ever a device name or holds a dot. Lists are in the
 * order of the hardware (slot, bus address, name with its numbers compared as numbers). Units stand in the name where
 * the type does not say them. Each subject has a file of its own, with its types and the table that makes it.
 */
import type { Source, SourceName } from "../tools/source.ts";
import type { Parts } from "../tools/parts.ts";
import { BMC, type Bmc } from "./bmc.ts";
import { CLOCK, type Clock } from "./clock.ts";
import { CPU, type Cpu } from "./cpu.ts";
import { type Disk, DISKS } from "./disks.ts";
import { FIRMWARE, type Firmware } from "./firmware.ts";
import { FIRMWARES, type InstalledFirmware } from "./firmwares.ts";
import type { Identity } from "./identity.ts";
import type { Labels } from "../labels.ts";
import { LABELS } from "./labels.ts";
import { type About, type Machine, machineOf } from "./machine.ts";
import { MEMORY, type Memory } from "./memory.ts";
import { memorySources } from "./memory_sources.ts";
import { LLDP, type LldpVerdict, type Neighbour, NEIGHBOURS } from "./neighbours.ts";
import {
  FIBRE_CHANNEL,
  type FibreChannelPort,
  INFINIBAND,
  type InfinibandPort,
  ISCSI_INITIATORS,
  type IscsiInitiator,
  type Route,
  ROUTES,
} from "./networks.ts";
import { INTERFACES, type NetworkInterface, type Nic, NICS } from "./nics.ts";
import { MANAGEMENT_HOSTS, type ManagementHost } from "./management_hosts.ts";
import { ONBOARD_DEVICES, type OnboardDevice } from "./onboard_devices.ts";
import { OS, type Os } from "./os.ts";
import { type Partition, PARTITIONS } from "./partitions.ts";
import { GPUS, PCI, type PciDevice } from "./pci.ts";
import { OEM_STRINGS, POWER_SUPPLY, type PowerSupply, SLOT, type Slot } from "./slots.ts";
import { sourcesOf } from "./sources.ts";
import { BASEBOARD, type Baseboard, CHASSIS, type Chassis, SYSTEM, type System } from "./system.ts";
import { derived, listOf, make, section, type Table } from "./table.ts";
import { TPM, type Tpm } from "./tpm.ts";
import { USB, type UsbDevice } from "./usb.ts";
import type { Change, Finding, SpecResult } from "./verdict.ts";
import { VIRTUALIZATION, type Virtualization } from "./virtualization.ts";
import { VOLATILE, type Volatile } from "./volatile.ts";

export { SOURCE_NAMES } from "../tools/source.ts";
export type { Source, SourceName } from "../tools/source.ts";
export type * from "./bmc.ts";
export type { ChassisPlace, Enclosure } from "./chassis_location.ts";
export type * from "./clock.ts";
export type * from "./cpu.ts";
export type { CpuPackage } from "./cpu_packages.ts";
export type { CpuCache } from "./cpu_caches.ts";
export type { Disk, DiskPath } from "./disks.ts";
export type * from "./firmware.ts";
export type { InstalledFirmware } from "./firmwares.ts";
export type { Identity } from "./identity.ts";
export type { About } from "./machine.ts";
export type { Dimm } from "./dimms.ts";
export type { Memory } from "./memory.ts";
export type { MemoryErrors } from "./memory_errors.ts";
export type { MemorySlot } from "./memory_slots.ts";
export type * from "./neighbours.ts";
export type { FibreChannelPort, InfinibandPort, IscsiInitiator, IscsiSession, Route } from "./networks.ts";
export type { NetworkInterface, Nic, NicAddress } from "./nics.ts";
export type { NumaNode } from "./numa.ts";
export type { ManagementHost, RedfishHost } from "./management_hosts.ts";
export type { OnboardDevice } from "./onboard_devices.ts";
export type * from "./os.ts";
export type * from "./partitions.ts";
export type { PciDevice } from "./pci.ts";
export type { PowerSupply, Slot } from "./slots.ts";
export type * from "./system.ts";
export type * from "./tpm.ts";
export type { UsbDevice } from "./usb.ts";
export type { Virtualization } from "./virtualization.ts";
export type * from "./volatile.ts";

/** The version of the shape below; raised when a field changes its meaning or goes away. */
export const SCHEMA_VERSION = 2;

/** What a machine is. Only `schemaVersion`, `agentVersion`, `collectedAt`, `sources` and `identity` are always there. */
export interface Facts {
  /** Version of the shape of these facts. */
  schemaVersion: number;
  /** Version of the agent that collected. */
  agentVersion: string;
  /** RFC 3339, UTC. */
  collectedAt: string;
  /** One entry a tool that was asked, or that was skipped for a reason. */
  sources: Partial<Record<SourceName, Source>>;
  identity: Identity;
  /** Labels that the operator gave the machine: values by key. */
  labels?: Labels;
  system?: System;
  baseboard?: Baseboard;
  chassis?: Chassis;
  firmware?: Firmware;
  cpu?: Cpu;
  memory?: Memory;
  disks?: Disk[];
  nics?: Nic[];
  /** Network interfaces without hardware behind them: lo, bonds, VLANs, bridges. */
  interfaces?: NetworkInterface[];
  infiniband?: InfinibandPort[];
  fibreChannel?: FibreChannelPort[];
  iscsi?: IscsiInitiator[];
  /** The default routes of the host. */
  routes?: Route[];
  /** The name servers that the host asks, in its order. */
  dnsServers?: string[];
  /** One entry for each NIC that hears an LLDP neighbour. */
  neighbours?: Neighbour[];
  /** The verdict for every physical NIC. */
  lldp?: LldpVerdict[];
  bmc?: Bmc;
  pci?: PciDevice[];
  /** The PCI devices of class 03 (display) and 0x1200 (processing accelerator). */
  gpus?: PciDevice[];
  usb?: UsbDevice[];
  slots?: Slot[];
  /** Devices that are soldered to the board. */
  onboardDevices?: OnboardDevice[];
  /** The ways from the host to its management controller, Redfish over IP among them. */
  managementHosts?: ManagementHost[];
  powerSupplies?: PowerSupply[];
  /** dmidecode type 11. */
  oemStrings?: string[];
  tpm?: Tpm;
  /** Every firmware whose version is known. */
  firmwares?: InstalledFirmware[];
  virtualization?: Virtualization;
  os?: Os;
  clock?: Clock;
  partitions?: Partition[];
  /** File systems that the kernel knows (/proc/filesystems, without the `nodev` ones). */
  filesystems?: string[];
  /** How the machine compares with the spec that is for it; only where there is one. */
  spec?: SpecResult;
  /** What is wrong with the machine whatever it should be, the gravest first. */
  findings?: Finding[];
  /** What changed since the facts that were delivered before; only in a delivery. */
  changes?: Change[];
  volatile?: Volatile;
  /**
   * What each source said, as it was parsed: every SMBIOS structure, lshw's tree. Only with --raw or mk_facts_raw. Its
   * shape follows the tools and may change in every version.
   */
  raw?: Partial<Record<SourceName, unknown>>;
}

/**
 * Every fact, with the places that may report it. `raw` is none: see `withRaw`; `spec`, `findings` and `changes` are made
 * of the others.
 */
export const FACTS: Table<Machine, Omit<Facts, "raw" | "spec" | "findings" | "changes">> = {
  schemaVersion: derived("of this agent", () => SCHEMA_VERSION),
  agentVersion: derived(
    "of this agent; of a recording that of the one that recorded",
    ({ about }) => about.agentVersion,
  ),
  collectedAt: derived(
    "when the last source had answered; of a recording as recorded",
    ({ about }) => about.collectedAt.toISOString(),
  ),
  sources: derived("how asking each source went", sourcesOf),
  identity: derived("what a Hanlon server knows the node by", ({ about }) => about.identity),
  labels: LABELS,
  system: section(SYSTEM),
  baseboard: section(BASEBOARD),
  chassis: section(CHASSIS),
  firmware: section(FIRMWARE),
  cpu: section(CPU),
  memory: section(MEMORY, memorySources),
  disks: DISKS,
  nics: NICS,
  interfaces: INTERFACES,
  infiniband: INFINIBAND,
  fibreChannel: FIBRE_CHANNEL,
  iscsi: ISCSI_INITIATORS,
  routes: ROUTES,
  dnsServers: [
    { words: "/proc/1/root/etc/resolv.conf", read: ({ kernel }) => kernel?.dnsServers },
    { words: "/proc/1/root/run/systemd/resolve/resolv.conf", read: () => undefined },
  ],
  neighbours: NEIGHBOURS,
  lldp: LLDP,
  bmc: BMC,
  pci: PCI,
  gpus: GPUS,
  usb: USB,
  slots: listOf(
    "the slots of SMBIOS, in its order",
    ({ parts, smbios }) => parts.dmidecode?.value && smbios.all(9),
    SLOT,
  ),
  onboardDevices: ONBOARD_DEVICES,
  managementHosts: MANAGEMENT_HOSTS,
  powerSupplies: listOf(
    "the power supplies of SMBIOS, in its order",
    ({ parts, smbios }) => parts.dmidecode?.value && smbios.all(39),
    POWER_SUPPLY,
  ),
  oemStrings: OEM_STRINGS,
  tpm: TPM,
  firmwares: FIRMWARES,
  virtualization: section(VIRTUALIZATION),
  os: section(OS),
  clock: CLOCK,
  partitions: PARTITIONS,
  filesystems: [{ words: "/proc/filesystems", read: ({ kernel }) => kernel?.filesystems }],
  volatile: VOLATILE,
};

/** Facts from what the sources gave. Pure: the same parts make the same facts, in the same order. */
export function factsOf(parts: Parts, about: About): Facts {
  return make(FACTS, machineOf(parts, about))!;
}

/** `facts` with what the sources said in a section `raw`, for whoever wants the whole. */
export function withRaw(facts: Facts, parts: Parts): Facts {
  const values = Object.entries(parts).flatMap(([name, { value }]) => value === undefined ? [] : [[name, value]]);
  return { ...facts, raw: Object.fromEntries(values) };
}
