/** What is true of a machine: the QEMU line and the expected facts are both made from this. */

import type { Bmc, Cpu, Facts, Fru, Neighbour } from "../../collectors/facts/mod.ts";
import type { Structure } from "./smbios.ts";

/** As the kernel names it. */
export type Architecture = "x86_64" | "aarch64";

/** A machine. Lists are in the order of their names. */
export interface Machine {
  name: string;
  /** One line: what it stands for. */
  summary: string;
  architecture: Architecture;
  hostname: string;
  memoryMiB: number;
  cpu: MachineCpu;
  /** The SMBIOS table, without its end. QEMU adds its own structures of the types that are not here. */
  smbios: Structure[];
  /** What a reader of that table must find: what the structures were made from, placeholders left out. */
  firmwareFacts: Partial<Facts>;
  nics: MachineNic[];
  disks: MachineDisk[];
  bmc?: MachineBmc;
  /** Words for the kernel command line. */
  kernelArguments: string[];
}

export interface MachineCpu {
  /** QEMU's name of the model. */
  model: string;
  /** The name that the CPU gives itself; an ARM CPU gives none: lscpu's name of its part. */
  modelName: string;
  /** What else it says of itself. */
  facts?: Partial<Cpu>;
  /** Those that hold a CPU. */
  sockets: number;
  /** Those that hold none; default 0. */
  emptySockets?: number;
  coresPerSocket: number;
  threadsPerCore: number;
  /** Memory and CPUs are split evenly over this many; 0: no NUMA. */
  numaNodes: number;
}

export interface MachineNic {
  /** What the kernel calls it: the order of the drivers in `nics`, then of the slots. */
  name: string;
  mac: string;
  model: "virtio-net-pci" | "e1000e" | "e1000";
  /** Device number: on the root bus, or on the bus behind the bridge of that number. */
  slot: number;
  bridge?: number;
  wire: Wire;
}

/** `host`: the network over which the agent talks to its server. `silent`: a link without anybody who speaks LLDP. */
export type Wire =
  | { kind: "host" | "silent" | "unplugged" }
  | { kind: "switch"; port: SwitchPort };

/** What a switch says of itself and of the port. */
export type SwitchPort = Omit<Neighbour, "interface">;

export interface MachineDisk {
  /** What the kernel calls it: the order of the drivers in `disks`. */
  name: string;
  kind: "virtio-blk" | "virtio-scsi" | "ahci" | "nvme" | "megaraid";
  sizeBytes: number;
  serialNumber: string;
  /** Of SCSI and ATA disks: sixteen hex digits behind 0x. */
  wwn?: string;
  /** Of SCSI disks. */
  vendor?: string;
  /** Of SCSI and ATA disks. */
  model?: string;
  /** Of SCSI and ATA disks. */
  firmware?: string;
  /** Of SCSI and ATA disks: absent where nothing turns. */
  rpm?: number;
}

/** A service processor as ipmitool is to tell it. */
export interface MachineBmc {
  facts: Required<Pick<Bmc, "deviceId" | "deviceRevision" | "firmware" | "manufacturerId" | "productId">>;
  lan: { ip: string; ipSource: "static" | "dhcp"; netmask: string; mac: string; gateway: string; gatewayMac: string };
  fru: Required<Pick<Fru, "chassis" | "board" | "product">>;
  sensors: { name: string; celsius: number }[];
}
