import type { DmiTable } from "../dmidecode.ts";
import type { Virtualization } from "../facts.ts";
import type { HostFs } from "../hostfs.ts";
import type { LscpuInfo } from "../lscpu.ts";
import { told } from "../placeholders.ts";

/** What SMBIOS says of the hypervisor, in Facter's words: the more exact, so asked first. */
const BY_SMBIOS: readonly [RegExp, string][] = [
  [/vmware/i, "vmware"],
  [/virtualbox|innotek/i, "virtualbox"],
  [/parallels/i, "parallels"],
  [/hvm domu/i, "xenhvm"],
  [/rhev hypervisor/i, "rhev"],
  [/ovirt node/i, "ovirt"],
  [/google compute engine/i, "gce"],
  [/\bkvm\b|qemu|bochs|openstack|standard pc|cloud hypervisor/i, "kvm"],
  [/bhyve/i, "bhyve"],
];

/** lscpu's "Hypervisor vendor" in Facter's words. */
const BY_LSCPU: Readonly<Record<string, string>> = {
  "KVM": "kvm",
  "QEMU": "kvm",
  "VMware": "vmware",
  "Xen": "xenu",
  "Microsoft": "hyperv",
  "Oracle": "virtualbox",
  "Parallels": "parallels",
  "bhyve": "bhyve",
  "IBM": "zlinux",
};

/**
 * Whether this is a virtual machine, and of which kind. One with the SMBIOS strings of a real server is still told by
 * its CPU. Undefined where neither lscpu nor SMBIOS nor /sys said anything.
 */
export function virtualization(
  lscpu: LscpuInfo | undefined,
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
): Virtualization | undefined {
  if (!lscpu && !dmi && !host?.dmiIds) return undefined;
  const vendor = lscpu?.cpu.hypervisorVendor;
  const smbios = smbiosWords(dmi, host).join("\n");
  const named = BY_SMBIOS.find(([pattern]) => pattern.test(smbios))?.[1];
  const hyperV = /microsoft corporation/i.test(smbios) && /virtual machine/i.test(smbios) ? "hyperv" : undefined;
  if (vendor !== undefined) {
    const byVendor = Object.hasOwn(BY_LSCPU, vendor) ? BY_LSCPU[vendor]! : vendor.toLowerCase();
    const exact = vendor === "Xen" && lscpu?.virtualizationType === "full" ? "xenhvm" : byVendor;
    return { isVirtual: true, type: exact === "kvm" ? named ?? exact : exact };
  }
  if (host?.hypervisor === "xen") return { isVirtual: false, type: "xen0" };
  const type = named ?? hyperV;
  if (type !== undefined) return { isVirtual: true, type };
  // A hypervisor that does not say its name shows in the CPU's flags, and in the firmware's.
  const hidden = lscpu?.cpu.flags?.includes("hypervisor") ||
    dmi?.bios?.characteristics.includes("System is a virtual machine");
  return hidden ? { isVirtual: true, type: "unknown" } : { isVirtual: false, type: "physical" };
}

function smbiosWords(dmi: DmiTable | undefined, host: HostFs | undefined): string[] {
  const ids = host?.dmiIds;
  return [
    dmi?.system?.manufacturer ?? ids?.["sys_vendor"],
    dmi?.system?.productName ?? ids?.["product_name"],
    dmi?.bios?.vendor ?? ids?.["bios_vendor"],
    dmi?.baseboards[0]?.manufacturer ?? ids?.["board_vendor"],
  ].map(told).filter((word) => word !== undefined);
}
