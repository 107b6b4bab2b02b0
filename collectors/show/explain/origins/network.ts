/** Interfaces and their neighbours. */
import { made, type Origins, section } from "../origin.ts";
import { addresses, command, file, fileLines, lldp, lshw, type Place } from "../places.ts";

const NET = "/sys/class/net/{name}";
const net = (name: string): Place => file(`${NET}/${name}`);
const nicNode = (key: string): Place => lshw({ logicalname: "{name}" }, key);
const device = (key: string): Place => lshw({ businfo: "pci@{pciAddress}" }, key);
const place: Place = file(NET);
const uevent = (key: string): Place => file("/sys/bus/pci/devices/{pciAddress}/uevent", key);
const ADDRESSES = {
  "addresses[].family": [addresses],
  "addresses[].address": [addresses],
  "addresses[].prefixLength": made("the ones of the netmask", addresses),
  "addresses[].scope": made("told by the address", addresses),
  "addresses[].label": [addresses],
};
const MACS = "zeros are none";

export const INTERFACES: Origins = {
  ...section("nics[]", {
    name: [place, nicNode("logicalname")],
    physical: made("no virtual function: without a link physfn", net("device/physfn"), place),
    mac: made(MACS, net("address"), nicNode("serial")),
    permanentMac: made(
      "of a bond's slave the one before bonding, else the address where nobody has set another (addr_assign_type 0)",
      net("bonding_slave/perm_hwaddr"),
      net("address"),
    ),
    driver: [uevent("DRIVER"), file(`${NET}/device/uevent`, "DRIVER"), nicNode("configuration.driver")],
    driverVersion: [file("/sys/module/{driver}/version"), nicNode("configuration.driverversion")],
    firmware: [nicNode("configuration.firmware")],
    vendor: [nicNode("vendor"), device("vendor")],
    product: [nicNode("product"), device("product")],
    pciAddress: made("the PCI device that it hangs on", place, nicNode("businfo")),
    busAddress: made("the device that it hangs on", place, nicNode("businfo")),
    vendorId: made("the first half", uevent("PCI_ID"), file(`${NET}/device/uevent`, "PRODUCT")),
    deviceId: made("the second half", uevent("PCI_ID"), file(`${NET}/device/uevent`, "PRODUCT")),
    speedMbps: made("what the kernel says where it is unknown is none", net("speed"), nicNode("size")),
    maxSpeedMbps: made("in Mbit/s", nicNode("capacity")),
    duplex: [net("duplex"), nicNode("configuration.duplex")],
    port: [nicNode("configuration.port")],
    carrier: [net("carrier"), nicNode("configuration.link")],
    operState: [net("operstate")],
    mtu: [net("mtu")],
    ...ADDRESSES,
    bond: made("the last name in it", net("master")),
    sriovTotalVfs: [net("device/sriov_totalvfs")],
    numaNode: [file("/sys/bus/pci/devices/{pciAddress}/numa_node")],
    bootInterface: made("its MAC is that of BOOTIF=", fileLines("/proc/cmdline", "BOOTIF=")),
  }),
  ...section("interfaces[]", {
    name: [place],
    kind: made("told by its device type", file(`${NET}/uevent`, "DEVTYPE"), net("type")),
    mac: made(MACS, net("address")),
    mtu: [net("mtu")],
    carrier: [net("carrier")],
    operState: [net("operstate")],
    bond: made("the last name in it", net("master")),
    ...ADDRESSES,
  }),
};

const text = (what: string): readonly Place[] => [lldp(`LLDP-MED ${what} TLV`)];
const either = (heading: string, oui: string, subtype: number, holding = "") => [
  lldp(heading, holding),
  command("lldptool get-tlv -n -i {interface}", `OUI: 0x${oui}, Subtype: ${subtype}, Info`),
];
const dot1 = (heading: string, subtype: number, holding = "") => either(heading, "0080c2", subtype, holding);
const dot3 = (heading: string, subtype: number) => either(heading, "00120f", subtype);
const unknown = made("a TLV that hnl_mk has no words for", lldp("Unidentified Org Specific TLV"));
const asked = command("lldptool get-lldp -i {interface} adminStatus", "adminStatus");
const link: Place = file("/sys/class/net/{interface}/carrier");

export const NEIGHBOURS: Origins = {
  ...section("neighbours[]", {
    interface: made("one that hears a neighbour", lldp("Chassis ID TLV")),
    "chassisId.subtype": [lldp("Chassis ID TLV")],
    "chassisId.value": [lldp("Chassis ID TLV")],
    "portId.subtype": [lldp("Port ID TLV")],
    "portId.value": [lldp("Port ID TLV")],
    ttlSeconds: [lldp("Time to Live TLV")],
    portDescription: [lldp("Port Description TLV")],
    systemName: [lldp("System Name TLV")],
    systemDescription: [lldp("System Description TLV")],
    "capabilities.available[]": [lldp("System Capabilities TLV")],
    "capabilities.enabled[]": [lldp("System Capabilities TLV")],
    "managementAddresses[].family": [lldp("Management Address TLV", "{address}")],
    "managementAddresses[].address": [lldp("Management Address TLV", "{address}")],
    "managementAddresses[].interfaceSubtype": [lldp("Management Address TLV", "{address}")],
    "managementAddresses[].interfaceNumber": [lldp("Management Address TLV", "{address}")],
    "managementAddresses[].oid": [lldp("Management Address TLV", "{address}")],
    pvid: dot1("Port VLAN ID TLV", 1),
    "ppvids[].id": dot1("Port and Protocol VLAN ID TLV", 2, "{id}"),
    "ppvids[].supported": dot1("Port and Protocol VLAN ID TLV", 2, "{id}"),
    "ppvids[].enabled": dot1("Port and Protocol VLAN ID TLV", 2, "{id}"),
    "vlans[].id": dot1("VLAN Name TLV", 3, "{id}"),
    "vlans[].name": dot1("VLAN Name TLV", 3, "{id}"),
    maxFrameBytes: dot3("Maximum Frame Size TLV", 4),
    "linkAggregation.capable": dot1("Link Aggregation TLV", 7),
    "linkAggregation.enabled": dot1("Link Aggregation TLV", 7),
    "linkAggregation.portId": dot1("Link Aggregation TLV", 7),
    "macPhy.autoNegotiationSupported": dot3("MAC/PHY Configuration Status TLV", 1),
    "macPhy.autoNegotiationEnabled": dot3("MAC/PHY Configuration Status TLV", 1),
    "macPhy.pmd": dot3("MAC/PHY Configuration Status TLV", 1),
    "macPhy.mau": dot3("MAC/PHY Configuration Status TLV", 1),
    "powerViaMdi[].name": dot3("Power via MDI TLV", 2),
    "powerViaMdi[].value": dot3("Power via MDI TLV", 2),
    "med.deviceType": text("Capabilities"),
    "med.capabilities[]": text("Capabilities"),
    "med.policies[][].name": text("Network Policy"),
    "med.policies[][].value": text("Network Policy"),
    "med.location[]": text("Location"),
    "med.extendedPower[].name": text("Extended Power-via-MDI"),
    "med.extendedPower[].value": text("Extended Power-via-MDI"),
    "med.hardwareRevision": text("Hardware Revision"),
    "med.firmwareRevision": text("Firmware Revision"),
    "med.softwareRevision": text("Software Revision"),
    "med.serialNumber": text("Serial Number"),
    "med.manufacturer": text("Manufacturer Name"),
    "med.model": text("Model Name"),
    "med.assetId": text("Asset ID"),
    "unknownTlvs[].type": unknown,
    "unknownTlvs[].oui": unknown,
    "unknownTlvs[].subtype": unknown,
    "unknownTlvs[].hex": unknown,
    "unknownTlvs[].name": unknown,
    "unknownTlvs[].text": unknown,
  }),
  ...section("lldp[]", {
    interface: made("a physical NIC", file("/sys/class/net")),
    verdict: made("what lldpad and the link say together", lldp("Chassis ID TLV"), asked, link),
    listenedSeconds: made("since hnl_mk's own lldpad was told to listen there", asked),
  }),
};
