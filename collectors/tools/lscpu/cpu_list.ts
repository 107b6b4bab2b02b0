/** No kernel counts more CPUs (the largest CONFIG_NR_CPUS is 8192): a longer list is damaged or hostile. */
export const MOST_CPUS = 65_536;

/** The CPUs from `first` to `last`; every `step`th of them. */
interface CpuRange {
  first: number;
  last: number;
  step: number;
}

/**
 * The numbers of a CPU list ("0-3,8", "1-61:4" is every fourth) of lscpu and the kernel, ascending.
 * Undefined where it is none, or names more CPUs than any kernel has.
 */
export function cpusOfList(text: string): number[] | undefined {
  const ranges = rangesOf(text);
  if (!ranges || countOf(ranges) > MOST_CPUS) return undefined;
  const cpus = new Set<number>();
  for (const { first, last, step } of ranges) {
    for (let cpu = first; cpu <= last; cpu += step) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

/** How many CPUs `cpusOfList` makes of a list: a few bytes can name many. */
export function namedCpus(text: string): number {
  const count = countOf(rangesOf(text) ?? []);
  return count > MOST_CPUS ? 0 : count;
}

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

function countOf(ranges: readonly CpuRange[]): number {
  return ranges.reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0);
}

/** The numbers of a CPU mask (hexadecimal: "0xff", "ff,ffffffff"; lscpu -x), ascending; undefined where it is none. */
export function cpusOfMask(text: string): number[] | undefined {
  const digits = text.replace(/^0x/, "").replaceAll(",", "").toLowerCase();
  if (digits.length > MOST_CPUS / 4 || !/^[0-9a-f]+$/.test(digits)) return undefined;
  const cpus: number[] = [];
  for (let i = digits.length - 1, cpu = 0; i >= 0; i--, cpu += 4) {
    const four = parseInt(digits[i]!, 16);
    for (let bit = 0; bit < 4; bit++) if (four & (1 << bit)) cpus.push(cpu + bit);
  }
  return cpus;
}
