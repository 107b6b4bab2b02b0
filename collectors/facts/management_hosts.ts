/** The ways from the host to its management controller (SMBIOS type 42; DSP0134 7.43, DSP0270 for Redfish). */
import type { DmiField, DmiStructure } from "../tools/dmidecode/types.ts";
import { type Reader, word } from "../tools/dmidecode/values.ts";
import { hardwareAddress } from "../mac_address.ts";
import { told } from "../placeholders.ts";
import type { Machine } from "./machine.ts";
import { dmiField } from "./places.ts";
import { type ListOf, listOf, section, type Table } from "./table.ts";
import { machineUuid } from "./uuid.ts";

/** A host interface of the management controller. */
export interface ManagementHost {
  /** As dmidecode words it: "Network", "KCS: Keyboard Controller Style". */
  interfaceType?: string;
  /** What the host's end of a network interface is: USB, PCI/PCIe, with "v2" behind it since SMBIOS 3.2. */
  deviceType?: string;
  /** USB or PCI IDs of that end: four lower-case hex digits. */
  vendorId?: string;
  /** Product or device ID of the vendor, four lower-case hex digits. */
  deviceId?: string;
  /** Serial number of the device. */
  serialNumber?: string;
  /** The host's address on it. */
  mac?: string;
  /** Where Redfish is served over IP, and the address that the host has to take to reach it. */
  redfish?: RedfishHost;
}

/** Redfish over IP. An address of zeros is none. */
export interface RedfishHost {
  /** Lower case. */
  serviceUuid?: string;
  /** How the host gets its address: Static, DHCP, AutoConf, HostSelected. */
  hostIpAssignment?: string;
  /** Address of the host's side. */
  hostIp?: string;
  /** Of an IPv4 address the netmask; of an IPv6 address as dmidecode prints it. */
  hostNetmask?: string;
  /** How the service's address is found: Static, DHCP, AutoConf, HostSelected. */
  serviceDiscovery?: string;
  /** Address of the Redfish service. */
  serviceIp?: string;
  /** Netmask of the Redfish service. */
  serviceNetmask?: string;
  /** TCP port of the Redfish service. */
  servicePort?: number;
  /** VLAN of the Redfish service. */
  serviceVlanId?: number;
  /** Host name of the Redfish service. */
  serviceHostname?: string;
}

const TITLE = "Management Controller Host Interface";
const field = <T = string>(names: string | readonly string[], read?: Reader<T>) => dmiField<T>(TITLE, names, read);
const redfishField = <T = string>(names: string | readonly string[], read?: Reader<T>) =>
  dmiField<T>(`${TITLE}: Redfish over IP`, names, read);

/** "0x046B"; 0x0000 and 0xFFFF are no IDs. */
function id({ value }: DmiField): string | undefined {
  const digits = /^0x([0-9a-f]{4})$/i.exec(value)?.[1]?.toLowerCase();
  return digits === "0000" || digits === "ffff" ? undefined : digits;
}

/** An IP address other than 0.0.0.0 and ::. */
function ip({ value }: DmiField): string | undefined {
  return /^[0-9a-f.:]+$/i.test(value) && /[1-9a-f]/i.test(value) ? value.toLowerCase() : undefined;
}

/** A number from 1 to `most`: 0 is the firmware's "none". */
const numberUpTo = (most: number): Reader<number> => ({ value }) => {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  return number > 0 && number <= most ? number : undefined;
};

const REDFISH: Table<DmiStructure, RedfishHost> = {
  serviceUuid: [redfishField("Service UUID", ({ value }) => machineUuid(told(value)))],
  hostIpAssignment: [redfishField("Host IP Assignment Type", word)],
  hostIp: [redfishField(["IPv4 Address", "IPv6 Address"], ip)],
  hostNetmask: [redfishField(["IPv4 Mask", "IPv6 Mask"], ip)],
  serviceDiscovery: [redfishField("Redfish Service IP Discovery Type", word)],
  serviceIp: [redfishField(["IPv4 Redfish Service Address", "IPv6 Redfish Service Address"], ip)],
  serviceNetmask: [redfishField(["IPv4 Redfish Service Mask", "IPv6 Redfish Service Mask"], ip)],
  servicePort: [redfishField("Redfish Service Port", numberUpTo(65_535))],
  serviceVlanId: [redfishField("Redfish Service Vlan", numberUpTo(4_094))],
  serviceHostname: [redfishField("Redfish Service Hostname")],
};

/** The lines that dmidecode prints under "Protocol ID: 04 (Redfish over IP)", as a structure's fields. */
function redfishOf(structure: DmiStructure): DmiStructure | undefined {
  const protocol = structure.fields.find(({ name, value }) => name === "Protocol ID" && value.startsWith("04"));
  const fields = protocol?.items?.flatMap((line) => {
    const colon = line.indexOf(":");
    return colon > 0 ? [{ name: line.slice(0, colon), value: line.slice(colon + 1).trim() }] : [];
  });
  return fields && { ...structure, fields };
}

const MANAGEMENT_HOST: Table<DmiStructure, ManagementHost> = {
  interfaceType: [field(["Host Interface Type", "Interface Type"], word)],
  deviceType: [field("Device Type", word)],
  vendorId: [field(["idVendor", "VendorID"], id)],
  deviceId: [field(["idProduct", "DeviceID"], id)],
  serialNumber: [field("Serial Number")],
  mac: [field("MAC Address", ({ value }) => hardwareAddress(value))],
  redfish: section(REDFISH, redfishOf),
};

export const MANAGEMENT_HOSTS: ListOf<Machine, ManagementHost> = listOf(
  "the management controller host interfaces of SMBIOS, in its order",
  ({ parts, smbios }) => parts.dmidecode?.value && smbios.all(42),
  MANAGEMENT_HOST,
);
