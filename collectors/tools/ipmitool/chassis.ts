/** ipmitool chassis status: power and faults (ipmitool's lib/ipmi_chassis.c; IPMI 2.0, 28.2 Get Chassis Status). */
import type { ChassisStatus } from "./types.ts";
import type { Parsed } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";
import { fieldsOf, firstValues, readRows } from "./rows.ts";

const KNOWN = new Set(["System Power", "Main Power Fault", "Power Restore Policy", "Chassis Intrusion"]);
const POLICIES = ["always-off", "previous", "always-on"] as const;

/**
 * Reads `ipmitool chassis status`; what the buttons of the front panel may do stands in `fields` alone. Throws
 * `ParseError` where none of its fields is there.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseChassisStatus(`System Power         : on
 * Main Power Fault     : false
 * Power Restore Policy : always-on
 * Last Power Event     : command
 * Chassis Intrusion    : active
 * `);
 * const { fields: _, ...typed } = value;
 * deepStrictEqual(typed, {
 *   power: "on",
 *   mainPowerFault: false,
 *   powerRestorePolicy: "always-on",
 *   lastPowerEvents: ["command"],
 *   intrusion: true,
 * });
 * ```
 */
export function parseChassisStatus(text: string): Parsed<ChassisStatus> {
  const { rows, unparsed } = readRows("ipmitool chassis status", text, KNOWN);
  const values = firstValues(rows);
  const get = (name: string) => values.get(name)?.toLowerCase();
  const power = get("System Power"), policy = get("Power Restore Policy");
  const value = prune<ChassisStatus>({
    power: power === "on" || power === "off" ? power : undefined,
    powerOverload: flag(get("Power Overload")),
    powerInterlock: flag(get("Power Interlock")),
    mainPowerFault: flag(get("Main Power Fault")),
    powerControlFault: flag(get("Power Control Fault")),
    powerRestorePolicy: POLICIES.find((known) => known === policy),
    lastPowerEvents: nonEmpty(get("Last Power Event")?.split(/\s+/) ?? []),
    intrusion: flag(get("Chassis Intrusion")),
    frontPanelLockout: flag(get("Front-Panel Lockout")),
    driveFault: flag(get("Drive Fault")),
    coolingFault: flag(get("Cooling/Fan Fault")),
    fields: fieldsOf(rows),
  });
  return { value, unparsed };
}

function flag(text: string | undefined): boolean | undefined {
  if (text === "true" || text === "active") return true;
  return text === "false" || text === "inactive" ? false : undefined;
}
