import { assert, assertEquals } from "@std/assert";
import { ironicDocument, ironicLacks, ironicUrl, ironicWords } from "../../../checkin/formats/ironic.ts";
import type { Facts, Nic } from "../../../collectors/facts/mod.ts";
import { recorded } from "./machines.ts";

/** As little as a machine can be known by. */
const bare: Facts = {
  schemaVersion: 2,
  agentVersion: "4.0.0",
  collectedAt: "2026-01-01T00:00:00.000Z",
  sources: {},
  identity: { uuidSource: "none", macs: [] },
};

const nic = (more: Partial<Nic>): Nic => ({ name: "eth0", physical: true, mac: "52:54:00:00:00:01", ...more });

Deno.test("ironicDocument() has the recorded server as the agent of Ironic would send it", async () => {
  const facts = await recorded("dell");
  const { inventory, root_disk, boot_interface, pci_devices, lldp_raw, numa_topology, hnl_mk } = ironicDocument(facts);
  assertEquals(inventory.interfaces[0], {
    name: "eth0",
    mac_address: "b0:83:fe:d0:00:01",
    ipv4_address: "10.0.2.15",
    ipv6_address: "fe80::b283:feff:fed0:1",
    has_carrier: true,
    vendor: "0x8086",
    product: "0x10d3",
    speed_mbps: 1000,
    pci_address: "0000:00:03.0",
    driver: "e1000e",
  });
  assertEquals(inventory.interfaces.map(({ has_carrier }) => has_carrier), [true, true, false]);
  assertEquals(inventory.memory, { total: 2065395712, physical_mb: 65536 });
  const { flags, ...cpu } = inventory.cpu;
  assert(flags.includes("aes"));
  assertEquals(cpu, {
    architecture: "x86_64",
    model_name: "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz",
    frequency: "2100",
    count: 2,
    socket_count: 2,
  });
  const raid = inventory.disks.find(({ name }) => name === "/dev/sdc")!;
  assertEquals([raid.wwn, raid.hctl, raid.serial, raid.size], [
    "0x6d094660123456aa",
    "7:2:0:0",
    "00112233445566",
    299439751168,
  ]);
  assertEquals(inventory.system_vendor.firmware.build_date, "07/09/2021");
  assertEquals(inventory.boot, { current_boot_mode: "bios", pxe_interface: "b0:83:fe:d0:00:01" });
  assertEquals([inventory.bmc_address, inventory.bmc_mac], ["10.20.30.40", "d0:94:66:12:34:56"]);
  assertEquals([root_disk?.name, boot_interface], ["/dev/vda", "b0:83:fe:d0:00:01"]);
  assertEquals(pci_devices?.length, facts.pci?.length);
  assertEquals(pci_devices![3], {
    vendor_id: "8086",
    product_id: "10d3",
    class: "020000",
    revision: "00",
    bus: "0000:00:03.0",
  });
  assertEquals(Object.keys(lldp_raw!), ["eth1"]);
  assertEquals(numa_topology?.cpus, [
    { cpu: 0, numa_node: 0, thread_siblings: [0] },
    { cpu: 0, numa_node: 1, thread_siblings: [1] },
  ]);
  assertEquals(hnl_mk, facts);
});

Deno.test("ironicDocument() has what Ironic's hooks fail without, whatever is not known", () => {
  const { inventory } = ironicDocument(bare);
  assertEquals(inventory.memory, { total: null, physical_mb: null });
  assertEquals([inventory.cpu.architecture, inventory.cpu.flags], [null, []]);
  assertEquals([inventory.disks, inventory.interfaces, inventory.hostname], [[], [], "unnamed"]);
  assertEquals(ironicDocument({ ...bare, os: { hardwareModel: "aarch64" } }).inventory.cpu.architecture, "aarch64");
});

Deno.test("ironicDocument() lists the burnt-in address of a bond's slave, and no virtual function", () => {
  const nics = [
    nic({ bond: "bond0", permanentMac: "52:54:00:00:00:09" }),
    nic({ name: "eth1", physical: false }),
    nic({ name: "eth2", mac: "52:54:00:00:00:02" }),
  ];
  const { interfaces } = ironicDocument({ ...bare, nics }).inventory;
  assertEquals(interfaces.map(({ name, mac_address }) => [name, mac_address]), [
    ["eth0", "52:54:00:00:00:09"],
    ["eth2", "52:54:00:00:00:02"],
  ]);
});

Deno.test("ironicDocument() gives an InfiniBand NIC the MAC and client ID that Ironic's Mellanox manager makes", () => {
  const mac = "a0:00:00:27:fe:80:00:00:00:00:00:00:7c:fe:90:03:00:29:26:52";
  const [port] = ironicDocument({ ...bare, nics: [nic({ name: "ib0", mac })] }).inventory.interfaces;
  assertEquals(port!.mac_address, "7c:fe:90:29:26:52");
  assertEquals(port!.client_id, "ff:00:00:00:00:00:02:00:00:02:c9:00:7c:fe:90:03:00:29:26:52");
});

Deno.test("ironicDocument() names disks by WWN as udev does, and leaves out CD drives and empty ones", () => {
  const sizeBytes = 600e9;
  const disks = [
    { name: "sda", sizeBytes, wwn: "naa.6d09466012345600aabbccddeeff0011" },
    { name: "sdb", sizeBytes, wwn: "t10.ATA     DISK" },
    { name: "nvme0n1", sizeBytes, wwn: "eui.0025385b71b0f0c1" },
    { name: "sdc", sizeBytes: 0 },
    { name: "sr0", sizeBytes: 700e6 },
  ];
  const found = ironicDocument({ ...bare, disks }).inventory.disks;
  assertEquals(found.map(({ name }) => name), ["/dev/sda", "/dev/sdb", "/dev/nvme0n1"]);
  const [sda, sdb, nvme] = found;
  assertEquals([sda!.wwn, sda!.wwn_vendor_extension, sda!.wwn_with_extension], [
    "0x6d09466012345600",
    "0xaabbccddeeff0011",
    "0x6d09466012345600aabbccddeeff0011",
  ]);
  assertEquals([sdb!.wwn, nvme!.wwn, nvme!.wwn_with_extension], [undefined, "eui.0025385b71b0f0c1", undefined]);
  const sata = { name: "sde", sizeBytes, transport: "sata" as const };
  assertEquals(ironicDocument({ ...bare, disks: [sata] }).inventory.disks[0]!.vendor, "ATA");
  const small = { name: "sdd", sizeBytes: 1e9 };
  assertEquals(ironicDocument({ ...bare, disks: [small] }).root_disk, undefined);
});

Deno.test("ironicDocument() takes the BMC's address of the channel that has one", () => {
  const bmc = (channels: NonNullable<Facts["bmc"]>["channels"]) =>
    ironicDocument({ ...bare, bmc: { channels: channels! } }).inventory;
  assertEquals(bmc([{ number: 1, ip: "0.0.0.0" }, { number: 8, ip: "192.0.2.8" }]).bmc_address, "192.0.2.8");
  assertEquals(bmc([{ number: 1, ip: "0.0.0.0" }]).bmc_address, undefined);
  const ipv6 = [{ kind: "static" as const, address: "fe80::1" }, { kind: "static" as const, address: "2001:db8::8" }];
  assertEquals(bmc([{ number: 1, ip: "0.0.0.0", ipv6 }]).bmc_v6address, "2001:db8::8");
});

Deno.test("ironicUrl() adds the path of the API where the address has none", () => {
  const call = "http://ironic:6385/v1/continue_inspection";
  for (
    const uri of ["http://ironic:6385", "http://ironic:6385/", "http://ironic:6385/v1", "http://ironic:6385/v1/", call]
  ) {
    assertEquals(ironicUrl(uri), call);
  }
  assertEquals(ironicUrl("https://proxy/baremetal/v1/continue"), "https://proxy/baremetal/v1/continue");
});

Deno.test("ironicWords() finds what Ironic says in each of its forms; ironicLacks() what it would refuse", () => {
  assertEquals(ironicWords({ error_message: '{"faultstring": "no"}' }), "no");
  assertEquals(ironicWords({ error_message: { faultstring: "no" } }), "no");
  assertEquals(ironicWords({ error_message: "no" }), "no");
  assertEquals(ironicWords({ other: 1 }), undefined);
  assertEquals(ironicWords("text"), undefined);
  assertEquals(ironicLacks({ ...bare, nics: [nic({})] }), undefined);
  assert(ironicLacks(bare) !== undefined);
});
