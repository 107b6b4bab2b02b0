import { assertEquals } from "@std/assert";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import type { Host } from "../../../../collectors/host/mod.ts";
import { parseMeminfo } from "../../../../collectors/tools/kernel/meminfo.ts";
import { hostNames } from "../../../../collectors/tools/kernel/os.ts";
import { parseOsRelease } from "../../../../collectors/tools/kernel/os_release.ts";
import { parseFilesystems } from "../../../../collectors/tools/kernel/partitions.ts";
import { bytes, collectFrom, hostFsOf, makeMachine } from "./tree.ts";

Deno.test("parseMeminfo() gives bytes, and leaves counts of pages out", () => {
  const text =
    "MemTotal:        2030356 kB\nMemFree:         1866384 kB\nHugePages_Total:       4\nBad: x kB\nActive(anon):  12 kB\n";
  assertEquals([...parseMeminfo(text)], [["MemTotal", 2079084544], ["MemFree", 1911177216], ["Active(anon)", 12288]]);
});

Deno.test("hostfsCollector tells memory and what of it is free", async () => {
  const meminfo = "MemTotal: 2030356 kB\nMemFree: 100 kB\nMemAvailable: 200 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB";
  const { memory, volatile } = await hostFsOf({
    "proc/meminfo": meminfo,
    "proc/uptime": "350735.47 234388.90",
    "proc/loadavg": "0.20 0.18 0.12 1/80 11206",
  });
  assertEquals(memory, { usableBytes: 2079084544, swapBytes: 0 });
  assertEquals(volatile, {
    freeMemoryBytes: 204800,
    freeSwapBytes: 0,
    uptimeSeconds: 350735.47,
    loadAverage: [0.2, 0.18, 0.12],
  });
  const before314 = await hostFsOf({ "proc/meminfo": meminfo.replace("MemAvailable", "MemSomething") });
  assertEquals(before314.volatile?.freeMemoryBytes, 102400);
});

Deno.test("hostfsCollector makes nothing of a broken uptime, load or meminfo", async () => {
  const found = await hostFsOf({
    "proc/uptime": "long",
    "proc/loadavg": "0.20 0.18 x",
    "proc/meminfo": "MemTotal: -1 kB",
  });
  assertEquals([found.memory, found.volatile], [undefined, undefined]);
});

Deno.test("hostNames() splits a name as Facter did", () => {
  assertEquals(hostNames("node1.dc1.example"), { hostname: "node1", fqdn: "node1.dc1.example", domain: "dc1.example" });
  assertEquals(hostNames("node1"), { hostname: "node1", fqdn: "node1" });
  assertEquals(hostNames("node1."), { hostname: "node1", fqdn: "node1" });
  for (const name of [undefined, "(none)", ".", ".x"]) assertEquals(hostNames(name), {});
});

Deno.test("parseOsRelease() reads shell assignments", () => {
  const text = `# comment
NAME="Debian GNU/Linux"
ID=debian
PRETTY_NAME='It'
HOME_URL="https://x/?a=b"
ESCAPED="a \\"b\\" \\$c"
bad line
=x
`;
  assertEquals([...parseOsRelease(text)], [
    ["NAME", "Debian GNU/Linux"],
    ["ID", "debian"],
    ["PRETTY_NAME", "It"],
    ["HOME_URL", "https://x/?a=b"],
    ["ESCAPED", 'a "b" $c'],
  ]);
});

Deno.test("hostfsCollector tells the kernel, the names and the distribution", async () => {
  const { os } = await hostFsOf({
    "proc/sys/kernel/osrelease": "6.1.0-56-amd64",
    "proc/sys/kernel/hostname": "node1.example",
    "proc/sys/kernel/arch": "x86_64",
    "proc/cmdline": "quiet BOOTIF=01-b0-83-fe-d0-00-03",
    "etc/os-release":
      'ID="centos"\nNAME="CentOS Linux"\nVERSION="7 (Core)"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"',
  });
  assertEquals(os, {
    kernel: "6.1.0-56-amd64",
    hardwareModel: "x86_64",
    cmdline: "quiet BOOTIF=01-b0-83-fe-d0-00-03",
    bootInterfaceMac: "b0:83:fe:d0:00:03",
    hostname: "node1",
    fqdn: "node1.example",
    domain: "example",
    distribution: {
      id: "centos",
      name: "CentOS Linux",
      version: "7",
      codename: "Core",
      description: "CentOS Linux 7 (Core)",
    },
  });
});

Deno.test("hostfsCollector takes Debian's full release, and none of those that are made of Debian", async () => {
  const fullVersion = async (id: string, debianVersion: string) => {
    await using machine = await makeMachine({ "proc/meminfo": "", "etc/os-release": `ID=${id}` });
    const { host } = machine;
    const read: Host["read"] = (path) =>
      path === "/etc/debian_version" ? Promise.resolve({ value: bytes(debianVersion) }) : host.read(path);
    return (await collectFrom({ ...host, read })).value?.os?.distribution?.fullVersion;
  };
  assertEquals(await fullVersion("debian", "12.11\n"), "12.11");
  assertEquals(await fullVersion("ubuntu", "bookworm/sid\n"), undefined);
});

Deno.test("parseFilesystems() lists those that live on a device", () => {
  assertEquals(parseFilesystems("nodev\tsysfs\nnodev\ttmpfs\n\text3\n\text4\n\tfuseblk\n\n"), [
    "ext3",
    "ext4",
    "fuseblk",
  ]);
});

Deno.test("hostfsCollector tells a machine check from the kernel's taint", async () => {
  const taint = async (text: string) => (await hostFsOf({ "proc/sys/kernel/tainted": text })).os?.machineCheck;
  // 4113 is 4096 (unsigned module), 16 and 1.
  for (const text of ["16", "4113"]) assertEquals(await taint(text), true);
  for (const text of ["0", "4097", "", "x"]) assertEquals(await taint(text), undefined);
});

Deno.test("hostfsCollector tells UEFI, secure boot and the TPM", async () => {
  const variable = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
  const efi = (content: string) => hostFsOf({ [variable]: bytes(content), "sys/firmware/acpi/pm_profile": "4" });
  const on = await efi("\x06\0\0\0\x01");
  assertEquals([on.bootMode, on.secureBoot], ["uefi", true]);
  assertEquals((await efi("\x06\0\0\0\0")).secureBoot, false);
  for (const broken of ["", "\x01", "\x06\0\0\0\x07", "\x06\0\0\0\x01\x01"]) {
    assertEquals((await efi(broken)).secureBoot, undefined);
  }
  const setup = variable.replace("SecureBoot", "SetupMode");
  assertEquals((await hostFsOf({ [setup]: bytes("\x06\0\0\0\x01") })).setupMode, true);
  const bios = await hostFsOf({ "sys/firmware/acpi/pm_profile": "4" });
  assertEquals([bios.bootMode, bios.secureBoot], ["bios", undefined]);
  assertEquals((await hostFsOf({ "sys/firmware": null })).bootMode, undefined, "masked, as in a container");
  assertEquals((await hostFsOf({ "sys/firmware/devicetree/base/model": "board" })).bootMode, undefined);
});

Deno.test("hostfsCollector tells the version of a TPM from what its kernel has", async () => {
  const tpm = async (files: Record<string, string>) =>
    (await hostFsOf(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`sys/class/tpm/tpm0/${name}`, text])),
    )).tpm;
  assertEquals(await tpm({ tpm_version_major: "2", "device/description": "TPM 2.0 Device" }), {
    version: "2.0",
    description: "TPM 2.0 Device",
  });
  assertEquals(await tpm({ tpm_version_major: "1" }), { version: "1.2" });
  assertEquals(await tpm({ "device/description": "TPM 2.0 Device" }), {
    version: "2.0",
    description: "TPM 2.0 Device",
  });
  assertEquals(await tpm({ "device/caps": "Manufacturer: 0x49465800\nTCG version: 1.2" }), { version: "1.2" });
  assertEquals(await tpm({ dev: "10:224" }), {});
  assertEquals((await hostFsOf({ "sys/class/tpm": null })).tpm, undefined);
});

Deno.test("hostfsCollector hands on what SMBIOS says in /sys, as it stands there", async () => {
  const { dmiIds, hypervisor } = await hostFsOf({
    "sys/class/dmi/id/sys_vendor": "Dell Inc.",
    "sys/class/dmi/id/product_serial": "To Be Filled By O.E.M.",
    "sys/class/dmi/id/board_version": "",
    "sys/class/dmi/id/modalias": "dmi:bvnDellInc.",
    "sys/class/dmi/id/power": null,
    "sys/hypervisor/type": "xen",
  });
  assertEquals(dmiIds, { sys_vendor: "Dell Inc.", product_serial: "To Be Filled By O.E.M." });
  assertEquals(hypervisor, "xen");
});

Deno.test("hostfsCollector masks what looks like a secret on the kernel command line", async () => {
  const { os } = await hostFsOf({ "proc/cmdline": "quiet join_token=abc123 root=/dev/sda1 luks.password=x\n" });
  assertEquals(os?.cmdline, "quiet join_token=*** root=/dev/sda1 luks.password=***");
});

Deno.test("hostfsCollector masks passwords in addresses on the kernel command line, and no other part of them", async () => {
  const masked: [word: string, shown: string][] = [
    ["ks=http://admin:s3cr3t@10.0.0.1:80/ks.cfg?to=a@b", "ks=http://admin:***@10.0.0.1:80/ks.cfg?to=a@b"],
    ["sources=['url:http://a:p@ss@h/','url:ftp://:x@h/']", "sources=['url:http://a:***@h/','url:ftp://:***@h/']"],
    ["netroot=iscsi:user:chap:back:chap2@10.0.0.1::3260::iqn", "netroot=iscsi:user:***@10.0.0.1::3260::iqn"],
    ["rd.iscsi.passwd=x", "rd.iscsi.passwd=***"],
    ["wifi_passphrase=x", "wifi_passphrase=***"],
    ["ks=http://10.0.0.1:80/a?to=a@b", "ks=http://10.0.0.1:80/a?to=a@b"],
    ["ks=http://admin@10.0.0.1/", "ks=http://admin@10.0.0.1/"],
    ["netroot=iscsi:10.0.0.1::3260::iqn", "netroot=iscsi:10.0.0.1::3260::iqn"],
    ["iommu.passthrough=1", "iommu.passthrough=1"],
  ];
  const { os } = await hostFsOf({ "proc/cmdline": masked.map(([word]) => word).join(" ") });
  assertEquals(os?.cmdline, masked.map(([, shown]) => shown).join(" "));
});

Deno.test("hostfsCollector tells the host's release, LSB and SELinux by its first process, where /etc is a container's", async () => {
  await using machine = await makeMachine({
    ...{ "proc/version": "Linux", "sys/fs/selinux/enforce": "1", "sys/fs/selinux/policyvers": "31" },
    "proc/1/root/etc/os-release": `ID=centos\nNAME="CentOS Linux"\nVERSION_ID="7"`,
    "proc/1/root/etc/lsb-release": `LSB_VERSION="base-4.0-amd64"`,
    "proc/1/root/etc/lsb-release.d/core-4.1-noarch": "",
    "proc/1/root/etc/lsb-release.d/core-4.1-amd64": "",
    "proc/1/root/etc/selinux/config": "# comment\nSELINUX=Permissive\nSELINUXTYPE=targeted",
  });
  const { value } = await collectFrom(createLocalHost({ roots: machine.host.roots }));
  assertEquals(value?.os, {
    distribution: {
      ...{ id: "centos", name: "CentOS Linux", version: "7" },
      lsbVersion: "base-4.0-amd64:core-4.1-amd64:core-4.1-noarch",
    },
    selinux: { mode: "enforcing", policyVersion: "31", configMode: "permissive", configPolicy: "targeted" },
  });
});

Deno.test("hostfsCollector tells of no SELinux where the kernel has none", async () => {
  const { os } = await hostFsOf({ "proc/sys/kernel/osrelease": "6.1.0", "sys/fs/selinux/x": "" });
  assertEquals(os, { kernel: "6.1.0" });
});
