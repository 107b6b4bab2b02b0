/** How a machine compares with specs. */
import type { Facts } from "../../facts/mod.ts";
import type { Deviation, Finding, SpecResult } from "../../facts/verdict.ts";
import { check } from "./check.ts";
import type { Spec } from "./spec.ts";

/** The first of `specs` that is for this machine: whose `match` holds, or that has none. */
export function specFor(specs: readonly Spec[], facts: Facts): Spec | undefined {
  return specs.find(({ match }) => check(match, facts).length === 0);
}

/** Compares a machine with a spec; `findings` are those about it, for `findings: { none: LEVEL }`. */
export function judge(spec: Spec, facts: Facts, findings: readonly Finding[]): SpecResult {
  const deviations = [...check(spec.expect, facts), ...forbidden(spec, findings)].slice(0, MOST_DEVIATIONS);
  return { name: spec.name, matches: deviations.length === 0, deviations };
}

/** Nobody reads more of a machine that is another one altogether. */
const MOST_DEVIATIONS = 500;

function forbidden({ noFindings }: Spec, findings: readonly Finding[]): Deviation[] {
  return findings.filter(({ level }) => noFindings.has(level)).map(({ id, level, path, message }) => ({
    path,
    expected: `no ${level}`,
    found: message,
    item: id,
  }));
}
