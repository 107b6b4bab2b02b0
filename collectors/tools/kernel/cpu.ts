import type { HostFs, KernelLogicalCpu } from "./host_fs.ts";
import { splitLines } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { type HostFiles, wholeNumber } from "./files.ts";

/** What /proc/cpuinfo says of the logical CPUs. */
export interface CpuInfo {
  /** In the order of the file. */
  logical: KernelLogicalCpu[];
  microcode?: string;
  /** Of ARM: the first logical CPU's, as "0x41" and "0xd0c". */
  implementer?: string;
  part?: string;
  /** The first logical CPU's features. */
  flags?: string[];
  /** Current clocks, where the architecture prints them. */
  mhz: number[];
}

/** Of the 8192 CPUs that a kernel may have, each with up to 28 lines. */
const MOST_CPUINFO_LINES = 250_000;

/** A logical CPU's model: x86 and loongarch, POWER, RISC-V, MIPS. */
const MODEL_KEYS = new Set(["model name", "cpu", "uarch", "cpu model"]);
/** Its features: x86; ARM, loongarch and s390x. */
const FLAG_KEYS = new Set(["flags", "features"]);
/** Its clock: x86 and loongarch, s390x, POWER. */
const CLOCK_KEYS = new Set(["cpu mhz", "cpu mhz dynamic", "clock"]);

/**
 * /proc/cpuinfo: blocks of "key : value", each beginning with "processor : 0" (show_cpuinfo of the kernel's
 * architectures), or on s390x one line for each CPU ("processor 0: version = FF, …"). 32-bit ARM of old kernels names
 * the model once, above the blocks ("Processor : ARMv7 Processor rev 4 (v7l)").
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const text = "processor\t: 0\nmodel name\t: AMD EPYC 7302\nmicrocode\t: 0x8301038\ncpu MHz\t\t: 2994.375\n";
 * deepStrictEqual(parseCpuinfo(text), {
 *   logical: [{ id: 0, modelName: "AMD EPYC 7302" }],
 *   microcode: "0x8301038",
 *   mhz: [2994.375],
 * });
 * ```
 */
export function parseCpuinfo(text: string): CpuInfo {
  const logical: KernelLogicalCpu[] = [];
  const mhz: number[] = [];
  let microcode: string | undefined, modelOfAll: string | undefined;
  let implementer: string | undefined, part: string | undefined;
  let flags: string[] | undefined, isRepeated = false;
  for (const line of splitLines(text, "/proc/cpuinfo", MOST_CPUINFO_LINES)) {
    const colon = line.indexOf(":");
    if (colon === -1) continue;
    const key = line.slice(0, colon).trim().toLowerCase();
    // A line of flags is long, and there is one for each CPU: only what is wanted is cut out.
    const value = () => line.slice(colon + 1).trim();
    if (key === "processor" || key.startsWith("processor ")) {
      const id = wholeNumber(key === "processor" ? value() : key.slice("processor ".length));
      if (id !== undefined) logical.push({ id });
      else if (key === "processor") modelOfAll ??= told(value());
    } else if (MODEL_KEYS.has(key)) {
      const cpu = logical.at(-1), modelName = told(value());
      if (cpu && modelName !== undefined) cpu.modelName ??= modelName;
    } else if (key === "physical id" || key === "core id") {
      const cpu = logical.at(-1), number = wholeNumber(value());
      if (cpu && number !== undefined && !isRepeated) cpu[key === "core id" ? "coreId" : "packageId"] ??= number;
    } else if (key === "cpu number") {
      // s390x: all CPUs a second time, below the last of them.
      isRepeated = true;
    } else if (CLOCK_KEYS.has(key)) {
      const clock = Number(value().replace(/MHz$/, ""));
      if (clock > 0 && Number.isFinite(clock)) mhz.push(clock);
    } else if (key === "microcode") {
      microcode ??= told(value());
    } else if (FLAG_KEYS.has(key)) {
      flags ??= nonEmpty(value().split(/\s+/).filter((flag) => flag !== ""));
    } else if (key === "cpu implementer") {
      implementer ??= hexNumber(value());
    } else if (key === "cpu part") {
      part ??= hexNumber(value());
    }
  }
  if (modelOfAll !== undefined) { for (const cpu of logical) cpu.modelName ??= modelOfAll; }
  return prune<CpuInfo>({ logical, microcode, implementer, part, flags, mhz });
}

function hexNumber(text: string): string | undefined {
  return /^0x[0-9a-f]{1,8}$/i.test(text) ? text.toLowerCase() : undefined;
}

/**
 * Whether /proc/cpuinfo has the flag "vmx" (VT-x) or "svm" (AMD-V): what the CPU offers to a hypervisor. Undefined where
 * no flags are those of x86.
 */
export function offersVirtualization(text: string): boolean | undefined {
  const flags = x86Flags(text);
  return flags && (flags.includes("vmx") || flags.includes("svm"));
}

function x86Flags(text: string): string[] | undefined {
  const flags = /^flags[ \t]*:(.*)$/m.exec(text)?.[1]?.split(" ");
  return flags?.includes("fpu") ? flags : undefined;
}

/**
 * Whether /proc/cpuinfo has the flag "hypervisor" (CPUID leaf 1, ECX bit 31). Undefined where no flags are those of x86,
 * all of which have "fpu".
 */
export function isGuestCpu(text: string): boolean | undefined {
  return x86Flags(text)?.includes("hypervisor");
}

/** The part of `cpu` that the kernel knows better than lscpu, and the current clocks. */
export async function readCpu(
  files: HostFiles,
): Promise<Pick<HostFs, "cpu" | "isGuestCpu" | "offersVirtualization" | "volatile">> {
  const [text, vulnerabilities] = await Promise.all([files.text("/proc/cpuinfo"), readVulnerabilities(files)]);
  const { logical, microcode, implementer, part, flags, mhz } = parseCpuinfo(text ?? "");
  const cpu = prune({ microcode, implementer, part, flags, logical: nonEmpty(logical), vulnerabilities });
  return prune({
    cpu: Object.keys(cpu).length > 0 ? cpu : undefined,
    isGuestCpu: isGuestCpu(text ?? ""),
    offersVirtualization: offersVirtualization(text ?? ""),
    volatile: mhz.length > 0 ? { cpuMHz: mhz } : undefined,
  });
}

/** Documentation/ABI/testing/sysfs-devices-system-cpu: one file a vulnerability, "Not affected", "Mitigation: PTI" … */
async function readVulnerabilities(files: HostFiles): Promise<{ name: string; status: string }[] | undefined> {
  const folder = "/sys/devices/system/cpu/vulnerabilities";
  const names = (await files.entries(folder))?.map(({ name }) => name) ?? [];
  const all = await Promise.all(names.map(async (name) => ({ name, status: await files.line(`${folder}/${name}`) })));
  return nonEmpty(all.filter((one): one is { name: string; status: string } => one.status !== undefined));
}
