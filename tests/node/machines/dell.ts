import type {
  Baseboard,
  Chassis,
  CpuPackage,
  Dimm,
  Firmware,
  PowerSupply,
  Slot,
  System,
} from "../../../collectors/facts/mod.ts";
import type { Machine } from "../machine.ts";
import * as smbios from "../smbios.ts";

const GiB = 2 ** 30;
const CPU_NAME = "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz";

const firmware: Firmware = {
  ...{ vendor: "Dell Inc.", version: "2.12.2", releaseDate: "2021-07-09", revision: "2.12" },
  romSizeBytes: 16 * 2 ** 20,
};
const system: System = {
  ...{ manufacturer: "Dell Inc.", productName: "PowerEdge R740", version: "R740-A03", serialNumber: "B5R4NK2" },
  ...{ sku: "0716", family: "PowerEdge" },
  uuid: "4c4c4544-0042-3510-8052-b4c04f4e4b32",
  wakeUpType: "Power Switch",
};
const baseboard: Baseboard = {
  ...{ manufacturer: "Dell Inc.", productName: "0923K0", version: "A03", serialNumber: ".B5R4NK2.CNIVC0088D0123." },
  assetTag: "HNL-BOARD-7",
};
const chassis: Chassis = {
  ...{ manufacturer: "Dell Inc.", type: "Rack Mount Chassis", version: "R740", serialNumber: "B5R4NK2" },
  ...{ assetTag: "HNL-000123", heightU: 2, sku: "R740-2U" },
};
const packages = ["CPU1", "CPU2"].map((socket, index): CpuPackage => ({
  ...{ socket, populated: true, modelName: CPU_NAME, manufacturer: "Intel", familyName: "Xeon" },
  socketType: "Socket LGA3647-1",
  ...{ serialNumber: `7A11C0DE000${index}`, partNumber: "CD8069504193701", assetTag: `HNL-CPU-${index}` },
  ...{ maxMHz: 4000, currentMHz: 2100, externalClockMHz: 9600, voltageV: 1.8 },
  ...{ coreCount: 20, coresEnabled: 20, threadCount: 40 },
}));
const dimms = ["A1", "B1"].map((slot, index): Dimm => ({
  ...{ locator: slot, bank: `NODE ${index}`, sizeBytes: 32 * GiB, formFactor: "DIMM", type: "DDR4" },
  ...{
    typeDetail: ["Synchronous", "Registered (Buffered)"],
    speedMTs: 2933,
    configuredSpeedMTs: 2666,
    configuredVoltageV: 1.2,
  },
  ...{ manufacturer: "SK Hynix", serialNumber: `2F1C8A3${index}`, assetTag: `0118366${index}` },
  ...{ partNumber: "HMA84GR7AFR4N-VK", rank: 2, dataWidthBits: 64, totalWidthBits: 72 },
}));
const memorySlots = [dimms[0]!, { locator: "A2", bank: "NODE 0" }, dimms[1]!, { locator: "B2", bank: "NODE 1" }];
const maxCapacityBytes = 3072 * GiB;
const slots: Slot[] = [
  {
    ...{ designation: "PCIe Slot 1", type: "x16 PCI Express 3 x16", usage: "In Use", length: "Long" },
    pciAddress: "0000:00:09.0",
  },
  { designation: "PCIe Slot 2", type: "x8 PCI Express 3 x8", usage: "Available", length: "Short" },
];
const powerSupplies = [1, 2].map((number): PowerSupply => ({
  ...{
    location: "System Board",
    productName: `PSU.Slot.${number}`,
    manufacturer: "DELL",
    serialNumber: `CNLOD007C4${number}`,
  },
  ...{ partNumber: "0PJMDNA01", revision: "A01", assetTag: `HNL-PSU-${number}`, maxPowerW: 750 },
  ...{ status: "Present, OK", plugged: true, hotReplaceable: true },
}));
const oemStrings = ["Dell System", "5[0000]", "hnl-node"];

/** A rack server of 2019 with everything in it. */
export const dell: Machine = {
  name: "dell",
  summary: "two sockets, NUMA, five kinds of disk, three NICs, a BMC, and a switch on one of the NICs",
  architecture: "x86_64",
  hostname: "rancher",
  memoryMiB: 2048,
  cpu: {
    ...{ model: "Cascadelake-Server", modelName: CPU_NAME },
    ...{ sockets: 2, coresPerSocket: 1, threadsPerCore: 1, numaNodes: 2 },
  },
  smbios: [
    smbios.biosStructure(firmware),
    smbios.systemStructure(system),
    smbios.baseboardStructure(baseboard),
    smbios.chassisStructure(chassis),
    ...packages.map(smbios.cpuStructure),
    ...slots.map(smbios.slotStructure),
    smbios.oemStructure(oemStrings),
    smbios.memoryArrayStructure("Multi-bit ECC", maxCapacityBytes, memorySlots.length),
    // As Dell's firmware has the maker.
    ...memorySlots.map((slot, i) =>
      smbios.dimmStructure("sizeBytes" in slot ? { ...slot, manufacturer: "00AD063200AD" } : slot, i)
    ),
    smbios.memoryRangeStructure(64 * GiB),
    ...powerSupplies.map(smbios.powerSupplyStructure),
    smbios.onboardNicStructure("Integrated NIC 1", 1, 3),
  ],
  firmwareFacts: {
    ...{ firmware, system, baseboard, chassis, slots, powerSupplies, oemStrings },
    cpu: { packages },
    memory: {
      ...{ totalBytes: 64 * GiB, maxCapacityBytes, errorCorrection: "Multi-bit ECC" },
      ...{ slotCount: memorySlots.length, usedSlotCount: dimms.length, dimms },
    },
  },
  nics: [
    { name: "eth0", mac: "b0:83:fe:d0:00:01", model: "e1000e", slot: 3, wire: { kind: "host" } },
    {
      // The one of QEMU's NICs whose driver sees a cable that is pulled while it runs.
      ...{ name: "eth1", mac: "b0:83:fe:d0:00:02", model: "virtio-net-pci", slot: 4 },
      wire: {
        kind: "switch",
        port: {
          chassisId: { subtype: "MAC", value: "00:2a:6a:11:22:33" },
          portId: { subtype: "Ifname", value: "Ethernet1/17" },
          ttlSeconds: 120,
          portDescription: "to-hnl-node",
          systemName: "leaf-01.dc1.example",
          systemDescription: "Cisco Nexus Operating System (NX-OS) Software 7.0(3)I7(6)\n" +
            "TAC support: http://www.cisco.com/tac",
          capabilities: { available: ["Bridge", "Router"], enabled: ["Bridge", "Router"] },
          managementAddresses: [
            { family: "IPv4", address: "10.1.1.1", interfaceSubtype: "Ifindex", interfaceNumber: 83886080 },
          ],
          pvid: 210,
          vlans: [{ id: 210, name: "provisioning" }],
          maxFrameBytes: 9216,
        },
      },
    },
    { name: "eth2", mac: "b0:83:fe:d0:00:03", model: "e1000", slot: 5, wire: { kind: "unplugged" } },
  ],
  disks: [
    { name: "vda", kind: "virtio-blk", sizeBytes: 4 * GiB, serialNumber: "VBLK0001" },
    {
      ...{ name: "sda", kind: "virtio-scsi", sizeBytes: 600_000_000_000, serialNumber: "S0M1ABCD" },
      ...{ vendor: "SEAGATE", model: "ST600MM0006", firmware: "LS0B", wwn: "0x5000c50071234567", rpm: 10_000 },
    },
    {
      ...{ name: "sdb", kind: "ahci", sizeBytes: 480_103_981_056, serialNumber: "PHDV1234567890" },
      ...{ model: "INTEL SSDSC2KB48", firmware: "XCV10110", wwn: "0x55cd2e414d123456" },
    },
    {
      ...{ name: "sdc", kind: "megaraid", sizeBytes: 299_439_751_168, serialNumber: "00112233445566" },
      ...{ vendor: "DELL", model: "PERC H730P Mini", firmware: "4.30", wwn: "0x6d094660123456aa", rpm: 15_000 },
    },
    { name: "nvme0n1", kind: "nvme", sizeBytes: 960_197_124_096, serialNumber: "S43UNX0M123456" },
  ],
  bmc: {
    facts: { deviceId: 32, deviceRevision: 1, firmware: "3.15", manufacturerId: 674, productId: 256 },
    lan: {
      ...{ ip: "10.20.30.40", ipSource: "static", netmask: "255.255.255.0", mac: "d0:94:66:12:34:56" },
      ...{ gateway: "10.20.30.1", gatewayMac: "00:00:5e:00:01:01" },
    },
    fru: {
      chassis: { type: "Rack Mount Chassis", partNumber: "0YWR7D", serialNumber: "B5R4NK2" },
      board: {
        ...{ manufacturedAt: "2019-06-22T09:18:00", manufacturer: "DELL", productName: "PowerEdge R740" },
        ...{ serialNumber: "CNIVC0088D0123", partNumber: "0923K0A03" },
      },
      product: {
        ...{ manufacturer: "DELL", productName: "PowerEdge R740", version: "01", serialNumber: "B5R4NK2" },
        assetTag: "HNL-000123",
      },
    },
    sensors: [{ name: "Inlet Temp", celsius: 22 }, { name: "Exhaust Temp", celsius: 38 }],
  },
  kernelArguments: [`smbios_uuid=${system.uuid?.toUpperCase()}`, "BOOTIF=01-b0-83-fe-d0-00-01"],
};
