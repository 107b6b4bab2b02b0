/** The machine as a whole: its names, its firmware, its operating system. */
import type { Chassis, Facts } from "../../facts/mod.ts";
import { named } from "../layout.ts";
import { machineName, machineSerial } from "../machine_name.ts";
import { list, words } from "../words.ts";
import type { View } from "./view.ts";

/** What the machine and its firmware are called, and what runs on it. */
export function systemLines(facts: Facts, { width }: View): string[] {
  const { system, chassis, firmware, virtualization, os, identity, tpm, labels = {} } = facts;
  const mode = firmware?.bootMode === "uefi"
    ? `UEFI${firmware.secureBoot === undefined ? "" : `, secure boot ${firmware.secureBoot ? "on" : "off"}`}`
    : firmware?.bootMode === "bios"
    ? "legacy BIOS boot"
    : undefined;
  const hypervisor = virtualization?.type === "unknown" ? "" : ` (${virtualization?.type})`;
  const kind = virtualization && (virtualization.virtual ? `virtual machine${hypervisor}` : "physical");
  return named([
    ["machine", list(machineName(facts), kind)],
    ["serial", list(machineSerial(facts), chassis?.assetTag && `asset tag ${chassis.assetTag}`)],
    ["UUID", identity?.uuid ?? system?.uuid],
    ["location", locationOf(chassis)],
    ["firmware", list(words(firmware?.vendor, firmware?.version), firmware?.releaseDate, mode)],
    ["TPM", tpm && words(tpm.version, tpm.description)],
    ["host", list(os?.hostname, os?.distribution?.description, os?.kernel && `Linux ${os.kernel}`, os?.hardwareModel)],
    ["labels", list(...Object.entries(labels).map(([key, value]) => `${key} ${value}`))],
  ], width);
}

/** Rack and place; of a blade that nothing but its enclosure places, the place names the rack. */
function locationOf({ rack, location }: Chassis = {}): string | undefined {
  const isNamed = rack === undefined || location?.startsWith(`rack ${rack}`);
  return list(isNamed ? undefined : `rack ${rack}`, location);
}
