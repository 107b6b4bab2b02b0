/** What requests cost a Hanlon server: it reads all its nodes, with all their facts, for each of them. */
import type { HanlonNode } from "./nodes.ts";

/** Milliseconds of CPU that a request costs for every node that is stored, and for every fact of them. */
export interface Load {
  perNodeMs: number;
  perFactMs: number;
}

/** Of a real server: 150 nodes cost 26 ms a check-in with 77 facts a node, and 44 ms with 246. */
export const REAL_LOAD: Load = { perNodeMs: 0.12, perFactMs: 0.00071 };

/** What a request costs where no load is modelled and other requests burn the core, in milliseconds. */
const LEAST_MS = 20;

/** The cost of a request in milliseconds; `burning` requests that never end take their shares of the one core. */
export function costMs(nodes: readonly HanlonNode[], load: Load | undefined, burning: number): number {
  const ms = load === undefined ? 0 : nodes.length * load.perNodeMs +
    load.perFactMs * nodes.reduce((sum, { attributes }) => sum + Object.keys(attributes).length, 0);
  return burning === 0 ? ms : Math.max(ms, LEAST_MS) * (1 + burning);
}

/** One core: what is asked of it is done one after the other, in milliseconds. `signal` ends the waiting. */
export function createCore(): { work(ms: number, signal: AbortSignal): Promise<void> } {
  let freeAtMs = 0;
  return {
    async work(ms, signal) {
      if (ms === 0) return;
      const nowMs = performance.now();
      freeAtMs = Math.max(freeAtMs, nowMs) + ms;
      await pause(freeAtMs - nowMs, signal);
    },
  };
}

/** Waits for so many milliseconds, or until `signal`. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = () => resolve();
  signal.addEventListener("abort", wake);
  await promise;
  signal.removeEventListener("abort", wake);
  clearTimeout(timer);
}
