/** What a machine no longer has is drawn as well, where it was. */
import type { Facts } from "../../facts/mod.ts";
import type { Change } from "../../facts/verdict.ts";
import { pathsOf } from "./marks.ts";

/** `facts` with the items that went since the earlier collection, behind those that there are. */
export function withGone(facts: Facts, earlier: { facts: Facts; changes: readonly Change[] }): Facts {
  const went = new Set(earlier.changes.filter(({ kind }) => kind === "went").map(({ path }) => path));
  const both = <T>(list: string, now: readonly T[] | undefined, before: readonly T[] = []): T[] | undefined => {
    const paths = pathsOf(list, before), gone = before.filter((_, i) => went.has(paths[i]!));
    return now === undefined && gone.length === 0 ? undefined : [...now ?? [], ...gone];
  };
  const { facts: old } = earlier;
  const [disks, nics, pci] = [
    both("disks", facts.disks, old.disks),
    both("nics", facts.nics, old.nics),
    both("pci", facts.pci, old.pci),
  ];
  const powerSupplies = both("powerSupplies", facts.powerSupplies, old.powerSupplies);
  const dimms = both("memory.dimms", facts.memory?.dimms, old.memory?.dimms);
  return {
    ...facts,
    ...disks && { disks },
    ...nics && { nics },
    ...pci && { pci },
    ...powerSupplies && { powerSupplies },
    // Without a list of the slots the modules stand for them.
    ...dimms && { memory: { ...facts.memory, dimms } },
  };
}
