/** Nothing that a tool prints makes the process large or keeps it from a check-in. */
import { assert, assertLess } from "@std/assert";
import { slowness } from "../load.ts";
import { ALL_AT_ONCE, measure, type Measured } from "./measure_worst.ts";
import { WORST_INPUTS } from "./worst_inputs.ts";

const MOST_MIB = 256, MOST_GAP_MS = 5_000;

function assertBounded(what: string, { peakMiB, longestGapMs }: Measured): void {
  assertLess(peakMiB, MOST_MIB, what);
  assertLess(longestGapMs, MOST_GAP_MS * slowness(), what);
}

for (const [what, input] of Object.entries(WORST_INPUTS)) {
  Deno.test(`${input.tool}: ${what} stay within 256 MiB and 5 s`, async () => {
    const measured = await measure([input]);
    assertBounded(what, measured);
    const { status, error = "" } = measured.sources[input.tool]!;
    assert(status === "ok" || error !== "", what);
  });
}

Deno.test("the worst of all tools at once stay within 256 MiB and 5 s", async () => {
  assertBounded("all at once", await measure(ALL_AT_ONCE));
});
