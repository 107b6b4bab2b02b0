import { assertEquals } from "@std/assert";
import type { HostFs } from "../../../collectors/tools/kernel/mod.ts";
import { assembled } from "./assembled.ts";

const SLOTS = `Handle 0x0900, DMI type 9, 24 bytes
System Slot Information
	Designation: PCIe Slot 1
	Type: x16 PCI Express 4 x16
	Current Usage: In Use
	Bus Address: 0000:3b:00.0

Handle 0x0901, DMI type 9, 24 bytes
System Slot Information
	Designation: PCIe Slot 2
	Current Usage: In Use
	Bus Address: 0000:00:1c.4

Handle 0x0902, DMI type 9, 24 bytes
System Slot Information
	Designation: PCIe Slot 3
	Current Usage: Available
	Bus Address: 0000:5e:00.0

Handle 0x0903, DMI type 9, 24 bytes
System Slot Information
	Designation: M.2 1
	Current Usage: In Use
	Bus Address: 0000:00:01.0

Handle 0x0904, DMI type 9, 24 bytes
System Slot Information
	Designation: M.2 2
	Current Usage: In Use
	Bus Address: 0000:00:01.0
`;

const BRIDGE = "060400", ETHERNET = "020000", NVME = "010802";

/** A machine with a two-port card, a switch on a card behind a bridge, and drives on board. */
const KERNEL: HostFs = {
  pci: [
    { address: "0000:00:01.0", classCode: BRIDGE },
    { address: "0000:00:1c.0", classCode: BRIDGE },
    { address: "0000:00:1c.4", classCode: BRIDGE },
    { address: "0000:01:00.0", classCode: NVME, bridges: ["0000:00:01.0"] },
    { address: "0000:3b:00.0", classCode: ETHERNET, bridges: ["0000:3a:00.0"] },
    { address: "0000:3b:00.1", classCode: ETHERNET, bridges: ["0000:3a:00.0"] },
    { address: "0000:5e:00.0", classCode: ETHERNET, bridges: ["0000:5d:00.0"] },
    { address: "0000:af:00.0", classCode: BRIDGE, bridges: ["0000:00:1c.4"] },
    { address: "0000:b0:00.0", classCode: "030200", bridges: ["0000:00:1c.4", "0000:af:00.0"] },
    { address: "0000:b1:00.0", classCode: NVME, bridges: ["0000:00:1c.4", "0000:af:00.0"] },
    { address: "0000:b2:00.0", classCode: ETHERNET, bridges: ["0000:00:1c.0"] },
  ],
  vpd: [{ address: "0000:3b:00.0", partNumber: "MCX512A-ACAT", serialNumber: "MT2021X01234", firmware: "16.32.1010" }],
  nics: [
    { name: "eth0", physical: true, pciAddress: "0000:3b:00.0" },
    { name: "eth1", physical: true, pciAddress: "0000:3b:00.1" },
    { name: "eth2", physical: true, pciAddress: "0000:b2:00.0" },
  ],
  disks: [{ name: "nvme0n1", controller: "0000:b1:00.0" }, { name: "nvme1n1", controller: "0000:01:00.0" }],
};

Deno.test("pci[].slot is that of the device, of its card's first function, or of a bridge above it", () => {
  const { pci, gpus, nics, disks } = assembled({ dmidecode: SLOTS, hostfs: KERNEL });
  assertEquals(Object.fromEntries(pci!.map(({ address, slot }) => [address, slot])), {
    // The way to a slot is in none, two slots at one address are not told apart, and an empty slot holds nothing.
    "0000:00:01.0": undefined,
    "0000:00:1c.0": undefined,
    "0000:00:1c.4": undefined,
    "0000:01:00.0": undefined,
    "0000:3b:00.0": "PCIe Slot 1",
    "0000:3b:00.1": "PCIe Slot 1",
    "0000:5e:00.0": undefined,
    "0000:af:00.0": "PCIe Slot 2",
    "0000:b0:00.0": "PCIe Slot 2",
    "0000:b1:00.0": "PCIe Slot 2",
    "0000:b2:00.0": undefined,
  });
  assertEquals(gpus?.map(({ slot }) => slot), ["PCIe Slot 2"]);
  assertEquals(nics?.map(({ slot }) => slot), ["PCIe Slot 1", "PCIe Slot 1", undefined]);
  assertEquals(disks?.map(({ slot }) => slot), ["PCIe Slot 2", undefined]);
});

Deno.test("nics[] have the part and serial number that their card says, on every port of it", () => {
  const { nics, pci } = assembled({ hostfs: KERNEL });
  const card = { partNumber: "MCX512A-ACAT", serialNumber: "MT2021X01234", firmware: "16.32.1010" };
  const said = ({ partNumber, serialNumber, firmware }: Partial<typeof card>) => ({
    partNumber,
    serialNumber,
    firmware,
  });
  const none = { partNumber: undefined, serialNumber: undefined, firmware: undefined };
  assertEquals(nics?.map(said), [card, card, none]);
  assertEquals(pci?.filter(({ serialNumber }) => serialNumber).map(said), [card, card]);
});

Deno.test("factsOf() tells the port above a device that has a link, and above no other", () => {
  const device = { address: "0000:3b:00.0", bridges: ["0000:00:01.0", "0000:3a:00.0"] };
  const upstream = (kernel: Partial<typeof device & { maxLinkWidth: number }>) =>
    assembled({ hostfs: { pci: [{ ...device, ...kernel }] } }).pci![0]!.upstream;
  assertEquals([upstream({ maxLinkWidth: 16 }), upstream({})], ["0000:3a:00.0", undefined]);
});

Deno.test("pci[].revisionId is the kernel's, else lshw's version where that is a revision and no drive's firmware", () => {
  const node = (busInfo: string, version: string) => ({
    id: busInfo,
    class: "storage",
    businfo: `pci@${busInfo}`,
    version,
  });
  const lshw = {
    id: "host",
    class: "system",
    children: [node("0000:3b:00.0", "0A"), node("0000:5e:00.0", "GDC5602Q"), node("0000:af:00.0", "01")],
  };
  const revisions = (pci: { address: string; revisionId?: string }[] | undefined) =>
    pci?.map(({ revisionId }) => revisionId);
  assertEquals(revisions(assembled({ lshw }).pci), ["0a", undefined, "01"]);
  const hostfs: HostFs = { pci: [{ address: "0000:3b:00.0", revisionId: "02" }, { address: "0000:af:00.0" }] };
  assertEquals(revisions(assembled({ lshw, hostfs }).pci), ["02", "01"]);
});
