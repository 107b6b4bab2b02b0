import type { Rule } from "./finding.ts";

/**
 * Faults that the chassis reports (IPMI 2.0, 28.2 Get Chassis Status: power overload, interlock, main power fault, power
 * control fault, drive fault, cooling fault; intrusion). It cannot know of faults that are over.
 */
export const chassisFaults: Rule = function* ({ bmc }) {
  for (const [name, value] of Object.entries(bmc?.chassis ?? {})) {
    if (value !== true || !/fault|overload|interlock|intrusion/i.test(name)) continue;
    const path = `bmc.chassis.${name}`;
    yield {
      id: "chassis-fault",
      level: /intrusion/i.test(name) ? "warning" : "error",
      path,
      message: `the chassis reports: ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
      evidence: [{ path, value: true }],
    };
  }
};
