import type { PciDevice } from "../../facts/mod.ts";

/** A display controller (PCI class 03) or processing accelerator (1200). */
export function isGpu({ classCode }: PciDevice): boolean {
  return /^(03|1200)/.test(classCode ?? "");
}
