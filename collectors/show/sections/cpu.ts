/** The CPUs. */
import type { Facts } from "../../facts/mod.ts";
import { named } from "../layout.ts";
import { count, list } from "../words.ts";
import type { View } from "./view.ts";

/** Model and layout of the CPUs, and what they are vulnerable to. */
export function cpuLines({ cpu }: Facts, { width }: View): string[] {
  if (!cpu) return [];
  const vulnerable = cpu.vulnerabilities?.filter(({ status }) => status.startsWith("Vulnerable")).map((v) => v.name);
  return named([
    ["model", cpu.modelName ?? cpu.packages?.find((p) => p.populated)?.modelName ?? cpu.architecture],
    [
      "layout",
      list(
        count(cpu.sockets, "socket"),
        count(cpu.coresPerSocket, "core", "a socket"),
        count(cpu.threadsPerCore, "thread", "a core"),
        count(cpu.logicalCpus, "logical CPU"),
        (cpu.numaNodes?.length ?? 0) > 1 ? count(cpu.numaNodes!.length, "NUMA node") : undefined,
      ),
    ],
    ["clock", cpu.maxMHz && `${Math.round(cpu.maxMHz)} MHz max`],
    ["microcode", cpu.microcode],
    ["vulnerable", vulnerable?.join(", ")],
  ], width);
}
