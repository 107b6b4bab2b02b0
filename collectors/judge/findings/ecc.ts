import type { Dimm } from "../../facts/mod.ts";
import { type Placed, ramDimms } from "./dimms.ts";
import type { Finding, Level, Rule } from "./finding.ts";

/** The counters of a DIMM (Documentation/admin-guide/RAS/main: dimm_ce_count, dimm_ue_count). */
type Counted = Dimm & { correctedErrors?: number; uncorrectedErrors?: number };

/**
 * Memory errors since the machine started: one that could not be corrected, and corrected ones that have become more
 * since the collection before. A corrected one now and then is what ECC is for (information). It cannot know of machines
 * whose firmware keeps errors to itself, as many servers' do.
 */
export const ecc: Rule = function* (facts, before) {
  const countsBefore = new Map(
    (before?.memory?.dimms ?? []).map((dimm: Counted) => [keyOf(dimm), dimm.correctedErrors]),
  );
  for (const place of ramDimms(facts)) {
    const { correctedErrors = 0, uncorrectedErrors = 0 } = place.dimm as Counted;
    if (uncorrectedErrors > 0) yield found("ecc-uncorrected", "error", place, "uncorrectedErrors", uncorrectedErrors);
    if (correctedErrors === 0) continue;
    const earlier = countsBefore.get(keyOf(place.dimm));
    const isGrowing = earlier !== undefined && earlier < correctedErrors;
    yield found(
      isGrowing ? "ecc-growing" : "ecc-corrected",
      isGrowing ? "warning" : "info",
      place,
      "correctedErrors",
      correctedErrors,
    );
  }
};

function keyOf({ locator, bank, serialNumber }: Dimm): string {
  return JSON.stringify([locator, bank, serialNumber]);
}

function found(id: string, level: Level, { path, name }: Placed, field: string, count: number): Finding {
  const kind = { "ecc-uncorrected": "that could not be corrected", "ecc-growing": "corrected, and growing" }[id] ??
    "corrected";
  return {
    id,
    level,
    path: `${path}.${field}`,
    message: `DIMM ${name}: ${count} memory ${count === 1 ? "error" : "errors"} ${kind}`,
    evidence: [{ path: `${path}.${field}`, value: count }],
  };
}
