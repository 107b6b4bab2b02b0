/** The ways in which firmware says nothing: the one list of them. */

const SAYS_NOTHING = new Set([
  "",
  "-",
  "--",
  "0",
  "00",
  "000",
  "00000000",
  "0000000000",
  "0123456789",
  "0123456789abcdef",
  "012345678901234567890123456789",
  "03142563",
  "1234567890",
  "12345678",
  "123456789",
  "asset",
  "asset tag",
  "asset-1234567890",
  "base board asset tag",
  "base board serial number",
  "base board version",
  "chassis manufacture",
  "chassis manufacturer",
  "chassis serial number",
  "chassis version",
  "default string",
  "empty",
  "fill by oem",
  "filled by o.e.m.",
  "invalid",
  "module manufacturer",
  "n/a",
  "na",
  "no asset information",
  "no asset tag",
  "no dimm",
  "no module installed",
  "none",
  "none specified",
  "not applicable",
  "not available",
  "not present",
  "not provided",
  "not set",
  "not settable",
  "not specified",
  "null",
  "o.e.m.",
  "oem",
  "oem_define",
  "partnum",
  "partnumber",
  "product name",
  "sernum",
  "serial",
  "serial number",
  "serialnumber",
  "sku",
  "sku number",
  "system manufacturer",
  "system product name",
  "system serial number",
  "system version",
  "tbd by oem",
  "tbd",
  "to be filled by o.e.m",
  "to be filled by o.e.m.",
  "to be filled by oem",
  "type2 - board asset tag",
  "type2 - board serial number",
  "undefined",
  "undefined value",
  "unknow",
  "unknown",
  "unspecified",
  "x.x",
  "xxxxxxxxxxxx",
  "xxxxxxxxxxxxxx",
]);

/** UUIDs that firmware ships on thousands of boards. */
const SHARED_UUIDS = new Set(["03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc"]);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `text` trimmed, or undefined where it is one of firmware's ways to say nothing ("To Be Filled By O.E.M."). */
export function told(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  if (trimmed === undefined || SAYS_NOTHING.has(trimmed.toLowerCase())) return undefined;
  if (/^<(bad index|out of spec|truncated)>$/i.test(trimmed)) return undefined;
  return trimmed;
}

/** `text` in lower case where it is the UUID of one machine; undefined for no UUID, all 0, all F and shared ones. */
export function machineUuid(text: string | undefined): string | undefined {
  const uuid = text?.trim().toLowerCase();
  if (uuid === undefined || !UUID.test(uuid)) return undefined;
  if (/^[0-]+$/.test(uuid) || /^[f-]+$/.test(uuid) || SHARED_UUIDS.has(uuid)) return undefined;
  return uuid;
}
