import type { Facts, MemoryErrors } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import { ramDimms } from "./dimms.ts";
import type { Finding, Level, Rule } from "./finding.ts";

/** Errors that are counted of one module, or of a controller that cannot tell the module. */
interface Counted extends Pick<MemoryErrors, "correctedErrors" | "uncorrectedErrors"> {
  /** "DIMM A1", "memory controller mc0, channel 0 slot 1" */
  name: string;
  path: string;
  /** Of an earlier collection, where it counted the same. */
  correctedBefore?: number | undefined;
}

/**
 * Memory errors since the machine started: one that could not be corrected, and corrected ones that have become more
 * since the collection before (EDAC: Documentation/admin-guide/RAS/main, dimm_ce_count, dimm_ue_count, ce_noinfo_count).
 * A corrected one now and then is what ECC is for (information). It cannot know of machines whose firmware keeps errors
 * to itself, as many servers' do.
 */
export const ecc: Rule = function* (facts, before) {
  for (const each of [...countedOfDimms(facts, before), ...countedOfControllers(facts, before)]) {
    const { correctedErrors = 0, uncorrectedErrors = 0, correctedBefore } = each;
    if (uncorrectedErrors > 0) yield found("ecc-uncorrected", "error", each, "uncorrectedErrors", uncorrectedErrors);
    if (correctedErrors === 0) continue;
    const isGrowing = correctedBefore !== undefined && correctedBefore < correctedErrors;
    yield found(
      isGrowing ? "ecc-growing" : "ecc-corrected",
      isGrowing ? "warning" : "info",
      each,
      "correctedErrors",
      correctedErrors,
    );
  }
};

function countedOfDimms(facts: Facts, before: Facts | undefined): Counted[] {
  return ramDimms(facts).map(({ dimm, name, path }) => {
    const { correctedErrors = 0, uncorrectedErrors = 0, locator, bank, serialNumber } = dimm;
    const earlier = before?.memory?.dimms?.find((other) =>
      other.locator === locator && other.bank === bank && other.serialNumber === serialNumber
    );
    return {
      name: `DIMM ${name}`,
      path,
      correctedErrors,
      uncorrectedErrors,
      correctedBefore: earlier?.correctedErrors,
    };
  });
}

function countedOfControllers(facts: Facts, before: Facts | undefined): Counted[] {
  return (facts.memory?.edac ?? []).map(({ correctedErrors = 0, uncorrectedErrors = 0, ...own }, i) => {
    const { controller, label, location } = own;
    const earlier = before?.memory?.edac?.find((other) =>
      other.controller === controller && other.label === label && other.location === location
    );
    return {
      name: [`memory controller ${controller}`, label ?? location].filter(Boolean).join(", "),
      path: itemPath("memory.edac", i),
      correctedErrors,
      uncorrectedErrors,
      correctedBefore: earlier?.correctedErrors,
    };
  });
}

function found(id: string, level: Level, { path, name }: Counted, field: keyof MemoryErrors, count: number): Finding {
  const kind = { "ecc-uncorrected": "that could not be corrected", "ecc-growing": "corrected, and growing" }[id] ??
    "corrected";
  return {
    id,
    level,
    path: `${path}.${field}`,
    message: `${name}: ${count} memory ${count === 1 ? "error" : "errors"} ${kind}`,
    evidence: [{ path: `${path}.${field}`, value: count }],
  };
}
