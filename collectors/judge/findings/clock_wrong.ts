import type { Rule } from "./finding.ts";

const DAY_MS = 24 * 3600 * 1000;

/**
 * A clock that stands more than a day before the firmware was released (SMBIOS type 0): certificates are not valid yet,
 * and times in logs mean nothing. A clock that is late by less, or fast, is not noticed.
 */
export const clockWrong: Rule = function* ({ collectedAt, firmware }) {
  const released = firmware?.releaseDate ?? "";
  if (!/^\d{4}-\d\d-\d\d$/.test(released) || !(Date.parse(collectedAt) < Date.parse(released) - DAY_MS)) return;
  yield {
    id: "clock",
    level: "error",
    path: "collectedAt",
    // Without the time itself: the finding is the same in every collection.
    message: `the clock stands before the firmware's release on ${released}`,
    evidence: [{ path: "firmware.releaseDate", value: released }],
  };
};
