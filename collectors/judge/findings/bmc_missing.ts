import type { Rule } from "./finding.ts";

/**
 * SMBIOS says that the board has a BMC (type 38), and there is no IPMI device to ask it by: the kernel lacks ipmi_si and
 * ipmi_devintf, or the BMC hangs. It cannot know which.
 */
export const bmcMissing: Rule = function* ({ sources, bmc }) {
  const why = sources.ipmitool?.error ?? "";
  if (bmc !== undefined || !why.includes("SMBIOS type 38")) return;
  yield {
    id: "bmc-missing",
    level: "warning",
    path: "bmc",
    message: why,
    evidence: [{ path: "sources.ipmitool.status", value: sources.ipmitool!.status }],
  };
};
