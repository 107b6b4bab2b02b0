import type { DmiTable } from "../tools/dmidecode/mod.ts";
import type { Virtualization } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import type { LscpuInfo } from "../tools/lscpu/mod.ts";
import { told } from "./placeholders.ts";

/** What SMBIOS says of the hypervisor, in Facter's words. */
const BY_SMBIOS: readonly [RegExp, string][] = [
  [/vmware/i, "vmware"],
  [/virtualbox|innotek/i, "virtualbox"],
  [/parallels/i, "parallels"],
  [/hvm domu/i, "xenhvm"],
  [/rhev hypervisor/i, "rhev"],
  [/ovirt node/i, "ovirt"],
  [/google compute engine/i, "gce"],
  [/\bkvm\b|qemu|bochs|openstack|standard pc|\bpc-(i440fx|q35)-|cloud hypervisor/i, "kvm"],
  [/bhyve/i, "bhyve"],
  [/^microsoft corporation\nvirtual machine$/im, "hyperv"],
];

/** lscpu's "Hypervisor vendor" in Facter's words; those that Facter does not know keep lscpu's, in lower case. */
const BY_LSCPU: ReadonlyMap<string, string> = new Map([
  ["KVM", "kvm"],
  ["VMware", "vmware"],
  ["Microsoft", "hyperv"],
  ["Oracle", "virtualbox"],
  ["Innotek GmbH", "virtualbox"],
  ["Parallels", "parallels"],
  ["Linux-VServer", "vserver"],
  ["IBM", "zlinux"],
]);

/**
 * Whether this is a virtual machine, and of which kind. SMBIOS is the more exact (VirtualBox and others present
 * themselves as KVM or Hyper-V to the CPU), but a virtual machine may have the strings of a real server: that one is
 * told by its CPU. Undefined where nothing says that it is one, and the CPU was not asked.
 */
export function virtualization(
  lscpu: LscpuInfo | undefined,
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
): Virtualization | undefined {
  const vendor = lscpu?.cpu.hypervisorVendor;
  const smbios = smbiosWords(dmi, host).join("\n");
  const flags = lscpu?.cpu.flags;
  // Only x86 has a flag for hypervisors, and it has "fpu".
  const isGuestCpu = flags?.includes("fpu") ? flags.includes("hypervisor") : host?.isGuestCpu;
  // A hypervisor that does not say its name shows in the CPU's flags, and in the firmware's.
  const isHidden = isGuestCpu || dmi?.bios?.characteristics.includes("System is a virtual machine");
  if (vendor === "Xen" || host?.hypervisor === "xen") return xen(lscpu?.virtualizationType, smbios);
  // Google sells bare metal with the same words in SMBIOS.
  const isBareMetal = vendor === undefined && !isHidden && isGuestCpu === false;
  const named = BY_SMBIOS.find(([pattern, type]) => pattern.test(smbios) && !(type === "gce" && isBareMetal))?.[1];
  const type = named ?? (vendor && (BY_LSCPU.get(vendor) ?? vendor.toLowerCase())) ?? (isHidden && "unknown");
  if (type) return { virtual: true, type };
  return lscpu || isGuestCpu === false ? { virtual: false, type: "physical" } : undefined;
}

/**
 * Xen's guests: with hardware support they have its SMBIOS, without it none at all. Its own domain, which runs on the
 * real machine, has that one's; lscpu's type for it is "none".
 */
function xen(lscpuType: string | undefined, smbios: string): Virtualization {
  if (lscpuType === "full" || /hvm domu/i.test(smbios)) return { virtual: true, type: "xenhvm" };
  const isDomain0 = lscpuType === "none" || smbios !== "";
  return isDomain0 ? { virtual: false, type: "xen0" } : { virtual: true, type: "xenu" };
}

/** What SMBIOS says of whose machine it is, one string a line. */
function smbiosWords(dmi: DmiTable | undefined, host: HostFs | undefined): string[] {
  const ids = host?.dmiIds;
  return [
    dmi?.system?.manufacturer ?? ids?.["sys_vendor"],
    dmi?.system?.productName ?? ids?.["product_name"],
    dmi?.system?.version ?? ids?.["product_version"],
    dmi?.bios?.vendor ?? ids?.["bios_vendor"],
    dmi?.baseboards[0]?.manufacturer ?? ids?.["board_vendor"],
  ].map(told).filter((word) => word !== undefined);
}
