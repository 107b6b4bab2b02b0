/** A table of the worst outputs of each tool, and what a collection takes that reads them: `deno task worst`. */
import { ALL_AT_ONCE, measure, type Measured } from "../collectors/measure_worst.ts";
import { WORST_INPUTS } from "../collectors/worst_inputs.ts";

const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);
const show = (tool: string, what: string, { peakMiB, longestGapMs, sources }: Measured) => {
  const { status, error } = sources[tool] ?? { status: "" };
  row(tool, what, peakMiB, longestGapMs, [status, ...error === undefined ? [] : [error]].join(": "));
};

row("tool", "what it prints", "peak MiB", "longest gap ms", "what becomes of it");
row("---", "---", "---", "---", "---");
for (const [what, input] of Object.entries(WORST_INPUTS)) show(input.tool, what, await measure([input]));
show("all", "the worst of each at once", await measure(ALL_AT_ONCE));
