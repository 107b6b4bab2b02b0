import { assertEquals } from "@std/assert";
import type { Virtualization } from "../../../collectors/facts/mod.ts";
import { assembled, type Sources } from "./assembled.ts";

/** A machine of this maker and product, as dmidecode prints it. */
function smbios(manufacturer: string, product: string, bios = "American Megatrends Inc."): string {
  return `Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: ${bios}\n\n` +
    `Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: ${manufacturer}\n\tProduct Name: ${product}\n`;
}

const BARE = { "Architecture": "x86_64", "Flags": "fpu vme avx2" };
const GUEST = { "Architecture": "x86_64", "Flags": "fpu vme hypervisor" };
const under = (vendor: string, type = "full") => ({
  ...GUEST,
  "Hypervisor vendor": vendor,
  "Virtualization type": type,
});

const DELL = smbios("Dell Inc.", "PowerEdge R740");
const QEMU = smbios("QEMU", "Standard PC (Q35 + ICH9, 2009)", "SeaBIOS");
const VIRTUALBOX = smbios("innotek GmbH", "VirtualBox", "innotek GmbH");
const XEN_GUEST = smbios("Xen", "HVM domU", "Xen");
const GOOGLE = smbios("Google", "Google Compute Engine", "Google");
const HYPER_V = smbios("Microsoft Corporation", "Virtual Machine");

const physical: Virtualization = { virtual: false, type: "physical" };
const guest = (type: string): Virtualization => ({ virtual: true, type });

/** SMBIOS of a real server that has the bit of a virtual machine. */
const WITH_BIT = DELL.replace(
  "\n\n",
  "\n\tCharacteristics:\n\t\tPCI is supported\n\t\tSystem is a virtual machine\n\n",
);

const MACHINES: [what: string, sources: Sources, expected: Virtualization | undefined][] = [
  ["a server", { lscpu: BARE, dmidecode: DELL }, physical],
  ["a server of which SMBIOS and /proc are known", { dmidecode: DELL, hostfs: { isGuestCpu: false } }, physical],
  ["a guest of which SMBIOS and /proc are known", { dmidecode: DELL, hostfs: { isGuestCpu: true } }, guest("unknown")],
  ["nothing of a server of which only SMBIOS is known: a guest may have it", { dmidecode: DELL }, undefined],
  ["a server of which only the CPU is known", { lscpu: BARE }, physical],
  ["nothing of a server of which only /sys is known", { hostfs: { dmiIds: { sys_vendor: "Dell Inc." } } }, undefined],
  ["a server whose SMBIOS says virtual machine, with VT-x", {
    lscpu: { ...BARE, "Flags": "fpu vme vmx avx2" },
    dmidecode: WITH_BIT,
  }, physical],
  ["a server whose SMBIOS says virtual machine, with AMD-V, by /proc", {
    hostfs: { isGuestCpu: false, offersVirtualization: true },
    dmidecode: WITH_BIT,
  }, physical],
  ["a guest whose SMBIOS says virtual machine, without VT-x", { lscpu: BARE, dmidecode: WITH_BIT }, guest("unknown")],
  ["a guest that may nest others", {
    lscpu: { ...GUEST, "Flags": "fpu hypervisor vmx" },
    dmidecode: WITH_BIT,
  }, guest("unknown")],
  ["a tablet of Microsoft's", { lscpu: BARE, dmidecode: smbios("Microsoft Corporation", "Surface Go") }, physical],
  ["KVM", { lscpu: under("KVM"), dmidecode: QEMU }, guest("kvm")],
  ["KVM that hides from the CPU", { lscpu: BARE, dmidecode: QEMU }, guest("kvm")],
  ["KVM with a server's SMBIOS", { lscpu: under("KVM"), dmidecode: DELL }, guest("kvm")],
  [
    "KVM by /sys alone",
    { hostfs: { dmiIds: { sys_vendor: "QEMU", product_name: "KVM Virtual Machine" } } },
    guest("kvm"),
  ],
  ["Nutanix's AHV, which shows Hyper-V to its guests", {
    lscpu: under("Microsoft"),
    dmidecode: smbios("Nutanix", "AHV"),
  }, guest("kvm")],
  ["a node of Nutanix's", { lscpu: BARE, dmidecode: smbios("Nutanix", "NX-3060-G7") }, physical],
  ["QEMU that shows Hyper-V to its guests", { lscpu: under("Microsoft"), dmidecode: QEMU }, guest("kvm")],
  [
    "QEMU under another name",
    { dmidecode: `${smbios("Alibaba Cloud", "ECS")}\tVersion: pc-i440fx-2.1\n` },
    guest("kvm"),
  ],
  [
    "QEMU under another name, by /sys alone",
    { hostfs: { dmiIds: { sys_vendor: "Alibaba Cloud", product_name: "ECS", product_version: "pc-i440fx-2.1" } } },
    guest("kvm"),
  ],
  ["OpenStack by SMBIOS alone", { dmidecode: smbios("OpenStack Foundation", "OpenStack Nova") }, guest("kvm")],
  ["RHEV", { lscpu: under("KVM"), dmidecode: smbios("Red Hat", "RHEV Hypervisor") }, guest("rhev")],
  ["oVirt", { lscpu: under("KVM"), dmidecode: smbios("oVirt", "oVirt Node") }, guest("ovirt")],
  ["VMware", { lscpu: under("VMware"), dmidecode: smbios("VMware, Inc.", "VMware Virtual Platform") }, guest("vmware")],
  ["VMware by SMBIOS alone", { dmidecode: smbios("VMware, Inc.", "VMware7,1") }, guest("vmware")],
  ["VirtualBox", { lscpu: under("Oracle"), dmidecode: VIRTUALBOX }, guest("virtualbox")],
  ["VirtualBox that shows KVM to its guests", { lscpu: under("KVM"), dmidecode: VIRTUALBOX }, guest("virtualbox")],
  ["an old VirtualBox", { lscpu: under("Innotek GmbH") }, guest("virtualbox")],
  ["Hyper-V", { lscpu: under("Microsoft"), dmidecode: HYPER_V }, guest("hyperv")],
  ["Hyper-V by SMBIOS alone", { dmidecode: HYPER_V }, guest("hyperv")],
  [
    "Parallels",
    { dmidecode: smbios("Parallels Software International Inc.", "Parallels Virtual Platform") },
    guest("parallels"),
  ],
  ["bhyve", { lscpu: GUEST, dmidecode: smbios("FreeBSD", "BHYVE", "BHYVE") }, guest("bhyve")],
  ["Google's cloud", { lscpu: under("KVM"), dmidecode: GOOGLE }, guest("gce")],
  ["bare metal of Google's cloud", { lscpu: BARE, dmidecode: GOOGLE }, physical],
  [
    "Google's cloud on ARM",
    { lscpu: { "Architecture": "aarch64", "Flags": "fp asimd" }, dmidecode: GOOGLE },
    guest("gce"),
  ],
  ["Amazon's cloud", { lscpu: under("KVM"), dmidecode: smbios("Amazon EC2", "m5.large", "Amazon EC2") }, guest("kvm")],
  [
    "bare metal of Amazon's cloud",
    { lscpu: BARE, dmidecode: smbios("Amazon EC2", "m5.metal", "Amazon EC2") },
    physical,
  ],
  ["Xen with hardware support", { lscpu: under("Xen"), dmidecode: XEN_GUEST }, guest("xenhvm")],
  ["Xen by SMBIOS alone", { dmidecode: XEN_GUEST, hostfs: { hypervisor: "xen" } }, guest("xenhvm")],
  ["Xen without hardware support", { lscpu: under("Xen", "para"), hostfs: { hypervisor: "xen" } }, guest("xenu")],
  ["Xen's own domain", { lscpu: under("Xen", "none"), dmidecode: DELL }, { virtual: false, type: "xen0" }],
  ["Xen's own domain by /sys", { lscpu: BARE, dmidecode: DELL, hostfs: { hypervisor: "xen" } }, {
    virtual: false,
    type: "xen0",
  }],
  ["a mainframe", { lscpu: { "Architecture": "s390x", "Hypervisor vendor": "IBM" } }, guest("zlinux")],
  ["a partition of POWER", { lscpu: { "Architecture": "ppc64le", "Hypervisor vendor": "pHyp" } }, guest("phyp")],
  ["a hypervisor without a name", { lscpu: GUEST, dmidecode: DELL }, guest("unknown")],
  ["firmware that knows", {
    dmidecode: "Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: X\n\tCharacteristics:\n" +
      "\t\tSystem is a virtual machine\n",
  }, guest("unknown")],
  ["nobody that says anything", { lshw: { id: "x", class: "system" } }, undefined],
  ["a paste of one power supply", {
    dmidecode: "Handle 0x0027, DMI type 39, 22 bytes\nSystem Power Supply\n\tName: PSU1\n",
  }, undefined],
];

for (const [what, sources, expected] of MACHINES) {
  Deno.test(`factsOf() tells ${what}`, () => assertEquals(assembled(sources).virtualization, expected));
}
