import type { Machine } from "../machine.ts";
import * as smbios from "../smbios.ts";

const NOTHING = "To Be Filled By O.E.M.";

/** A board of no name that tells nothing of itself. */
export const plain: Machine = {
  name: "plain",
  summary: "one socket, one disk, one NIC, no BMC, no switch, and a firmware that says nothing",
  architecture: "x86_64",
  hostname: "localhost",
  memoryMiB: 768,
  cpu: {
    ...{ model: "qemu64", modelName: "AMD EPYC 3151 4-Core Processor" },
    ...{ sockets: 1, coresPerSocket: 1, threadsPerCore: 1, numaNodes: 0 },
  },
  smbios: [
    smbios.biosStructure({ vendor: "American Megatrends Inc.", version: "P1.20", releaseDate: "2017-03-01" }),
    smbios.systemStructure({
      ...{ manufacturer: NOTHING, productName: NOTHING, version: NOTHING, serialNumber: NOTHING },
      ...{ sku: NOTHING, family: NOTHING, uuid: "03000200-0400-0500-0006-000700080009" },
    }),
    smbios.baseboardStructure({
      ...{ manufacturer: "Default string", productName: "Default string", version: "Default string" },
      ...{ serialNumber: "Default string", assetTag: "Not Specified" },
    }),
    smbios.chassisStructure({
      ...{ manufacturer: NOTHING, type: "Desktop", version: NOTHING, serialNumber: NOTHING },
      ...{ assetTag: NOTHING, sku: NOTHING },
    }),
  ],
  firmwareFacts: {
    firmware: {
      ...{ vendor: "American Megatrends Inc.", version: "P1.20", releaseDate: "2017-03-01", romSizeBytes: 65536 },
    },
    system: { wakeUpType: "Power Switch" },
    chassis: { type: "Desktop" },
  },
  nics: [{ name: "eth0", mac: "52:54:00:0a:00:01", model: "virtio-net-pci", slot: 3, wire: { kind: "host" } }],
  disks: [{ name: "vda", kind: "virtio-blk", sizeBytes: 8 * 2 ** 30, serialNumber: "PLAIN-0001" }],
  kernelArguments: [],
};
