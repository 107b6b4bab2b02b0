/** What a machine should be, and what is wrong with it: judged from its facts alone. */
import type { Facts } from "../facts/mod.ts";
import { findings } from "./findings/mod.ts";
import { judge, specFor } from "./spec/judge.ts";
import type { Spec } from "./spec/spec.ts";

/**
 * The facts with what is wrong with the machine, and with how it compares with the first of `specs` that is for it.
 * `before` are the facts of an earlier collection, for what grows.
 */
export function judged(facts: Facts, specs: readonly Spec[] = [], before?: Facts): Facts {
  const found = findings(facts, before);
  const spec = specFor(specs, facts);
  return { ...facts, ...spec && { spec: judge(spec, facts, found) }, findings: found };
}
