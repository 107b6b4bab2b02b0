/** The CPUs. */
import type { Cpu, Facts } from "../../facts/mod.ts";
import { named } from "../layout.ts";
import { count, list } from "../words.ts";
import type { View } from "./view.ts";

/** Model and layout of the CPUs, and what they are vulnerable to. */
export function cpuLines({ cpu }: Facts, { width }: View): string[] {
  if (!cpu) return [];
  const vulnerable = cpu.vulnerabilities?.filter(({ status }) => status.startsWith("Vulnerable")).map((v) => v.name);
  return named([
    ["model", modelOf(cpu)],
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

/** The model. An ARM CPU gives the name of its core, which products of many makers have: SMBIOS's name comes before it. */
function modelOf({ modelName, implementer, packages, architecture }: Cpu): string | undefined {
  const product = packages?.find(({ populated }) => populated)?.modelName;
  if (modelName === undefined || product === undefined) return modelName ?? product ?? architecture;
  return implementer === undefined || product === modelName ? modelName : `${product} (${modelName})`;
}
