import { assertEquals } from "@std/assert";
import { mountsByDevice, mountsOf, parseMountinfo } from "../../../../collectors/tools/kernel/mounts.ts";
import { diskOf, parseProcPartitions } from "../../../../collectors/tools/kernel/partitions.ts";

Deno.test("parseMountinfo() reads mounts with any number of optional fields", () => {
  const text = `36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
23 27 0:22 / /sys rw - sysfs sysfs rw
25 24 0:23 / /odd rw - fuse.x a\\134b rw
short line
24 x y / / rw - ext4 /dev/sda rw
`;
  assertEquals(parseMountinfo(text), [
    { device: "98:0", root: "/mnt1", mountpoint: "/mnt 2", filesystem: "ext3", source: "/dev/root" },
    { device: "0:22", root: "/", mountpoint: "/sys", filesystem: "sysfs", source: "sysfs" },
    { device: "0:23", root: "/", mountpoint: "/odd", filesystem: "fuse.x", source: "a\\b" },
  ]);
});

Deno.test("mountsOf() knows a device by its numbers, and a btrfs by its name", () => {
  const mounts = mountsByDevice(parseMountinfo(`27 1 8:1 / / rw - ext4 /dev/root rw
28 27 8:1 /var/lib /mnt/bind rw - ext4 /dev/root rw
29 27 8:1 / /again rw - ext4 /dev/root rw
30 27 0:40 /@ /srv rw - btrfs /dev/sda2 rw
31 27 0:40 /@home /home rw - btrfs /dev/sda2 rw
32 27 8:3 /ostree/1 /sysroot rw - xfs /dev/sda3 rw
33 27 8:3 /ostree/1/var /var rw - xfs /dev/sda3 rw
34 27 8:3 /ostree/1-b /other rw - xfs /dev/sda3 rw
`));
  const of = (device: string, name: string) => mountsOf(mounts, device, name).map(({ mountpoint }) => mountpoint);
  assertEquals(of("8:1", "sda1"), ["/", "/again"]);
  assertEquals(of("8:2", "sda2"), ["/srv", "/home"]);
  assertEquals(of("8:3", "sda3"), ["/sysroot", "/other"]);
  assertEquals(of("8:4", "sda4"), []);
});

Deno.test("parseProcPartitions() names devices as /sys/block does", () => {
  const text =
    "major minor  #blocks  name\n\n 259        1     307200 nvme0n1\n 104        1  1 cciss/c0d0p1\n 8 x 1 sda\n";
  assertEquals(parseProcPartitions(text), [
    { name: "nvme0n1", device: "259:1" },
    { name: "cciss!c0d0p1", device: "104:1" },
  ]);
});

Deno.test("diskOf() tells the disk of a partition", () => {
  const cases = {
    sda1: "sda",
    sdaa12: "sdaa",
    nvme0n1p3: "nvme0n1",
    mmcblk0p2: "mmcblk0",
    "cciss!c0d0p1": "cciss!c0d0",
  };
  for (const [name, disk] of Object.entries(cases)) assertEquals(diskOf(name), disk);
  // Whether "nvme0n" is a disk is for the list of disks to say.
  assertEquals([diskOf("sda"), diskOf("nvme0n1"), diskOf("")], [undefined, "nvme0n", undefined]);
});
