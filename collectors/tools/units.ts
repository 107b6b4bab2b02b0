const PREFIXES = ["", "k", "m", "g", "t", "p", "e"];

/**
 * How many bytes a unit has in which tools count memory and caches, by its first letter in either case ("" for bytes, "k",
 * "M", "G" …): a power of 1024, whether they write kB, KB or KiB. Undefined for any other letter.
 */
export function bytesPerUnit(prefix: string): number | undefined {
  const power = PREFIXES.indexOf(prefix.toLowerCase());
  return power < 0 ? undefined : 1024 ** power;
}
