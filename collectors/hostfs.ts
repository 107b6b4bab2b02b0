/** What /proc and /sys themselves say (proc(5), sysfs(5), the kernel's Documentation/ABI). */
import type { Cpu, Disk, Memory, NetworkInterface, Nic, Os, Partition, PciDevice, Tpm, Volatile } from "./facts.ts";

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
  /** The hypervisor that /sys/hypervisor or the CPU flags name, where they do. */
  hypervisor?: string;
  volatile?: Volatile;
}
