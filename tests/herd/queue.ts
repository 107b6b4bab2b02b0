/** What simulations of fleets share: a calendar on a clock of its own, and a source of random numbers. */

export type Happening = (agent: number, nowMs: number) => void;

/** A calendar: what happens within the same tenth of a second is not sorted, but keeps its own time. */
export function createQueue(endMs: number) {
  const days: { at: number; agent: number; happening: Happening }[][] = [];
  let today = 0;
  return {
    add(at: number, agent: number, happening: Happening): void {
      if (at < endMs) (days[Math.max(today, Math.floor(at / 100))] ??= []).push({ at, agent, happening });
    },
    run(): void {
      for (today = 0; today < endMs / 100; today++) {
        // More may be added to this day while it passes.
        for (const entry of days[today] ?? []) entry.happening(entry.agent, entry.at);
        days[today] = [];
      }
    },
  };
}

/** A random source that gives the same numbers for the same seed (mulberry32, a public-domain generator). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
