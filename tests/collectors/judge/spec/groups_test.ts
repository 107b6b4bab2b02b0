import { assertEquals } from "@std/assert";
import { assign, type Wanted } from "../../../../collectors/judge/spec/groups.ts";

/** How many of the items that groups ask for are there, and how many there are in groups at all. */
function score(groups: readonly Wanted[], groupOf: readonly (number | undefined)[]): [asked: number, placed: number] {
  const counts = groups.map((_, g) => groupOf.filter((group) => group === g).length);
  const asked = groups.reduce((sum, { least }, g) => sum + Math.min(least, counts[g]!), 0);
  return [asked, counts.reduce((sum, count) => sum + count, 0)];
}

/** Every way to put the items into groups that let them in and have room. */
function* allWays(groups: readonly Wanted[], fits: boolean[][], from = 0): Generator<(number | undefined)[]> {
  if (from === fits[0]!.length) return yield [];
  for (const rest of allWays(groups, fits, from + 1)) {
    yield [undefined, ...rest];
    for (const [g, { most }] of groups.entries()) {
      if (fits[g]![from] && rest.filter((group) => group === g).length < most) yield [g, ...rest];
    }
  }
}

Deno.test("assign() satisfies as much as any way to put items into groups", () => {
  // Linear congruential (Numerical Recipes): the same cases in every run.
  let seed = 1;
  const random = (below: number) => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % 1000 % below;
  for (let round = 0; round < 300; round++) {
    const groups = Array.from({ length: 1 + random(3) }, () => {
      const least = random(3);
      return { least, most: least + random(3) };
    });
    const items = 1 + random(5);
    const fits = groups.map(() => Array.from({ length: items }, () => random(2) === 0));
    const groupOf = assign(groups, fits);
    for (const [item, group] of groupOf.entries()) if (group !== undefined) assertEquals(fits[group]![item], true);
    const best = [...allWays(groups, fits)].map((way) => score(groups, way))
      .sort(([a, b], [c, d]) => c - a || d - b)[0]!;
    assertEquals(score(groups, groupOf), best, JSON.stringify({ groups, fits, groupOf }));
  }
});
