import { ramDimms } from "./dimms.ts";
import type { Rule } from "./finding.ts";

/**
 * DIMMs that run below their rating (SMBIOS type 17, Speed and Configured Memory Speed) although none of the machine's is
 * rated lower, which would be reason enough. It cannot know what SMBIOS does not say: the fastest memory that the
 * processor takes, and how much slower it is with two or three DIMMs a channel; so it is for information.
 */
export const dimmSpeed: Rule = function* (facts) {
  const dimms = ramDimms(facts).filter(({ dimm }) => dimm.speedMTs !== undefined);
  const slowest = Math.min(...dimms.map(({ dimm }) => dimm.speedMTs!));
  const slow = dimms.filter(({ dimm }) => dimm.configuredSpeedMTs !== undefined && dimm.configuredSpeedMTs < slowest);
  const [first] = slow;
  if (!first) return;
  yield {
    id: "dimm-speed",
    level: "info",
    path: `${first.path}.configuredSpeedMTs`,
    message:
      `${slow.length} of ${dimms.length} DIMMs run at ${first.dimm.configuredSpeedMTs} MT/s, all are rated for ` +
      `${slowest} MT/s`,
    evidence: [
      { path: `${first.path}.configuredSpeedMTs`, value: first.dimm.configuredSpeedMTs! },
      { path: `${first.path}.speedMTs`, value: first.dimm.speedMTs! },
    ],
  };
};
