/** ipmitool mc guid: Get System GUID (ipmitool's lib/ipmi_mc.c; IPMI 2.0, 22.14). */
import type { BmcGuid } from "./types.ts";
import type { Parsed } from "../parsing.ts";
import { prune } from "../../values.ts";
import { fieldsOf, firstValues, readRows } from "./rows.ts";

const KNOWN = new Set(["System GUID"]);
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** What a BMC says that was given none. */
const NONE = /^(?:[0-]+|[f-]+)$/;

/**
 * Reads `ipmitool mc guid`. A GUID of zeros, or of Fs, is none. Throws `ParseError` where there is no GUID at all.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseMcGuid("System GUID   : 4C4C4544-0042-3510-8052-B4C04F4E4B32\nGUID Encoding : SMBIOS\n");
 * deepStrictEqual(value.guid, "4c4c4544-0042-3510-8052-b4c04f4e4b32");
 * ```
 */
export function parseMcGuid(text: string): Parsed<BmcGuid> {
  const { rows, unparsed } = readRows("ipmitool mc guid", text, KNOWN);
  const guid = firstValues(rows).get("System GUID")?.toLowerCase() ?? "";
  const isGiven = GUID.test(guid) && !NONE.test(guid);
  return { value: prune<BmcGuid>({ guid: isGiven ? guid : undefined, fields: fieldsOf(rows) }), unparsed };
}
