import { otherByteOrder } from "../../facts/uuid.ts";
import type { Rule } from "./finding.ts";

/**
 * A BMC whose GUID is another machine's (IPMI 2.0, 22.14: it is the UUID that SMBIOS tells): it came from there, with a
 * board or by a restored backup. Makers fill it in many ways, so it is compared only where it is of the very form of
 * this machine's UUID, as Dell's are, which both begin with 44454c4c, in whatever byte order.
 */
export const bmcGuid: Rule = function* ({ bmc, system }) {
  const { guid, guidIsSystemUuid } = bmc ?? {}, uuid = system?.uuid;
  if (guidIsSystemUuid !== false || guid === undefined || uuid === undefined || !isOfOneForm(guid, uuid)) return;
  yield {
    id: "bmc-guid",
    level: "error",
    path: "bmc.guid",
    message: `the BMC says that it is of the machine ${guid}`,
    evidence: [{ path: "bmc.guid", value: guid }, { path: "system.uuid", value: uuid }],
  };
};

/** Whether both begin with the same four bytes: as they stand, with those of the first group or all of them reversed. */
function isOfOneForm(guid: string, uuid: string): boolean {
  const last = guid.slice(-8).match(/../g)!.reverse().join("");
  return [guid, otherByteOrder(guid), last].some((form) => form.slice(0, 8) === uuid.slice(0, 8));
}
