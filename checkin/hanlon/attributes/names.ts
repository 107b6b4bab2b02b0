/**
 * The names that Hanlon servers know: the one table of them, of which the attributes, `--explain` and
 * docs/attributes.md are made. In a name <i> is a number from 0, <d> a disk, <if> an interface.
 */
import type { SourceName } from "../../../collectors/facts/mod.ts";
import { cleanKey, fieldKey } from "./attribute.ts";
import type { LshwField } from "./lshw_text.ts";

type LshwFields = readonly LshwField[];

const MEMORY: LshwFields = ["description", "physical id", "slot", "size"];

/** Which fields of lshw's text output the old agent sent of each kind of node. */
export const LSHW_NAMES = {
  "mk_hw_bus": ["description", "product", "vendor", "version", "serial", "physical id"],
  "mk_hw_fw": ["description", "vendor", "physical id", "version", "date", "size", "capabilities", "capacity"],
  "mk_hw_mem": MEMORY,
  "mk_hw_mem_slot<i>": MEMORY,
  "mk_hw_disk<i>": [
    "description",
    "product",
    "physical id",
    "bus info",
    "logical name",
    "version",
    "serial",
    "size",
    "configuration",
  ],
  "mk_hw_cpu<i>": [
    "description",
    "product",
    "vendor",
    "physical id",
    "bus info",
    "version",
    "serial",
    "slot",
    "size",
    "capacity",
    "width",
    "clock",
    "capabilities",
    "configuration",
  ],
  "mk_hw_nic<i>": [
    "description",
    "physical id",
    "bus info",
    "logical name",
    "version",
    "serial",
    "size",
    "capacity",
    "width",
    "clock",
    "capabilities",
    "configuration",
  ],
} as const satisfies Record<string, LshwFields>;

/** `mk_hw_lscpu_*`: lscpu's fields by the old agent's names for them, and what lscpu called them over the years. */
export const LSCPU_NAMES: Readonly<Record<string, readonly string[]>> = {
  "Architecture": ["Architecture"],
  "CPU op-mode(s)": ["CPU op-mode(s)"],
  "Byte Order": ["Byte Order"],
  "CPU socket(s)": ["CPU socket(s)", "Socket(s)"],
  "Vendor ID": ["Vendor ID"],
  "CPU family": ["CPU family"],
  "Model": ["Model"],
  "Stepping": ["Stepping"],
  "CPU MHz": ["CPU MHz"],
  "BogoMIPS": ["BogoMIPS"],
  "Virtualization": ["Virtualization"],
  "L1d cache": ["L1d cache", "L1d"],
  "L1i cache": ["L1i cache", "L1i"],
  "L2 cache": ["L2 cache", "L2"],
  "L3 cache": ["L3 cache", "L3"],
};

/** `mk_ipmi_*` of `ipmitool mc info`. */
export const MC_INFO_NAMES = [
  "Device ID",
  "Device Revision",
  "Firmware Revision",
  "IPMI Version",
  "Manufacturer ID",
  "Manufacturer Name",
  "Product ID",
  "Product Name",
  "Device Available",
  "Provides Device SDRs",
] as const;

/** `mk_ipmi_*` of `ipmitool lan print`. */
export const LAN_PRINT_NAMES = [
  "IP Address Source",
  "IP Address",
  "Subnet Mask",
  "MAC Address",
  "SNMP Community String",
  "IP Header",
  "BMC ARP Control",
  "Gratuitous ARP Intrvl",
  "Default Gateway IP",
  "Default Gateway MAC",
  "Backup Gateway IP",
  "Backup Gateway MAC",
  "802.1q VLAN ID",
  "802.1q VLAN Priority",
] as const;

/** `lldp_neighbor_*_<if>`: those of the openlldp fact, and behind them three of ours. */
export const LLDP_NAMES = [
  "chassisid",
  "portid",
  "sysname",
  "mngaddr_ipv4",
  "mngaddr_ipv6",
  "pvid",
  "mtu",
  "portdesc",
  "sysdesc",
  "vlans",
] as const;

/** Facter 2.4's names, by the sources that tell them. */
const FACTER_NAMES: Readonly<Record<string, readonly SourceName[]>> = {
  "bios_vendor bios_version bios_release_date": ["dmidecode", "hostfs"],
  "boardmanufacturer boardproductname boardserialnumber": ["dmidecode", "hostfs"],
  "manufacturer productname serialnumber uuid type": ["dmidecode", "hostfs"],
  "virtual is_virtual": ["lscpu", "dmidecode", "hostfs"],
  "processor<i> processorcount processors physicalprocessorcount": ["hostfs", "lscpu"],
  "memorysize memorysize_mb": ["hostfs"],
  "blockdevices blockdevice_<d>_size blockdevice_<d>_vendor blockdevice_<d>_model": ["hostfs", "lshw"],
  "partitions": ["hostfs", "lshw"],
  "filesystems": ["hostfs"],
  "interfaces macaddress macaddress_<if>": ["hostfs", "lshw"],
  "mtu_<if>": ["hostfs"],
  "vlans": ["hostfs"],
  "ipaddress ipaddress_<if> ipaddress6 ipaddress6_<if> netmask netmask_<if> network_<if>": ["hostfs"],
  "hostname domain fqdn": ["hostfs"],
  "architecture hardwaremodel": ["hostfs", "lscpu"],
  "os lsbdistcodename lsbdistid lsbdistdescription lsbdistrelease lsbrelease lsbmajdistrelease lsbminordistrelease": [
    "hostfs",
  ],
  "selinux_config_mode selinux_config_policy selinux_current_mode selinux_enforced selinux_policyversion": ["hostfs"],
};

/** What the old agent sent and this one does not, and why. */
export const NOT_SENT: readonly (readonly [names: RegExp, why: string])[] = [
  [/^(gid|hardwareisa|dhcp_servers)$/, "it described the container of the old agent, not the host"],
  [/^mk_hw_(lscpu_hash|(bus|mem|disk|proc|nw)_.+)_json_str$/, "the typed facts take its place (--once --format json)"],
];

/** Our own, beside those of the old agent: what they say, and the sources that tell it. */
const OWN_NAMES: readonly Required<AttributeName>[] = [
  { name: "mk_boot_mode", sources: ["hostfs"], meaning: "`uefi` or `bios`" },
  { name: "mk_secure_boot", sources: ["hostfs"], meaning: "`true` or `false`; absent without UEFI" },
  { name: "mk_tpm_version", sources: ["hostfs", "dmidecode"], meaning: "of the first TPM" },
  { name: "mk_location", sources: ["dmidecode"], meaning: "where the machine sits, in its maker's words" },
  { name: "mk_rack", sources: ["dmidecode"], meaning: "the rack that the enclosure is in" },
  { name: "mk_enclosure", sources: ["dmidecode"], meaning: "the name of the enclosure that a blade is in" },
  { name: "mk_bay", sources: ["dmidecode"], meaning: "its bay" },
  { name: "mk_gpu_count", sources: ["hostfs", "lshw"], meaning: "GPUs, without the graphics of a console" },
  { name: "mk_gpu<i>", sources: ["lshw", "hostfs"], meaning: "maker and model of each" },
  { name: "mk_infiniband_count", sources: ["hostfs"], meaning: "ports of InfiniBand" },
  { name: "mk_errors", sources: [], meaning: "how many findings are errors ([page](spec-and-findings.md))" },
  { name: "mk_spec", sources: [], meaning: "the spec that is for the machine" },
  { name: "mk_spec_ok", sources: [], meaning: "whether it matches: `true` or `false`" },
  { name: "mk_spec_deviations", sources: [], meaning: "how many deviations there are" },
  { name: "mk_spec_deviation<i>", sources: [], meaning: "the first ten of them, a line each" },
  { name: "mk_label_<key>", sources: ["hostfs"], meaning: "a label of the configuration or the kernel command line" },
];

/** A name that a machine may have, and the sources that tell it; of ours what it says. */
export interface AttributeName {
  name: string;
  sources: readonly SourceName[];
  meaning?: string;
}

/** Every name that a machine may have. Of FRUs any key may come: mk_ipmi_fru_<i>_<key>. */
export function* attributeNames(): Generator<AttributeName> {
  for (const [names, sources] of Object.entries(FACTER_NAMES)) {
    for (const name of names.split(" ")) yield { name, sources };
  }
  for (const property of LLDP_NAMES) yield { name: `lldp_neighbor_${property}_<if>`, sources: ["lldptool"] };
  for (const field of Object.keys(LSCPU_NAMES)) {
    yield { name: cleanKey(`mk_hw_lscpu_${fieldKey(field)}`), sources: ["lscpu"] };
  }
  for (const [prefix, fields] of Object.entries(LSHW_NAMES)) {
    // Which disks there are the kernel tells, and of some of them all that is sent.
    const sources: SourceName[] = prefix === "mk_hw_disk<i>" ? ["hostfs", "lshw"] : ["lshw"];
    if (prefix.endsWith("<i>")) yield { name: prefix.replace("<i>", "_count"), sources };
    for (const field of fields) yield { name: `${prefix}_${field.replaceAll(" ", "_")}`, sources };
  }
  for (const field of [...MC_INFO_NAMES, ...LAN_PRINT_NAMES]) {
    yield { name: `mk_ipmi_${fieldKey(field)}`, sources: ["ipmitool"] };
  }
  yield { name: "mk_ipmi_fru_<i>_<key>", sources: ["ipmitool"] };
  yield* OWN_NAMES;
}

/** Finds the name in the table that a name is one of: "mk_hw_disk<i>_size" for mk_hw_disk3_size. */
export function nameFinder(): (name: string) => AttributeName | undefined {
  const forms = [...attributeNames()].map((known) => {
    const pattern = known.name.replace(/<(\w+)>/g, (_, hole) => hole === "i" ? "\\d+" : ".+");
    return { known, form: new RegExp(`^${pattern}$`) };
  });
  return (name) => forms.find(({ form }) => form.test(name))?.known;
}
