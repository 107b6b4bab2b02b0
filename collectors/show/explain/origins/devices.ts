/** What is plugged in: disks, PCI devices, slots, power supplies, and lshw's tree. */
import { made, type Origins, section } from "../origin.ts";
import { dmi, file, fileLines, lshw, type Place } from "../places.ts";

const block = (name: string): Place => file(`/sys/block/{name}/${name}`);
const queue = (name: string): Place => block(`queue/${name}`);
const diskNode = (key: string): Place => lshw({ logicalname: "{path}" }, key);
/** Of an NVMe disk lshw has the model, the serial number and the firmware at the controller. */
const controllerNode = (key: string): Place => ({
  words: `lshw -json: ${key} of the NVMe controller of {path}`,
  look: (evidence, items) => {
    const logicalname = String(items.at(-1)?.path).replace(/(nvme\d+)n\d+$/, "$1");
    return lshw({ logicalname }, key).look(evidence, items);
  },
});
const place: Place = file("/sys/block/{name}");
const volume = (key: string): Place => lshw({ logicalname: "/dev/{name}" }, key);
const MOUNTS = "/proc/1/mountinfo";

const PCI = "/sys/bus/pci/devices/{address}";
const uevent = (key: string): Place => file(`${PCI}/uevent`, key);
const pciNode = (key: string): Place => lshw({ businfo: "pci@{address}" }, key);
const PCI_FIELDS = {
  address: [file("/sys/bus/pci/devices"), pciNode("businfo")],
  classCode: made("with its leading zeros", uevent("PCI_CLASS")),
  class: [pciNode("description")],
  vendor: [pciNode("vendor")],
  product: [pciNode("product")],
  vendorId: made("the first half", uevent("PCI_ID")),
  deviceId: made("the second half", uevent("PCI_ID")),
  subsystemVendorId: made("the first half", uevent("PCI_SUBSYS_ID")),
  subsystemDeviceId: made("the second half", uevent("PCI_SUBSYS_ID")),
  driver: [uevent("DRIVER"), pciNode("configuration.driver")],
  numaNode: [file(`${PCI}/numa_node`)],
  linkSpeed: [file(`${PCI}/current_link_speed`)],
  linkWidth: [file(`${PCI}/current_link_width`)],
  maxLinkSpeed: [file(`${PCI}/max_link_speed`)],
  maxLinkWidth: [file(`${PCI}/max_link_width`)],
  upstream: made("the device above it in its path", file(`${PCI}/max_link_width`)),
};

const slot = (key: string): Place => dmi("System Slot Information", key, ["Designation", "{designation}"]);
const supply = (key: string): Place =>
  dmi("System Power Supply", key, ["Location", "{location}"], ["Name", "{name}"], ["Serial Number", "{serialNumber}"]);

const node = (key: string): Place => lshw({ path: "{path}" }, key);

export const DEVICES: Origins = {
  ...section("disks[]", {
    name: [place, diskNode("logicalname")],
    path: made("the name below /dev", place, diskNode("logicalname")),
    model: [
      block("device/model"),
      block("device/name"),
      diskNode("product"),
      controllerNode("product"),
    ],
    vendor: made("not the name of a protocol (ATA)", block("device/vendor"), diskNode("vendor")),
    serialNumber: [
      block("serial"),
      block("device/serial"),
      block("device/vpd_pg80"),
      block("device/vpd_pg89"),
      diskNode("serial"),
      controllerNode("serial"),
    ],
    wwn: [block("wwid"), block("device/wwid"), diskNode("configuration.wwid")],
    firmware: [block("device/firmware_rev"), block("device/rev"), diskNode("version"), controllerNode("version")],
    sizeBytes: made("sectors of 512 bytes, in bytes", block("size"), diskNode("size")),
    logicalBlockBytes: [queue("logical_block_size"), diskNode("configuration.logicalsectorsize")],
    physicalBlockBytes: [queue("physical_block_size"), diskNode("configuration.sectorsize")],
    rotational: [queue("rotational"), diskNode("capabilities")],
    removable: [block("removable"), diskNode("capabilities")],
    readOnly: [block("ro")],
    transport: made("told by the devices that it hangs on", place, diskNode("businfo")),
    busAddress: made("lshw's, else the PCI address of the device that it hangs on", diskNode("businfo"), place),
    hctl: made("one of the devices that it hangs on", place, diskNode("businfo")),
    controller: made("the PCI device that it hangs on", place, diskNode("businfo")),
    "byId[]": made("the links there that lead to it", file("/dev/disk/by-id")),
    "mountpoints[]": made("its own, and of its partitions", fileLines(MOUNTS, "/dev/{name}"), diskNode("logicalname")),
  }),
  ...section("partitions[]", {
    name: [fileLines("/proc/partitions", " {name}"), volume("logicalname")],
    disk: made("the name without its number", fileLines("/proc/partitions", " {name}"), volume("logicalname")),
    sizeBytes: made("sectors of 512 bytes, in bytes", file("/sys/block/{disk}/{name}/size"), volume("capacity")),
    uuid: made(
      "of the link there that leads to it, else of its superblock",
      file("/dev/disk/by-uuid"),
      volume("serial"),
    ),
    label: made(
      "of the link there that leads to it, else of its superblock",
      file("/dev/disk/by-label"),
      volume("configuration.label"),
    ),
    filesystem: made(
      "of its mount, else of its superblock, as blkid names it",
      fileLines(MOUNTS, "/dev/{name} "),
      volume("configuration.filesystem"),
      volume("capabilities"),
    ),
    mountpoint: made("of its first mount", fileLines(MOUNTS, "/dev/{name} "), volume("logicalname")),
  }),
  ...section("pci[]", PCI_FIELDS),
  ...section("gpus[]", PCI_FIELDS),
  ...section("slots[]", {
    designation: [slot("Designation")],
    type: made("with the Data Bus Width before it, where that stands apart", slot("Type")),
    usage: [slot("Current Usage")],
    length: [slot("Length")],
    pciAddress: [slot("Bus Address")],
  }),
  ...section("powerSupplies[]", {
    location: [supply("Location")],
    productName: [supply("Name")],
    manufacturer: [supply("Manufacturer")],
    serialNumber: [supply("Serial Number")],
    partNumber: [supply("Model Part Number")],
    revision: [supply("Revision")],
    assetTag: [supply("Asset Tag")],
    maxPowerW: made("in watts", supply("Max Power Capacity")),
    status: [supply("Status")],
    plugged: [supply("Plugged")],
    hotReplaceable: [supply("Hot Replaceable")],
  }),
  ...section("hardware[]", {
    id: [node("id")],
    class: [node("class")],
    claimed: [node("claimed")],
    disabled: [node("disabled")],
    handle: [node("handle")],
    description: [node("description")],
    product: [node("product")],
    vendor: [node("vendor")],
    physId: [node("physid")],
    busInfo: [node("businfo")],
    "logicalNames[]": [node("logicalname")],
    dev: [node("dev")],
    version: [node("version")],
    date: [node("date")],
    serial: [node("serial")],
    slot: [node("slot")],
    units: [node("units")],
    size: [node("size")],
    capacity: [node("capacity")],
    width: [node("width")],
    clock: [node("clock")],
    "configuration[].name": [node("configuration")],
    "configuration[].value": [node("configuration")],
    "capabilities[].name": [node("capabilities")],
    "capabilities[].value": [node("capabilities")],
    "other[].name": made("a key that hnl_mk has no field for", node("id")),
    "other[].value": made("of a key that hnl_mk has no field for", node("id")),
  }),
};
