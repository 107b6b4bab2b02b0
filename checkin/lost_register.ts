/** The command to register, which a server says once after a silence, and which may be in an answer that is lost. */
import type { Clock } from "./clock.ts";
import { REGISTER_TIMEOUT_MS } from "./schedule.ts";

export interface LostRegister {
  /**
   * A check-in was answered with a command. Gives whether the server may have said register before, in an answer that
   * did not arrive: it was silent for so long that it must have. `isAfterFailure`: the check-in before got no answer.
   */
  mayBe(command: string, isAfterFailure: boolean): boolean;
}

/** `lastAnswerAt` (RFC 3339) is when an earlier run of the agent in this boot was last answered, if it was. */
export function createLostRegister(
  { monotonic, wall }: Pick<Clock, "monotonic" | "wall">,
  lastAnswerAt: string | undefined,
): LostRegister {
  const agoMs = lastAnswerAt === undefined ? Infinity : wall() - Date.parse(lastAnswerAt);
  // A time in the future was written before the clock was set: how long ago is not known.
  let lastAnswerMs = agoMs < 0 ? -Infinity : monotonic() - agoMs;
  let isFirst = true;
  return {
    mayBe(command, isAfterFailure) {
      const silentMs = monotonic() - lastAnswerMs;
      // What the earlier run was not answered is not known either.
      const isUncertain = isAfterFailure || isFirst;
      lastAnswerMs = monotonic();
      isFirst = false;
      return isUncertain && command !== "register" && silentMs > REGISTER_TIMEOUT_MS;
    },
  };
}
