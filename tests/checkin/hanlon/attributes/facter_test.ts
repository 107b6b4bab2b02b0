import { assertEquals } from "@std/assert";
import { type Attributes, attributesOf } from "../../../../checkin/hanlon/attributes/mod.ts";
import type { Values } from "../../../../collectors/mod.ts";
import type { Disk, Distribution, Facts, NicAddress } from "../../../../collectors/facts/mod.ts";
import { parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { someCollection } from "../../some_facts.ts";

function of(facts: Partial<Facts>, values: Partial<Values> = {}): Attributes {
  return attributesOf(someCollection(facts, values));
}

const v4 = (address: string, prefixLength: number): NicAddress => ({
  family: "IPv4",
  address,
  prefixLength,
  scope: "global",
});
const v6 = (address: string, scope = "global"): NicAddress => ({ family: "IPv6", address, prefixLength: 64, scope });

Deno.test("memorysize and memorysize_mb have Facter's forms and Ruby's rounding", () => {
  const sizes = (kib: number) => {
    const { memorysize, memorysize_mb } = of({ memory: { usableBytes: kib * 1024 } });
    return [memorysize, memorysize_mb];
  };
  assertEquals(sizes(24684092), ["23.54 GB", "24105.56"]);
  assertEquals(sizes(1029755), ["1005.62 MB", "1005.62"]);
  assertEquals(sizes(1048576), ["1024.00 MB", "1024.00"]);
  // Facter makes memorysize of the rounded number: 1024.00 is not above 1024, and 1029.12 / 1024 below 1.005.
  assertEquals(sizes(1048580), ["1024.00 MB", "1024.00"]);
  assertEquals(sizes(1053820), ["1.00 GB", "1029.12"]);
  // 1039.36 / 1024 is written 1.015, and a little less.
  assertEquals(sizes(1064300), ["1.02 GB", "1039.36"]);
  assertEquals(sizes(2113524236), ["1.97 TB", "2063988.51"]);
  // In the very middle Ruby takes the even neighbour: 1024.125 and 1024.375.
  assertEquals(sizes(1024 * 1024 + 128)[1], "1024.12");
  assertEquals(sizes(1024 * 1024 + 384)[1], "1024.38");
});

Deno.test("interfaces come in the order of the old image's ifconfig, their names without odd characters", () => {
  const names = ["lo", "eth10", "eth2", "docker0", "docker-sys", "eth0.100", "bond0", "br-A1"];
  const attributes = of({ interfaces: names.map((name) => ({ name, kind: "other", mtu: 1500 })) });
  assertEquals(attributes["interfaces"], "bond0,br_A1,docker_sys,docker0,eth0_100,eth10,eth2,lo");
  assertEquals(of({ nics: [], interfaces: [] }), {});
  // A fact's own name is lower case.
  assertEquals(attributes["mtu_br_a1"], 1500);
  assertEquals(attributes["mtu_eth0_100"], 1500);
});

Deno.test("addresses and networks of each interface, and those of the machine", () => {
  const attributes = of({
    nics: [
      { name: "eth1", physical: true, mac: "00:00:00:00:00:02", addresses: [v4("10.1.2.3", 22), v4("10.9.9.9", 8)] },
      { name: "eth0", physical: true, mac: "00:00:00:00:00:01", addresses: [v6("fe80::1", "link")] },
    ],
    interfaces: [
      { name: "lo", kind: "loopback", mtu: 65536, addresses: [v4("127.0.0.1", 8), v6("::1", "host")] },
      { name: "wg0", kind: "tunnel", addresses: [v4("192.0.2.1", 32), v6("2001:db8::1"), v6("fd00::2")] },
      { name: "any", kind: "other", addresses: [v4("198.51.100.7", 0)] },
    ],
  });
  assertEquals(attributes, {
    interfaces: "any,eth0,eth1,lo,wg0",
    ipaddress_any: "198.51.100.7",
    netmask_any: "0.0.0.0",
    network_any: "0.0.0.0",
    macaddress_eth0: "00:00:00:00:00:01",
    ipaddress_eth1: "10.1.2.3",
    netmask_eth1: "255.255.252.0",
    network_eth1: "10.1.0.0",
    macaddress_eth1: "00:00:00:00:00:02",
    ipaddress_lo: "127.0.0.1",
    netmask_lo: "255.0.0.0",
    network_lo: "127.0.0.0",
    mtu_lo: 65536,
    ipaddress_wg0: "192.0.2.1",
    netmask_wg0: "255.255.255.255",
    network_wg0: "192.0.2.1",
    ipaddress6_wg0: "2001:db8::1",
    ipaddress: "198.51.100.7",
    netmask: "0.0.0.0",
    // Facter takes the last of all.
    ipaddress6: "fd00::2",
    macaddress: "00:00:00:00:00:01",
  });
});

Deno.test("an address with a label of its own is that of an interface, as ifconfig shows it", () => {
  const addresses = [v4("10.2.0.1", 30), { ...v4("10.2.8.1", 25), label: "eth0:1" }, v6("fd00::5")];
  assertEquals(of({ nics: [{ name: "eth0", physical: true, mac: "00:00:00:00:00:01", mtu: 1500, addresses }] }), {
    interfaces: "eth0,eth0_1",
    ipaddress_eth0: "10.2.0.1",
    netmask_eth0: "255.255.255.252",
    network_eth0: "10.2.0.0",
    ipaddress6_eth0: "fd00::5",
    macaddress_eth0: "00:00:00:00:00:01",
    mtu_eth0: 1500,
    ipaddress_eth0_1: "10.2.8.1",
    netmask_eth0_1: "255.255.255.128",
    network_eth0_1: "10.2.8.0",
    macaddress_eth0_1: "00:00:00:00:00:01",
    mtu_eth0_1: 1500,
    ipaddress: "10.2.0.1",
    netmask: "255.255.255.252",
    ipaddress6: "fd00::5",
    macaddress: "00:00:00:00:00:01",
  });
});

Deno.test("the machine's address is of an interface that is up, with or without a carrier", () => {
  const ipaddress = (carrier?: boolean) => {
    const eth0 = { name: "eth0", physical: true, operState: "down", addresses: [v4("10.0.0.1", 24), v6("fd00::1")] };
    const eth1 = { name: "eth1", physical: true, addresses: [v4("10.0.0.2", 24)] };
    const { ipaddress, ipaddress6 } = of({ nics: [carrier === undefined ? eth0 : { ...eth0, carrier }, eth1] });
    return [ipaddress, ipaddress6];
  };
  assertEquals(ipaddress(), ["10.0.0.2", undefined]);
  assertEquals(ipaddress(false), ["10.0.0.1", "fd00::1"]);
});

Deno.test("a bond's slave has its own address, upper case, where its bond and the machine have the bond's", () => {
  const mac = "52:54:00:fd:1e:62";
  const slave = { physical: true, mac, bond: "bond0" };
  const attributes = of({
    nics: [
      { name: "eth0", ...slave, permanentMac: mac },
      { name: "eth1", ...slave, permanentMac: "52:54:00:7c:84:da" },
      { name: "eth2", ...slave },
    ],
    interfaces: [{ name: "bond0", kind: "bond", mac }],
  });
  assertEquals(attributes, {
    interfaces: "bond0,eth0,eth1,eth2",
    macaddress_bond0: mac,
    macaddress_eth0: "52:54:00:FD:1E:62",
    macaddress_eth1: "52:54:00:7C:84:DA",
    macaddress_eth2: mac,
    macaddress: mac,
  });
});

Deno.test("blockdevice_* have what the kernel has for each kind of disk", () => {
  const disks: Disk[] = [
    {
      name: "sdb",
      hctl: "0:0:0:0",
      transport: "sas",
      vendor: "SEAGATE",
      model: "ST600MM0006",
      sizeBytes: 600127266816,
    },
    {
      name: "sdaa",
      hctl: "1:0:0:0",
      transport: "sata",
      vendor: "Samsung",
      model: "SAMSUNG MZ7TD256HAFV-000L9",
      sizeBytes: 512,
    },
    { name: "sdc", hctl: "2:0:0:0", transport: "usb", vendor: "iDRAC", model: "Virtual Floppy", removable: true },
    { name: "nvme0n1", transport: "nvme", vendor: "Samsung", model: "PM9A3", sizeBytes: 1024 },
    { name: "vda", transport: "virtio", controller: "0000:00:02.0", model: "none of these", sizeBytes: 274877906944 },
    { name: "mmcblk0", transport: "mmc", model: "DG4008", sizeBytes: 2048 },
    { name: "cciss!c0d0", vendor: "HP", model: "LOGICAL VOLUME", sizeBytes: 1024 },
  ];
  const pci = [{ address: "0000:00:02.0", vendorId: "1af5", subsystemVendorId: "1af4" }];
  assertEquals(of({ disks, pci })["blockdevices"], "cciss!c0d0,mmcblk0,nvme0n1,sdaa,sdb,sdc,vda");
  const each = Object.entries(of({ disks, pci })).filter(([name]) => name.startsWith("blockdevice_"));
  assertEquals(Object.fromEntries(each), {
    blockdevice_sdb_size: 600127266816,
    blockdevice_sdb_vendor: "SEAGATE",
    blockdevice_sdb_model: "ST600MM0006",
    blockdevice_sdaa_size: 512,
    blockdevice_sdaa_vendor: "ATA",
    blockdevice_sdaa_model: "SAMSUNG MZ7TD256",
    // No medium.
    blockdevice_sdc_size: 0,
    blockdevice_sdc_vendor: "iDRAC",
    blockdevice_sdc_model: "Virtual Floppy",
    blockdevice_nvme0n1_size: 1024,
    blockdevice_nvme0n1_model: "PM9A3",
    blockdevice_vda_size: 274877906944,
    blockdevice_vda_vendor: "0x1af4",
    blockdevice_mmcblk0_size: 2048,
    blockdevice_ccissc0d0_size: 1024,
    blockdevice_ccissc0d0_vendor: "HP",
    blockdevice_ccissc0d0_model: "LOGICAL VOLUME",
  });
});

Deno.test("blockdevices is not there where there is no device, as with Facter", () => {
  assertEquals(of({ disks: [] })["blockdevices"], undefined);
});

Deno.test("blockdevices has the optical drives that lshw knows", () => {
  const drive = {
    id: "cdrom",
    class: "disk",
    vendor: "iDRAC",
    product: "Virtual CD",
    logicalNames: ["/dev/cdrom", "/dev/sr0"],
  };
  assertEquals(of({ disks: [{ name: "sda" }] }, { lshw: [{ id: "host", class: "system", children: [drive] }] }), {
    blockdevices: "sda,sr0",
    blockdevice_sr0_vendor: "iDRAC",
    blockdevice_sr0_model: "Virtual CD",
    mk_hw_disk_count: "1",
    mk_hw_disk0_logical_name: "/dev/sda",
  });
});

Deno.test("partitions and filesystems have Facter's forms", () => {
  const uuid = "32caaec3-ef40-4691-a3b6-438c3f9bc1c0";
  const { partitions, filesystems } = of({
    partitions: [
      { name: "sda1", disk: "sda", sizeBytes: 524288000, uuid, mountpoint: "/boot", filesystem: "ext4", label: "boot" },
      { name: "sda2", disk: "sda", sizeBytes: 512, uuid: "ABCD-1234" },
      { name: "sda3", disk: "sda" },
    ],
    filesystems: ["xfs", "fuseblk", "ext4", "btrfs"],
  });
  assertEquals(partitions, {
    sda1: { uuid, size: "1024000", mount: "/boot", label: "boot", filesystem: "ext4" },
    sda2: { size: "1" },
    sda3: {},
  });
  assertEquals(filesystems, "btrfs,ext4,xfs");
  assertEquals(of({ partitions: [], filesystems: [] }), {});
});

Deno.test("SMBIOS facts have the firmware's words, dates and UUIDs in the old forms", () => {
  const attributes = of({
    system: {
      manufacturer: "Dell Inc.",
      productName: "PowerEdge M630",
      serialNumber: "G0WQJH2",
      uuid: "4c4c4544-0030-5710-8051-c7c04f4a4832",
    },
    baseboard: { manufacturer: "Dell Inc.", productName: "0R10KJ", serialNumber: ".G0WQJH2." },
    chassis: { type: "Multi-system" },
    firmware: { vendor: "Dell Inc.", version: "2.7.1", releaseDate: "2018-01-23" },
  }, { hostfs: { dmiIds: { bios_date: "01/23/2018" } } });
  assertEquals(attributes, {
    bios_vendor: "Dell Inc.",
    bios_version: "2.7.1",
    bios_release_date: "01/23/2018",
    boardmanufacturer: "Dell Inc.",
    boardproductname: "0R10KJ",
    boardserialnumber: ".G0WQJH2.",
    manufacturer: "Dell Inc.",
    productname: "PowerEdge M630",
    serialnumber: "G0WQJH2",
    uuid: "4C4C4544-0030-5710-8051-C7C04F4A4832",
    type: "Multi-system",
  });
  // As the firmware writes them: servers match on them.
  for (const date of ["09/28/10", "7/8/2019", "Oct 24 2022"]) {
    const { value } = parseDmidecode(
      `Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tRelease Date: ${date}\n`,
    );
    assertEquals(of({}, { dmidecode: value }), { bios_release_date: date });
  }
  assertEquals(of({}, { hostfs: { dmiIds: { bios_date: "To Be Filled By O.E.M." } } }), {});
});

Deno.test("processors are those of /proc/cpuinfo, and counted where only lscpu tells", () => {
  const model = "Intel(R) Xeon(R) CPU           X5675  @ 3.07GHz";
  assertEquals(of({ cpu: { sockets: 1, logical: [{ id: 0, modelName: model }, { id: 2, modelName: model }] } }), {
    processor0: model,
    processor1: model,
    physicalprocessorcount: 1,
    processorcount: 2,
    processors: { models: [model, model], count: 2, physicalcount: 1 },
  });
  assertEquals(of({ cpu: { onlineCpus: 64 } }), { processorcount: 64, processors: { count: 64 } });
});

Deno.test("os and lsb* have Facter's names, families and releases", () => {
  const os = (distribution: Distribution) => {
    const { os, ...lsb } = of({ os: { distribution } });
    return { os, lsb };
  };
  const debian = {
    id: "debian",
    name: "Debian GNU/Linux",
    version: "12",
    fullVersion: "12.11",
    codename: "bookworm",
    description: "Debian GNU/Linux 12 (bookworm)",
  };
  assertEquals(os(debian), {
    os: {
      name: "Debian",
      family: "Debian",
      release: { major: "12", minor: "11", full: "12.11" },
      lsb: {
        distcodename: "bookworm",
        distid: "Debian",
        distdescription: "Debian GNU/Linux 12 (bookworm)",
        distrelease: "12",
        majdistrelease: "12",
      },
    },
    lsb: {
      lsbdistcodename: "bookworm",
      lsbdistid: "Debian",
      lsbdistdescription: "Debian GNU/Linux 12 (bookworm)",
      lsbdistrelease: "12",
      lsbmajdistrelease: "12",
    },
  });
  // The form of facterdb's Ubuntu 14.04: the major release is year and month, and there is no minor one.
  assertEquals(os({ id: "ubuntu", version: "14.04" }).os, {
    name: "Ubuntu",
    family: "Debian",
    release: { major: "14.04", full: "14.04" },
    lsb: { distid: "Ubuntu", distrelease: "14.04", majdistrelease: "14.04" },
  });
  assertEquals(os({ id: "debian", version: "7.8" }).lsb["lsbminordistrelease"], "8");
  assertEquals(os({ id: "__proto__", name: "RancherOS", version: "1.5-rc1" }).os, {
    name: "RancherOS",
    family: "Linux",
    release: { major: "1", minor: "5", full: "1.5-rc1" },
    lsb: { distid: "RancherOS", distrelease: "1.5-rc1", majdistrelease: "1", minordistrelease: "5" },
  });
  assertEquals(of({ os: {} }), {});
});

Deno.test("architecture has the name that Facter had for it", () => {
  const architecture = (hardwareModel: string, id: string) =>
    of({ os: { hardwareModel, distribution: { id } } })["architecture"];
  assertEquals(architecture("x86_64", "debian"), "amd64");
  assertEquals(architecture("x86_64", "fedora"), "x86_64");
  assertEquals(architecture("i686", "debian"), "i386");
  assertEquals(architecture("aarch64", "ubuntu"), "aarch64");
  assertEquals(of({ os: { hardwareModel: "x86_64" } })["architecture"], "x86_64");
});

Deno.test("a host without a name is called mk and its first MAC; no other is renamed", () => {
  const names = (hostname: string | undefined, more: Partial<Facts["os"]> = {}) => {
    const identity: Facts["identity"] = { uuidSource: "none", macs: ["00:15:c5:ce:b6:c9"] };
    if (hostname !== undefined) identity.hostname = hostname;
    return of({ identity, os: { ...(hostname === undefined ? {} : { hostname: hostname.split(".")[0]! }), ...more } });
  };
  const made = { hostname: "mk0015C5CEB6C9", fqdn: "mk0015C5CEB6C9" };
  for (const none of [undefined, "", "localhost", "localhost.localdomain", "rancher", "(none)"]) {
    assertEquals(names(none, { domain: "localdomain", fqdn: `${none}` }), made, none);
  }
  assertEquals(names("node1"), { hostname: "node1", fqdn: "node1" });
  assertEquals(names("node1.dc1.example", { domain: "dc1.example", fqdn: "node1.dc1.example" }), {
    hostname: "node1",
    domain: "dc1.example",
    fqdn: "node1.dc1.example",
  });
  assertEquals(attributesOf(someCollection()), {});
});

Deno.test("vlans, lsbrelease and selinux_* are as Facter 2 sent them", () => {
  const interfaces = [181, 182, 2002].map((vlanId) => ({ name: `eth0.${vlanId}`, kind: "vlan", vlanId }));
  const selinux = {
    mode: "permissive",
    policyVersion: "30",
    configMode: "enforcing",
    configPolicy: "targeted",
  } as const;
  const distribution = { id: "centos", lsbVersion: ":core-4.1-amd64:core-4.1-noarch" };
  const sent = of({ interfaces, os: { selinux, distribution } });
  assertEquals(sent["vlans"], "181,182,2002");
  assertEquals(sent["lsbrelease"], ":core-4.1-amd64:core-4.1-noarch");
  assertEquals(Object.fromEntries(Object.entries(sent).filter(([name]) => name.startsWith("selinux"))), {
    selinux_config_mode: "enforcing",
    selinux_config_policy: "targeted",
    selinux_current_mode: "permissive",
    selinux_enforced: false,
    selinux_policyversion: "30",
  });
  assertEquals(of({ interfaces: [], os: {} }), {});
});
