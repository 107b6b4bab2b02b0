/** The lists and masks in which lscpu and the kernel name CPUs. */
import { expectAtMost } from "../parsing.ts";

/** No kernel counts more CPUs (the largest CONFIG_NR_CPUS is 8192): a longer list is damaged or hostile. */
const MOST_CPUS = 65_536;

/** The CPUs with the numbers from `first` to `last`; every `step`th of them. */
interface CpuRange {
  first: number;
  last: number;
  step: number;
}

/** "0-3,8", "1-61:4" as ranges; undefined where it is no such list. */
function rangesOf(text: string): CpuRange[] | undefined {
  const ranges: CpuRange[] = [];
  for (const part of text === "" ? [] : text.split(",")) {
    const range = /^(\d{1,5})(?:-(\d{1,5})(?::(\d{1,5}))?)?$/.exec(part.trim());
    if (!range) return undefined;
    const [first, last, step] = [Number(range[1]), Number(range[2] ?? range[1]), Number(range[3] ?? 1)];
    if (last < first || step === 0) return undefined;
    ranges.push({ first, last, step });
  }
  return ranges;
}

/**
 * Reads lists of which each CPU is in one only, as those of the NUMA nodes. Undefined is what is no list, or names more
 * CPUs than any kernel has; throws `TooMuchError` where all lists together do, since a few bytes can name many.
 */
export interface CpuReader {
  /** The numbers of a list ("0-3,8", "1-61:4" is every fourth), ascending. */
  list(text: string): number[] | undefined;
  /** The numbers of a mask (hexadecimal: "0xff", "ff,ffffffff"; lscpu -x), ascending. */
  mask(text: string): number[] | undefined;
}

/** A reader that has read no list yet. */
export function cpuReader(): CpuReader {
  let read = 0;
  const isPossible = (named: number): boolean => {
    if (named > MOST_CPUS) return false;
    expectAtMost(MOST_CPUS, read += named, "lscpu", "CPUs");
    return true;
  };
  return {
    list(text) {
      const ranges = rangesOf(text);
      const named = ranges?.reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0);
      if (!ranges || !isPossible(named!)) return undefined;
      const cpus = new Set<number>();
      for (const { first, last, step } of ranges) {
        for (let cpu = first; cpu <= last; cpu += step) cpus.add(cpu);
      }
      return [...cpus].sort((a, b) => a - b);
    },
    mask(text) {
      const digits = text.replace(/^0x/, "").replaceAll(",", "").toLowerCase();
      if (digits.length > MOST_CPUS / 4 || !/^[0-9a-f]+$/.test(digits)) return undefined;
      const cpus: number[] = [];
      for (let i = digits.length - 1, cpu = 0; i >= 0; i--, cpu += 4) {
        const four = parseInt(digits[i]!, 16);
        for (let bit = 0; bit < 4; bit++) if (four & (1 << bit)) cpus.push(cpu + bit);
      }
      return isPossible(cpus.length) ? cpus : undefined;
    },
  };
}
