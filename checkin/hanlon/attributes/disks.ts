/** mk_hw_disk*: every disk, in the order of their names. */
import type { Disk, Facts } from "../../../collectors/facts/mod.ts";
import type { PlacedNode } from "../../../collectors/tools/lshw/tree.ts";
import { itemPath } from "../../../collectors/facts/path.ts";
import type { Attribute } from "./attribute.ts";
import { type BlockDisk, blockDisks } from "./block_disks.ts";
import { fieldText, type LshwField, sizeText } from "./lshw_text.ts";
import { LSHW_NAMES } from "./names.ts";
import { type Given, nodeAttributes } from "./lshw_node.ts";

/** What lshw says of each disk, and where it says nothing (NVMe, virtio), what the kernel does. */
export function* diskAttributes({ disks }: Facts, nodes: readonly PlacedNode[]): Generator<Attribute> {
  if (!disks) return;
  const all = blockDisks(disks);
  yield {
    name: "mk_hw_disk_count",
    value: String(all.length),
    from: {
      facts: disks.map(({ name }) => `${itemPath("disks", name)}.name`),
      how: "the number of disks, as a string",
    },
  };
  const ofPath = byLogicalName(nodes);
  for (const [i, disk] of all.entries()) {
    const placed = ofPath.get(disk.path ?? `/dev/${disk.name}`) ?? { node: { id: disk.name, class: "disk" }, path: "" };
    yield* nodeAttributes(`mk_hw_disk${i}`, placed, LSHW_NAMES["mk_hw_disk<i>"], given(disk, placed));
  }
}

/** The medium in a drive has the drive's name too: the outer node counts. */
function byLogicalName(nodes: readonly PlacedNode[]): Map<string, PlacedNode> {
  const found = new Map<string, PlacedNode>();
  for (const placed of nodes) {
    if (placed.node.class !== "disk") continue;
    for (const name of placed.node.logicalNames ?? []) if (!found.has(name)) found.set(name, placed);
  }
  return found;
}

function given(disk: BlockDisk, { node }: PlacedNode): Partial<Record<LshwField, Given>> {
  const path = disk.fact;
  const standIn = (field: LshwField, key: keyof Disk, value: string | undefined): Partial<Record<LshwField, Given>> =>
    value === undefined || fieldText(node, field) !== undefined ? {} : {
      [field]: { value, from: { facts: [`${path}.${key}`], how: "in lshw's form; lshw itself says nothing of it" } },
    };
  return {
    "logical name": {
      value: disk.path ?? `/dev/${disk.name}`,
      from: { facts: [`${path}.path`], how: "the device, never a mount point" },
    },
    ...standIn("product", "model", disk.model),
    ...standIn("bus info", "busAddress", disk.busAddress),
    ...standIn("version", "firmware", disk.firmware),
    ...standIn("serial", "serialNumber", disk.serialNumber),
    ...standIn("size", "sizeBytes", disk.sizeBytes ? sizeText("disk", disk.sizeBytes) : undefined),
  };
}
