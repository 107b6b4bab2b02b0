import { itemPath } from "../../facts/path.ts";
import type { Rule } from "./finding.ts";

/**
 * A slot with a DIMM that the firmware gives no size: it failed its training, or was switched off (SMBIOS type 17: maker,
 * part or serial number beside no size). It cannot know which of the two; lshw alone knows sizes of some machines only,
 * and is not asked.
 */
export const dimmSize: Rule = function* ({ memory, sources, virtualization }) {
  if (virtualization?.virtual === true || sources.dmidecode?.status !== "ok") return;
  for (const [i, { locator, sizeBytes, partNumber, serialNumber }] of (memory?.dimms ?? []).entries()) {
    if (sizeBytes !== undefined && sizeBytes > 0) continue;
    const path = itemPath("memory.dimms", locator ?? i);
    const part = partNumber ?? serialNumber;
    yield {
      id: "dimm-without-size",
      level: "error",
      path,
      message: `the DIMM in ${locator ?? `slot ${i}`} is not used: the firmware gives it no size`,
      evidence: part === undefined
        ? [{ path: "memory.usedSlotCount", value: memory?.usedSlotCount ?? 0 }]
        : [{ path: `${path}.${partNumber === undefined ? "serialNumber" : "partNumber"}`, value: part }],
    };
  }
};
