/**
 * ARM CPUs by their numbers: the kernel prints no model name for them, only MIDR_EL1's fields (Arm Architecture
 * Reference Manual; the kernel's arch/arm64/include/asm/cputype.h), in /proc/cpuinfo "CPU implementer" and "CPU part".
 */

/** Implementers: lscpu's "Vendor ID", and their parts: lscpu's "Model name". */
const IMPLEMENTERS: Readonly<Record<string, readonly [vendorId: string, parts: Readonly<Record<string, string>>]>> = {
  "0x41": ["ARM", {
    "0xb76": "ARM1176",
    "0xc05": "Cortex-A5",
    "0xc07": "Cortex-A7",
    "0xc08": "Cortex-A8",
    "0xc09": "Cortex-A9",
    "0xc0d": "Cortex-A17",
    "0xc0e": "Cortex-A17",
    "0xc0f": "Cortex-A15",
    "0xd03": "Cortex-A53",
    "0xd04": "Cortex-A35",
    "0xd05": "Cortex-A55",
    "0xd07": "Cortex-A57",
    "0xd08": "Cortex-A72",
    "0xd09": "Cortex-A73",
    "0xd0a": "Cortex-A75",
    "0xd0b": "Cortex-A76",
    "0xd0c": "Neoverse-N1",
    "0xd0d": "Cortex-A77",
    "0xd40": "Neoverse-V1",
    "0xd41": "Cortex-A78",
    "0xd42": "Cortex-A78AE",
    "0xd44": "Cortex-X1",
    "0xd46": "Cortex-A510",
    "0xd47": "Cortex-A710",
    "0xd48": "Cortex-X2",
    "0xd49": "Neoverse-N2",
    "0xd4a": "Neoverse-E1",
    "0xd4b": "Cortex-A78C",
    "0xd4d": "Cortex-A715",
    "0xd4e": "Cortex-X3",
    "0xd4f": "Neoverse-V2",
    "0xd80": "Cortex-A520",
    "0xd81": "Cortex-A720",
    "0xd82": "Cortex-X4",
    "0xd83": "Neoverse-V3AE",
    "0xd84": "Neoverse-V3",
    "0xd85": "Cortex-X925",
    "0xd87": "Cortex-A725",
    "0xd8e": "Neoverse-N3",
  }],
  "0x42": ["Broadcom", { "0x516": "ThunderX2" }],
  "0x43": ["Cavium", {
    "0x0a1": "ThunderX-88XX",
    "0x0a2": "ThunderX-81XX",
    "0x0a3": "ThunderX-83XX",
    "0x0af": "ThunderX2-99xx",
  }],
  "0x46": ["FUJITSU", { "0x001": "A64FX", "0x003": "MONAKA" }],
  "0x48": ["HiSilicon", { "0xd01": "TaiShan-v110", "0xd02": "TaiShan-v120" }],
  "0x4e": ["NVIDIA", { "0x000": "Denver", "0x003": "Denver 2", "0x004": "Carmel", "0x010": "Olympus" }],
  "0x50": ["APM", { "0x000": "X-Gene" }],
  "0x51": ["Qualcomm", { "0xc00": "Falkor", "0xc01": "Saphira", "0x001": "Oryon" }],
  "0x61": ["Apple", {}],
  "0x6d": ["Microsoft", { "0xd49": "Azure-Cobalt-100" }],
  "0x70": ["Phytium", {
    "0x660": "FTC660",
    "0x661": "FTC661",
    "0x662": "FTC662",
    "0x663": "FTC663",
    "0x862": "FTC862",
  }],
  "0xc0": ["Ampere", { "0xac3": "Ampere-1", "0xac4": "Ampere-1a", "0xac5": "Ampere-1b" }],
};

/** MIDR_EL1 in the words of dmidecode: "Implementor 0x41, Variant 0x1, Architecture 15, Part 0xd07, Revision 3". */
export function armSignature(text: string): { implementer: string; part: string } | undefined {
  const [, implementer, part] = /^Implement[eo]r (0x[0-9a-f]{2}), .*\bPart (0x[0-9a-f]{3}),/.exec(text) ?? [];
  return implementer === undefined || part === undefined ? undefined : { implementer, part };
}

/** Whether it is a model's name: kernels say "ARMv8 Processor rev 1 (v8l)" of every CPU of an architecture. */
export function namesModel(text: string): boolean {
  return !/^(ARMv\d+|AArch64) Processor rev \d+/.test(text);
}

/** The names behind the numbers; what is not in the list has none. */
export function armCpu(
  cpu: { implementer?: string; part?: string } | undefined,
): { vendorId: string; modelName?: string } | undefined {
  const { implementer = "", part = "" } = cpu ?? {};
  if (!Object.hasOwn(IMPLEMENTERS, implementer)) return undefined;
  const [vendorId, parts] = IMPLEMENTERS[implementer]!;
  return Object.hasOwn(parts, part) ? { vendorId, modelName: parts[part]! } : { vendorId };
}
