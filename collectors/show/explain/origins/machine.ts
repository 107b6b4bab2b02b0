/** The machine as its firmware, its kernel and its operating system describe it. */
import { made, type Origins, section } from "../origin.ts";
import { dmi, file, fileLines, lscpu, lshw, outputLine, type Place } from "../places.ts";

const dmiId = (name: string): Place => file(`/sys/class/dmi/id/${name}`);
const ROOT = { class: "system" }, CORE = { id: "core" };

const SYSTEM = "System Information", BOARD = "Base Board Information", CHASSIS = "Chassis Information";
/** A field of type 0, under its name since dmidecode 3.7 and before. */
const bios = (key: string, before = key): Place[] => [
  dmi("Platform Firmware Information", key),
  dmi("BIOS Information", before),
];
const UUID = "lower case; UUIDs that many machines share are none";

const OS_RELEASE = "/etc/os-release", FILESYSTEMS = "/proc/filesystems";
const NAME = file("/proc/sys/kernel/hostname");

/** What shows a hypervisor that does not say its name. Of the line of flags, which is long, the one. */
const FLAG: Place = {
  words: "lscpu -J: Flags: hypervisor",
  look: (evidence, items) => {
    const found = [lscpu("Flags"), file("/proc/cpuinfo", "flags")].map((place) => place.look(evidence, items))
      .find((found) => found?.lines.some((line) => /\bhypervisor\b/.test(line)));
    return found && { where: found.where, lines: ["Flags: … hypervisor …"] };
  },
};
const HYPERVISOR = [lscpu("Hypervisor vendor"), FLAG, outputLine("dmidecode", "System is a virtual machine")];

export const MACHINE: Origins = {
  ...section("identity", {
    uuid: made(
      `smbios_uuid= of the kernel command line, else the firmware's; ${UUID}`,
      fileLines("/proc/cmdline", "smbios_uuid="),
      dmiId("product_uuid"),
    ),
    uuidSource: made("which of the two told it", fileLines("/proc/cmdline", "smbios_uuid="), dmiId("product_uuid")),
    "macs[]": made(
      "of the interfaces called eth<N>; where there is none the burnt-in ones of the physical NICs, by PCI address",
      file("/sys/class/net"),
    ),
    hostname: [NAME],
  }),
  ...section("system", {
    manufacturer: [dmi(SYSTEM, "Manufacturer"), dmiId("sys_vendor"), lshw(ROOT, "vendor")],
    productName: [dmi(SYSTEM, "Product Name"), dmiId("product_name"), lshw(ROOT, "product")],
    version: [dmi(SYSTEM, "Version"), dmiId("product_version"), lshw(ROOT, "version")],
    serialNumber: [dmi(SYSTEM, "Serial Number"), dmiId("product_serial"), lshw(ROOT, "serial")],
    sku: [dmi(SYSTEM, "SKU Number"), dmiId("product_sku"), lshw(ROOT, "configuration.sku")],
    family: [dmi(SYSTEM, "Family"), dmiId("product_family"), lshw(ROOT, "configuration.family")],
    uuid: made(UUID, dmi(SYSTEM, "UUID"), dmiId("product_uuid")),
    wakeUpType: [dmi(SYSTEM, "Wake-up Type")],
  }),
  ...section("baseboard", {
    manufacturer: [dmi(BOARD, "Manufacturer"), dmiId("board_vendor"), lshw(CORE, "vendor")],
    productName: [dmi(BOARD, "Product Name"), dmiId("board_name"), lshw(CORE, "product")],
    version: [dmi(BOARD, "Version"), dmiId("board_version"), lshw(CORE, "version")],
    serialNumber: [dmi(BOARD, "Serial Number"), dmiId("board_serial"), lshw(CORE, "serial")],
    assetTag: [dmi(BOARD, "Asset Tag"), dmiId("board_asset_tag")],
  }),
  ...section("chassis", {
    manufacturer: [dmi(CHASSIS, "Manufacturer"), dmiId("chassis_vendor")],
    type: [dmi(CHASSIS, "Type"), dmiId("chassis_type"), lshw(ROOT, "description")],
    version: [dmi(CHASSIS, "Version"), dmiId("chassis_version")],
    serialNumber: [dmi(CHASSIS, "Serial Number"), dmiId("chassis_serial")],
    assetTag: [dmi(CHASSIS, "Asset Tag"), dmiId("chassis_asset_tag")],
    heightU: made("in rack units", dmi(CHASSIS, "Height")),
    sku: [dmi(CHASSIS, "SKU Number")],
  }),
  ...section("firmware", {
    vendor: [...bios("Vendor"), dmiId("bios_vendor"), lshw({ id: "firmware" }, "vendor")],
    version: [...bios("Version"), dmiId("bios_version"), lshw({ id: "firmware" }, "version")],
    releaseDate: made(
      "as year-month-day",
      ...bios("Release Date"),
      dmiId("bios_date"),
      lshw({ id: "firmware" }, "date"),
    ),
    revision: [...bios("Platform Firmware Revision", "BIOS Revision"), dmiId("bios_release")],
    ecRevision: [...bios("Embedded Controller Firmware Revision", "Firmware Revision"), dmiId("ec_firmware_release")],
    romSizeBytes: made("in bytes", ...bios("ROM Size"), lshw({ id: "firmware" }, "capacity")),
    bootMode: made("uefi where the folder efi is there, bios where only others are", file("/sys/firmware")),
    secureBoot: made(
      "the last byte of the variable",
      file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"),
    ),
    setupMode: made(
      "the last byte of the variable",
      file("/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c"),
    ),
    smbiosVersion: made("the number in it", outputLine("dmidecode", " present."), lshw(ROOT, "capabilities")),
  }),
  "oemStrings[]": made("without those that say nothing", dmi("OEM Strings", "String 1")),
  ...section("tpm", {
    version: made("the major version, or told by the other files", file("/sys/class/tpm/tpm0/tpm_version_major")),
    description: [file("/sys/class/tpm/tpm0/device/description")],
  }),
  ...section("virtualization", {
    virtual: made(
      "a virtual machine has a hypervisor, or SMBIOS names one",
      ...HYPERVISOR,
      dmi(SYSTEM, "Product Name"),
      dmi(SYSTEM, "Manufacturer"),
      lscpu("Virtualization type"),
      file("/sys/hypervisor/type"),
    ),
    type: made(
      "in Facter's words, told by the names of the hypervisor and of the machine",
      ...HYPERVISOR,
      dmi(SYSTEM, "Product Name"),
      dmi(SYSTEM, "Manufacturer"),
      file("/sys/hypervisor/type"),
    ),
  }),
  ...section("os", {
    kernel: [file("/proc/sys/kernel/osrelease")],
    hardwareModel: [file("/proc/sys/kernel/arch"), lscpu("Architecture")],
    cmdline: made("without secrets, unless they are asked for", file("/proc/cmdline")),
    machineCheck: made("its bit 4 (16)", file("/proc/sys/kernel/tainted")),
    bootInterfaceMac: made("BOOTIF= as a MAC", fileLines("/proc/cmdline", "BOOTIF=")),
    hostname: made("up to the first dot", NAME),
    fqdn: [NAME],
    domain: made("behind the first dot", NAME),
    "distribution.id": [file(OS_RELEASE, "ID")],
    "distribution.name": [file(OS_RELEASE, "NAME")],
    "distribution.version": [file(OS_RELEASE, "VERSION_ID")],
    "distribution.fullVersion": [file("/etc/debian_version")],
    "distribution.codename": made("else what stands in brackets in VERSION", file(OS_RELEASE, "VERSION_CODENAME")),
    "distribution.description": [file(OS_RELEASE, "PRETTY_NAME")],
  }),
  "filesystems[]": made("without the nodev ones", fileLines(FILESYSTEMS, "\t", "nodev"), file(FILESYSTEMS)),
};
