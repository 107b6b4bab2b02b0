/** The CPUs. */
import type { Cpu, CpuCache, Facts } from "../../facts/mod.ts";
import { columns, named } from "../layout.ts";
import { binary, count, list, ranges, rate, words } from "../words.ts";
import type { View } from "./view.ts";

/** Model and layout of the CPUs, and what they are vulnerable to; as a whole caches, sockets and NUMA nodes as well. */
export function cpuLines({ cpu }: Facts, view: View): string[] {
  const { width } = view;
  if (!cpu) return [];
  const vulnerable = cpu.vulnerabilities?.filter(({ status }) => status.startsWith("Vulnerable")).map((v) => v.name);
  const lines = named([
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
    ["caches", view.isWhole ? list(...(cpu.caches ?? []).map(cacheText)) : undefined],
  ], width);
  return view.isWhole ? [...lines, ...packageRows(cpu, view), ...numaRows(cpu, view)] : lines;
}

/** "L2 40 MiB in 40" */
function cacheText({ level, type, totalBytes, instances, instanceBytes }: CpuCache): string | undefined {
  const name = `L${level}${type === "unified" ? "" : type[0]}`;
  if (totalBytes === undefined) {
    return instanceBytes === undefined ? undefined : `${name} ${binary(instanceBytes)} each`;
  }
  return words(name, binary(totalBytes), instances && instances > 1 ? `in ${instances}` : undefined);
}

function packageRows({ packages = [] }: Cpu, { width }: View): string[] {
  const rows = packages.map((one) => [
    one.socket,
    one.populated ? one.modelName : "empty",
    one.socketType,
    one.coreCount === undefined ? undefined : String(one.coreCount),
    one.threadCount === undefined ? undefined : String(one.threadCount),
    rate(one.maxMHz, "MHz"),
    one.serialNumber,
  ]);
  return columns(["SOCKET", "CPU", "TYPE", "CORES", "THREADS", "CLOCK", "SERIAL"], rows, ["CPU"], width);
}

function numaRows({ numaNodes = [] }: Cpu, { width }: View): string[] {
  const most = Math.max(-1, ...numaNodes.map(({ cpus }) => cpus.at(-1) ?? -1));
  const names = Array.from({ length: most + 1 }, (_, i) => String(i));
  const rows = numaNodes.map(({ id, cpus, memoryBytes }) => [
    String(id),
    ranges(cpus, names),
    memoryBytes === undefined ? undefined : binary(memoryBytes),
  ]);
  return columns(["NUMA NODE", "CPUS", "MEMORY"], rows, [], width);
}

/** The model. An ARM CPU gives the name of its core, which products of many makers have: SMBIOS's name comes before it. */
function modelOf({ modelName, implementer, packages, architecture }: Cpu): string | undefined {
  const product = packages?.find(({ populated }) => populated)?.modelName;
  if (modelName === undefined || product === undefined) return modelName ?? product ?? architecture;
  return implementer === undefined || product === modelName ? modelName : `${product} (${modelName})`;
}
