/** ipmitool mc info: what the BMC is (ipmitool's lib/ipmi_mc.c; IPMI 2.0, 20.1 Get Device ID). */
import type { Bmc } from "./types.ts";
import { type Parsed } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { fieldsOf, firstValues, readRows } from "./rows.ts";

/** The part of Bmc that `mc info` tells. */
export type McInfo = Omit<Bmc, "channels" | "frus">;

const KNOWN = new Set(["Device ID", "Device Revision", "Firmware Revision", "IPMI Version", "Manufacturer ID"]);
const SUPPORT = "Additional Device Support";

/**
 * Reads `ipmitool mc info`. A device, manufacturer or product ID of 0 is none, as IPMI says; all of it stands in
 * `fields`. Throws `ParseError` where none of its fields is there.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseMcInfo(`Device ID                 : 32
 * Firmware Revision         : 2.52
 * Manufacturer ID           : 674
 * Manufacturer Name         : DELL Inc
 * Product ID                : 256 (0x0100)
 * `);
 * const { fields: _, ...typed } = value;
 * deepStrictEqual(typed, {
 *   deviceId: 32,
 *   firmware: "2.52",
 *   manufacturerId: 674,
 *   manufacturer: "DELL Inc",
 *   productId: 256,
 * });
 * ```
 */
export function parseMcInfo(text: string): Parsed<McInfo> {
  const { rows, unparsed } = readRows("ipmitool mc info", text, KNOWN);
  const values = firstValues(rows);
  const value = prune<McInfo>({
    deviceId: specified(values.get("Device ID")),
    deviceRevision: integer(values.get("Device Revision")),
    firmware: told(values.get("Firmware Revision")),
    ipmiVersion: told(values.get("IPMI Version")),
    manufacturerId: specified(values.get("Manufacturer ID")),
    manufacturer: nameOf(values.get("Manufacturer Name")),
    productId: specified(values.get("Product ID")),
    productName: nameOf(values.get("Product Name")),
    available: yesOrNo(values.get("Device Available")),
    providesDeviceSdrs: yesOrNo(values.get("Provides Device SDRs")),
    additionalDeviceSupport: nonEmpty(
      rows.filter((row) => row.name === SUPPORT && row.value !== "").map((row) => row.value),
    ),
    fields: fieldsOf(rows),
  });
  return { value, unparsed };
}

/** "256 (0x0100)" */
function integer(text: string | undefined): number | undefined {
  const digits = /^(\d{1,10})(?: \(0x[0-9a-f]+\))?$/i.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function specified(text: string | undefined): number | undefined {
  return integer(text) || undefined;
}

/** "Unknown (0x157)" is no name. */
function nameOf(text: string | undefined): string | undefined {
  return /^unknown \(0x[0-9a-f]+\)$/i.test(text ?? "") ? undefined : told(text);
}

function yesOrNo(text: string | undefined): boolean | undefined {
  return text === "yes" ? true : text === "no" ? false : undefined;
}
