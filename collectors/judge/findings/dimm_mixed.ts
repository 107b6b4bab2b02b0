import type { Dimm } from "../../facts/mod.ts";
import { gibibytes, isOneSpeed, type Placed, ramDimms } from "./dimms.ts";
import type { Rule } from "./finding.ts";

/**
 * DIMMs of different sizes or rated speeds in one machine (SMBIOS type 17): all run as fast as the slowest, and channels
 * of different sizes are interleaved in part. It cannot know what was ordered: a balanced mix may be meant.
 */
export const dimmMixed: Rule = function* (facts) {
  // A hypervisor cuts memory as it likes.
  if (facts.virtualization?.virtual === true) return;
  const dimms = ramDimms(facts);
  const mixes = [
    { field: "sizeBytes", what: "sizes", words: gibibytes },
    { field: "speedMTs", what: "rated speeds", words: (speed: number) => `${speed} MT/s` },
  ] as const satisfies { field: keyof Dimm; what: string; words: (value: number) => string }[];
  for (const { field, what, words } of mixes) {
    const known = dimms.filter(({ dimm }) => dimm[field] !== undefined);
    const alike = Map.groupBy(known, ({ dimm }) => kindOf(field, dimm[field]!, known));
    if (alike.size < 2) continue;
    const kinds = [...alike].map(([value, members]) => `${members.length} × ${words(value)}`).join(", ");
    yield {
      id: "dimm-mixed",
      level: "warning",
      path: "memory.dimms",
      message: `DIMMs of different ${what}: ${kinds}`,
      evidence: [...alike].map(([value, [first]]) => ({ path: `${first!.path}.${field}`, value })),
    };
  }
};

/** What counts as the same size or speed: of speeds the first that is the same but for rounding. */
function kindOf(field: "sizeBytes" | "speedMTs", value: number, dimms: readonly Placed[]): number {
  if (field === "sizeBytes") return value;
  return dimms.map(({ dimm }) => dimm.speedMTs!).find((speed) => isOneSpeed(speed, value))!;
}
