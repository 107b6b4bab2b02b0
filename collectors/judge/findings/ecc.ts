import type { Facts, MemoryErrors } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import { ramDimms } from "./dimms.ts";
import type { Finding, Level, Rule } from "./finding.ts";

/** Errors that are counted of one module, or of a controller that cannot tell the module. */
interface Counted extends Pick<MemoryErrors, "correctedErrors" | "uncorrectedErrors"> {
  /** "DIMM A1", "memory controller mc0, channel 0 slot 1" */
  name: string;
  path: string;
  /** Of an earlier collection, where it counted the same module. */
  correctedBefore?: number | undefined;
}

const GROWING = "ecc-growing";

/**
 * Memory errors since the machine started: one that could not be corrected, and corrected ones that have become more
 * while the agent watched (EDAC: Documentation/admin-guide/RAS/main, dimm_ce_count, dimm_ue_count, ce_noinfo_count). A
 * corrected one now and then is what ECC is for (information). Of corrected ones the magnitude is told: each more is no
 * news. It cannot know of machines whose firmware keeps errors to itself, as many servers' do.
 */
export const ecc: Rule = function* (facts, before) {
  for (const each of [...countedOfDimms(facts, before), ...countedOfControllers(facts, before)]) {
    const { correctedErrors = 0, uncorrectedErrors = 0, correctedBefore } = each;
    if (uncorrectedErrors > 0) yield found("ecc-uncorrected", "error", each, "uncorrectedErrors", uncorrectedErrors);
    if (correctedErrors === 0) continue;
    const isGrowing = correctedBefore !== undefined && (correctedBefore < correctedErrors ||
      correctedBefore === correctedErrors && hasGrown(before, each));
    yield found(
      isGrowing ? GROWING : "ecc-corrected",
      isGrowing ? "warning" : "info",
      each,
      "correctedErrors",
      correctedErrors,
    );
  }
};

/** Whether it was found to grow before: what errs now and then does not grow and stop with each collection. */
function hasGrown(before: Facts | undefined, { path }: Counted): boolean {
  return before?.findings?.some(({ id, path: at }) => id === GROWING && at === `${path}.correctedErrors`) ?? false;
}

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
  const kind = { "ecc-uncorrected": "that could not be corrected", [GROWING]: "corrected, and growing" }[id] ??
    "corrected";
  const words = level === "error" ? String(count) : magnitude(count);
  return {
    id,
    level,
    path: `${path}.${field}`,
    message: `${name}: ${words} memory ${words === "1" ? "error" : "errors"} ${kind}`,
    evidence: [{ path: `${path}.${field}`, value: count }],
  };
}

/** "1 to 9", "10 to 99" … */
function magnitude(count: number): string {
  const least = 10 ** Math.floor(Math.log10(count));
  return `${least} to ${least * 10 - 1}`;
}
