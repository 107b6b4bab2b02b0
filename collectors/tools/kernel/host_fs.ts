import type {
  Cpu,
  Disk,
  Memory,
  NetworkInterface,
  Nic,
  Os,
  Partition,
  PciDevice,
  Tpm,
  Volatile,
} from "../../facts/mod.ts";

/** The parts that hostfs reads side by side, none waiting for another or failing with it. */
export type SubjectName =
  | "network"
  | "disks"
  | "pci"
  | "cpu"
  | "memory"
  | "os"
  | "load"
  | "firmware"
  | "filesystems";

/** The host's own files, read; each part in the shape of the section of Facts that it goes into. */
export interface HostFs {
  /** Every interface with hardware behind it, with its addresses. */
  nics?: Nic[];
  /** Every other interface. */
  interfaces?: NetworkInterface[];
  disks?: Disk[];
  pci?: PciDevice[];
  partitions?: Partition[];
  filesystems?: string[];
  memory?: Pick<Memory, "usableBytes" | "swapBytes">;
  cpu?: Pick<Cpu, "microcode" | "logical" | "vulnerabilities">;
  os?: Os;
  tpm?: Tpm;
  bootMode?: "uefi" | "bios";
  secureBoot?: boolean;
  /** /sys/class/dmi/id, file name to trimmed content, placeholders included. */
  dmiIds?: Record<string, string>;
  /** The hypervisor that /sys/hypervisor names: "xen", in its own domain 0 too. */
  hypervisor?: string;
  /** Whether the CPU says that it is a hypervisor's: only x86 has a flag for that. */
  isGuestCpu?: boolean;
  volatile?: Volatile;
  /** The subjects of which something is not known: what they lack may be there. */
  unread?: SubjectName[];
}
