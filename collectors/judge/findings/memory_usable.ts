import { gibibytes } from "./dimms.ts";
import type { Rule } from "./finding.ts";

/** What firmware and kernel keep for themselves on a small machine. */
const RESERVED_BYTES = 512 * 2 ** 20;

/**
 * The kernel can use more than 5 % less than is installed (MemTotal of /proc/meminfo against SMBIOS type 17), besides
 * what is reserved: 512 MiB and `crashkernel=`. A DIMM was mapped out, or mirroring or sparing is on, which SMBIOS does
 * not say. Nothing is found where the kernel was told to use less (`mem=`).
 */
export const memoryUsable: Rule = function* ({ memory, os }) {
  const { totalBytes, usableBytes } = memory ?? {};
  const cmdline = os?.cmdline ?? "";
  if (totalBytes === undefined || usableBytes === undefined || /(^|\s)mem=/.test(cmdline)) return;
  const expected = totalBytes * 0.95 - RESERVED_BYTES - crashKernelBytes(cmdline);
  if (usableBytes >= expected) return;
  yield {
    id: "memory-usable",
    level: "warning",
    path: "memory.usableBytes",
    message: `the kernel can use ${gibibytes(usableBytes)} of ${gibibytes(totalBytes)} of memory`,
    evidence: [
      { path: "memory.usableBytes", value: usableBytes },
      { path: "memory.totalBytes", value: totalBytes },
    ],
  };
};

/** The largest size in `crashkernel=` (Documentation/admin-guide/kdump): "256M", "1G-4G:128M,4G-:512M", "512M,high". */
function crashKernelBytes(cmdline: string): number {
  const words = [...cmdline.matchAll(/(?:^|\s)crashkernel=(\S+)/g)].map(([, value]) => value!);
  const scales = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
  return words.reduce((total, word) => {
    const sizes = [...word.replace(/[\dKMG]*-[\dKMG]*:/gi, "").matchAll(/(\d+)([KMG])/gi)]
      .map(([, number, unit]) => Number(number) * scales[unit!.toUpperCase() as keyof typeof scales]);
    return total + Math.max(0, ...sizes);
  }, 0);
}
