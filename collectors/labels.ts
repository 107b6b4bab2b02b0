/** Labels that an operator gives a machine: which of those that were written down are labels. */
import { isMap } from "./values.ts";

/** Values by key: { rack: "R12" }. */
export type Labels = Record<string, string>;

const MOST_LABELS = 64, LONGEST_VALUE = 256;
/** No dot and no "$", which some stores cannot have in a key. */
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/**
 * The labels in `found`, a map of texts, numbers, true and false. What is none is left out, and `problems` says why, one
 * sentence each.
 */
export function labelsOf(found: unknown): { labels: Labels; problems: string[] } {
  if (found === undefined || found === null) return { labels: {}, problems: [] };
  if (!isMap(found)) return { labels: {}, problems: ["expected a map of labels and their values"] };
  const labels = new Map<string, string>(), problems: string[] = [];
  for (const [key, value] of Object.entries(found)) {
    const problem = problemOf(key, value) ??
      (labels.size === MOST_LABELS ? `more than ${MOST_LABELS} labels` : undefined);
    if (problem === undefined) labels.set(key, String(value).trim());
    else problems.push(`${key.slice(0, 100)}: ${problem}`);
    if (labels.size === MOST_LABELS && problem !== undefined) break;
  }
  return { labels: Object.fromEntries([...labels].sort(([a], [b]) => a < b ? -1 : 1)), problems };
}

function problemOf(key: string, value: unknown): string | undefined {
  if (!KEY.test(key)) return "expected a key of at most 63 letters, digits, _ and -, the first of them a letter";
  const text = ["string", "number", "boolean"].includes(typeof value) ? String(value).trim() : "";
  const isText = text.length > 0 && text.length <= LONGEST_VALUE && !/[\p{Cc}\p{Cs}\ufffd]/u.test(text);
  return isText ? undefined : `expected a value of 1 to ${LONGEST_VALUE} characters, on one line`;
}
