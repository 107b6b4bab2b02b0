/** What people call a memory module. */
import type { Dimm } from "../facts/mod.ts";
import { words } from "./words.ts";

/** "DDR4", "DDR4 NVDIMM-N", "DDR4 cache", "Intel Optane persistent memory". Undefined where nothing tells. */
export function dimmKind({ type, memoryTechnology, cacheBytes, typeDetail }: Dimm): string | undefined {
  const isPlain = memoryTechnology === undefined || memoryTechnology === "DRAM";
  // What SMBIOS calls the type of modules that its list of types has not.
  const known = type === "Logical non-volatile device" && !isPlain ? undefined : type;
  const isCache = cacheBytes !== undefined || typeDetail?.includes("Cache DRAM");
  return words(known, isPlain ? undefined : memoryTechnology, isCache ? "cache" : undefined);
}
