/** mk_spec*: whether the machine is what it should be, for the tags and policies of a server. */
import type { Facts } from "../../../collectors/facts/mod.ts";
import { deviationLine } from "../../../collectors/judge/spec/deviation.ts";
import type { Attribute } from "./attribute.ts";

/** So many deviations have an attribute of their own. */
const MOST_LINES = 10;

/** None where no spec is for the machine. */
export function* specAttributes({ spec }: Facts): Generator<Attribute> {
  if (!spec) return;
  const { name, matches, deviations } = spec;
  yield { name: "mk_spec", value: name, from: { facts: ["spec.name"] } };
  yield { name: "mk_spec_ok", value: String(matches), from: { facts: ["spec.matches"] } };
  yield {
    name: "mk_spec_deviations",
    value: deviations.length,
    from: { facts: ["spec.deviations"], how: "how many there are" },
  };
  for (const [i, deviation] of deviations.slice(0, MOST_LINES).entries()) {
    yield {
      name: `mk_spec_deviation${i}`,
      value: deviationLine(deviation),
      from: { facts: [`spec.deviations[${i}]`], how: "in one line" },
    };
  }
}
