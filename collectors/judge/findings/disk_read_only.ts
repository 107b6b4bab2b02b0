import { itemPath } from "../../facts/path.ts";
import type { Rule } from "./finding.ts";

/**
 * A fixed disk that takes no writes (/sys/block/…/ro): an SSD at the end of its life protects its data so (NVM Express
 * 1.4, 5.14.1.2, critical warning bit 3), and so do some write-protect jumpers. It cannot know whether somebody set it
 * (`blockdev --setro`).
 */
export const diskReadOnly: Rule = function* ({ disks = [] }) {
  for (const { name, readOnly, removable } of disks) {
    if (readOnly !== true || removable === true) continue;
    const path = `${itemPath("disks", name)}.readOnly`;
    yield {
      id: "disk-read-only",
      level: "error",
      path,
      message: `${name} is read-only`,
      evidence: [{ path, value: true }],
    };
  }
};
