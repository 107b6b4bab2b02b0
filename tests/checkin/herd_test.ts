import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LOAD, judgeLoad, simulateLoad } from "../herd/load.ts";
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

Deno.test("a fleet that is too large for its server stretches its interval, is heard in time, and comes back", () => {
  for (const seed of [5, 6, 7]) {
    const options = { ...DEFAULT_LOAD, random: seeded(seed) };
    const result = simulateLoad(options);
    for (const { name, found, bound } of judgeLoad(options, result)) {
      assert(found <= bound, `seed ${seed}: ${name}: ${found}, bound ${bound}`);
    }
    const before = result.steps.filter(({ second }) => second > 600 && second < options.reliefAt);
    for (const { second, paceSeconds } of before) {
      assert(paceSeconds > 80 && paceSeconds <= 100, `${second}: ${paceSeconds}`);
    }
  }
});

Deno.test("a fleet that keeps its interval would bring the same server to a standstill", () => {
  const { steps } = simulateLoad({ ...DEFAULT_LOAD, stretches: false, random: seeded(5) });
  const { checkins, failures } = steps.find(({ second }) => second === 1800)!;
  assertEquals(failures, checkins);
});

Deno.test("a fleet that its server carries keeps its interval", () => {
  const { steps } = simulateLoad({ ...DEFAULT_LOAD, agents: 400, relief: 1, random: seeded(8) });
  assertEquals(
    steps.slice(1).map(({ paceSeconds, failures }) => [paceSeconds, failures]),
    steps.slice(1).map(() => [60, 0]),
  );
});
