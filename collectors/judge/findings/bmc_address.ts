import type { Rule } from "./finding.ts";

/**
 * A BMC that no LAN channel has an address of (ipmitool lan print: 0.0.0.0): it cannot be reached. It cannot know of a
 * BMC that is managed in another way, as the blades of a chassis are.
 */
export const bmcAddress: Rule = function* ({ bmc }) {
  const channels = bmc?.channels ?? [];
  const isReached = channels.some(({ ip, ipv6 }) =>
    ip !== undefined || (ipv6 ?? []).some(({ address }) => !/^(fe80|::$)/i.test(address))
  );
  if (channels.length === 0 || isReached) return;
  yield {
    id: "bmc-address",
    level: "warning",
    path: "bmc.channels",
    message: "the BMC has no IP address",
    evidence: channels.map(({ number, ipSource }) => ({
      path: `bmc.channels[${number}].ipSource`,
      value: ipSource ?? "not told",
    })),
  };
};
