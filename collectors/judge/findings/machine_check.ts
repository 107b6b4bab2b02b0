import type { Rule } from "./finding.ts";

/**
 * A processor reported a machine check since the kernel started (kernel taint bit 4,
 * Documentation/admin-guide/tainted-kernels). What it was stands in the kernel's log (mcelog, rasdaemon) and in the BMC's;
 * corrected ones do not count.
 */
export const machineCheck: Rule = function* ({ os }) {
  if (os?.machineCheck !== true) return;
  yield {
    id: "machine-check",
    level: "error",
    path: "os.machineCheck",
    message: "a processor has reported a machine check since the kernel started",
    evidence: [{ path: "os.machineCheck", value: true }],
  };
};
