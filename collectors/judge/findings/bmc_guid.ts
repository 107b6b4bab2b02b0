import type { Facts } from "../../facts/mod.ts";
import type { Rule } from "./finding.ts";

/**
 * A BMC whose GUID is another machine's (IPMI 2.0, 22.14: it is the UUID that SMBIOS tells): it came from there, with a
 * board or by a restored backup. Makers fill it in many ways, so it is compared only where it is of the very form of
 * this machine's UUID, as Dell's are, which both begin with 44454c4c, in whatever byte order.
 */
export const bmcGuid: Rule = function* ({ bmc, system }) {
  const { guid } = (bmc ?? {}) as NonNullable<Facts["bmc"]> & { guid?: string };
  const uuid = system?.uuid;
  if (guid === undefined || uuid === undefined) return;
  const forms = [digits(guid), swapped(digits(guid)), reversed(digits(guid))];
  const own = digits(uuid);
  const isOfItsForm = forms.some((form) => form.slice(0, 8) === own.slice(0, 8));
  if (!isOfItsForm || forms.includes(own)) return;
  yield {
    id: "bmc-guid",
    level: "error",
    path: "bmc.guid",
    message: `the BMC says that it is of the machine ${guid}`,
    evidence: [{ path: "bmc.guid", value: guid }, { path: "system.uuid", value: uuid }],
  };
};

function digits(uuid: string): string {
  return uuid.toLowerCase().replace(/[^0-9a-f]/g, "");
}

/** The first three fields in the other byte order, as SMBIOS has them. */
function swapped(hex: string): string {
  return reversed(hex.slice(0, 8)) + reversed(hex.slice(8, 12)) + reversed(hex.slice(12, 16)) + hex.slice(16);
}

function reversed(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join("");
}
