import type { Dimm } from "../../facts/mod.ts";
import { gibibytes, ramDimms } from "./dimms.ts";
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
    const alike = Map.groupBy(dimms.filter(({ dimm }) => dimm[field] !== undefined), ({ dimm }) => dimm[field]!);
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
