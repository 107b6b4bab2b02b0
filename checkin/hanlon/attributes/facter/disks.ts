/** Facter 2.4's facts about disks, their partitions, and file systems. */
import type { Facts, Partition } from "../../../../collectors/facts/mod.ts";
import type { Collection } from "../../../../collectors/mod.ts";
import type { HardwareNode } from "../../../../collectors/tools/lshw/node.ts";
import { type PlacedNode, walk } from "../../../../collectors/tools/lshw/tree.ts";
import { prune } from "../../../../collectors/values.ts";
import { itemPath } from "../../../../collectors/facts/path.ts";
import type { Attribute, Json } from "../attribute.ts";
import { type BlockDisk, blockDisks } from "../block_disks.ts";
import { nodeWords } from "../lshw_node.ts";

/** blockdevices, blockdevice_*, partitions, filesystems. */
export function* diskFacts({ facts, parts }: Collection): Generator<Attribute> {
  const { disks, pci, partitions, filesystems } = facts;
  if (disks) {
    const drives = opticalDrives(parts.lshw?.value);
    const from = {
      facts: disks.map(({ name }) => `${itemPath("disks", name)}.name`),
      words: drives.map((drive) => nodeWords(drive, "logicalNames")),
      how: "their names in the order of the letters",
    };
    const all = blockDisks(disks);
    const names = [...all, ...drives].map(({ name }) => name).sort().join(",");
    if (names !== "") yield { name: "blockdevices", value: names, from };
    for (const disk of all) yield* diskFact(disk, pci);
    for (const drive of drives) yield* driveFact(drive);
  }
  if (partitions?.length) {
    const value = Object.fromEntries(partitions.map((partition) => [partition.name, partitionFact(partition)]));
    const how = "by name, sizes in sectors of 512 bytes";
    yield { name: "partitions", value, from: { facts: ["partitions"], how } };
  }
  if (filesystems?.length) {
    const value = filesystems.filter((name) => name !== "fuseblk").sort().join(",");
    yield { name: "filesystems", value, from: { facts: ["filesystems"], how: "without fuseblk" } };
  }
}

interface OpticalDrive extends PlacedNode {
  name: string;
}

/** Facter counts them among the disks; of ours they are none, but lshw knows them. */
function opticalDrives(hardware: readonly HardwareNode[] = []): OpticalDrive[] {
  return [...walk(hardware)].flatMap((placed) => {
    const { node } = placed;
    const path = node.logicalNames?.find((name) => /^\/dev\/sr\d+$/.test(name));
    const isDrive = node.class === "disk" && /^cdrom(:\d+)?$/.test(node.id);
    return isDrive && path !== undefined ? [{ ...placed, name: path.slice("/dev/".length) }] : [];
  });
}

function* driveFact(drive: OpticalDrive): Generator<Attribute> {
  const { name, node: { vendor, product } } = drive;
  const from = (key: keyof HardwareNode) => ({ words: [nodeWords(drive, key)] });
  if (vendor) yield { name: `blockdevice_${name}_vendor`, value: vendor, from: from("vendor") };
  if (product) yield { name: `blockdevice_${name}_model`, value: product, from: from("product") };
}

function* diskFact(disk: BlockDisk, pci: Facts["pci"]): Generator<Attribute> {
  const path = disk.fact;
  const name = `blockdevice_${disk.name}`;
  if (disk.sizeBytes !== undefined) {
    yield { name: `${name}_size`, value: disk.sizeBytes, from: { facts: [`${path}.sizeBytes`] } };
  } else if (disk.removable) {
    const how = "a drive without a medium: the kernel, and so Facter, says 0";
    yield { name: `${name}_size`, value: 0, from: { facts: [`${path}.removable`], how } };
  }
  // What /sys/block/*/device has: the words of the SCSI inquiry, and for virtio the number of the subsystem's vendor.
  if (disk.transport === "virtio" && disk.hctl === undefined) {
    const device = pci?.find(({ address }) => address === disk.controller);
    const number = device?.subsystemVendorId ?? device?.vendorId;
    const facts = [`${itemPath("pci", disk.controller ?? "")}.subsystemVendorId`];
    if (number) yield { name: `${name}_vendor`, value: `0x${number}`, from: { facts, how: "as a hexadecimal number" } };
  } else if (disk.transport !== "mmc") {
    const isAta = disk.hctl !== undefined && ["sata", "ide", "ata"].includes(disk.transport ?? "");
    const vendor = isAta ? "ATA" : disk.transport === "nvme" ? undefined : disk.vendor;
    const model = isAta ? disk.model?.slice(0, 16).trimEnd() : disk.model;
    const from = (fact: string) => ({
      facts: [`${path}.${fact}`],
      ...(isAta ? { how: "as SCSI translates ATA: the vendor is ATA, the model has 16 characters" } : {}),
    });
    if (vendor) yield { name: `${name}_vendor`, value: vendor, from: from(isAta ? "transport" : "vendor") };
    if (model) yield { name: `${name}_model`, value: model, from: from("model") };
  }
}

function partitionFact({ uuid, sizeBytes, mountpoint, label, filesystem }: Partition): Json {
  return prune<Record<string, Json>>({
    // The short ones (FAT, NTFS) and LVM's Facter does not take for UUIDs.
    uuid: uuid?.length === 36 ? uuid : undefined,
    size: sizeBytes === undefined ? undefined : String(sizeBytes / 512),
    mount: mountpoint,
    label,
    filesystem,
  } as Record<string, Json>);
}
