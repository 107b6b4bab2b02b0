/** "did you mean": what somebody may have wanted to write. */
import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** The one of `known` that `written` is most like; undefined where none is. */
export function suggestion(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || written === "") return undefined;
  const word = written.toLowerCase();
  const closest = closestString(word, known);
  const most = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  if (levenshteinDistance(word, closest.toLowerCase()) <= most) return closest;
  return word.length > 2 ? known.find((name) => name.toLowerCase().startsWith(word)) : undefined;
}

/** `: did you mean …?` behind a message, or nothing. */
export function didYouMean(written: string, known: readonly string[], prefix = ""): string {
  const found = suggestion(written, known);
  return found === undefined ? "" : `: did you mean ${prefix}${found}?`;
}
