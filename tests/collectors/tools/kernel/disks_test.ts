import { assertEquals } from "@std/assert";
import type { Disk } from "../../../../collectors/facts/mod.ts";
import { nvmeTransport } from "../../../../collectors/tools/kernel/transport.ts";
import { bytes, disk, type Entries, hostFsOf } from "./tree.ts";

/** As the kernel pads them: INQUIRY has 8, 16 and 4 characters. */
function inquiry(vendor: string, model: string, rev: string): Entries {
  return { vendor: vendor.padEnd(8), model: model.padEnd(16), rev: rev.padEnd(4) };
}

function vpdSerialNumber(serial: string): Uint8Array {
  return bytes(`\x00\x80\x00${String.fromCharCode(serial.length)}${serial}`);
}

const USUAL: Entries = {
  size: "1172123568",
  removable: "0",
  ro: "0",
  "queue/logical_block_size": "512",
  "queue/physical_block_size": "512",
  "queue/rotational": "1",
};

async function only(entries: Entries): Promise<Disk> {
  const { disks } = await hostFsOf(entries);
  assertEquals(disks?.length, 1);
  return disks![0]!;
}

Deno.test("hostfsCollector tells all that a SAS disk says of itself", async () => {
  const path = "pci0000:80/0000:80:02.0/0000:81:00.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0/block/sda";
  assertEquals(
    await only({
      ...disk(path, USUAL, {
        ...inquiry("SEAGATE", "ST600MM0006", "LS0B"),
        wwid: "naa.5000c50071234567",
        vpd_pg80: vpdSerialNumber("S0M1ABCD            "),
      }),
      "dev/disk/by-id/wwn-0x5000c50071234567": "-> ../../sda",
      "dev/disk/by-id/wwn-0x5000c50071234567-part1": "-> ../../sda1",
      "dev/disk/by-id/scsi-35000c50071234567": "-> ../../sda",
      "dev/disk/by-id/no-link": "",
    }),
    {
      name: "sda",
      path: "/dev/sda",
      model: "ST600MM0006",
      vendor: "SEAGATE",
      serialNumber: "S0M1ABCD",
      firmware: "LS0B",
      wwn: "naa.5000c50071234567",
      sizeBytes: 600127266816,
      logicalBlockBytes: 512,
      physicalBlockBytes: 512,
      rotational: true,
      removable: false,
      readOnly: false,
      transport: "sas",
      busAddress: "scsi@0:0.0.0",
      hctl: "0:0:0:0",
      controller: "0000:81:00.0",
      byId: ["scsi-35000c50071234567", "wwn-0x5000c50071234567"],
    },
  );
});

const SATA = "pci0000:00/0000:00:1f.2/ata1/host1/target1:0:0/1:0:0:0/block/sdb";

/** The answer to IDENTIFY DEVICE as libata gives it in VPD page 0x89: words with their two characters swapped. */
function vpdAtaInformation(serial: string, firmware: string, model: string): Uint8Array {
  const page = new Uint8Array(572);
  page.set([0, 0x89, 2, 0x38]);
  const put = (word: number, text: string) => page.set(bytes(text.replace(/(.)(.)/g, "$2$1")), 60 + 2 * word);
  put(10, serial.padStart(20));
  put(23, firmware.padEnd(8));
  put(27, model.padEnd(40));
  return page;
}

Deno.test("hostfsCollector tells a SATA disk's whole model, serial number and firmware, which its INQUIRY cuts", async () => {
  const found = await only({
    ...disk(SATA, { ...USUAL, "queue/physical_block_size": "4096", "queue/rotational": "0" }, {
      ...inquiry("ATA", "INTEL SSDSC2KB48", "0110"),
      wwid: "naa.55cd2e414d123456",
      vpd_pg80: vpdSerialNumber("BTYF00000000480BGN  "),
      vpd_pg89: vpdAtaInformation("BTYF00000000480BGN", "XCV10110", "INTEL SSDSC2KB480G8"),
    }),
    "sys/class/scsi_host/host1/proc_name": "ahci",
  });
  assertEquals(found.model, "INTEL SSDSC2KB480G8");
  assertEquals(found.serialNumber, "BTYF00000000480BGN");
  assertEquals(found.firmware, "XCV10110");
  assertEquals(found.transport, "sata");
  assertEquals(found.rotational, false);
  assertEquals(found.physicalBlockBytes, 4096);
  assertEquals(found.controller, "0000:00:1f.2");
  assertEquals("vendor" in found, false);
});

Deno.test("hostfsCollector takes a SATA disk's model from its T10 designator where the kernel keeps no page 0x89", async () => {
  const t10 = `ATA     ${"ST2000NM0011".padEnd(40)}${"Z1P01234".padStart(20)}`;
  const designators = `\x02\x00\x00\x14${"Z1P01234".padStart(20)}\x02\x01\x00\x44${t10}\x01\x03\x00\x08PSC\xe0\x12345`;
  const found = await only(disk(SATA, USUAL, {
    ...inquiry("ATA", "ST2000NM0011", "SN02"),
    vpd_pg83: bytes(`\x00\x83\x00${String.fromCharCode(designators.length)}${designators}`),
  }));
  assertEquals(found.model, "ST2000NM0011");
  assertEquals(found.serialNumber, "Z1P01234");
  assertEquals(found.firmware, "SN02");
});

Deno.test("hostfsCollector names the transport of an ATA disk by its host's driver", async () => {
  const transportOf = async (driver?: string) => {
    const host: Entries = driver === undefined ? {} : { "sys/class/scsi_host/host1/proc_name": driver };
    return (await only({ ...disk(SATA, USUAL, inquiry("ATA", "DISK", "1")), ...host })).transport;
  };
  assertEquals(await transportOf("ahci"), "sata");
  assertEquals(await transportOf("sata_nv"), "sata");
  assertEquals(await transportOf("pata_amd"), "ide");
  assertEquals(await transportOf("ata_piix"), "ata");
  assertEquals(await transportOf(), "ata");
});

Deno.test("hostfsCollector tells a SATA disk behind a SAS or RAID adapter from others there", async () => {
  const transportOf = async (path: string, vendor: string) =>
    (await only(disk(`pci0000:00/0000:00:0c.0/host8/${path}`, USUAL, inquiry(vendor, "DISK", "1")))).transport;
  const sas = "port-8:0/end_device-8:0/target8:0:0/8:0:0:0/block/sdd";
  assertEquals(await transportOf(sas, "ATA"), "sata");
  assertEquals(await transportOf(sas, "HGST"), "sas");
  const raid = "target8:0:4/8:0:4:0/block/sdd";
  assertEquals(await transportOf(raid, "ATA"), "sata");
  assertEquals(await transportOf(raid, "DELL"), "scsi");
});

Deno.test("hostfsCollector tells the transport of a SCSI disk by its path", async () => {
  const pci = "pci0000:00/0000:00:0b.0";
  const cases: [path: string, transport: string][] = [
    [`${pci}/host7/target7:2:0/7:2:0:0/block/sdc`, "scsi"],
    [`${pci}/virtio2/host0/target0:0:0/0:0:0:0/block/sdc`, "virtio"],
    [`${pci}/host1/rport-1:0-3/target1:0:3/1:0:3:0/block/sdc`, "fc"],
    ["platform/host2/session1/target2:0:0/2:0:0:1/block/sdc", "iscsi"],
    [`${pci}/usb2/2-1/2-1:1.0/host9/target9:0:0/9:0:0:0/block/sdc`, "usb"],
  ];
  for (const [path, transport] of cases) {
    assertEquals((await only(disk(path, USUAL, inquiry("V", "M", "1")))).transport, transport);
  }
});

Deno.test("hostfsCollector takes a USB disk's serial number from the USB device where the disk has none", async () => {
  const device = "pci0000:00/0000:00:05.0/usb2/2-1";
  const found = await only({
    ...disk(`${device}/2-1:1.0/host9/target9:0:0/9:0:0:0/block/sde`, { ...USUAL, removable: "1", size: "0" }, {
      ...inquiry("Generic-", "SD/MMC", "1.00"),
    }),
    [`sys/devices/${device}/serial`]: "20120501030900000",
  });
  assertEquals(found.serialNumber, "20120501030900000");
  assertEquals(found.removable, true);
  assertEquals("sizeBytes" in found, false, "no medium in the reader");
});

Deno.test("hostfsCollector reads an NVMe disk", async () => {
  const found = await only(
    disk("pci0000:00/0000:00:1d.0/0000:3b:00.0/nvme/nvme0/nvme0n1", { ...USUAL, wwid: "eui.0025385b71b00001" }, {
      model: "SAMSUNG MZVLB512HAJQ-00000".padEnd(40),
      serial: "S3W8NX0M123456".padEnd(20),
      firmware_rev: "EXA7301Q",
    }),
  );
  assertEquals(found.model, "SAMSUNG MZVLB512HAJQ-00000");
  assertEquals(found.serialNumber, "S3W8NX0M123456");
  assertEquals(found.firmware, "EXA7301Q");
  assertEquals(found.wwn, "eui.0025385b71b00001");
  assertEquals(found.transport, "nvme");
  assertEquals(found.busAddress, "pci@0000:3b:00.0");
  assertEquals(found.controller, "0000:3b:00.0");
});

Deno.test("hostfsCollector lists an NVMe namespace with two controllers once", async () => {
  const subsystem = "virtual/nvme-subsystem/nvme-subsys1";
  const controllers = ["pci0000:00/0000:00:09.0/nvme/nvme1", "pci0000:00/0000:00:0a.0/nvme/nvme2"];
  const found = await only({
    ...disk(`${subsystem}/nvme1n1`, USUAL, { model: "QEMU NVMe Ctrl", serial: "MULTIPATH01" }),
    ...disk(`${controllers[0]}/nvme1c1n1`, USUAL),
    ...disk(`${controllers[1]}/nvme1c2n1`, USUAL),
    "sys/class/nvme-subsystem/nvme-subsys1": `-> ../../devices/${subsystem}`,
    [`sys/devices/${subsystem}/nvme1`]: "-> ../../../pci0000:00/0000:00:09.0/nvme/nvme1",
    [`sys/devices/${subsystem}/nvme2`]: "-> ../../../pci0000:00/0000:00:0a.0/nvme/nvme2",
    "sys/class/nvme/nvme1": `-> ../../devices/${controllers[0]}`,
    [`sys/devices/${controllers[0]}/transport`]: "pcie",
  });
  assertEquals(found.name, "nvme1n1");
  assertEquals(found.serialNumber, "MULTIPATH01");
  assertEquals(found.transport, "nvme");
  assertEquals(found.controller, "0000:00:09.0");
});

Deno.test("hostfsCollector tells NVMe over fabrics from a local disk", async () => {
  const controller = "virtual/nvme-fabrics/ctl/nvme0";
  const found = await only({
    ...disk(`${controller}/nvme0n1`, USUAL, { model: "Linux", serial: "82c2d5af4b1b8a2e", transport: "tcp" }),
    "sys/class/nvme/nvme0": `-> ../../devices/${controller}`,
  });
  assertEquals(found.transport, "nvme-tcp");
  assertEquals("controller" in found, false);
});

Deno.test("hostfsCollector reads a disk and a partition whose names have a slash", async () => {
  const path = "pci0000:00/0000:00:03.0/0000:06:00.0/cciss0/c0d0/block/cciss!c0d0";
  const { disks, partitions } = await hostFsOf({
    ...disk(path, { size: "2048", "cciss!c0d0p1/size": "1024" }, inquiry("HP", "LOGICAL VOLUME", "5.70")),
    "dev/disk/by-id/cciss-3600508b1001031303946343945300a00": "-> ../../cciss/c0d0",
    "dev/disk/by-uuid/32caaec3-ef40-4691-a3b6-438c3f9bc1c0": "-> ../../cciss/c0d0p1",
    "proc/partitions": " 104 0 1024 cciss/c0d0\n 104 1 512 cciss/c0d0p1\n",
  });
  assertEquals(disks, [{
    name: "cciss!c0d0",
    path: "/dev/cciss/c0d0",
    model: "LOGICAL VOLUME",
    vendor: "HP",
    firmware: "5.70",
    sizeBytes: 1048576,
    busAddress: "pci@0000:06:00.0",
    controller: "0000:06:00.0",
    byId: ["cciss-3600508b1001031303946343945300a00"],
  }]);
  const uuid = "32caaec3-ef40-4691-a3b6-438c3f9bc1c0";
  assertEquals(partitions, [{ name: "cciss!c0d0p1", disk: "cciss!c0d0", sizeBytes: 524288, uuid }]);
});

Deno.test("hostfsCollector reads disks of virtual machines and boards", async () => {
  const virtio = await only(disk("pci0000:00/0000:00:06.0/virtio1/block/vda", { ...USUAL, serial: "VBLK0001" }, {
    vendor: "0x1af4",
  }));
  assertEquals([virtio.transport, virtio.serialNumber, virtio.busAddress], ["virtio", "VBLK0001", "pci@0000:00:06.0"]);
  assertEquals(["vendor" in virtio, "rotational" in virtio], [false, false]);
  const xen = await only(disk("vbd-51712/block/xvda", USUAL));
  assertEquals([xen.transport, xen.path, "controller" in xen], ["xen", "/dev/xvda", false]);
  const mmc = await only(disk("platform/soc/fe340000.mmc/mmc_host/mmc0/mmc0:0001/block/mmcblk0", USUAL, {
    name: "BJTD4R",
    serial: "0x1a2b3c4d",
  }));
  assertEquals([mmc.transport, mmc.model, mmc.serialNumber], ["mmc", "BJTD4R", "0x1a2b3c4d"]);
});

Deno.test("hostfsCollector leaves out what is no disk, and sorts the disks by name", async () => {
  const scsi = "pci0000:00/0000:00:0b.0/host7";
  const optical = "pci0000:00/0000:00:1f.2/ata2/host2/target2:0:0/2:0:0:0/block/sr0";
  const mmc = "platform/mmc_host/mmc0/mmc0:0001/block/mmcblk0";
  const { disks } = await hostFsOf({
    ...disk(`${scsi}/target7:2:1/7:2:1:0/block/sdaa`, USUAL),
    ...disk(`${scsi}/target7:2:0/7:2:0:0/block/sdz`, USUAL),
    ...disk(optical, USUAL),
    ...disk(`${mmc}/mmcblk0boot0`, USUAL),
    ...disk(`${mmc}/mmcblk0rpmb`, USUAL),
    ...Object.assign(
      {},
      ...["loop0", "dm-0", "md127", "zram0", "ram0", "nbd0"].map((name) => disk(`virtual/block/${name}`, USUAL)),
    ),
  });
  assertEquals(disks?.map(({ name }) => name), ["sdz", "sdaa"]);
});

Deno.test("hostfsCollector reads no noise into a disk", async () => {
  const found = await only(disk(SATA, { ...USUAL, size: "much", "queue/rotational": "maybe", ro: "" }, {
    ...inquiry("ATA", "\0\0", "n/a"),
    wwid: "",
    vpd_pg80: bytes("\x00\x80\xff\xff\x07\xfe"),
    vpd_pg83: bytes("\x00\x83\xff\xff\x02\x01\x00\x00\x02\x01\x00"),
    vpd_pg89: bytes("\x00\x89\x02\x38"),
  }));
  assertEquals(found, {
    name: "sdb",
    path: "/dev/sdb",
    logicalBlockBytes: 512,
    physicalBlockBytes: 512,
    removable: false,
    transport: "ata",
    busAddress: "scsi@1:0.0.0",
    hctl: "1:0:0:0",
    controller: "0000:00:1f.2",
  });
});

const MOUNTED = disk("pci0000:00/0000:00:06.0/virtio1/block/vda", {
  ...USUAL,
  "vda1/size": "204800",
  "vda2/size": "35",
});

Deno.test("hostfsCollector lists partitions with what is known of them", async () => {
  const { disks, partitions } = await hostFsOf({
    ...MOUNTED,
    "proc/partitions": `major minor  #blocks  name

 254        0     307200 vda
 254        1     102400 vda1
 254        2         17 vda2
 253        0     102400 dm-0
   7        0      51200 loop0
   7        1      51200 loop0p1`,
    "proc/1/mountinfo": `27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/root rw
28 27 254:1 /var/lib/x /mnt/bind rw - ext4 /dev/root rw
34 27 254:2 / /mnt/a\\040b rw,relatime - vfat /dev/vda2 rw
23 27 0:22 / /sys rw,relatime - sysfs sysfs rw`,
    "dev/disk/by-uuid/61e98b0f-ded1-4abe-8a5f-4ea0b41a8ec7": "-> ../../vda1",
    "dev/disk/by-label/root\\x20\\xc3\\xa4": "-> ../../vda1",
  });
  assertEquals(partitions, [
    {
      name: "vda1",
      disk: "vda",
      sizeBytes: 104857600,
      uuid: "61e98b0f-ded1-4abe-8a5f-4ea0b41a8ec7",
      label: "root ä",
      filesystem: "ext4",
      mountpoint: "/",
    },
    // An odd number of sectors, of which /proc/partitions tells half.
    { name: "vda2", disk: "vda", sizeBytes: 17920, filesystem: "vfat", mountpoint: "/mnt/a b" },
  ]);
  assertEquals(disks?.[0]?.mountpoints, ["/", "/mnt/a b"]);
});

Deno.test("hostfsCollector never takes the mounts of the container that it runs in for the host's", async () => {
  const listed = { "proc/partitions": " 254        0     307200 vda" };
  const { disks } = await hostFsOf({
    ...MOUNTED,
    ...listed,
    "proc/self/mountinfo": "27 1 254:0 / / rw - ext4 /dev/vda rw",
  });
  assertEquals("mountpoints" in disks![0]!, false);
});

const JBOD = "pci0000:80/0000:80:02.0/0000:81:00.0/host0/port-0:0/expander-0:0/port-0:0:3/end_device-0:0:3";

/** A SAS disk behind an expander. */
const IN_BAY = disk(`${JBOD}/target0:0:3/0:0:3:0/block/sdd`, USUAL, inquiry("SEAGATE", "ST600MM0006", "LS0B"));

const SES: Entries = {
  "sys/class/enclosure/0:0:8:0/id": "0x500304801e7f427f",
  "sys/class/enclosure/0:0:8:0/components": "14",
  "sys/class/enclosure/0:0:8:0/power/control": "auto",
  "sys/class/enclosure/0:0:8:0/Slot 04/slot": "4",
  "sys/class/enclosure/0:0:8:0/Slot 04/device": `-> ../../../../devices/${JBOD}/target0:0:3/0:0:3:0`,
  "sys/class/enclosure/0:0:8:0/Slot 05/slot": "5",
  "sys/class/enclosure/0:0:8:0/Fan 1/status": "OK",
};

const SAS: Entries = {
  "sys/class/sas_device/end_device-0:0:3/enclosure_identifier": "0x500304801e7f4200",
  "sys/class/sas_device/end_device-0:0:3/bay_identifier": "7",
};

Deno.test("hostfsCollector tells the enclosure and the bay of a disk from SES, else from the SAS adapter", async () => {
  const { enclosure, bay } = await only({ ...IN_BAY, ...SES, ...SAS });
  assertEquals([enclosure, bay], ["0x500304801e7f427f", "4"]);
  const bySas = await only({ ...IN_BAY, ...SAS });
  assertEquals([bySas.enclosure, bySas.bay], ["0x500304801e7f4200", "7"]);
  const direct = await only({
    ...IN_BAY,
    ...SAS,
    "sys/class/sas_device/end_device-0:0:3/enclosure_identifier": "0x0000000000000000",
  });
  assertEquals(["enclosure" in direct, "bay" in direct], [false, false]);
});

Deno.test("hostfsCollector names an enclosure without an id by its address, and a bay without a number by its name", async () => {
  const named = Object.fromEntries(Object.entries(SES).filter(([path]) => !/\/(id|slot)$/.test(path)));
  const { enclosure, bay } = await only({ ...IN_BAY, ...named });
  assertEquals([enclosure, bay], ["0:0:8:0", "Slot 04"]);
});

Deno.test("hostfsCollector tells how a disk is cabled", async () => {
  const { byPath } = await only({
    ...IN_BAY,
    "dev/disk/by-path/pci-0000:81:00.0-sas-exp0x500304801e7f427f-phy3-lun-0": "-> ../../sdd",
    "dev/disk/by-path/pci-0000:81:00.0-sas-exp0x500304801e7f427f-phy3-lun-0-part1": "-> ../../sdd1",
    "dev/disk/by-path/pci-0000:81:00.0-sas-phy4-lun-0": "-> ../../sde",
  });
  assertEquals(byPath, ["pci-0000:81:00.0-sas-exp0x500304801e7f427f-phy3-lun-0"]);
});

Deno.test("hostfsCollector takes no area of an eMMC for a disk", async () => {
  const host = "platform/soc/1.mmc/mmc_host/mmc0/mmc0:0001/block";
  const areas = ["boot0", "boot1", "gp0", "gp1", "gp2", "gp3", "rpmb"];
  const entries = Object.assign({}, ...["", ...areas].map((area) => disk(`${host}/mmcblk0${area}`, USUAL)));
  assertEquals((await only(entries)).name, "mmcblk0");
});

Deno.test("hostfsCollector knows of which disk a path is one, and of no size that a double cannot hold", async () => {
  const path = (host: number) =>
    `pci0000:80/0000:81:00.0/host${host}/rport-${host}:0-0/target${host}:0:0/${host}:0:0:1/block`;
  const holder = { "holders/dm-0/name": "", size: "18014398509481984" };
  const { disks } = await hostFsOf({
    ...disk(`${path(1)}/sda`, { ...USUAL, ...holder }),
    ...disk(`${path(2)}/sdb`, { ...USUAL, "holders/dm-1/name": "" }),
    "sys/devices/virtual/block/dm-0/dm/uuid": "mpath-3600a098038303053453f463045727654",
    "sys/devices/virtual/block/dm-0/dm/name": "mpatha",
    "sys/block/dm-0": "-> ../devices/virtual/block/dm-0",
    "sys/devices/virtual/block/dm-1/dm/uuid": "LVM-abc",
    "sys/devices/virtual/block/dm-1/dm/name": "vg-root",
    "sys/block/dm-1": "-> ../devices/virtual/block/dm-1",
  });
  assertEquals(disks?.map(({ name, multipath, sizeBytes }) => [name, multipath, sizeBytes]), [
    ["sda", "mpatha", undefined],
    ["sdb", undefined, 600127266816],
  ]);
});

Deno.test("nvmeTransport() knows the kernel's words for fabrics, and takes every other for PCIe", () => {
  assertEquals(["pcie", "apple-nvme", undefined, "tcp", "rdma", "fc", "loop"].map(nvmeTransport), [
    "nvme",
    "nvme",
    "nvme",
    "nvme-tcp",
    "nvme-rdma",
    "nvme-fc",
    "nvme-loop",
  ]);
});
