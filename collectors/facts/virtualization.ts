/** Whether the machine is a virtual one. */
import { fieldOf, items } from "../tools/dmidecode/values.ts";
import type { Machine } from "./machine.ts";
import { dmi, dmiId, lscpu } from "./places.ts";
import { derived, type Place, type Table } from "./table.ts";

/** What the machine runs on. */
export interface Virtualization {
  /** Whether this is a virtual machine. */
  virtual: boolean;
  /** physical, kvm, vmware, virtualbox, xenhvm, hyperv …: Facter's words; unknown where the hypervisor hides. */
  type: string;
}

/** What SMBIOS says of the hypervisor, in Facter's words. */
const BY_SMBIOS: readonly [RegExp, string][] = [
  [/vmware/i, "vmware"],
  [/virtualbox|innotek/i, "virtualbox"],
  [/parallels/i, "parallels"],
  [/hvm domu/i, "xenhvm"],
  [/rhev hypervisor/i, "rhev"],
  [/ovirt node/i, "ovirt"],
  [/google compute engine/i, "gce"],
  // Nutanix's own hypervisor; its nodes say NX-… instead.
  [/^nutanix\nahv$/im, "kvm"],
  [/\bkvm\b|qemu|bochs|openstack|kubevirt|standard pc|\bpc-(i440fx|q35)-|cloud hypervisor/i, "kvm"],
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

const asPrinted = (value: string) => value;
const VENDOR = lscpu("Hypervisor vendor", asPrinted), KIND = lscpu("Virtualization type", asPrinted);
const FLAGS = lscpu("Flags", (value) => value.split(/\s+/));
/** What SMBIOS says of whose machine it is. */
const WORDS = [
  [dmi(1, ["Manufacturer", "Vendor"]), dmiId("sys_vendor")],
  [dmi(1, ["Product Name", "Product"]), dmiId("product_name")],
  [dmi(1, "Version"), dmiId("product_version")],
  [dmi(0, "Vendor"), dmiId("bios_vendor")],
  [dmi(2, ["Manufacturer", "Vendor"]), dmiId("board_vendor")],
] as const;

/**
 * Whether this is a virtual machine, and of which kind. SMBIOS is the more exact (VirtualBox and others present
 * themselves as KVM or Hyper-V to the CPU), but a virtual machine may have the strings of a real server: that one is
 * told by its CPU. Undefined where nothing says that it is one, and the CPU was not asked.
 */
function virtualizationOf(machine: Machine): Virtualization | undefined {
  const vendor = VENDOR.read(machine), flags = FLAGS.read(machine);
  const smbios = WORDS.flatMap(([dmi, id]) => dmi.read(machine) ?? id.read(machine) ?? []).join("\n");
  // Only x86 has a flag for hypervisors, and it has "fpu".
  const isGuestCpu = flags?.includes("fpu") ? flags.includes("hypervisor") : machine.kernel?.isGuestCpu;
  // A hypervisor that does not say its name shows in the CPU's flags, and in the firmware's.
  // Firmware of real servers sets the bit too: where the CPU itself could run a hypervisor and is none's, it is wrong.
  const offers = flags?.some((flag) => flag === "vmx" || flag === "svm") ?? machine.kernel?.offersVirtualization;
  const isHidden = isGuestCpu || !(isGuestCpu === false && offers) && saysVirtualMachine(machine);
  if (vendor === "Xen" || machine.kernel?.hypervisor === "xen") return xen(KIND.read(machine), smbios);
  // Google sells bare metal with the same words in SMBIOS.
  const isBareMetal = vendor === undefined && !isHidden && isGuestCpu === false;
  const named = BY_SMBIOS.find(([pattern, type]) => pattern.test(smbios) && !(type === "gce" && isBareMetal))?.[1];
  const type = named ?? (vendor && (BY_LSCPU.get(vendor) ?? vendor.toLowerCase())) ?? (isHidden && "unknown");
  if (type) return { virtual: true, type };
  return machine.lscpu || isGuestCpu === false ? { virtual: false, type: "physical" } : undefined;
}

function saysVirtualMachine({ smbios }: Machine): boolean {
  const lines = smbios.all(0).flatMap(({ fields }) => items(fieldOf(fields, ["Characteristics"]) ?? NOTHING) ?? []);
  return lines.includes("System is a virtual machine");
}

const NOTHING = { name: "", value: "" };

/**
 * Xen's guests: with hardware support they have its SMBIOS, without it none at all. Its own domain, which runs on the
 * real machine, has that one's; lscpu's type for it is "none".
 */
function xen(lscpuType: string | undefined, smbios: string): Virtualization {
  if (lscpuType === "full" || /hvm domu/i.test(smbios)) return { virtual: true, type: "xenhvm" };
  const isDomain0 = lscpuType === "none" || smbios !== "";
  return isDomain0 ? { virtual: false, type: "xen0" } : { virtual: true, type: "xenu" };
}

/** The flag of a hypervisor, among a hundred others. */
const GUEST_FLAG: Place<Machine, boolean> = {
  words: "lscpu -J: Flags: hypervisor",
  read: (machine) => FLAGS.read(machine)?.includes("hypervisor") || undefined,
  raw: (machine) =>
    FLAGS.read(machine)?.includes("hypervisor") ? { where: "lscpu -J", lines: ["Flags: … hypervisor …"] } : undefined,
};
const PLACES = [VENDOR, KIND, GUEST_FLAG, ...WORDS.flat(), { words: "/sys/hypervisor/type", read: () => undefined }];

export const VIRTUALIZATION: Table<Machine, Virtualization> = {
  virtual: derived(
    "a virtual machine has a hypervisor, or SMBIOS names one",
    (machine) => virtualizationOf(machine)?.virtual,
    ...PLACES,
  ),
  type: derived(
    "in Facter's words, told by the names of the hypervisor and of the machine",
    (machine) => virtualizationOf(machine)?.type,
    ...PLACES,
  ),
};
