import { itemPath } from "../../facts/path.ts";
import type { Rule } from "./finding.ts";

/**
 * Two ports with the same burnt-in MAC (IEEE 802: it is one port's alone). Addresses that were set, as a bond does it to
 * its slaves, do not count, nor do virtual functions. It cannot know of a NIC whose driver does not tell the kernel where
 * its address comes from (addr_assign_type).
 */
export const nicSharedMac: Rule = function* ({ nics = [] }) {
  for (const [mac, alike] of Map.groupBy(nics.filter(({ physical }) => physical), ({ permanentMac }) => permanentMac)) {
    if (mac === undefined || alike.length < 2) continue;
    yield {
      id: "nic-shared-mac",
      level: "error",
      path: `${itemPath("nics", alike[1]!.name)}.permanentMac`,
      message: `${alike.map(({ name }) => name).join(" and ")} have the same MAC ${mac}`,
      evidence: alike.map(({ name }) => ({ path: `${itemPath("nics", name)}.permanentMac`, value: mac })),
    };
  }
};
