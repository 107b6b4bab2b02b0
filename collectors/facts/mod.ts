/**
 * The facts about one machine, by subject: what `--once` prints and `mk_facts_uri` receives.
 *
 * Plain JSON. A key that is absent is a fact that nothing told; no key is ever a device name or holds a dot.
 * Lists are in the order of the hardware (slot, bus address, name with its numbers compared as numbers).
 * Units stand in the name where the type does not say them.
 */

import type { HardwareNode } from "../tools/lshw/node.ts";
import type { NamedText } from "../tools/parsing.ts";
import type { Source, SourceName } from "../tools/source.ts";

export { SOURCE_NAMES } from "../tools/source.ts";
export type { Source, SourceName } from "../tools/source.ts";
export type { HardwareNode } from "../tools/lshw/node.ts";
export type { NamedText } from "../tools/parsing.ts";

/** The version of the shape below; raised when a field changes its meaning or goes away. */
export const SCHEMA_VERSION = 2;

/** What a machine is. Only `schemaVersion`, `agentVersion`, `collectedAt`, `sources` and `identity` are always there. */
export interface Facts {
  schemaVersion: number;
  agentVersion: string;
  /** RFC 3339, UTC. */
  collectedAt: string;
  /** One entry a tool that was asked, or that was skipped for a reason. */
  sources: Partial<Record<SourceName, Source>>;
  identity: Identity;
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
  /** One entry for each NIC that hears an LLDP neighbour. */
  neighbours?: Neighbour[];
  /** The verdict for every physical NIC. */
  lldp?: LldpVerdict[];
  bmc?: Bmc;
  pci?: PciDevice[];
  /** The PCI devices of class 03 (display) and 0x1200 (processing accelerator). */
  gpus?: PciDevice[];
  slots?: Slot[];
  powerSupplies?: PowerSupply[];
  /** dmidecode type 11. */
  oemStrings?: string[];
  tpm?: Tpm;
  virtualization?: Virtualization;
  os?: Os;
  partitions?: Partition[];
  /** File systems that the kernel knows (/proc/filesystems, without the `nodev` ones). */
  filesystems?: string[];
  /** The whole lshw tree. What changes from second to second in it stands in `volatile.hardware`. */
  hardware?: HardwareNode[];
  volatile?: Volatile;
}

/** What a Hanlon server knows the node by. */
export interface Identity {
  uuid?: string;
  uuidSource: "kernel-command-line" | "smbios" | "none";
  /** MAC addresses in the order of `mac_id`, lower case, with colons. */
  macs: string[];
  hostname?: string;
}

/** dmidecode type 1, else /sys/class/dmi/id. */
export interface System {
  manufacturer?: string;
  productName?: string;
  version?: string;
  serialNumber?: string;
  sku?: string;
  family?: string;
  /** Lower case. */
  uuid?: string;
  wakeUpType?: string;
}

/** dmidecode type 2, else /sys/class/dmi/id. */
export interface Baseboard {
  manufacturer?: string;
  productName?: string;
  version?: string;
  serialNumber?: string;
  assetTag?: string;
}

/** dmidecode type 3, else /sys/class/dmi/id. */
export interface Chassis {
  manufacturer?: string;
  /** As dmidecode names it: "Rack Mount Chassis". */
  type?: string;
  version?: string;
  serialNumber?: string;
  assetTag?: string;
  heightU?: number;
  sku?: string;
}

/** dmidecode type 0; boot mode and secure boot from /sys/firmware/efi. */
export interface Firmware {
  vendor?: string;
  version?: string;
  /** YYYY-MM-DD. */
  releaseDate?: string;
  revision?: string;
  ecRevision?: string;
  romSizeBytes?: number;
  bootMode?: "uefi" | "bios";
  secureBoot?: boolean;
  smbiosVersion?: string;
}

/** lscpu; packages from dmidecode type 4; microcode from /proc/cpuinfo. */
export interface Cpu {
  architecture?: string;
  opModes?: string[];
  byteOrder?: string;
  modelName?: string;
  vendorId?: string;
  family?: string;
  model?: string;
  stepping?: string;
  /** /proc/cpuinfo, as "0x5003604". */
  microcode?: string;
  sockets?: number;
  coresPerSocket?: number;
  threadsPerCore?: number;
  logicalCpus?: number;
  onlineCpus?: number;
  maxMHz?: number;
  minMHz?: number;
  bogoMips?: number;
  flags?: string[];
  virtualization?: string;
  hypervisorVendor?: string;
  /** /proc/cpuinfo: one entry a logical CPU. */
  logical?: { id: number; modelName?: string }[];
  caches?: CpuCache[];
  numaNodes?: { id: number; cpus: number[] }[];
  vulnerabilities?: { name: string; status: string }[];
  packages?: CpuPackage[];
  /** Every field of lscpu in its own words and order, without those that change from second to second. */
  lscpu?: NamedText[];
}

export interface CpuCache {
  level: number;
  type: "data" | "instruction" | "unified";
  /** The sum over all instances, where the tool gives one. */
  totalBytes?: number;
  instances?: number;
  /** The size of one instance, where the tool (lscpu before 2.34) gives only that. */
  instanceBytes?: number;
}

/** dmidecode type 4: one socket. */
export interface CpuPackage {
  /** What the board calls it; where it has no name the handle of its structure, or lshw's id. */
  socket: string;
  populated: boolean;
  modelName?: string;
  manufacturer?: string;
  familyName?: string;
  serialNumber?: string;
  partNumber?: string;
  assetTag?: string;
  maxMHz?: number;
  currentMHz?: number;
  externalClockMHz?: number;
  voltageV?: number;
  coreCount?: number;
  coresEnabled?: number;
  threadCount?: number;
}

/** dmidecode types 16 and 17; `usableBytes` is MemTotal of /proc/meminfo; lshw where dmidecode gave nothing. */
export interface Memory {
  /** The sum of the DIMMs without what is persistent of them, else what lshw says. */
  totalBytes?: number;
  usableBytes?: number;
  swapBytes?: number;
  maxCapacityBytes?: number;
  errorCorrection?: string;
  slotCount?: number;
  usedSlotCount?: number;
  /** The populated slots. */
  dimms?: Dimm[];
}

/** dmidecode type 17. */
export interface Dimm {
  locator?: string;
  bank?: string;
  sizeBytes: number;
  /** Of `sizeBytes`, what is persistent memory, and no RAM (NVDIMM, Optane in App Direct mode). */
  nonVolatileBytes?: number;
  formFactor?: string;
  type?: string;
  typeDetail?: string[];
  speedMTs?: number;
  configuredSpeedMTs?: number;
  configuredVoltageV?: number;
  manufacturer?: string;
  serialNumber?: string;
  partNumber?: string;
  assetTag?: string;
  rank?: number;
  dataWidthBits?: number;
  totalWidthBits?: number;
}

/** /sys/block, completed by lshw: physical and virtual disks, no partitions, loops or mappings. */
export interface Disk {
  /** The kernel's name: sda, nvme0n1, vda. */
  name: string;
  path?: string;
  model?: string;
  vendor?: string;
  serialNumber?: string;
  /** World wide name as the kernel prints it: naa.5000c500…, eui.0025…, t10.ATA…. */
  wwn?: string;
  firmware?: string;
  sizeBytes?: number;
  logicalBlockBytes?: number;
  physicalBlockBytes?: number;
  rotational?: boolean;
  removable?: boolean;
  readOnly?: boolean;
  /** sata, sas, nvme, usb, virtio, fc, iscsi, mmc, ide, scsi, xen … */
  transport?: string;
  /** lshw's bus info ("scsi@0:0.0.0"), else the PCI address of the disk itself ("pci@0000:00:05.0"). */
  busAddress?: string;
  /** SCSI host:channel:target:lun. */
  hctl?: string;
  /** PCI address of the controller. */
  controller?: string;
  /** Names under /dev/disk/by-id, without the folder. */
  byId?: string[];
  mountpoints?: string[];
}

/** /sys/class/net, completed by lshw: every interface with a device behind it. */
export interface Nic {
  name: string;
  /** False for an SR-IOV virtual function. */
  physical: boolean;
  mac?: string;
  /** The burnt-in address: of a bond's slave the one before bonding. Absent where nothing tells it. */
  permanentMac?: string;
  driver?: string;
  driverVersion?: string;
  firmware?: string;
  vendor?: string;
  product?: string;
  /** 0000:3b:00.0 */
  pciAddress?: string;
  /** lshw's bus info ("pci@0000:3b:00.0", "virtio@2"). */
  busAddress?: string;
  vendorId?: string;
  deviceId?: string;
  speedMbps?: number;
  maxSpeedMbps?: number;
  duplex?: "full" | "half";
  /** lshw's port: twisted pair, fibre … */
  port?: string;
  carrier?: boolean;
  operState?: string;
  mtu?: number;
  addresses?: NicAddress[];
  /** The bond that this NIC is a slave of. */
  bond?: string;
  sriovTotalVfs?: number;
  numaNode?: number;
  /** True on the one that the machine booted from (BOOTIF= on the kernel command line). */
  bootInterface?: boolean;
}

/** /sys/class/net: an interface without hardware behind it. */
export interface NetworkInterface {
  name: string;
  /** loopback, bond, vlan, bridge, tunnel, other. */
  kind: string;
  mac?: string;
  mtu?: number;
  carrier?: boolean;
  operState?: string;
  /** The bond that it is a slave of. */
  bond?: string;
  addresses?: NicAddress[];
}

export interface NicAddress {
  family: "IPv4" | "IPv6";
  address: string;
  prefixLength: number;
  /** global, link, host. */
  scope: string;
  /** The label of an IPv4 address that has one other than the interface's name: "eth0:1". */
  label?: string;
}

/** A chassis or port ID of IEEE 802.1AB 8.5.2, 8.5.3: what kind of ID, and the ID. */
export interface LldpId {
  /** MAC, IPv4, IPv6, Ifname, Ifalias, Local, Component, Agent circuit ID …: as lldptool names it. */
  subtype: string;
  value: string;
}

/** What an LLDP neighbour says of itself (lldptool get-tlv -n). */
export interface Neighbour {
  interface: string;
  chassisId?: LldpId;
  portId?: LldpId;
  ttlSeconds?: number;
  portDescription?: string;
  systemName?: string;
  systemDescription?: string;
  capabilities?: { available: string[]; enabled: string[] };
  managementAddresses?: ManagementAddress[];
  /** IEEE 802.1 port VLAN ID. */
  pvid?: number;
  /** IEEE 802.1 port and protocol VLAN IDs. */
  ppvids?: { id: number; supported?: boolean; enabled?: boolean }[];
  /** IEEE 802.1 VLAN names. */
  vlans?: { id: number; name?: string }[];
  /** IEEE 802.3 maximum frame size. */
  maxFrameBytes?: number;
  linkAggregation?: { capable: boolean; enabled: boolean; portId?: number };
  /** IEEE 802.3 MAC/PHY configuration and status, in lldptool's words. */
  macPhy?: { autoNegotiationSupported?: boolean; autoNegotiationEnabled?: boolean; pmd?: string; mau?: string };
  /** IEEE 802.3 power via MDI, in lldptool's words. */
  powerViaMdi?: NamedText[];
  /** TIA-1057 media endpoint discovery. */
  med?: LldpMed;
  /** TLVs that lldptool or this agent has no words for. */
  unknownTlvs?: UnknownTlv[];
}

export interface ManagementAddress {
  /** IPv4, IPv6, MAC … */
  family: string;
  address: string;
  interfaceSubtype?: string;
  interfaceNumber?: number;
  oid?: string;
}

export interface LldpMed {
  deviceType?: string;
  capabilities?: string[];
  policies?: NamedText[][];
  location?: string[];
  extendedPower?: NamedText[];
  hardwareRevision?: string;
  firmwareRevision?: string;
  softwareRevision?: string;
  serialNumber?: string;
  manufacturer?: string;
  model?: string;
  assetId?: string;
}

export interface UnknownTlv {
  /** TLV type where the tool prints one. */
  type?: number;
  /** 00:80:c2 */
  oui?: string;
  subtype?: number;
  /** The content, lower-case hex digits. */
  hex?: string;
  /** lldptool's heading and words where it prints no hex. */
  name?: string;
  text?: string;
}

/** Why a NIC has a neighbour, or has none. `linkDown`: administratively down. */
export interface LldpVerdict {
  interface: string;
  verdict: "neighbour" | "linkDown" | "noCarrier" | "nothingHeard" | "lldpadUnavailable" | "notEnabled";
  /** How long this agent's lldpad has listened there; absent where another's is asked. */
  listenedSeconds?: number;
}

/** ipmitool mc info, lan print, lan6 print, fru print. */
export interface Bmc {
  deviceId?: number;
  deviceRevision?: number;
  firmware?: string;
  ipmiVersion?: string;
  manufacturerId?: number;
  manufacturer?: string;
  productId?: number;
  productName?: string;
  available?: boolean;
  providesDeviceSdrs?: boolean;
  additionalDeviceSupport?: string[];
  /** Every line of `mc info` in its own words. */
  fields?: NamedText[];
  channels?: BmcChannel[];
  frus?: Fru[];
}

/** A LAN channel. An address of 0.0.0.0 or a MAC of zeros is none. */
export interface BmcChannel {
  number: number;
  medium?: string;
  ipSource?: string;
  ip?: string;
  netmask?: string;
  mac?: string;
  gateway?: string;
  gatewayMac?: string;
  backupGateway?: string;
  backupGatewayMac?: string;
  /** Absent where VLANs are disabled. */
  vlanId?: number;
  vlanPriority?: number;
  /** Only where secrets were asked for. */
  snmpCommunity?: string;
  ipv6?: BmcIpv6[];
  /** Every line of `lan print` in its own words, the SNMP community only where secrets were asked for. */
  fields?: NamedText[];
}

export interface BmcIpv6 {
  kind: "static" | "dynamic";
  address: string;
  prefixLength?: number;
  /** Source or type as the tool words it. */
  source?: string;
  status?: string;
}

export interface Fru {
  id: number;
  description: string;
  chassis?: FruChassis;
  board?: FruBoard;
  product?: FruProduct;
  /** Every line in its own words, repeated keys repeated. */
  fields?: NamedText[];
}

export interface FruChassis {
  type?: string;
  partNumber?: string;
  serialNumber?: string;
  extra?: string[];
}

export interface FruBoard {
  /** ISO 8601 without a zone where the tool's form is known, else its own words. */
  manufacturedAt?: string;
  manufacturer?: string;
  productName?: string;
  serialNumber?: string;
  partNumber?: string;
  fruId?: string;
  extra?: string[];
}

export interface FruProduct {
  manufacturer?: string;
  productName?: string;
  partNumber?: string;
  version?: string;
  serialNumber?: string;
  assetTag?: string;
  fruId?: string;
  extra?: string[];
}

/** /sys/bus/pci, names from lshw. */
export interface PciDevice {
  /** 0000:3b:00.0 */
  address: string;
  /** Six hex digits: class, subclass, programming interface. */
  classCode?: string;
  /** lshw's description: "Ethernet interface". */
  class?: string;
  vendor?: string;
  product?: string;
  /** Four lower-case hex digits. */
  vendorId?: string;
  deviceId?: string;
  subsystemVendorId?: string;
  subsystemDeviceId?: string;
  driver?: string;
  numaNode?: number;
  linkSpeed?: string;
  linkWidth?: number;
  maxLinkSpeed?: string;
  maxLinkWidth?: number;
}

/** dmidecode type 9. */
export interface Slot {
  designation: string;
  type?: string;
  /** Available, In Use. */
  usage?: string;
  length?: string;
  /** PCI address of the device in it. */
  pciAddress?: string;
}

/** dmidecode type 39. */
export interface PowerSupply {
  location?: string;
  productName?: string;
  manufacturer?: string;
  serialNumber?: string;
  partNumber?: string;
  revision?: string;
  assetTag?: string;
  maxPowerW?: number;
  status?: string;
  plugged?: boolean;
  hotReplaceable?: boolean;
}

/** /sys/class/tpm. */
export interface Tpm {
  /** "1.2" or "2.0". */
  version?: string;
  description?: string;
}

/** lscpu and SMBIOS. */
export interface Virtualization {
  virtual: boolean;
  /** physical, kvm, vmware, virtualbox, xenhvm, hyperv …: Facter's words; unknown where the hypervisor hides. */
  type: string;
}

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

export interface Partition {
  name: string;
  disk?: string;
  sizeBytes?: number;
  uuid?: string;
  label?: string;
  filesystem?: string;
  mountpoint?: string;
}

/** What changes from second to second; left out of change detection. */
export interface Volatile {
  freeMemoryBytes?: number;
  freeSwapBytes?: number;
  uptimeSeconds?: number;
  loadAverage?: [number, number, number];
  /** /proc/cpuinfo: current clock of each logical CPU. */
  cpuMHz?: number[];
  /** lscpu's fields that change: CPU MHz, CPU(s) scaling MHz. */
  lscpu?: NamedText[];
  /** What was taken out of `hardware`: the node's path of ids ("core/cpu:0"), the field, and its value. */
  hardware?: { node: string; field: string; value: string }[];
}
