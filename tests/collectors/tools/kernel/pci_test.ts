import { assertEquals } from "@std/assert";
import { parsePciUevent } from "../../../../collectors/tools/kernel/pci.ts";
import { hostFsOf, pciDevice } from "./tree.ts";

const LINK = {
  current_link_speed: "8.0 GT/s PCIe",
  current_link_width: "8",
  max_link_speed: "16.0 GT/s PCIe",
  max_link_width: "16",
};

Deno.test("hostfsCollector tells a PCI device with its link", async () => {
  const { pci } = await hostFsOf(pciDevice("pci0000:3a/0000:3a:00.0/0000:3b:00.0", {
    uevent: "DRIVER=mlx5_core\nPCI_CLASS=20000\nPCI_ID=15B3:1017\nPCI_SUBSYS_ID=15B3:0007\nPCI_SLOT_NAME=0000:3b:00.0",
    numa_node: "1",
    revision: "0x0A",
    ...LINK,
  }));
  assertEquals(pci, [{
    address: "0000:3b:00.0",
    classCode: "020000",
    vendorId: "15b3",
    deviceId: "1017",
    subsystemVendorId: "15b3",
    subsystemDeviceId: "0007",
    revisionId: "0a",
    driver: "mlx5_core",
    numaNode: 1,
    linkSpeed: "8.0 GT/s PCIe",
    linkWidth: 8,
    maxLinkSpeed: "16.0 GT/s PCIe",
    maxLinkWidth: 16,
    bridges: ["0000:3a:00.0"],
  }]);
});

Deno.test("hostfsCollector takes an unknown link for none, and a display's changing speed for no fact", async () => {
  const { pci } = await hostFsOf({
    ...pciDevice("pci0000:00/0000:00:05.0", {
      uevent: "PCI_CLASS=88000\nPCI_ID=8086:2034\nPCI_SUBSYS_ID=0000:0000",
      numa_node: "-1",
      revision: "0x",
      current_link_speed: "Unknown",
      current_link_width: "0",
      max_link_speed: "Unknown",
      max_link_width: "255",
    }),
    ...pciDevice("pci0000:00/0000:00:1c.0", {
      uevent: "PCI_CLASS=60400\nPCI_ID=8086:A190",
      ...LINK,
      current_link_speed: "Unknown speed",
      current_link_width: "0",
    }),
    ...pciDevice("pci0000:00/0000:af:00.0", { uevent: "PCI_CLASS=30200\nPCI_ID=10DE:20F1", ...LINK }),
  });
  assertEquals(pci, [
    { address: "0000:00:05.0", classCode: "088000", vendorId: "8086", deviceId: "2034" },
    {
      address: "0000:00:1c.0",
      classCode: "060400",
      vendorId: "8086",
      deviceId: "a190",
      maxLinkSpeed: "16.0 GT/s PCIe",
      maxLinkWidth: 16,
    },
    {
      address: "0000:af:00.0",
      classCode: "030200",
      vendorId: "10de",
      deviceId: "20f1",
      linkWidth: 8,
      maxLinkSpeed: "16.0 GT/s PCIe",
      maxLinkWidth: 16,
    },
  ]);
});

Deno.test("hostfsCollector lists PCI devices by address", async () => {
  const addresses = ["10000:01:00.0", "0000:0a:00.0", "0000:05:00.1", "0000:05:00.0"];
  const { pci } = await hostFsOf(
    Object.assign({}, ...addresses.map((address) => pciDevice(`pci0000:00/${address}`, { uevent: "" }))),
  );
  assertEquals(pci?.map(({ address }) => address), addresses.toReversed());
});

Deno.test("parsePciUevent() makes nothing of what is no ID", () => {
  assertEquals(parsePciUevent("PCI_CLASS=bridge\nPCI_ID=80861572\nPCI_SUBSYS_ID=\n=\nDRIVER"), {});
});
