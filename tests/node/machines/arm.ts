import type { Baseboard, Chassis, CpuPackage, Dimm, Firmware, Slot, System } from "../../../collectors/facts/mod.ts";
import type { Machine } from "../machine.ts";
import * as smbios from "../smbios.ts";

const GiB = 2 ** 30;

const firmware: Firmware = {
  ...{ vendor: "GIGABYTE", version: "F31n", releaseDate: "2022-09-30", revision: "5.19" },
  romSizeBytes: 16 * 2 ** 20,
};
const system: System = {
  ...{ manufacturer: "GIGABYTE", productName: "R182-P91-00", version: "0100", serialNumber: "GKG4NA412A0017" },
  ...{ family: "Server", uuid: "18c04d00-7a31-11eb-8000-b42e99a1c0de", wakeUpType: "Power Switch" },
};
const baseboard: Baseboard = {
  ...{ manufacturer: "GIGABYTE", productName: "MP72-HB0-00", version: "01000100", serialNumber: "IJG6P8600021" },
};
const chassis: Chassis = {
  ...{ manufacturer: "GIGABYTE", type: "Rack Mount Chassis", version: "0100", serialNumber: "GKG4NA412A0017" },
  ...{ assetTag: "HNL-000456", heightU: 1 },
};
const packages = [1, 2].map((number): CpuPackage => ({
  ...{ socket: `CPU${number}`, populated: true, manufacturer: "Ampere(R)", familyName: "ARMv8" },
  ...{ modelName: "Ampere(R) Altra(R) Processor", partNumber: "Q80-30" },
  serialNumber: `000000000000000002550408034D038${number}`,
  ...{ maxMHz: 3000, currentMHz: 3000, externalClockMHz: 1650, voltageV: 0.9 },
  ...{ coreCount: 80, coresEnabled: 80, threadCount: 80 },
}));
const dimms = ["DIMM_P0_A0", "DIMM_P0_B0", "DIMM_P1_I0", "DIMM_P1_J0"].map((locator, index): Dimm => ({
  ...{ locator, bank: `BANK ${index}`, sizeBytes: 16 * GiB, formFactor: "DIMM", type: "DDR4" },
  typeDetail: ["Synchronous", "Registered (Buffered)"],
  ...{ speedMTs: 3200, configuredSpeedMTs: 3200, configuredVoltageV: 1.2 },
  ...{ manufacturer: "Samsung", serialNumber: `03D5A4E${index}`, partNumber: "M393A2K43DB3-CWE" },
  ...{ rank: 2, dataWidthBits: 64, totalWidthBits: 72 },
}));
const memorySlots = [...dimms, { locator: "DIMM_P1_K0", bank: "BANK 4" }];
const maxCapacityBytes = 4096 * GiB;
const slots: Slot[] = [
  {
    ...{ designation: "SLOT_4", type: "x16 PCI Express 3 x16", usage: "In Use", length: "Short" },
    pciAddress: "0000:00:03.0",
  },
];

/**
 * A server of two Ampere Altra. What QEMU's ARM machines lack: a BMC, and CPUs of more than one kind. They have NUMA, but
 * with a firmware that describes its flash as memory of no node, and Linux then takes all for one node.
 */
export const arm: Machine = {
  name: "arm",
  summary: "an ARM server with UEFI, two sockets, three kinds of disk and two NICs, one of them at a switch",
  architecture: "aarch64",
  hostname: "altra",
  memoryMiB: 2048,
  cpu: {
    ...{ model: "neoverse-n1", modelName: "Neoverse-N1" },
    facts: { vendorId: "ARM", implementer: "0x41", part: "0xd0c", opModes: ["32-bit", "64-bit"] },
    ...{ sockets: 2, coresPerSocket: 1, threadsPerCore: 1, numaNodes: 0 },
  },
  smbios: [
    // Nothing but this says that it is a virtual machine: ARM has no CPU flag for that.
    smbios.biosStructure(firmware, { isVirtual: true }),
    smbios.systemStructure({ ...system, sku: "01234567890123456789AB" }),
    smbios.baseboardStructure(baseboard),
    smbios.chassisStructure(chassis),
    ...packages.map(smbios.cpuStructure),
    ...slots.map(smbios.slotStructure),
    smbios.memoryArrayStructure("Multi-bit ECC", maxCapacityBytes, memorySlots.length),
    ...memorySlots.map(smbios.dimmStructure),
    smbios.memoryRangeStructure(64 * GiB),
  ],
  firmwareFacts: {
    ...{ firmware, system, baseboard, chassis, slots },
    cpu: { packages },
    memory: {
      ...{ totalBytes: 64 * GiB, maxCapacityBytes, errorCorrection: "Multi-bit ECC" },
      ...{ slotCount: memorySlots.length, usedSlotCount: dimms.length, dimms },
    },
  },
  nics: [
    { name: "eth0", mac: "b4:2e:99:a1:c0:01", model: "e1000e", slot: 3, wire: { kind: "host" } },
    {
      ...{ name: "eth1", mac: "b4:2e:99:a1:c0:02", model: "virtio-net-pci", slot: 4 },
      wire: {
        kind: "switch",
        port: {
          chassisId: { subtype: "MAC", value: "44:4c:a8:0d:10:20" },
          portId: { subtype: "Ifname", value: "Ethernet12" },
          ttlSeconds: 120,
          systemName: "leaf-07.dc1.example",
          systemDescription: "Arista Networks EOS version 4.27.3F running on an Arista Networks DCS-7050SX3-48YC8",
          capabilities: { available: ["Bridge", "Router"], enabled: ["Bridge"] },
          maxFrameBytes: 9236,
        },
      },
    },
  ],
  disks: [
    { name: "vda", kind: "virtio-blk", sizeBytes: 8 * GiB, serialNumber: "ARM-VBLK-0001" },
    {
      ...{ name: "sda", kind: "virtio-scsi", sizeBytes: 1_200_243_695_616, serialNumber: "WBN0A1B2" },
      ...{ vendor: "SEAGATE", model: "ST1200MM0129", firmware: "C003", wwn: "0x5000c500a0b1c2d3", rpm: 10_000 },
    },
    { name: "nvme0n1", kind: "nvme", sizeBytes: 1_920_383_410_176, serialNumber: "S4YNNE0N801234" },
    { name: "nvme1n1", kind: "nvme", sizeBytes: 1_920_383_410_176, serialNumber: "S4YNNE0N801235" },
  ],
  kernelArguments: [],
};
