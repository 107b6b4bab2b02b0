/** The names most like `name`, the best first, at most `most`: with few letters other, or with its letters in them. */
export function nearNames(name: string, names: Iterable<string>, most = 5): string[] {
  const wanted = name.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 4));
  const ranked: { name: string; distance: number }[] = [];
  for (const candidate of new Set(names)) {
    const distance = distanceOf(wanted, candidate.toLowerCase());
    if (distance <= limit) ranked.push({ name: candidate, distance });
    else if (wanted.length >= 4 && candidate.toLowerCase().includes(wanted)) {
      ranked.push({ name: candidate, distance: limit + distance });
    }
  }
  return ranked.sort((a, b) => a.distance - b.distance).slice(0, most).map(({ name }) => name);
}

/** How many letters have to be put in, taken out or changed to make one of the other (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[b.length]!;
}
