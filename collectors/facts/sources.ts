import { NO_IPMI_DEVICE, NO_IPMI_DRIVER } from "../tools/ipmitool/mod.ts";
import type { Source, SourceName } from "../tools/source.ts";
import type { Machine } from "./machine.ts";
import { lldpNotes } from "./neighbours.ts";

/** How asking each source went, in the order of the registry. */
export function sourcesOf(machine: Machine): Partial<Record<SourceName, Source>> {
  const { parts, smbios } = machine;
  const sources: Partial<Record<SourceName, Source>> = {};
  for (const [name, part] of Object.entries(parts) as [SourceName, { source: Source }][]) sources[name] = part.source;
  // What SMBIOS says of a BMC (type 38) the tool that found no device does not know.
  if (sources.ipmitool?.error === NO_IPMI_DEVICE && smbios.all(38).length > 0) {
    sources.ipmitool = { ...sources.ipmitool, error: NO_IPMI_DRIVER };
  }
  const add = (name: SourceName, notes: readonly string[] = []) => {
    const source = sources[name];
    if (source && notes.length > 0) sources[name] = { ...source, notes: [...source.notes ?? [], ...notes] };
  };
  add("lldptool", lldpNotes(machine));
  add("hostfs", machine.about.identityDoubts);
  return sources;
}
