import type { Facts } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import { isMap } from "../../values.ts";
import type { Rule } from "./finding.ts";

/**
 * A slot that holds a DIMM which the firmware gives no size: it failed its training or was switched off (SMBIOS type 17:
 * maker, part or serial number beside a size of 0). It cannot know which of the two.
 */
export const dimmSize: Rule = function* (facts) {
  for (const { locator, path } of [...emptyDimms(facts), ...emptySlots(facts)]) {
    yield {
      id: "dimm-without-size",
      level: "error",
      path,
      message: `the DIMM in ${locator} is not used: the firmware gives it no size`,
      evidence: [{ path: `${path}.sizeBytes`, value: 0 }],
    };
  }
};

interface Place {
  locator: string;
  path: string;
}

function emptyDimms({ memory }: Facts): Place[] {
  return (memory?.dimms ?? []).flatMap(({ locator, sizeBytes }, i) =>
    sizeBytes === 0 ? [{ locator: locator ?? `slot ${i}`, path: itemPath("memory.dimms", locator ?? i) }] : []
  );
}

/** Slots that are told to be filled, without a size. */
function emptySlots({ memory }: Facts): Place[] {
  const { slots } = (memory ?? {}) as { slots?: unknown };
  return (Array.isArray(slots) ? slots.filter(isMap) : []).flatMap(({ locator, populated, sizeBytes }, i) => {
    if (populated !== true || (sizeBytes !== undefined && sizeBytes !== 0)) return [];
    const name = typeof locator === "string" ? locator : String(i);
    return [{ locator: name, path: itemPath("memory.slots", name) }];
  });
}
