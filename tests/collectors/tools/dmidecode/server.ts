/** The SMBIOS tables of a server that was made up, as the bytes that firmware would offer. */
import type { CpuPackage, Dimm } from "../../../../collectors/facts/mod.ts";
import {
  baseboardStructure,
  biosStructure,
  chassisStructure,
  cpuStructure,
  dimmStructure,
  memoryArrayStructure,
  memoryRangeStructure,
  oemStructure,
  onboardNicStructure,
  powerSupplyStructure,
  slotStructure,
  structure,
  systemStructure,
} from "../../../node/smbios.ts";

const GIB = 2 ** 30;

export const CPUS: CpuPackage[] = [1, 2, 3].map((number) =>
  number === 3 ? { socket: "CPU3", populated: false, socketType: "Socket LGA3647-1" } : {
    socket: `CPU${number}`,
    socketType: "Socket LGA3647-1",
    populated: true,
    modelName: "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz",
    manufacturer: "Intel",
    familyName: "Xeon",
    maxMHz: 4000,
    currentMHz: 2100,
    externalClockMHz: 10400,
    voltageV: 1.6,
    coreCount: 20,
    coresEnabled: 20,
    threadCount: 40,
  }
);

/** Slots A1 to A12 and B1 to B12, of which the first half is populated. */
export const DIMM_SLOTS: (Dimm | { locator: string; bank: string })[] = ["A", "B"].flatMap((bank) =>
  Array.from({ length: 12 }, (_, i) => {
    const place = { locator: `${bank}${i + 1}`, bank: `NODE ${bank}` };
    return i >= 6 ? place : {
      ...place,
      sizeBytes: 32 * GIB,
      formFactor: "DIMM",
      type: "DDR4",
      typeDetail: ["Synchronous", "Registered (Buffered)"],
      speedMTs: 3200,
      configuredSpeedMTs: 2933,
      configuredVoltageV: 1.2,
      manufacturer: "00AD063200AD",
      serialNumber: `${bank}1F0${String(i).padStart(4, "0")}`,
      partNumber: "HMA84GR7DJR4N-XN",
      assetTag: "01221562",
      rank: 2,
      dataWidthBits: 64,
      totalWidthBits: 72,
    };
  })
);

/** The structures of the table, its end marker with them. */
export function serverStructures(): Uint8Array[] {
  return [
    biosStructure({
      vendor: "Dell Inc.",
      version: "2.12.2",
      releaseDate: "2021-07-09",
      revision: "2.12",
      romSizeBytes: 16 * 2 ** 20,
    }),
    systemStructure({
      manufacturer: "Dell Inc.",
      productName: "PowerEdge R740",
      version: "Not Specified",
      serialNumber: "7XK9ZZ2",
      sku: "SKU=NotProvided;ModelName=PowerEdge R740",
      family: "PowerEdge",
      uuid: "4c4c4544-0058-4b10-8039-b7c04f5a5a32",
    }),
    baseboardStructure({
      manufacturer: "Dell Inc.",
      productName: "0923K0",
      version: "A03",
      serialNumber: ".7XK9ZZ2.CNIVC0009N0123.",
    }),
    chassisStructure({
      manufacturer: "Dell Inc.",
      type: "Rack Mount Chassis",
      serialNumber: "7XK9ZZ2",
      assetTag: "To Be Filled By O.E.M.",
      heightU: 2,
    }),
    ...CPUS.map(cpuStructure),
    ...[0, 1].map((index) =>
      slotStructure({
        designation: `PCIe Slot ${index + 1}`,
        type: "x8 PCI Express 3 x8",
        usage: index === 0 ? "In Use" : "Available",
        length: "Long",
        ...(index === 0 ? { pciAddress: "0000:3b:00.0" } : {}),
      }, index)
    ),
    structure(10, 0x0a00, [0x83, 1, 0x85, 2].map((value) => ({ size: 1, value })), ["Matrox G200", "Broadcom 5720"]),
    oemStructure(["Dell System", "5[0000]", "Default string", "14[1]"]),
    memoryArrayStructure("Multi-bit ECC", 3072 * GIB, DIMM_SLOTS.length),
    ...DIMM_SLOTS.map(dimmStructure),
    memoryRangeStructure(384 * GIB / 128),
    structure(
      38,
      0x2600,
      [1, 0x20, 0x20, 0xff].map((value) => ({ size: 1, value })).concat([
        { size: 8, value: 0xca9 },
        { size: 1, value: 0x10 },
        { size: 1, value: 0 },
      ]),
    ),
    ...[0, 1].map((index) =>
      powerSupplyStructure({
        location: `PSU.Slot.${index + 1}`,
        productName: "PWR SPLY,750W,RDNT,DELTA",
        manufacturer: "DELTA",
        serialNumber: `CNDED000000${index}`,
        partNumber: "0PJMDNA01",
        maxPowerW: 750,
      }, index)
    ),
    onboardNicStructure("Integrated NIC 1", 1, 0x19),
    structure(221, 0xdd00, [1, 2, 3].map((value) => ({ size: 1, value })), ["OEM one", "OEM two"]),
    structure(126, 0x7e00, []),
    structure(127, 0x7f00, []),
  ];
}

/** A 64-bit entry point (DSP0134 5.2.2) for a table at `address`, announcing at most `maximum` bytes. */
export function entryPoint3(maximum: number, address = 0x6f5b6000): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("_SM3_"));
  bytes.set([24, 3, 2, 0, 1], 6);
  view.setUint32(12, maximum, true);
  view.setBigUint64(16, BigInt(address), true);
  bytes[5] = checksum(bytes);
  return bytes;
}

/** A 32-bit entry point (DSP0134 5.2.1) for a table of `length` bytes and `count` structures at `address`. */
export function entryPoint2(length: number, count: number, address = 0x000e0010): Uint8Array {
  const bytes = new Uint8Array(31);
  bytes.set(new TextEncoder().encode("_SM_"));
  bytes.set([31, 2, 8, 0x7c, 0], 5);
  bytes.set(legacyEntryPoint(length, count, address), 16);
  bytes[0x1e] = 0x28;
  bytes[0x15] = 0;
  bytes[0x15] = checksum(bytes.subarray(16));
  bytes[4] = checksum(bytes);
  return bytes;
}

/** The entry point of DMI 2.0. */
export function legacyEntryPoint(length: number, count: number, address = 0x000e0010): Uint8Array {
  const bytes = new Uint8Array(15);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("_DMI_"));
  view.setUint16(6, length, true);
  view.setUint32(8, address, true);
  view.setUint16(12, count, true);
  bytes[14] = 0x20;
  bytes[5] = checksum(bytes);
  return bytes;
}

/** What has to be added to `bytes` for a sum of 0. */
export function checksum(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
