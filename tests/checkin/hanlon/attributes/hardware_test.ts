import { assertEquals } from "@std/assert";
import { type Attributes, attributesOf } from "../../../../checkin/hanlon/attributes/mod.ts";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import type { Values } from "../../../../collectors/mod.ts";
import type { HardwareNode } from "../../../../collectors/tools/lshw/node.ts";
import { someCollection, treeOf } from "../../some_facts.ts";

/** The attributes whose names begin so, without that. */
function under(prefix: string, values: Partial<Values>, facts: Partial<Facts> = {}): Attributes {
  const all = Object.entries(attributesOf(someCollection(facts, values)));
  return Object.fromEntries(
    all.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

const node = (id: string, nodeClass: string, more: Partial<HardwareNode> = {}): HardwareNode => (
  { id, class: nodeClass, claimed: true, ...more }
);
const GIB = 1024 ** 3;
const bank = (id: string, size?: number): HardwareNode => node(id, "memory", size === undefined ? {} : { size });

Deno.test("hardwareAttributes() gives lscpu's fields the old names, whatever its version calls them", () => {
  const fields = [
    { name: "Architecture", value: "x86_64" },
    { name: "CPU op-mode(s)", value: "32-bit, 64-bit" },
    { name: "CPU(s)", value: "4" },
    { name: "Socket(s)", value: "2" },
    { name: "Stepping", value: "-" },
    { name: "L1d", value: "96 KiB (2 instances)" },
    { name: "L1i cache", value: "64 KiB (2 instances)" },
    ...[
      "Byte Order",
      "Vendor ID",
      "CPU family",
      "Model",
      "CPU MHz",
      "BogoMIPS",
      "Virtualization",
      "L2 cache",
      "L3 cache",
    ].map((name) => ({ name, value: "x" })),
  ];
  assertEquals(under("mk_hw_lscpu_", { lscpu: { fields } }), {
    "Architecture": "x86_64",
    "CPU_op-modes": "32-bit, 64-bit",
    "CPU_sockets": "2",
    "L1d_cache": "96 KiB (2 instances)",
    "L1i_cache": "64 KiB (2 instances)",
    "Byte_Order": "x",
    "Vendor_ID": "x",
    "CPU_family": "x",
    "Model": "x",
    "CPU_MHz": "x",
    "BogoMIPS": "x",
    "Virtualization": "x",
    "L2_cache": "x",
    "L3_cache": "x",
  });
});

Deno.test("memoryAttributes() takes the one node of system memory as it is", () => {
  const memory = node("memory", "memory", { description: "System Memory", physId: "1000", size: 32 * GIB });
  const lshw = treeOf({
    ...memory,
    children: [bank("bank:0", 16 * GIB), bank("bank:1"), bank("bank:2", 16 * GIB)],
  });
  assertEquals(under("mk_hw_mem_", { lshw }), {
    "description": "System Memory",
    "physical_id": "1000",
    "size": "32GiB",
    "slot_count": "2",
    "slot0_size": "16GiB",
    "slot1_size": "16GiB",
  });
});

Deno.test("memoryAttributes() sums the arrays of several sockets, to which lshw gives no size", () => {
  const array = (id: string) =>
    node(id, "memory", {
      description: "System Memory",
      children: [bank("bank:0", 16 * GIB), bank("bank:1", 16 * GIB)],
    });
  const lshw = treeOf(
    array("memory:0"),
    array("memory:1"),
    // Flash, and controllers on the PCI bus, that lshw calls memory, too.
    { id: "memory:2", class: "memory", description: "Flash Memory", children: [bank("bank", GIB)] },
    { id: "memory:3", class: "memory", physId: "7" },
    // What the firmware calls neither system memory nor anything else.
    { id: "memory:5", class: "memory", description: "Generic Memory", children: [bank("bank", 8 * GIB)] },
    node("memory:4", "memory", { busInfo: "pci@0000:00:14.2", size: GIB }),
  );
  const attributes = under("mk_hw_mem_", { lshw });
  assertEquals(attributes["size"], "72GiB");
  assertEquals(attributes["slot_count"], "5");
});

Deno.test("hardwareAttributes() counts what is not disabled, unclaimed or not", () => {
  const lshw = treeOf(
    node("cpu:0", "processor", { slot: "CPU1" }),
    node("cpu:1", "processor", { slot: "CPU2", disabled: true }),
    node("logicalcpu:0", "processor"),
    node("processor", "processor", { product: "Console" }),
    node("network:0", "network", { logicalNames: ["eth0"] }),
    node("network:1", "network", { logicalNames: ["eth1"], disabled: true }),
    { id: "network:2", class: "network", product: "unclaimed" },
    node("bridge", "bridge"),
  );
  const attributes = attributesOf(someCollection({}, { lshw }));
  assertEquals(attributes["mk_hw_cpu_count"], "1");
  assertEquals(attributes["mk_hw_nic_count"], "2");
  assertEquals(attributes["mk_hw_cpu0_slot"], "CPU1");
});

Deno.test("hardwareAttributes() has the CPU of a board with one socket", () => {
  const attributes = under("mk_hw_cpu", { lshw: treeOf(node("cpu", "processor", { width: 64 })) });
  assertEquals(attributes, { "_count": "1", "0_width": "64 bits" });
});

Deno.test("hardwareAttributes() has the current clock of a CPU, where lshw knows it", () => {
  const ofClock = (size: number) =>
    under("mk_hw_cpu0_", { lshw: treeOf(node("cpu", "processor", { size, capacity: 4_000_000_000 })) });
  assertEquals(ofClock(2_100_000_000), { "size": "2100MHz", "capacity": "4GHz" });
  assertEquals(ofClock(0), { "capacity": "4GHz" });
});

Deno.test("hardwareAttributes() has the name, address and speed of the interface on a virtio device", () => {
  const below = node("virtio0", "network", { logicalNames: ["eth0"], serial: "52:54:00:12:34:56", size: 1e10 });
  const device = node("network", "network", { busInfo: "pci@0000:00:03.0", version: "01", children: [below] });
  assertEquals(under("mk_hw_nic0_", { lshw: treeOf(device) }), {
    "logical_name": "eth0",
    "serial": "52:54:00:12:34:56",
    "size": "10Gbit/s",
    "bus_info": "pci@0000:00:03.0",
    "version": "01",
  });
});

Deno.test("diskAttributes() has all disks by name, and what the kernel knows where lshw says nothing", () => {
  const disks = [
    {
      name: "nvme0n1",
      path: "/dev/nvme0n1",
      model: "PM9A3",
      serialNumber: "S1",
      firmware: "G1",
      sizeBytes: 960_197_124_096,
    },
    { name: "sda", path: "/dev/sda", model: "the kernel's", sizeBytes: 1 },
    { name: "sdb", sizeBytes: 0 },
  ];
  const drive = node("disk", "disk", {
    description: "SCSI Disk",
    product: "ST600MM0006",
    logicalNames: ["/dev/sda", "/mnt"],
    size: 600_000_000_000,
    configuration: [{ name: "sectorsize", value: "512" }, { name: "ansiversion", value: "5" }],
    children: [node("medium", "disk", { logicalNames: ["/dev/sda"], product: "the medium" })],
  });
  assertEquals(under("mk_hw_disk", { lshw: treeOf(drive) }, { disks }), {
    "_count": "3",
    "0_product": "PM9A3",
    "0_logical_name": "/dev/nvme0n1",
    "0_version": "G1",
    "0_serial": "S1",
    "0_size": "894GiB (960GB)",
    "1_description": "SCSI Disk",
    "1_product": "ST600MM0006",
    "1_logical_name": "/dev/sda",
    "1_size": "558GiB (600GB)",
    "1_configuration": "ansiversion=5 sectorsize=512",
    "2_logical_name": "/dev/sdb",
  });
});

Deno.test("hardwareAttributes() has board and firmware, no vendor of disks and NICs, no product of NICs", () => {
  const firmware = node("firmware", "memory", {
    description: "BIOS",
    vendor: "Dell Inc.",
    date: "01/28/2015",
    size: 65536,
    capacity: 8323072,
    capabilities: [{ name: "pci", value: "PCI bus" }, { name: "uefi", value: "true" }],
  });
  const nic = node("network", "network", { vendor: "Intel", product: "I350", description: "Ethernet interface" });
  const attributes = under("mk_hw_", { lshw: treeOf(firmware, nic) });
  assertEquals(attributes, {
    "bus_description": "Motherboard",
    "bus_physical_id": "0",
    "fw_description": "BIOS",
    "fw_vendor": "Dell Inc.",
    "fw_date": "01/28/2015",
    "fw_size": "64KiB",
    "fw_capabilities": "pci uefi",
    "fw_capacity": "8128KiB",
    "nic_count": "1",
    "nic0_description": "Ethernet interface",
  });
});
