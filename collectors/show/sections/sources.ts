/** How the tools answered: what could not be read, and what the reader should know besides. */
import type { Facts, Source, SourceName } from "../../facts/mod.ts";
import { columns, value } from "../layout.ts";
import { count } from "../words.ts";
import type { View } from "./view.ts";

/** The packages that a tool comes in, and what is not known without it. */
const TOOLS: Partial<Record<SourceName, { debian: string; alpine: string; lost: string }>> = {
  dmidecode: {
    debian: "dmidecode",
    alpine: "dmidecode",
    lost: "DIMMs, slots, power supplies and the serial numbers that the kernel does not show",
  },
  lshw: { debian: "lshw", alpine: "lshw", lost: "names of PCI devices and NICs, firmware and top speed of NICs" },
  lscpu: { debian: "util-linux", alpine: "lscpu", lost: "sockets, cores, caches and flags of the CPUs" },
  lldptool: { debian: "lldpad", alpine: "open-lldp", lost: "switch ports" },
  ipmitool: { debian: "ipmitool", alpine: "ipmitool", lost: "addresses, FRUs and events of the BMC" },
};

/** What was not read, and why. */
export function problemLines({ sources }: Facts, { width }: View): string[] {
  return eachSource(sources, width, (name, source) => {
    if (source.status === "skipped") return [];
    const error = errorOf(name, source);
    const kept = source.keptFrom ? `; values of ${source.keptFrom} are kept` : "";
    const problem = source.status === "ok" ? error : `${source.status}: ${error ?? "no reason given"}`;
    const tool = source.status === "missing" ? TOOLS[name] : undefined;
    const remedy = tool && `; package ${packages(tool)}; without it unknown: ${tool.lost}`;
    return problem ? [`${problem}${kept}${remedy ?? ""}`] : [];
  });
}

/** What nothing failed for: a tool that had nothing to read, a way around, lines that no rule understood. */
export function noteLines({ sources }: Facts, { width }: View): string[] {
  return eachSource(sources, width, (name, source) => {
    const skipped = source.status === "skipped" ? [`skipped: ${errorOf(name, source) ?? "nothing to ask"}`] : [];
    const unparsed = source.unparsed ? [`${count(source.unparsed.count, "line")} not understood`] : [];
    return [...skipped, ...source.notes ?? [], ...unparsed];
  });
}

/** How each source answered. */
export function sourceLines({ sources }: Facts, { width }: View): string[] {
  const rows = Object.entries(sources).map((
    [name, source],
  ) => [name, source.status, source.version, `${source.elapsedMs} ms`, source.error]);
  return columns(["SOURCE", "STATUS", "VERSION", "TIME", "ERROR"], rows, [], width);
}

function eachSource(
  sources: Facts["sources"],
  width: number,
  texts: (name: SourceName, source: Source) => string[],
): string[] {
  return Object.entries(sources).flatMap(([name, source]) =>
    texts(name as SourceName, source).map((text) => `  ${name.padEnd(10)} ${value(text, width)}`)
  );
}

/** Without the name of the tool, which stands before it. */
function errorOf(name: string, { error }: Source): string | undefined {
  return error?.startsWith(`${name}: `) ? error.slice(`${name}: `.length) : error;
}

function packages({ debian, alpine }: { debian: string; alpine: string }): string {
  return debian === alpine ? `${debian} (Debian, Alpine)` : `${debian} (Debian), ${alpine} (Alpine)`;
}
