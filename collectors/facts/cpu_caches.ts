/** The caches: lscpu's; where it is silent those of SMBIOS (type 7, DSP0134 7.8). */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { bytes, fieldOf, word } from "../tools/dmidecode/values.ts";
import { cache, type LscpuCache, withOneMeaning } from "../tools/lscpu/values.ts";
import { nonEmpty } from "../values.ts";
import type { Machine } from "./machine.ts";
import { asGiven, type AsPrinted, type ListOf, listOf } from "./table.ts";

/** The caches of one kind. */
export interface CpuCache {
  /** 1 is nearest to the core. */
  level: number;
  /** What the cache holds. */
  type: "data" | "instruction" | "unified";
  /** The sum over all instances, where the tool gives one. */
  totalBytes?: number;
  /** How many such caches the machine has. */
  instances?: number;
  /** The size of one instance, where the tool (lscpu before 2.34) gives only that. */
  instanceBytes?: number;
}

type Printed = LscpuCache & AsPrinted;

function lscpuCaches({ lscpu }: Machine): Printed[] | undefined {
  const sized = (lscpu?.fields ?? []).flatMap((field): Printed[] => {
    const read = cache(field);
    return read ? [{ ...read, printed: () => ({ where: "lscpu -J", lines: [`${field.name}: ${field.value}`] }) }] : [];
  });
  return nonEmpty(withOneMeaning(sized));
}

/** The largest CPUs have 1.1 GiB; firmware that does not know prints 477796352 kB. */
const MOST_BYTES = 2 ** 33;

/** One structure is the sum of one kind of cache in one socket; the caches of an empty socket have no size. */
function smbiosCaches({ smbios }: Machine): Printed[] | undefined {
  const read = smbios.all(7).flatMap((structure) => {
    const kind = kindOf(structure), size = fieldOf(structure.fields, ["Installed Size"]);
    const totalBytes = size && bytes(size);
    const isSize = totalBytes !== undefined && totalBytes <= MOST_BYTES;
    return kind === undefined || !isSize ? [] : [{ ...kind, totalBytes, structure }];
  });
  const kinds = [...Map.groupBy(read, ({ level, type }) => `${level}${type}`).values()];
  return nonEmpty(
    kinds.map((same): Printed => ({
      level: same[0]!.level,
      type: same[0]!.type,
      totalBytes: same.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
      printed: () => ({ where: "dmidecode", lines: same.flatMap(({ structure }) => linesOf(structure)) }),
    })).sort((a, b) => a.level - b.level),
  );
}

const SYSTEM_TYPES: ReadonlyMap<string | undefined, CpuCache["type"]> = new Map([
  ["Data", "data"],
  ["Instruction", "instruction"],
  ["Unified", "unified"],
]);

/** Of level 1 there are two kinds: firmware that does not say which leaves the cache without a kind. */
function kindOf({ fields }: DmiStructure): Pick<CpuCache, "level" | "type"> | undefined {
  const configuration = fieldOf(fields, ["Configuration"]), type = fieldOf(fields, ["System Type"]);
  const level = Number(/, Level (\d)$/.exec(configuration?.value ?? "")?.[1]);
  const known = SYSTEM_TYPES.get(type && word(type)) ?? (level > 1 ? "unified" : undefined);
  return level > 0 && known !== undefined ? { level, type: known } : undefined;
}

function linesOf({ fields }: DmiStructure): string[] {
  return fields.filter(({ name }) => ["Configuration", "Installed Size", "System Type"].includes(name))
    .map(({ name, value }) => `${name}: ${value}`);
}

const LSCPU = "lscpu -J: L1d cache, L2 cache …", SMBIOS = "dmidecode: Cache Information: ";

export const CACHES: ListOf<Machine, CpuCache> = listOf(
  "every cache that lscpu reports a size of, in its order; else those of SMBIOS by level, all sockets together",
  (machine) => lscpuCaches(machine) ?? smbiosCaches(machine),
  asGiven<Printed, CpuCache>({
    level: [LSCPU, `${SMBIOS}Configuration`],
    type: [LSCPU, `${SMBIOS}System Type`],
    totalBytes: [LSCPU, `${SMBIOS}Installed Size`],
    instances: LSCPU,
    instanceBytes: LSCPU,
  }),
);
