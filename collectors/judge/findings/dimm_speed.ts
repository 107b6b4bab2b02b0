import { isOneSpeed, ramDimms } from "./dimms.ts";
import type { Rule } from "./finding.ts";

/**
 * DIMMs that run below their rating (SMBIOS type 17, Speed and Configured Memory Speed) although none of the machine's is
 * rated lower, which would be reason enough. It cannot know what SMBIOS does not say: the fastest memory that the
 * processor takes, and how much slower it is with two or three DIMMs a channel; so it is for information.
 */
export const dimmSpeed: Rule = function* (facts) {
  const dimms = ramDimms(facts).filter(({ dimm }) => dimm.speedMTs !== undefined);
  const slowest = Math.min(...dimms.map(({ dimm }) => dimm.speedMTs!));
  const isOneRating = dimms.every(({ dimm }) => isOneSpeed(dimm.speedMTs!, slowest));
  const rated = isOneRating ? "rated for" : "rated for at least";
  const slow = dimms.filter(({ dimm: { configuredSpeedMTs } }) =>
    configuredSpeedMTs !== undefined && configuredSpeedMTs < slowest && !isOneSpeed(configuredSpeedMTs, slowest)
  );
  for (const [speed, alike] of Map.groupBy(slow, ({ dimm }) => dimm.configuredSpeedMTs!)) {
    const leastRated = [...alike, ...dimms].find(({ dimm }) => dimm.speedMTs === slowest)!;
    const names = alike.length === dimms.length ? "" : ` (${alike.map(({ name }) => name).join(", ")})`;
    yield {
      id: "dimm-speed",
      level: "info",
      path: alike.length === 1 ? `${alike[0]!.path}.configuredSpeedMTs` : "memory.dimms",
      message:
        `${alike.length} of ${dimms.length} DIMMs${names} run at ${speed} MT/s, all are ${rated} ${slowest} MT/s`,
      evidence: [
        ...alike.map(({ dimm, path }) => ({ path: `${path}.configuredSpeedMTs`, value: dimm.configuredSpeedMTs! })),
        { path: `${leastRated.path}.speedMTs`, value: slowest },
      ],
    };
  }
};
