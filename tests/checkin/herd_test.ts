import { assert, assertEquals } from "@std/assert";
import { DEFAULT_HERD, type HerdOptions, judge, seeded, simulate } from "../herd.ts";

/** A tenth of the fleet of `deno task herd`: the same bounds, for the randomness of a smaller number still within them. */
const FLEET: HerdOptions = { ...DEFAULT_HERD, agents: 10_000, after: 400, random: seeded(1) };

function assertWithinBounds(options: HerdOptions): void {
  for (const { name, found, bound } of judge(options, simulate(options))) {
    assert(found <= bound, `${name}: ${found}, bound ${bound}`);
  }
}

Deno.test("a fleet stays within bounds when a server that refused for ten minutes is back", () => {
  assertWithinBounds(FLEET);
});

Deno.test("a fleet stays within bounds when a server that was silent for ten minutes is back", () => {
  assertWithinBounds({ ...FLEET, outage: "silent", random: seeded(2) });
});

Deno.test("a fleet stays within bounds when all its nodes were started in the same second", () => {
  assertWithinBounds({ ...FLEET, startedWithin: 1, random: seeded(3) });
});

Deno.test("simulate() has every node check in once an interval, 1000 cycles long, without a wave", () => {
  const options = { ...FLEET, agents: 300, outageAt: 60_000, outageFor: 0, after: 1, random: seeded(4) };
  const { checkins } = simulate(options);
  const minutes = (from: number) => checkins.subarray(from, from + 60).reduce((sum, n) => sum + n, 0);
  for (let from = 120; from < 60_000; from += 60) assertEquals(minutes(from), options.agents, `second ${from}`);
  assertEquals(checkins.subarray(120, 180), checkins.subarray(59_880, 59_940));
});
