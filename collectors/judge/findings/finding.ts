import type { Facts } from "../../facts/mod.ts";
import type { Finding } from "../../facts/verdict.ts";

export { type Evidence, type Finding, type Level, LEVELS } from "../../facts/verdict.ts";

/** One rule: what it finds in the facts. `before` are those of an earlier collection, for what only grows. */
export type Rule = (facts: Facts, before?: Facts) => Iterable<Finding>;
