import { assertEquals } from "@std/assert";
import { prefixLengthOf } from "../../../../collectors/tools/kernel/addresses.ts";
import { bootInterfaceMac, commandLineWords } from "../../../../collectors/tools/kernel/kernel_command_line.ts";
import type { InterfaceAddress } from "../../../../collectors/host/mod.ts";
import { type Entries, hostFsOf, nic, pciDevice } from "./tree.ts";

const PORT = "pci0000:3a/0000:3a:00.0/0000:3b:00.0";

/** A port of an Intel X710. */
function port(address: string, driver = "i40e"): Entries {
  return pciDevice(`pci0000:3a/0000:3a:00.0/${address}`, {
    uevent: `DRIVER=${driver}
PCI_CLASS=20000
PCI_ID=8086:1572
PCI_SUBSYS_ID=8086:0007
PCI_SLOT_NAME=${address}
MODALIAS=pci:v00008086d00001572sv00008086sd00000007bc02sc00i00`,
    numa_node: "0",
    sriov_totalvfs: "64",
    sriov_numvfs: "2",
  });
}

const UP: Entries = {
  address: "3c:fd:fe:a1:b2:c0",
  addr_assign_type: "0",
  carrier: "1",
  operstate: "up",
  speed: "10000",
  duplex: "full",
  mtu: "9000",
  type: "1",
};

function address(name: string, address: string, netmask: string): InterfaceAddress {
  return {
    interface: name,
    family: address.includes(":") ? "IPv6" : "IPv4",
    address,
    netmask,
  };
}

Deno.test("hostfsCollector tells all that a server's NIC says of itself", async () => {
  const { nics, interfaces } = await hostFsOf({
    ...port("0000:3b:00.0"),
    ...nic(`${PORT}/net/eno1`, UP),
    ...nic("virtual/net/lo", {
      address: "00:00:00:00:00:00",
      type: "772",
      mtu: "65536",
      carrier: "1",
      operstate: "unknown",
    }),
    "sys/module/i40e/version": "2.19.3",
    "proc/cmdline": "quiet BOOTIF=01-3c-fd-fe-a1-b2-c0",
  }, [
    address("lo", "127.0.0.1", "255.0.0.0"),
    address("eno1", "10.20.30.40", "255.255.240.0"),
    address("eno1", "10.9.9.9", "255.0.255.0"),
    address("eno1:x", "169.254.1.2", "255.255.0.0"),
    address("eno1", "2001:db8::5", "ffff:ffff:ffff:ffff::"),
    address("eno1", "fe80::3efd:feff:fea1:b2c0", "ffff:ffff:ffff:ffff::"),
  ]);
  assertEquals(nics, [{
    name: "eno1",
    physical: true,
    mac: "3c:fd:fe:a1:b2:c0",
    permanentMac: "3c:fd:fe:a1:b2:c0",
    driver: "i40e",
    driverVersion: "2.19.3",
    pciAddress: "0000:3b:00.0",
    busAddress: "pci@0000:3b:00.0",
    vendorId: "8086",
    deviceId: "1572",
    speedMbps: 10000,
    duplex: "full",
    carrier: true,
    operState: "up",
    mtu: 9000,
    addresses: [
      { family: "IPv4", address: "10.20.30.40", prefixLength: 20, scope: "global" },
      { family: "IPv4", address: "169.254.1.2", prefixLength: 16, scope: "link", label: "eno1:x" },
      { family: "IPv6", address: "2001:db8::5", prefixLength: 64, scope: "global" },
      { family: "IPv6", address: "fe80::3efd:feff:fea1:b2c0", prefixLength: 64, scope: "link" },
    ],
    sriovTotalVfs: 64,
    sriovVfs: 2,
    numaNode: 0,
    bootInterface: true,
  }]);
  assertEquals(interfaces, [{
    name: "lo",
    kind: "loopback",
    mtu: 65536,
    carrier: true,
    operState: "unknown",
    addresses: [{ family: "IPv4", address: "127.0.0.1", prefixLength: 8, scope: "host" }],
  }]);
});

/** Two ports under a bond: both have the bond's address, which the first had before. */
const BONDED: Entries = {
  ...port("0000:3b:00.0"),
  ...port("0000:3b:00.1"),
  ...nic(`${PORT}/net/eth2`, { ...UP, master: "-> ../../../../../virtual/net/bond0" }),
  ...nic("pci0000:3a/0000:3a:00.0/0000:3b:00.1/net/eth10", {
    ...UP,
    addr_assign_type: "3",
    master: "-> ../../../../../virtual/net/bond0",
    "bonding_slave/perm_hwaddr": "3c:fd:fe:a1:b2:c1",
  }),
  ...nic("virtual/net/bond0", { ...UP, uevent: "DEVTYPE=bond\nINTERFACE=bond0\nIFINDEX=6" }),
  ...nic("virtual/net/bond0.100", { ...UP, uevent: "DEVTYPE=vlan\nINTERFACE=bond0.100\nIFINDEX=7" }),
  "sys/class/net/bonding_masters": "bond0",
};

Deno.test("hostfsCollector tells the burnt-in address of a bond's slave, and none where the bond hides it", async () => {
  const { nics, interfaces } = await hostFsOf(BONDED);
  assertEquals(nics?.map(({ name, bond, mac, permanentMac }) => ({ name, bond, mac, permanentMac })), [
    // Linux before 3.14 has no bonding_slave: the address may be the bond's.
    { name: "eth2", bond: "bond0", mac: "3c:fd:fe:a1:b2:c0", permanentMac: undefined },
    { name: "eth10", bond: "bond0", mac: "3c:fd:fe:a1:b2:c0", permanentMac: "3c:fd:fe:a1:b2:c1" },
  ]);
  assertEquals(interfaces?.map(({ name, kind }) => [name, kind]), [["bond0", "bond"], ["bond0.100", "vlan"]]);
});

Deno.test("hostfsCollector makes up no place for a NIC of which none is recorded", async () => {
  const folder = "sys/class/net/eth0";
  const { nics } = await hostFsOf({ [`${folder}/address`]: "no address", [`${folder}/device`]: "-> ../../../e1000e" });
  assertEquals(nics, [{ name: "eth0", physical: true }]);
});

Deno.test("hostfsCollector marks the NIC that the machine booted from by its burnt-in address too", async () => {
  const { nics } = await hostFsOf({ ...BONDED, "proc/cmdline": "BOOTIF=01-3c-fd-fe-a1-b2-c1" });
  assertEquals(nics?.map(({ bootInterface }) => bootInterface), [undefined, true]);
});

Deno.test("hostfsCollector tells no bond where the master is a bridge", async () => {
  const { nics } = await hostFsOf({
    ...BONDED,
    ...nic(`${PORT}/net/eth3`, { ...UP, master: "-> ../../../../../virtual/net/br0" }),
  });
  const eth3 = nics?.find(({ name }) => name === "eth3");
  assertEquals([eth3?.bond, eth3?.permanentMac], [undefined, UP["address"]]);
});

Deno.test("hostfsCollector tells no burnt-in address of a NIC whose address was set", async () => {
  const { nics } = await hostFsOf({
    ...port("0000:3b:00.0"),
    ...nic(`${PORT}/net/eth0`, { ...UP, addr_assign_type: "3" }),
  });
  assertEquals(nics?.map(({ mac, permanentMac }) => [mac, permanentMac]), [[UP["address"], undefined]]);
});

Deno.test("hostfsCollector tells virtual functions from physical NICs", async () => {
  const { nics } = await hostFsOf({
    ...port("0000:3b:00.0"),
    ...port("0000:3b:02.0", "iavf"),
    ...nic(`${PORT}/net/eno1`, UP),
    ...nic("pci0000:3a/0000:3a:00.0/0000:3b:02.0/net/eno1v0", UP, { physfn: "-> ../0000:3b:00.0" }),
  });
  assertEquals(nics?.map(({ name, physical, driver }) => [name, physical, driver]), [
    ["eno1", true, "i40e"],
    ["eno1v0", false, "iavf"],
  ]);
});

Deno.test("hostfsCollector tells neither carrier nor speed of a NIC that is down", async () => {
  const { nics } = await hostFsOf({
    ...port("0000:3b:00.0"),
    // The kernel answers EINVAL, as it does to reading a folder.
    ...nic(`${PORT}/net/eno1`, { ...UP, operstate: "down", carrier: null, speed: null, duplex: null }),
  });
  const found = nics![0]!;
  assertEquals([found.operState, "carrier" in found, "speedMbps" in found, "duplex" in found], [
    "down",
    false,
    false,
    false,
  ]);
});

Deno.test("hostfsCollector takes no unknown speed or duplex for a fact", async () => {
  for (const speed of ["-1", "65535", "4294967295", "0", "", "fast"]) {
    const { nics } = await hostFsOf(nic(`${PORT}/net/eno1`, { ...UP, carrier: "0", speed, duplex: "unknown" }));
    assertEquals(["speedMbps" in nics![0]!, "duplex" in nics![0]!, nics![0]!.carrier], [false, false, false], speed);
  }
});

Deno.test("hostfsCollector tells the PCI device behind a virtio NIC", async () => {
  const { nics } = await hostFsOf({
    ...pciDevice("pci0000:00/0000:00:03.0", {
      uevent: "DRIVER=virtio-pci\nPCI_CLASS=20000\nPCI_ID=1AF4:1041",
      numa_node: "-1",
    }),
    ...nic("pci0000:00/0000:00:03.0/virtio2/net/eth0", UP, {
      uevent: "DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4",
    }),
  });
  const { driver, pciAddress, busAddress, vendorId, deviceId, numaNode } = nics![0]!;
  assertEquals([driver, pciAddress, busAddress, vendorId, deviceId, numaNode], [
    "virtio_net",
    "0000:00:03.0",
    "virtio@2",
    "1af4",
    "1041",
    undefined,
  ]);
});

Deno.test("hostfsCollector does not take a USB NIC for its host controller", async () => {
  const { nics } = await hostFsOf({
    ...pciDevice("pci0000:00/0000:00:14.0", { uevent: "DRIVER=xhci_hcd\nPCI_ID=8086:A12F" }),
    ...nic("pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/net/idrac", UP, {
      uevent: "DEVTYPE=usb_interface\nDRIVER=cdc_ether\nPRODUCT=413c/a102/100",
    }),
  });
  const { driver, vendorId, deviceId, physical } = nics![0]!;
  assertEquals([driver, vendorId, deviceId, physical], ["cdc_ether", "413c", "a102", true]);
  assertEquals("pciAddress" in nics![0]!, false);
});

Deno.test("hostfsCollector tells the kinds of interfaces without hardware", async () => {
  const kinds: Record<string, Entries> = {
    br0: { type: "1", uevent: "DEVTYPE=bridge" },
    dummy0: { type: "1", uevent: "INTERFACE=dummy0" },
    gre0: { type: "778", uevent: "INTERFACE=gre0" },
    tap0: { type: "1", uevent: "INTERFACE=tap0", tun_flags: "0x1002" },
    vx0: { type: "1", uevent: "DEVTYPE=vxlan" },
  };
  const { interfaces, nics } = await hostFsOf(
    Object.assign({}, ...Object.entries(kinds).map(([name, files]) => nic(`virtual/net/${name}`, files))),
  );
  assertEquals(nics, []);
  assertEquals(interfaces?.map(({ name, kind }) => `${name} ${kind}`), [
    "br0 bridge",
    "dummy0 other",
    "gre0 tunnel",
    "tap0 tunnel",
    "vx0 tunnel",
  ]);
});

Deno.test("hostfsCollector takes a device under devices/virtual that has hardware behind it for a NIC", async () => {
  const { nics } = await hostFsOf(nic("virtual/mac80211_hwsim/hwsim0/net/wlan0", UP));
  assertEquals(nics?.map(({ name }) => name), ["wlan0"]);
});

Deno.test("prefixLengthOf() counts the ones of a netmask, and refuses what is none", () => {
  assertEquals(prefixLengthOf("255.255.240.0", "IPv4"), 20);
  assertEquals(prefixLengthOf("0.0.0.0", "IPv4"), 0);
  assertEquals(prefixLengthOf("255.255.255.255", "IPv4"), 32);
  assertEquals(prefixLengthOf("ffff:ffff:ffff:ffff::", "IPv6"), 64);
  assertEquals(prefixLengthOf("ffff:ffff:f000::", "IPv6"), 36);
  assertEquals(prefixLengthOf("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "IPv6"), 128);
  assertEquals(prefixLengthOf("::", "IPv6"), 0);
  for (const text of ["", "255.0.255.0", "255.255.0", "256.0.0.0", "-1.0.0.0", "1e2.0.0.0"]) {
    assertEquals(prefixLengthOf(text, "IPv4"), undefined, text);
  }
  for (const text of ["", "ffff:0:ffff::", "fffff::", "xyz::"]) {
    assertEquals(prefixLengthOf(text, "IPv6"), undefined, text);
  }
});

Deno.test("bootInterfaceMac() reads PXELINUX's form and those that people write", () => {
  assertEquals(bootInterfaceMac("quiet BOOTIF=01-B0-83-FE-D0-00-03 ro"), "b0:83:fe:d0:00:03");
  assertEquals(bootInterfaceMac("BOOTIF=b0:83:fe:d0:00:03"), "b0:83:fe:d0:00:03");
  assertEquals(bootInterfaceMac("BOOTIF=01-b0-83-fe-d0-00-01 BOOTIF=01-b0-83-fe-d0-00-02"), "b0:83:fe:d0:00:02");
  for (const text of ["", "BOOTIF=", "BOOTIF=eth0", "XBOOTIF=01-b0-83-fe-d0-00-03", "BOOTIF=01-b0-83-fe-d0"]) {
    assertEquals(bootInterfaceMac(text), undefined, text);
  }
});

Deno.test("commandLineWords() keeps quoted blanks together", () => {
  assertEquals(commandLineWords('a  foo="b c" "d e=f"\tg\n'), ["a", "foo=b c", "d e=f", "g"]);
  assertEquals(commandLineWords('x="never closed here'), ["x=never closed here"]);
  assertEquals(commandLineWords(" \n"), []);
});

Deno.test("hostfsCollector tells the numbers of VLANs, whatever their interfaces are called", async () => {
  const vlan = (name: string) => nic(`virtual/net/${name}`, { address: "b0:83:fe:d0:00:01", uevent: "DEVTYPE=vlan" });
  const config = "VLAN Dev name\t | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\n" +
    "eth0.181       | 181  | eth0\nstorage        | 2002  | eth1\n";
  const { interfaces } = await hostFsOf({
    ...vlan("eth0.181"),
    ...vlan("storage"),
    ...vlan("new"),
    "proc/net/vlan/config": config,
  });
  assertEquals(interfaces?.map(({ name, kind, vlanId }) => [name, kind, vlanId]), [
    ["eth0.181", "vlan", 181],
    ["new", "vlan", undefined],
    ["storage", "vlan", 2002],
  ]);
});
