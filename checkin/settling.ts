/**
 * When the facts are as complete as they become. A server that takes those of a boot only once (Ironic) must not get
 * the first ones: switches speak every 30 s (IEEE 802.1AB-2016, 9.2.5.7), for which no collection waits, and a tool that
 * timed out may answer the next time.
 */
import type { Facts } from "../collectors/facts/mod.ts";
import type { Clock } from "./clock.ts";

/** Whether the facts have settled, found out from those of each collection. */
export interface Settling {
  /** Whether nothing more is to be expected of another collection. Only to be asked once facts are known. */
  readonly isSettled: boolean;
  /** Takes note of the facts of a collection, and has them collected again where they lack something. */
  saw(facts: Facts): void;
}

/** Who waits for it, and how to collect again. */
export interface SettlingOptions {
  /** Whether anybody waits for it. */
  isWanted: () => boolean;
  /** Begins another collection. */
  collect: (why: string) => void;
}

/** A switch has spoken within it, if it speaks at all. */
const LISTEN_SECONDS = 35;
/** After so many collections more what is lacking is taken for not there. */
const MOST_ROUNDS = 3;

/** One that has seen no facts; the collections that it asks for end with `signal`. */
export function createSettling(
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  { isWanted, collect }: SettlingOptions,
): Settling {
  let rounds = 0, isSettled = false;
  return {
    get isSettled() {
      return isSettled;
    },
    saw(facts) {
      const seconds = rounds < MOST_ROUNDS ? lackingSeconds(facts) : 0;
      isSettled = seconds === 0;
      if (isSettled || !isWanted()) return;
      rounds++;
      clock.sleep(seconds * 1000, signal).then(() => {
        if (!signal.aborted) collect("LLDP neighbours, or a tool that timed out");
      });
    },
  };
}

/** For how long another collection is to be put off that may find more; 0 where none would. */
function lackingSeconds({ lldp = [], sources }: Facts): number {
  const isLate = Object.values(sources).some(({ status }) => status === "timeout");
  const unheard = lldp.map(({ verdict, listenedSeconds }) =>
    // Somebody else's lldpad has listened for as long as it has run.
    verdict === "nothingHeard" && listenedSeconds !== undefined ? LISTEN_SECONDS - listenedSeconds : 0
  );
  return Math.max(isLate ? LISTEN_SECONDS : 0, ...unheard);
}
