import type { PowerSupply } from "../../facts/mod.ts";
import { itemPath } from "../../facts/path.ts";
import type { Finding, Level, Rule } from "./finding.ts";

/**
 * A power supply that has failed or has no mains, or an empty bay beside a supply (SMBIOS type 39, Power Supply
 * Characteristics, as dmidecode words it). It is what the firmware found when it started: the BMC knows what came after.
 * Boards without a management bus to their supplies say nothing.
 */
export const powerSupply: Rule = function* ({ powerSupplies = [] }) {
  const present = powerSupplies.filter(({ status }) => isPresent(status));
  for (const [i, supply] of powerSupplies.entries()) {
    const name = supply.location ?? supply.productName ?? `power supply ${i + 1}`;
    const wrong = wrongWith(supply, present);
    if (!wrong) continue;
    const path = `${itemPath("powerSupplies", i)}.${wrong.field}`;
    const finding: Finding = {
      id: "power-supply",
      level: wrong.level,
      path,
      message: `${name} ${wrong.what}`,
      evidence: [{ path, value: supply[wrong.field]! }],
    };
    yield finding;
  }
};

interface Wrong {
  field: "status" | "plugged";
  level: Level;
  what: string;
}

function wrongWith({ status, plugged }: PowerSupply, present: PowerSupply[]): Wrong | undefined {
  if (status === undefined) return undefined;
  if (!isPresent(status)) {
    // With two there is redundancy, and many a board has more bays than its chassis.
    const level = present.length === 1 ? "warning" : "info";
    return present.length > 0 ? { field: "status", level, what: "is missing beside another" } : undefined;
  }
  if (/\bcritical\b/i.test(status) && !/non-critical/i.test(status)) {
    return { field: "status", level: "error", what: "has failed" };
  }
  if (/non-critical/i.test(status)) return { field: "status", level: "warning", what: "reports a fault" };
  // Something feeds the machine: a notebook's only one runs from its battery, or says nothing true.
  const isFed = present.some((other) => other.plugged === true);
  return plugged === false && isFed ? { field: "plugged", level: "error", what: "is not plugged in" } : undefined;
}

function isPresent(status: string | undefined): boolean {
  return status !== undefined && /^present\b/i.test(status);
}
