/** The `firmwares` of a GLPI inventory. */
import type { Facts, InstalledFirmware } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { type GlpiEntry, isDate } from "./entry.ts";

/**
 * Those that no other section has: the server makes one of the BIOS section, and disks and interfaces have theirs beside
 * them.
 */
export function glpiFirmwares({ firmwares = [], bmc, disks = [], nics = [] }: Facts): GlpiEntry[] {
  const elsewhere = new Set([...disks, ...nics].map(({ name }) => name));
  return firmwares
    .filter(({ component, where }) => component !== "BIOS" && (where === undefined || !elsewhere.has(where)))
    .map((firmware) => entry(firmware, firmware.component === "BMC" ? bmc?.manufacturer : undefined));
}

function entry({ component, version, where, manufacturer, releaseDate }: InstalledFirmware, maker?: string): GlpiEntry {
  return prune<GlpiEntry>({
    name: component,
    type: component === "BMC" ? "bmc" : undefined,
    description: where,
    version,
    date: isDate(releaseDate) ? releaseDate : undefined,
    manufacturer: manufacturer ?? maker,
  });
}
