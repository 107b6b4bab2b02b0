import { LONGEST_TEXT } from "../../regexp/mod.ts";

/** What stands at one place of a text: these characters, anything, or a number of a range, its ends included. */
type Part = string | typeof ANYTHING | [least: number, most: number];

const ANYTHING = Symbol("*");

/**
 * Whether the whole of a text is `pattern`, with anything at each `*` and a number of the range at `{1..48}`, all of its
 * digits; undefined where `pattern` has neither. Takes as many steps as the text has characters, times the parts of the
 * pattern, at most; in a text longer than LONGEST_TEXT nothing is found.
 */
export function wildcards(pattern: string): ((text: string) => boolean) | undefined {
  const parts = pattern.split(/(\*|\{\d+\.\.\d+\})/).filter((part) => part !== "").map((part): Part => {
    const [, least, most] = /^\{(\d+)\.\.(\d+)\}$/.exec(part) ?? [];
    return part === "*" ? ANYTHING : least === undefined ? part : [Number(least), Number(most)];
  });
  if (parts.every((part) => typeof part === "string")) return undefined;
  return (text) => {
    if (text.length > LONGEST_TEXT) return false;
    /** Where the parts so far may end, in ascending order. */
    let ends = [0];
    for (const [i, part] of parts.entries()) {
      const [first] = ends;
      if (first === undefined) return false;
      if (part === ANYTHING) ends = Array.from({ length: text.length - first + 1 }, (_, i) => first + i);
      else if (typeof part === "string") {
        ends = ends.filter((at) => text.startsWith(part, at)).map((at) => at + part.length);
      } else {
        const starts = ends.filter((at) => parts[i - 1] !== ANYTHING || !isDigit(text[at - 1]));
        ends = starts.map((at) => endOfNumber(text, at, part)).filter((end) => end !== undefined);
      }
    }
    return ends.includes(text.length);
  };
}

const MOST_DIGITS = 20;

/** Behind the number that begins there, where it is within the range. */
function endOfNumber(text: string, start: number, [least, most]: readonly [number, number]): number | undefined {
  let end = start;
  while (isDigit(text[end]) && end - start <= MOST_DIGITS) end++;
  const number = Number(text.slice(start, end));
  const isWithin = end > start && end - start <= MOST_DIGITS && number >= least && number <= most;
  return isWithin ? end : undefined;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
