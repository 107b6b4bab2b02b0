import { COMMITTED, VERSION } from "../../version.ts";
import type { Rule } from "./finding.ts";

const DAY_MS = 24 * 3600 * 1000;

/** A version of the agent, and when it was committed (RFC 3339); empty where that is not known. */
export interface Build {
  version: string;
  committed: string;
}

/**
 * A clock that stands more than a day before the firmware was released (SMBIOS type 0) or before the agent that read it
 * was written, or more than a day from the real-time clock: certificates are not valid yet, or no longer, and times in
 * logs mean nothing. Which of two clocks is wrong is not known, and neither is a time that both have wrong. The times
 * themselves are left out: the finding is the same in every collection.
 */
export function clockRule({ version, committed }: Build): Rule {
  return function* ({ collectedAt, agentVersion, firmware, clock }) {
    const released = firmware?.releaseDate ?? "";
    const isBefore = (time: string) => Date.parse(collectedAt) < Date.parse(time) - DAY_MS;
    if (/^\d{4}-\d\d-\d\d$/.test(released) && isBefore(released)) {
      yield {
        id: "clock",
        level: "error",
        path: "collectedAt",
        message: `the clock stands before the firmware's release on ${released}`,
        evidence: [{ path: "firmware.releaseDate", value: released }],
      };
    } else if (agentVersion === version && committed !== "" && isBefore(committed)) {
      // Of facts that another version collected only their own agent would know.
      yield {
        id: "clock",
        level: "error",
        path: "collectedAt",
        message: `the clock stands before the agent's version ${version} was made, on ${committed.slice(0, 10)}`,
        evidence: [{ path: "agentVersion", value: version }],
      };
    }
    if (Math.abs(clock?.rtcOffsetSeconds ?? 0) * 1000 > DAY_MS) {
      yield {
        id: "clock",
        level: "error",
        path: "clock.rtcOffsetSeconds",
        message: "the real-time clock and the system's time are more than a day apart",
        evidence: [{ path: "clock.rtc", value: clock!.rtc ?? "unnamed" }],
      };
    }
  };
}

/** The rule of this build. */
export const clockWrong: Rule = clockRule({ version: VERSION, committed: COMMITTED });
