import type { Rule } from "./finding.ts";

/**
 * Secure boot is off and the firmware waits for keys (UEFI 2.10, 3.3: the variable SetupMode is 1): whoever boots it
 * first may enrol his own. It cannot know of firmware that hides its variables.
 */
export const secureBoot: Rule = function* ({ firmware }) {
  const { secureBoot, setupMode } = firmware ?? {};
  if (secureBoot !== false || setupMode !== true) return;
  yield {
    id: "secure-boot-setup",
    level: "warning",
    path: "firmware.secureBoot",
    message: "secure boot is off, and the firmware takes keys from anybody (setup mode)",
    evidence: [{ path: "firmware.secureBoot", value: false }, { path: "firmware.setupMode", value: true }],
  };
};
