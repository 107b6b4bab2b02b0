import { assertEquals, assertMatch } from "@std/assert";
import { readBootId, readIdentity } from "../../../collectors/facts/identity.ts";
import { permanentAddresses } from "../../../collectors/tools/kernel/nics.ts";
import { type Entries, makeMachine, nic } from "../tools/kernel/tree.ts";

const UUID = "4c4c4544-0042-3510-8052-cac04f4a3132";
const OTHER_UUID = "11111111-2222-4333-8444-555555555555";

/** A machine with one kernel command line, one firmware UUID, and no interfaces but the loop. */
function machine(cmdline: string | undefined, productUuid: string | undefined): Entries {
  return {
    ...(cmdline === undefined ? {} : { "proc/cmdline": cmdline }),
    ...(productUuid === undefined ? {} : { "sys/class/dmi/id/product_uuid": productUuid }),
    ...nic("virtual/net/lo", { address: "00:00:00:00:00:00" }),
  };
}

async function read(entries: Entries) {
  await using made = await makeMachine(entries);
  return await readIdentity(made.host);
}

/** An Ethernet port on the PCI function at `address`. */
function port(address: string, name: string, mac: string, files: Entries = {}): Entries {
  return nic(`pci0000:00/${address}/net/${name}`, { address: mac, addr_assign_type: "0", ...files });
}

Deno.test("readIdentity() takes the uuid of the kernel command line before that of the firmware", async () => {
  const { identity, warnings } = await read(
    machine(`quiet smbios_uuid=${UUID.toUpperCase()} console=ttyS0`, OTHER_UUID),
  );
  assertEquals(identity, { uuid: UUID, uuidSource: "kernel-command-line", macs: [] });
  assertEquals(warnings, []);
});

Deno.test("readIdentity() takes the uuid of the firmware where the kernel command line has none", async () => {
  for (const cmdline of ["quiet", "smbios_uuid= quiet", "xsmbios_uuid=1"]) {
    const { identity, warnings } = await read(machine(cmdline, UUID.toUpperCase()));
    assertEquals(identity, { uuid: UUID, uuidSource: "smbios", macs: [] });
    assertEquals(warnings, []);
  }
});

Deno.test("readIdentity() takes nothing from the kernel command line that is not the UUID of one machine, and says so", async () => {
  const refused = [
    "525400123456",
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "03000200-0400-0500-0006-000700080009",
    '["525400123456",',
    "525400123456_525400123457",
  ];
  for (const told of refused) {
    const { identity, warnings } = await read(machine(`smbios_uuid=${told} "525400123457"]`, OTHER_UUID));
    assertEquals(identity, { uuid: OTHER_UUID, uuidSource: "smbios", macs: [] });
    assertEquals(warnings, [`/proc/cmdline: smbios_uuid=${told} is not the UUID of one machine, not taken`]);
  }
});

Deno.test("readIdentity() takes none of several words, and the text up to the next = of one", async () => {
  const two = await read(machine(`smbios_uuid=${UUID} smbios_uuid=${UUID}`, undefined));
  assertEquals(two.identity, { uuidSource: "none", macs: [] });
  assertEquals(two.warnings, ["/proc/cmdline: 2 words smbios_uuid=, none of them is taken"]);
  const one = await read(machine(`smbios_uuid=${UUID}=x`, undefined));
  assertEquals(one.identity.uuid, UUID);
});

Deno.test("readIdentity() takes no placeholder of the firmware, and says so", async () => {
  const { identity, warnings } = await read(machine("quiet", "03000200-0400-0500-0006-000700080009"));
  assertEquals(identity, { uuidSource: "none", macs: [] });
  assertEquals(warnings, [
    "/sys/class/dmi/id/product_uuid: 03000200-0400-0500-0006-000700080009 is not the UUID of one machine, not taken",
  ]);
});

Deno.test("readIdentity() says nothing of a machine without SMBIOS, and much of one that cannot be read", async () => {
  assertEquals((await read(machine("quiet", undefined))).warnings, []);
  const unreadable = await read({ "proc/cmdline/x": "", "sys/class/dmi/id/product_uuid/x": "" });
  assertEquals(unreadable.identity, { uuidSource: "none", macs: [] });
  assertEquals(unreadable.warnings.length, 2);
  assertEquals(unreadable.warnings[0], "/proc/cmdline cannot be read");
});

Deno.test("readIdentity() lists the MACs of eth<N> by number, whatever they are and whether they are up", async () => {
  const { identity } = await read({
    ...machine("", undefined),
    ...port("0000:00:03.0", "eth10", "52:54:00:00:00:10"),
    ...port("0000:00:04.0", "eth2", "52:54:00:00:00:02"),
    ...nic("virtual/net/eth0", { address: "52:54:00:00:00:AA" }),
    ...nic("virtual/net/eth0.100", { address: "52:54:00:00:00:bb" }),
    ...port("0000:00:05.0", "ens3", "52:54:00:00:00:cc"),
    ...nic("virtual/net/eth11", { address: "00:00:00:00:00:00" }),
    ...nic("virtual/net/eth12", { address: "80:00:02:08:fe:80:00:00:00:00:00:00" }),
  });
  assertEquals(identity.macs, ["52:54:00:00:00:aa", "52:54:00:00:00:02", "52:54:00:00:00:10"]);
});

Deno.test("readIdentity() gives a bond's slave the MAC that it had before, from sysfs or from the bond's file", async () => {
  const bonded = "52:54:00:00:00:ff";
  const { identity } = await read({
    ...machine("", undefined),
    ...nic("virtual/net/bond0", { address: bonded }),
    ...port("0000:00:03.0", "eth0", bonded, {
      "bonding_slave/perm_hwaddr": "52:54:00:00:00:01",
      master: "-> ../../../../virtual/net/bond0",
    }),
    ...port("0000:00:04.0", "eth1", bonded, { master: "-> ../../../../virtual/net/bond0" }),
    ...port("0000:00:05.0", "eth2", "52:54:00:00:00:03", { master: "-> ../../../../virtual/net/br0" }),
    "sys/class/net/bonding_masters": "bond0",
    "proc/net/bonding/bond0":
      "Ethernet Channel Bonding Driver\n\nSlave Interface: eth0\nPermanent HW addr: 52:54:00:00:00:01\n\n" +
      "Slave Interface: eth1\nMII Status: up\nPermanent HW addr: 52:54:00:00:00:02\n",
  });
  assertEquals(identity.macs, ["52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:03"]);
});

Deno.test("readIdentity() lists burnt-in MACs by PCI address where no interface is called eth<N>", async () => {
  const { identity } = await read({
    ...machine("", undefined),
    ...nic("virtual/net/br0", { address: "52:54:00:00:00:99", addr_assign_type: "3" }),
    ...port("0000:00:1f.6", "eno1", "52:54:00:00:00:04"),
    ...port("0000:00:03.0", "enp0s3", "52:54:00:00:00:01"),
    ...port("0000:00:03.1", "enp0s3f1", "52:54:00:00:00:02", { addr_assign_type: "3" }),
    ...port("0000:00:04.0/0000:01:00.0", "enp1s0np1", "52:54:00:00:00:06"),
    ...port("0000:00:04.0/0000:01:00.0", "enp1s0np0", "52:54:00:00:00:05"),
    ...nic("pci0000:00/0000:00:02.0/virtio0/net/ens2", { address: "52:54:00:00:00:00", addr_assign_type: "0" }),
    ...nic("platform/soc/net/end0", { address: "52:54:00:00:00:07", addr_assign_type: "0" }),
    ...port("10000:00:00.0", "envmd", "52:54:00:00:00:08"),
  });
  const last = identity.macs.map((mac) => Number.parseInt(mac.slice(-2), 16));
  // 02 has been given another MAC, and nothing tells the one that it was made with.
  assertEquals(last, [0, 1, 4, 5, 6, 8, 7]);
});

Deno.test("readIdentity() tells the host's name unless nobody has given it one", async () => {
  for (const [text, hostname] of [["node17", "node17"], ["(none)", undefined], ["", undefined]] as const) {
    const { identity } = await read({ ...machine("", undefined), "proc/sys/kernel/hostname": text });
    assertEquals(identity.hostname, hostname);
    assertEquals(Object.hasOwn(identity, "hostname"), hostname !== undefined);
  }
});

Deno.test("readIdentity() takes what it finds on a machine that makes no sense", async () => {
  const { identity } = await read({
    "proc/cmdline": `smbios_uuid=__proto__ ${"x".repeat(100_000)}\0smbios\xff`,
    "sys/class/dmi/id/product_uuid": "\0\x01",
    "sys/class/net/eth0": "a file",
    "sys/class/net/eth1/address": "no MAC",
    "proc/sys/kernel/hostname": null,
  });
  assertEquals(identity, { uuidSource: "none", macs: [] });
});

Deno.test("permanentAddresses() gives the addresses of a bond's slaves, and nothing of a broken file", () => {
  const text =
    "Permanent HW addr: 52:54:00:00:00:09\nSlave Interface: constructor\r\nPermanent HW addr: 52:54:00:00:00:0A\r\n" +
    "Slave Interface: eth1\nPermanent HW addr: 80:00:02\n";
  assertEquals(permanentAddresses(text), new Map([["constructor", "52:54:00:00:00:0a"]]));
  assertEquals(permanentAddresses(""), new Map());
});

Deno.test("readBootId() tells one boot from another", async () => {
  await using made = await makeMachine({ "proc/sys/kernel/random/boot_id": "b1946ac9-2492-4d23-9c8b-000000000000" });
  assertEquals(await readBootId(made.host), "b1946ac9-2492-4d23-9c8b-000000000000");
  await using other = await makeMachine({});
  assertEquals(await readBootId(other.host), undefined);
});

const HAS_NO_OTHERS = /this machine has no others$/;

Deno.test("readIdentity() leaves out a BMC's USB NIC, which has one address on every machine, beside other NICs", async () => {
  const usb = nic("pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/net/enx7a", {
    address: "78:c9:00:00:00:a0",
    addr_assign_type: "0",
  });
  const beside = await read({
    ...machine("", undefined),
    ...usb,
    ...port("0000:41:00.0", "eno1", "b8:3f:d2:00:00:11"),
  });
  assertEquals(beside.identity.macs, ["b8:3f:d2:00:00:11"]);
  assertEquals(beside.warnings, []);
  const alone = await read({ ...machine("", undefined), ...usb });
  assertEquals(alone.identity.macs, ["78:c9:00:00:00:a0"]);
  assertEquals(alone.warnings.length, 1);
  assertMatch(alone.warnings[0]!, HAS_NO_OTHERS);
  // A USB NIC that the kernel calls eth<N> is still one.
  const named = await read({
    ...machine("", undefined),
    ...nic("pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/net/eth0", {
      address: "78:c9:00:00:00:a0",
      addr_assign_type: "0",
    }),
    ...port("0000:41:00.0", "eth1", "b8:3f:d2:00:00:11"),
  });
  assertEquals(named.identity.macs, ["b8:3f:d2:00:00:11"]);
});

Deno.test("readIdentity() takes locally administered addresses of a machine alone that has no others, and says so", async () => {
  const local = port("0000:00:03.0", "eth0", "7a:c9:00:00:00:a0");
  const beside = await read({
    ...machine("", undefined),
    ...local,
    ...port("0000:41:00.0", "eth1", "b8:3f:d2:00:00:11"),
  });
  assertEquals(beside.identity.macs, ["b8:3f:d2:00:00:11"]);
  const alone = await read({ ...machine("", undefined), ...local });
  assertEquals(alone.identity.macs, ["7a:c9:00:00:00:a0"]);
  assertMatch(alone.warnings[0]!, HAS_NO_OTHERS);
});

Deno.test("readIdentity() takes an address that cards have which were given none of a machine alone that has no others", async () => {
  const made = [
    "00:e0:4c:68:00:01",
    "88:88:88:88:87:88",
    "00:a0:c9:00:00:00",
    "00:11:22:33:44:55",
    "12:34:56:78:9a:bc",
  ];
  for (const mac of made) {
    const filler = port("0000:00:03.0", "eno1", mac);
    const beside = await read({
      ...machine("", undefined),
      ...filler,
      ...port("0000:41:00.0", "eno2", "b8:3f:d2:00:00:11"),
    });
    assertEquals(beside.identity.macs, ["b8:3f:d2:00:00:11"], mac);
    const alone = await read({ ...machine("", undefined), ...filler });
    assertEquals(alone.identity.macs, [mac]);
    assertMatch(alone.warnings[0]!, HAS_NO_OTHERS);
  }
});

Deno.test("readIdentity() is not led by one interface called eth0 where the NICs have other names", async () => {
  const { identity } = await read({
    ...machine("", undefined),
    ...port("0000:41:00.0", "enp65s0f0np0", "b8:3f:d2:00:00:11", { phys_port_name: "p0" }),
    ...port("0000:41:00.0", "eth0", "9e:11:00:00:00:01", { addr_assign_type: "1", phys_port_name: "pf0vf0" }),
    // A representor with an address that somebody set, and one that claims a burnt-in one.
    ...port("0000:41:00.0", "pf0sf2", "b8:3f:d2:00:00:12", { addr_assign_type: "3", phys_port_name: "pf0sf2" }),
    ...port("0000:41:00.0", "pf0hpf", "b8:3f:d2:00:00:13", { phys_port_name: "c1pf0" }),
  });
  assertEquals(identity.macs, ["b8:3f:d2:00:00:11"]);
});

Deno.test("readIdentity() takes the address of a radio of a machine alone that has no port", async () => {
  const radio = port("0000:02:00.0", "wlan0", "6c:88:14:f3:0a:c4", { uevent: "DEVTYPE=wlan\nINTERFACE=wlan0\n" });
  const beside = await read({
    ...machine("", undefined),
    ...radio,
    ...port("0000:41:00.0", "eth0", "b8:3f:d2:00:00:11"),
  });
  assertEquals(beside.identity.macs, ["b8:3f:d2:00:00:11"]);
  const alone = await read({ ...machine("", undefined), ...radio });
  assertEquals([alone.identity.macs, alone.warnings], [["6c:88:14:f3:0a:c4"], []]);
});

Deno.test("readIdentity() takes no InfiniBand address for a MAC", async () => {
  const { identity } = await read({
    ...machine("", undefined),
    ...port("0000:3b:00.0", "ib0", "80:00:02:08:fe:80:00:00:00:00:00:00:b8:ce:f6:03:00:00:00:01"),
    ...port("0000:41:00.0", "eno1", "b8:3f:d2:00:00:11"),
  });
  assertEquals(identity.macs, ["b8:3f:d2:00:00:11"]);
});
