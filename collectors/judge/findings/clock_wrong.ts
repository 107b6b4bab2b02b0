import type { Rule } from "./finding.ts";

const DAY_MS = 24 * 3600 * 1000;

/**
 * A clock that stands more than a day before the firmware was released (SMBIOS type 0), or more than a day from the
 * real-time clock: certificates are not valid yet, or no longer, and times in logs mean nothing. Which of two clocks is
 * wrong is not known, and neither is a time that both have wrong. The times themselves are left out: the finding is the
 * same in every collection.
 */
export const clockWrong: Rule = function* ({ collectedAt, firmware, clock }) {
  const released = firmware?.releaseDate ?? "";
  if (/^\d{4}-\d\d-\d\d$/.test(released) && Date.parse(collectedAt) < Date.parse(released) - DAY_MS) {
    yield {
      id: "clock",
      level: "error",
      path: "collectedAt",
      message: `the clock stands before the firmware's release on ${released}`,
      evidence: [{ path: "firmware.releaseDate", value: released }],
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
