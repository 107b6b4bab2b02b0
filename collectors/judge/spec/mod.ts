/** What a machine should be: a spec in YAML, in the shape of the facts, and how a machine differs from it. */
export { deviationLine } from "./deviation.ts";
export { judge, specFor } from "./judge.ts";
export { makeSpec } from "./make.ts";
export { parseSpec } from "./parse.ts";
export { SpecError } from "./reader.ts";
export type { Spec } from "./spec.ts";
