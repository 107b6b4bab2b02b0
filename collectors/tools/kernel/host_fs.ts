/** What hostfs gives. */
import type { Clock } from "./clock.ts";
import type { DeviceTree } from "./device_tree.ts";
import type { Labels } from "../../labels.ts";
import type { KernelDisk } from "./disks.ts";
import type { KernelEdacUnit } from "./edac.ts";
import type { FibreChannelPort } from "./fibre_channel.ts";
import type { InfinibandPort } from "./infiniband.ts";
import type { IscsiInitiator } from "./iscsi.ts";
import type { KernelNic, NetworkInterface } from "./nics.ts";
import type { KernelNumaNode } from "./numa.ts";
import type { KernelLoad, KernelOs } from "./os.ts";
import type { KernelPartition } from "./partitions.ts";
import type { KernelPciDevice } from "./pci.ts";
import type { Route } from "./routes.ts";
import type { KernelVpd } from "./pci_vpd.ts";
import type { KernelUsbDevice } from "./usb.ts";

/** The parts that hostfs reads side by side, none waiting for another or failing with it. */
export type SubjectName =
  | "network"
  | "disks"
  | "pci"
  | "cards"
  | "usb"
  | "cpu"
  | "memory"
  | "numa"
  | "edac"
  | "infiniband"
  | "fibreChannel"
  | "iscsi"
  | "routes"
  | "nameServers"
  | "clock"
  | "os"
  | "load"
  | "firmware"
  | "filesystems";

/** A logical CPU; what an architecture does not print is absent. */
export interface KernelLogicalCpu {
  id: number;
  /** Not of arm64 and s390x. */
  modelName?: string;
  /** Of x86 and loongarch: the package, and the core within it. */
  packageId?: number;
  coreId?: number;
}

/** The host's own files, read; by subject. */
export interface HostFs {
  /** Every interface with hardware behind it, with its addresses. */
  nics?: KernelNic[];
  /** Every other interface. */
  interfaces?: NetworkInterface[];
  disks?: KernelDisk[];
  pci?: KernelPciDevice[];
  /** What cards say of themselves. */
  vpd?: KernelVpd[];
  usb?: KernelUsbDevice[];
  partitions?: KernelPartition[];
  filesystems?: string[];
  memory?: { usableBytes?: number; swapBytes?: number };
  cpu?: {
    microcode?: string;
    implementer?: string;
    part?: string;
    flags?: string[];
    logical?: KernelLogicalCpu[];
    vulnerabilities?: { name: string; status: string }[];
  };
  numaNodes?: KernelNumaNode[];
  /** What the memory controllers count errors of. */
  edac?: KernelEdacUnit[];
  infiniband?: InfinibandPort[];
  fibreChannel?: FibreChannelPort[];
  iscsi?: IscsiInitiator[];
  /** The default routes. */
  routes?: Route[];
  dnsServers?: string[];
  clock?: Clock;
  os?: KernelOs;
  /** Of the kernel command line: `hnl_mk.label.KEY=VALUE`. */
  labels?: Labels;
  /** Words there that are no labels, and why. */
  labelProblems?: string[];
  tpm?: { version?: string; description?: string };
  bootMode?: "uefi" | "bios";
  secureBoot?: boolean;
  setupMode?: boolean;
  /** /sys/class/dmi/id, file name to trimmed content, placeholders included. */
  dmiIds?: Record<string, string>;
  deviceTree?: DeviceTree;
  /** The hypervisor that /sys/hypervisor names: "xen", in its own domain 0 too. */
  hypervisor?: string;
  /** Whether the CPU says that it is a hypervisor's: only x86 has a flag for that. */
  isGuestCpu?: boolean;
  /** Whether the CPU offers VT-x or AMD-V, of x86. */
  offersVirtualization?: boolean;
  volatile?: KernelLoad;
  /** The subjects of which something is not known: what they lack may be there. */
  unread?: SubjectName[];
}
