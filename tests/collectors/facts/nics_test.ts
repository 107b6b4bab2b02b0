import { assertEquals } from "@std/assert";
import type { Nic } from "../../../collectors/facts/mod.ts";
import { assembled } from "./assembled.ts";

const LSHW = {
  id: "node",
  class: "system",
  children: [
    {
      id: "network:0",
      class: "network",
      description: "Ethernet interface",
      product: "82574L Gigabit Network Connection",
      vendor: "Intel Corporation",
      businfo: "pci@0000:3B:00.0",
      logicalname: "eth10",
      serial: "B0:83:FE:D0:00:01",
      units: "bit/s",
      size: 1000000000,
      capacity: 10000000000,
      configuration: {
        ...{ driver: "e1000e", driverversion: "6.1.0-56-amd64", firmware: "2.1-0", duplex: "full", link: "yes" },
        port: "twisted pair",
      },
    },
    {
      id: "network:1",
      class: "network",
      product: "Virtio network device",
      vendor: "Red Hat, Inc.",
      businfo: "pci@0000:00:03.0",
      configuration: { driver: "virtio-pci" },
      children: [{
        id: "virtio0",
        class: "network",
        businfo: "virtio@0",
        logicalname: "eth2",
        serial: "b0:83:fe:d0:00:02",
        configuration: { driver: "virtio_net", driverversion: "1.0.0", link: "yes", firmware: "N/A" },
      }],
    },
    {
      id: "network:2",
      class: "network",
      disabled: true,
      product: "I350 Ethernet Controller Virtual Function",
      businfo: "pci@0000:3b:10.0",
      logicalname: "eth10v0",
      serial: "[REMOVED]",
      configuration: { driver: "igbvf", link: "no" },
    },
    { id: "network:3", class: "network", logicalname: "enahisic2i2", configuration: { driver: "hns", link: "no" } },
    { id: "network:4", class: "network", logicalname: "bond0", configuration: { driver: "bonding", link: "yes" } },
    { id: "network:5", class: "network", logicalname: "virbr0", configuration: { driver: "bridge" } },
    { id: "network:6", class: "network", logicalname: "strange0" },
  ],
};

Deno.test("factsOf() makes NICs of lshw alone, by name, and of nothing without hardware", () => {
  assertEquals(assembled({ lshw: LSHW }).nics, [
    { name: "enahisic2i2", physical: true, carrier: false, driver: "hns" },
    {
      name: "eth2",
      physical: true,
      mac: "b0:83:fe:d0:00:02",
      carrier: true,
      driver: "virtio_net",
      driverVersion: "1.0.0",
      vendor: "Red Hat, Inc.",
      product: "Virtio network device",
      pciAddress: "0000:00:03.0",
      busAddress: "virtio@0",
    },
    {
      name: "eth10",
      physical: true,
      mac: "b0:83:fe:d0:00:01",
      speedMbps: 1000,
      duplex: "full",
      carrier: true,
      driver: "e1000e",
      driverVersion: "6.1.0-56-amd64",
      firmware: "2.1-0",
      vendor: "Intel Corporation",
      product: "82574L Gigabit Network Connection",
      pciAddress: "0000:3b:00.0",
      busAddress: "pci@0000:3B:00.0",
      maxSpeedMbps: 10000,
      port: "twisted pair",
    },
    {
      name: "eth10v0",
      physical: false,
      operState: "down",
      driver: "igbvf",
      product: "I350 Ethernet Controller Virtual Function",
      pciAddress: "0000:3b:10.0",
      busAddress: "pci@0000:3b:10.0",
    },
  ]);
});

Deno.test("factsOf() has one entry for a NIC that the kernel and lshw know, and believes the kernel", () => {
  const known: Nic[] = [
    { name: "eth2", physical: true, mac: "02:00:00:00:00:01", pciAddress: "0000:00:03.0", driver: "virtio_net" },
    { name: "eth10", physical: true, carrier: false, speedMbps: 100, driverVersion: "7" },
    { name: "eth77", physical: true, pciAddress: "0000:3b:00.0" },
  ];
  const nics = assembled({ lshw: LSHW, hostfs: { nics: known } }).nics!;
  assertEquals(nics[0], {
    ...known[0]!,
    driverVersion: "1.0.0",
    vendor: "Red Hat, Inc.",
    product: "Virtio network device",
    busAddress: "virtio@0",
  });
  const { carrier, speedMbps, driverVersion, firmware, maxSpeedMbps } = nics[1]!;
  assertEquals({ carrier, speedMbps, driverVersion }, { carrier: false, speedMbps: 100, driverVersion: "7" });
  assertEquals({ firmware, maxSpeedMbps }, { firmware: "2.1-0", maxSpeedMbps: 10000 });
  // Renamed since lshw ran: only the PCI device tells.
  assertEquals(nics[2]!.product, "82574L Gigabit Network Connection");
  assertEquals(nics.length, 3);
});

Deno.test("factsOf() names PCI devices by lshw, and finds the display controllers among them", () => {
  const lshw = {
    id: "x",
    class: "system",
    children: [
      { id: "display", class: "display", description: "VGA compatible controller", businfo: "pci@0000:03:00.0" },
      {
        id: "generic",
        class: "generic",
        description: "3D controller",
        product: "GA100",
        vendor: "NVIDIA Corporation",
        businfo: "pci@0000:3b:00.0",
        configuration: { driver: "nvidia" },
        children: [{ id: "child", class: "bus", product: "not this", businfo: "pci@0000:3b:00.0" }],
      },
    ],
  };
  const pci = [
    { address: "0000:03:00.0", classCode: "030000", vendorId: "102b" },
    { address: "0000:3b:00.0", classCode: "030200", driver: "vfio-pci" },
    { address: "0000:3c:00.0", classCode: "120000" },
    { address: "0000:3d:00.0", classCode: "120100" },
    { address: "0000:3e:00.0", classCode: "020000" },
  ];
  const both = assembled({ lshw, hostfs: { pci } });
  assertEquals(both.pci?.length, 5);
  assertEquals(both.gpus, [
    { ...pci[0]!, class: "VGA compatible controller" },
    { ...pci[1]!, class: "3D controller", vendor: "NVIDIA Corporation", product: "GA100" },
    pci[2]!,
  ]);
  const alone = assembled({ lshw });
  assertEquals(alone.pci?.map(({ address, product }) => [address, product]), [
    ["0000:03:00.0", undefined],
    ["0000:3b:00.0", "GA100"],
  ]);
  assertEquals(alone.gpus?.map(({ address }) => address), ["0000:03:00.0"]);
});
