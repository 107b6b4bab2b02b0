import { assertEquals } from "@std/assert";
import type { Disk } from "../../../collectors/facts/mod.ts";
import type { KernelDisk } from "../../../collectors/tools/kernel/disks.ts";
import { attributesOf } from "../../../checkin/hanlon/attributes/mod.ts";
import { assembled } from "./assembled.ts";

/** A machine with a SATA disk, an NVMe disk, a virtio disk, a USB stick, and what is no disk. */
const LSHW = {
  id: "node",
  class: "system",
  children: [
    {
      id: "sata",
      class: "storage",
      businfo: "pci@0000:00:1f.2",
      children: [{
        id: "disk",
        class: "disk",
        description: "ATA Disk",
        product: "INTEL SSDSC2KB48",
        vendor: "Intel",
        physid: "0.0.0",
        businfo: "scsi@1:0.0.0",
        logicalname: ["/dev/sg1", "/dev/sda"],
        version: "0110",
        serial: "PHDV1234567890",
        units: "bytes",
        size: 480103981056,
        configuration: { logicalsectorsize: "512", sectorsize: "4096" },
        children: [
          {
            id: "volume:0",
            class: "volume",
            logicalname: ["/dev/sda1", "/", "/srv"],
            serial: "16404fef-d251-4648-8950-b85483dca0d9",
            size: 479_000_000_000,
            capacity: 479_100_000_000,
            configuration: { filesystem: "ext4", label: "root", modified: "2026-01-01 00:00:00" },
          },
          {
            id: "volume:1",
            class: "volume",
            logicalname: "/dev/sda2",
            serial: "entry-of-the-table",
            capacity: 1048576,
          },
        ],
      }],
    },
    {
      id: "nvme",
      class: "storage",
      product: "Micron_9300",
      vendor: "Micron Technology Inc",
      businfo: "pci@0000:45:00.0",
      version: "11300DN0",
      serial: "202728F691F5",
      children: [
        { id: "namespace:0", class: "disk", description: "NVMe disk", logicalname: "hwmon0" },
        { id: "namespace:1", class: "disk", description: "NVMe disk", logicalname: "/dev/ng0n1" },
        {
          id: "namespace:2",
          class: "disk",
          description: "NVMe disk",
          businfo: "nvme@0:1",
          logicalname: "/dev/nvme0n1",
          units: "bytes",
          size: 3840755982336,
          configuration: { wwid: "eui.00a0750128f691f5" },
        },
      ],
    },
    {
      id: "scsi:0",
      class: "storage",
      businfo: "pci@0000:00:05.0",
      children: [{
        id: "virtio1",
        class: "disk",
        businfo: "virtio@1",
        logicalname: ["/dev/vda", "/data"],
        units: "bytes",
        size: 4294967296,
      }],
    },
    {
      id: "usb:0",
      class: "bus",
      businfo: "pci@0000:00:14.0",
      children: [{
        id: "usb:1",
        class: "storage",
        businfo: "usb@1:2",
        children: [{
          id: "disk",
          class: "disk",
          description: "SCSI Disk",
          product: "Ultra Fit",
          businfo: "scsi@2:0.0.0",
          logicalname: "/dev/sdb",
          capabilities: { removable: "support is removable", "7200rpm": "7200 rotations per minute" },
          children: [{ id: "medium", class: "disk", logicalname: "/dev/sdb", units: "bytes", size: 15376318464 }],
        }],
      }],
    },
    { id: "cdrom", class: "disk", logicalname: ["/dev/cdrom", "/dev/sr0"], businfo: "scsi@8:0.0.0" },
  ],
};

Deno.test("factsOf() makes disks of lshw alone, by name, with what stands at their controllers", () => {
  assertEquals(assembled({ lshw: LSHW }).disks, [
    {
      name: "nvme0n1",
      path: "/dev/nvme0n1",
      model: "Micron_9300",
      serialNumber: "202728F691F5",
      wwn: "eui.00a0750128f691f5",
      firmware: "11300DN0",
      sizeBytes: 3840755982336,
      transport: "nvme",
      busAddress: "nvme@0:1",
      controller: "0000:45:00.0",
    },
    {
      name: "sda",
      path: "/dev/sda",
      model: "INTEL SSDSC2KB48",
      vendor: "Intel",
      serialNumber: "PHDV1234567890",
      firmware: "0110",
      sizeBytes: 480103981056,
      logicalBlockBytes: 512,
      physicalBlockBytes: 4096,
      transport: "sata",
      busAddress: "scsi@1:0.0.0",
      hctl: "1:0:0:0",
      controller: "0000:00:1f.2",
      mountpoints: ["/", "/srv"],
    },
    {
      name: "sdb",
      path: "/dev/sdb",
      model: "Ultra Fit",
      rotational: true,
      removable: true,
      transport: "usb",
      busAddress: "scsi@2:0.0.0",
      hctl: "2:0:0:0",
      controller: "0000:00:14.0",
    },
    {
      name: "vda",
      path: "/dev/vda",
      sizeBytes: 4294967296,
      transport: "virtio",
      busAddress: "virtio@1",
      controller: "0000:00:05.0",
      mountpoints: ["/data"],
    },
  ]);
});

Deno.test("factsOf() makes partitions of lshw alone, with the file system's own UUID only", () => {
  assertEquals(assembled({ lshw: LSHW }).partitions, [
    {
      name: "sda1",
      disk: "sda",
      sizeBytes: 479_100_000_000,
      uuid: "16404fef-d251-4648-8950-b85483dca0d9",
      label: "root",
      filesystem: "ext4",
      mountpoint: "/",
    },
    { name: "sda2", disk: "sda", sizeBytes: 1048576 },
  ]);
});

Deno.test("factsOf() names what is in a partition as blkid and the kernel do", () => {
  const volume = (i: number, more: Record<string, unknown>) => ({
    id: `volume:${i}`,
    class: "volume",
    logicalname: `/dev/sda${i}`,
    ...more,
  });
  const children = [
    volume(1, { configuration: { filesystem: "fat" } }),
    volume(2, { configuration: { filesystem: "luks" } }),
    volume(3, {
      serial: "SRdwg1-oP0b-bLNp-j7J9-h4k7-so0N-MdTts4",
      capabilities: { multi: "Multi-volumes", lvm2: true },
    }),
    volume(10, { configuration: { filesystem: "xfs" } }),
    volume(4, { configuration: { filesystem: "swap" } }),
  ];
  const disk = { id: "disk", class: "disk", logicalname: "/dev/sda", children };
  const { partitions } = assembled({ lshw: { id: "x", class: "system", children: [disk] } });
  assertEquals(partitions?.map(({ filesystem }) => filesystem), ["vfat", "crypto_LUKS", "LVM2_member", "swap", "xfs"]);
});

Deno.test("factsOf() has one entry for a disk that the kernel and lshw know, and believes the kernel", () => {
  const known: Disk[] = [
    {
      name: "sda",
      serialNumber: "PHDV1234567890EXACT",
      sizeBytes: 480103981056,
      transport: "sas",
      firmware: "XCV10110",
    },
    { name: "sdz", sizeBytes: 1 },
  ];
  const { disks, partitions } = assembled({
    lshw: LSHW,
    hostfs: { disks: known, partitions: [{ name: "sda1", disk: "sda", sizeBytes: 7, filesystem: "btrfs" }] },
  });
  assertEquals(disks, [
    { ...known[0]!, model: "INTEL SSDSC2KB48", vendor: "Intel", busAddress: "scsi@1:0.0.0" },
    known[1]!,
  ]);
  assertEquals(partitions, [{
    name: "sda1",
    disk: "sda",
    sizeBytes: 7,
    filesystem: "btrfs",
    uuid: "16404fef-d251-4648-8950-b85483dca0d9",
    label: "root",
  }]);
});

Deno.test("factsOf() finds a disk whose name has a slash in lshw's tree", () => {
  const node = { id: "disk", class: "disk", logicalname: "/dev/cciss/c0d0", serial: "600508B1" };
  const { disks } = assembled({
    lshw: { id: "x", class: "system", children: [node] },
    hostfs: { disks: [{ name: "cciss!c0d0" }] },
  });
  assertEquals(disks, [{ name: "cciss!c0d0", serialNumber: "600508B1" }]);
});

Deno.test("factsOf() tells no disks from disks that nobody looked for", () => {
  assertEquals(assembled({ hostfs: { disks: [] } }).disks, []);
  assertEquals(assembled({ lshw: { id: "x", class: "system" } }).disks, []);
  assertEquals(assembled({ hostfs: {} }).disks, undefined);
  assertEquals(assembled({}).disks, undefined);
});

for (
  const [controller, description, transport] of [
    ["sata", "ATA Disk", "sata"],
    ["sas:0", "SCSI Disk", "sas"],
    ["sas", "ATA Disk", "sata"],
    ["raid", "SCSI Disk", undefined],
    ["scsi", "SCSI Disk", undefined],
  ] as const
) {
  Deno.test(`factsOf() gives the ${description} of lshw's ${controller} the transport ${transport}`, () => {
    const disk = { id: "disk", class: "disk", description, logicalname: "/dev/sda", businfo: "scsi@0:0.0.0" };
    const lshw = { id: "x", class: "system", children: [{ id: controller, class: "storage", children: [disk] }] };
    assertEquals(assembled({ lshw }).disks?.[0]?.transport, transport);
  });
}

Deno.test("factsOf() sorts disks as the kernel counts them", () => {
  const children = ["sdaa", "nvme10n1", "sdb", "nvme2n1"].map((name) => ({
    id: "disk",
    class: "disk",
    logicalname: `/dev/${name}`,
  }));
  const names = assembled({ lshw: { id: "x", class: "system", children } }).disks?.map(({ name }) => name);
  assertEquals(names, ["nvme2n1", "nvme10n1", "sdb", "sdaa"]);
});

Deno.test("factsOf() tells by its name what is a disk where only lshw tells of them", () => {
  const disks = ["dasda", "hda", "mmcblk0", "nvme0n1", "pmem0", "sda", "vda", "xvda"];
  const others = ["sr0", "sg1", "ng0n1", "hwmon0", "fd0", "nvme0", "sda1"];
  const children = [...others, ...disks].map((name) => ({ id: name, class: "disk", logicalname: `/dev/${name}` }));
  assertEquals(assembled({ lshw: { id: "x", class: "system", children } }).disks?.map(({ name }) => name), disks);
});

/** Paths to a LUN: a SCSI disk of the kernel's for each of these names. */
function pathsTo(wwn: string, names: string[], more: Partial<KernelDisk> = {}): KernelDisk[] {
  return names.map((name, i) => ({
    ...{
      name,
      path: `/dev/${name}`,
      model: "LUN C-Mode",
      wwn,
      sizeBytes: 1e12,
      transport: "fc",
      hctl: `${i + 1}:0:0:0`,
    },
    ...{ controller: `0000:81:00.${i}`, byId: [`path-${name}`], ...more },
  }));
}

Deno.test("factsOf() makes one disk of four paths to one LUN, and old names of each of them", () => {
  const names = ["sda", "sdb", "sdc", "sdd"];
  const local: KernelDisk = { name: "sde", path: "/dev/sde", transport: "sata", sizeBytes: 480e9, hctl: "9:0:0:0" };
  const disks = [...pathsTo("naa.600a0980", names, { multipath: "mpatha" }), local];
  const facts = assembled({ hostfs: { disks } });
  assertEquals(facts.disks?.map(({ name, multipath, paths }) => [name, multipath, paths?.map(({ name }) => name)]), [
    ["sda", "mpatha", names],
    ["sde", undefined, undefined],
  ]);
  const [lun] = facts.disks!;
  assertEquals(lun?.byId, names.map((name) => `path-${name}`));
  assertEquals(lun?.paths?.[3], {
    name: "sdd",
    path: "/dev/sdd",
    transport: "fc",
    hctl: "4:0:0:0",
    controller: "0000:81:00.3",
  });
  const attributes = attributesOf({ facts, parts: {} });
  assertEquals(attributes["blockdevices"], "sda,sdb,sdc,sdd,sde");
  assertEquals(attributes["blockdevice_sdc_size"], 1e12);
  assertEquals([attributes["mk_hw_disk_count"], attributes["mk_hw_disk3_logical_name"]], ["5", "/dev/sdd"]);
});

Deno.test("factsOf() knows paths by their wwid where no multipathd has run, but no copies of a serial number", () => {
  const count = (disks: KernelDisk[]) => assembled({ hostfs: { disks } }).disks?.length;
  assertEquals(count(pathsTo("naa.5000c500a", ["sda", "sdb"], { transport: "sas" })), 1);
  assertEquals(count([...pathsTo("naa.6a", ["sda", "sdb"]), ...pathsTo("naa.6b", ["sdc", "sdd"])]), 2);
  assertEquals(count(pathsTo("eui.0017380000cb11f9", ["sda", "sdb"])), 1);
  // Of namespaces over a fabric, with the kernel's own multipath switched off; many copy the name, and no serial number.
  const namespaces = (...serials: string[]) =>
    serials.flatMap((serialNumber, i) =>
      pathsTo("uuid.0b1e", [`nvme${i}n1`], { transport: "nvme-tcp", serialNumber }).map(({ hctl: _, ...disk }) => disk)
    );
  assertEquals(count(namespaces("S1", "S1")), 1);
  assertEquals(count(namespaces("S1", "S2")), 2);
  // One path that multipathd has not yet taken up.
  assertEquals(count([...pathsTo("naa.6a", ["sda"], { multipath: "mpatha" }), ...pathsTo("naa.6a", ["sdb"])]), 1);
  assertEquals(count(pathsTo("naa.5000000000000000", ["sda", "sdb"], { transport: "usb" })), 2);
  assertEquals(count(pathsTo("t10.ATA     DISK", ["sda", "sdb"], { transport: "sas" })), 2);
  assertEquals(count([...pathsTo("naa.6a", ["sda"]), ...pathsTo("naa.6a", ["sdb"], { sizeBytes: 2e12 })]), 2);
});

Deno.test("factsOf() takes no size of lshw below 0 or beyond what a number holds", () => {
  const size = (size: number | string) =>
    assembled({
      lshw: { id: "disk", class: "disk", logicalname: "/dev/sda", units: "bytes", businfo: "scsi@0:0.0.0", size },
    }).disks?.[0]?.sizeBytes;
  assertEquals([480103981056, -1, -512, 0, "18446744073709551104"].map(size), [
    480103981056,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
