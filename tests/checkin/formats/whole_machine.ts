/**
 * A made-up server with what the recorded ones lack: cables, fabrics, cards that say what they are, USB, labels,
 * routes.
 */
import type { Facts } from "../../../collectors/facts/mod.ts";
import { someFacts } from "../some_facts.ts";

const SAS = { transport: "sas" as const, rotational: true, sizeBytes: 4e12, logicalBlockBytes: 512 };

export const wholeMachine: Facts = someFacts({
  labels: { rack: "R12", tag: "berlin" },
  system: { manufacturer: "Supermicro", productName: "SYS-6029U", serialNumber: "S1" },
  baseboard: { productName: "X11DPU", serialNumber: "B1" },
  chassis: { type: "Blade", location: "bay 3", rack: "R12", bay: "3", enclosure: { name: "E1", serialNumber: "EN1" } },
  firmware: { vendor: "AMI", version: "3.4", releaseDate: "2024-01-02", ecRevision: "1.7" },
  cpu: {
    threadsPerCore: 2,
    microcode: "0x5003604",
    numaNodes: [{ id: 0, cpus: [0, 1, 4, 5], memoryBytes: 64 * 2 ** 30 }, {
      id: 1,
      cpus: [2, 3, 6, 7],
      memoryBytes: 0,
    }],
    logical: [0, 1, 2, 3, 4, 5, 6, 7].map((id) => ({ id, packageId: id >> 1 & 1, coreId: 8 * (id & 1) })),
    packages: [{ socket: "CPU1", populated: true, modelName: "Xeon" }, { socket: "CPU2", populated: false }],
  },
  memory: {
    slotCount: 3,
    slots: [
      { locator: "P1-A1", bank: "NODE 0", populated: false },
      { locator: "P1-A2", populated: true, sizeBytes: 2 ** 35 },
      { locator: "P1-B1", populated: false },
    ],
    dimms: [{ locator: "P1-A2", sizeBytes: 2 ** 35, serialNumber: "D1", type: "DDR4" }],
  },
  disks: [
    {
      ...SAS,
      name: "sda",
      path: "/dev/sda",
      serialNumber: "K1",
      byPath: ["pci-0000:18:00.0-sas-phy3-lun-0", "pci-0000:18:00.0-scsi-0:0:3:0"],
      enclosure: "0x500304801234567f",
      bay: "3",
      firmware: "A1",
    },
    { ...SAS, name: "sdb", path: "/dev/sdb" },
  ],
  nics: [
    {
      name: "eth0",
      physical: true,
      mac: "52:54:00:00:00:01",
      pciAddress: "0000:3b:00.0",
      serialNumber: "N1",
      partNumber: "NP1",
      slot: "PCIe Slot 1",
      numaNode: 1,
      firmware: "22.5.7",
      addresses: [
        { family: "IPv4", address: "192.0.2.10", prefixLength: 25, scope: "global" },
        { family: "IPv4", address: "198.51.100.10", prefixLength: 24, scope: "global" },
        { family: "IPv6", address: "fe80::1", prefixLength: 64, scope: "link" },
        { family: "IPv6", address: "2001:db8::10", prefixLength: 64, scope: "global" },
      ],
    },
  ],
  interfaces: [{ name: "eth0.100", kind: "vlan", vlanId: 100, mac: "52:54:00:00:00:01" }, {
    name: "storage",
    kind: "vlan",
  }],
  routes: [
    { family: "IPv4", destination: "0.0.0.0/0", gateway: "192.0.2.1", interface: "eth0", metric: 0 },
    { family: "IPv6", destination: "::/0", gateway: "fe80::ff", interface: "eth0", metric: 0 },
  ],
  dnsServers: ["192.0.2.53", "2001:db8::53"],
  infiniband: [
    {
      name: "mlx5_0/1",
      device: "mlx5_0",
      port: 1,
      linkLayer: "InfiniBand",
      nodeGuid: "506b:4b03:00f5:1b3a",
      portGuid: "506b:4b03:00f5:1b3b",
      state: "ACTIVE",
      speedMbps: 100_000,
      pciAddress: "0000:5e:00.0",
    },
    { name: "mlx5_1/1", device: "mlx5_1", port: 1, linkLayer: "Ethernet", pciAddress: "0000:3b:00.0" },
  ],
  fibreChannel: [
    { name: "host5", wwpn: "0x10000090fa1b2c3d", state: "Linkdown", speedMbps: 16_000, pciAddress: "0000:86:00.0" },
  ],
  pci: [
    { address: "0000:3b:00.0", vendorId: "15b3", deviceId: "1017", revisionId: "02", numaNode: 1 },
    { address: "0000:5e:00.0", vendorId: "15b3", deviceId: "1013" },
    {
      address: "0000:86:00.0",
      vendorId: "10df",
      deviceId: "e300",
      product: "LPe31000",
      slot: "PCIe Slot 2",
      cardName: "Emulex LPe32002",
      partNumber: "LPe32002-M2",
      serialNumber: "FC1",
      revision: "A2",
      firmware: "12.8",
    },
  ],
  usb: [{
    address: "1-4.2",
    vendorId: "0781",
    deviceId: "5583",
    classCode: "08",
    class: "mass storage",
    manufacturer: "SanDisk",
    product: "Ultra Fit",
    serialNumber: "U1",
    version: "1.0",
  }],
  os: { kernel: "6.1.0" },
  volatile: { uptimeSeconds: 3600.5 },
  tpm: { version: "2.0", description: "TPM 2.0 Device", vendorId: "IFX", firmware: "7.85" },
  bmc: {
    firmware: "1.74",
    manufacturer: "Super Micro Computer Inc.",
    frus: [
      { id: 0, description: "Builtin FRU Device", board: { serialNumber: "B1", partNumber: "X11DPU-P" } },
      { id: 1, description: "Riser 1", board: { manufacturer: "SMC", productName: "RSC-W2", serialNumber: "R1" } },
      { id: 2, description: "DIMM", product: { serialNumber: "D1" } },
      { id: 3, description: "Backplane" },
    ],
  },
  firmwares: [
    { component: "BIOS", version: "3.4", manufacturer: "AMI", releaseDate: "2024-01-02" },
    { component: "embedded controller", version: "1.7" },
    { component: "BMC", version: "1.74" },
    { component: "CPU microcode", version: "0x5003604" },
    { component: "TPM", version: "7.85" },
    { component: "NIC", version: "22.5.7", where: "eth0" },
    { component: "disk", version: "A1", where: "sda" },
    { component: "Emulex LPe32002", version: "12.8", where: "0000:86:00.0" },
    { component: "CPLD", version: "1.7", releaseDate: "2023-05-06", manufacturer: "SMC" },
  ],
});
