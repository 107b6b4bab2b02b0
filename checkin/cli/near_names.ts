import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** The names most like `name`, the best first, at most `most`: with few letters other, or with its letters in them. */
export function nearNames(name: string, names: Iterable<string>, most = 5): string[] {
  const wanted = name.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 4));
  const ranked: { name: string; distance: number }[] = [];
  for (const candidate of new Set(names)) {
    const distance = levenshteinDistance(wanted, candidate.toLowerCase());
    if (distance <= limit) ranked.push({ name: candidate, distance });
    else if (wanted.length >= 4 && candidate.toLowerCase().includes(wanted)) {
      ranked.push({ name: candidate, distance: limit + distance });
    }
  }
  return ranked.sort((a, b) => a.distance - b.distance).slice(0, most).map(({ name }) => name);
}
