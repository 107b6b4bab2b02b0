/** Damaged copies of real outputs, for property tests of parsers. */
import fc from "fast-check";
import { TooMuchError } from "../../collectors/tools/parsing.ts";

/** One damage, done to a text by numbers between 0 and 1 that say where. */
const DAMAGES: readonly ((text: string, a: number, b: number) => string)[] = [
  (text, a) => text.slice(0, at(text, a)),
  (text, a) => text.slice(at(text, a)),
  (text, a, b) => text.slice(0, at(text, Math.min(a, b))) + text.slice(at(text, Math.max(a, b))),
  (text, a, b) => insert(text, a, String.fromCharCode(Math.floor(b * 256))),
  (text, a, b) => insert(text, a, '"\\{}[]:,\0\r\n\x1b-'.charAt(Math.floor(b * 13))),
  (text, a, b) => insert(text, a, "x".repeat(Math.floor(b * 100_000))),
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => text + text,
  lines((all, a, b) => all.splice(index(all, b), 0, all[index(all, a)]!)),
  lines((all, a) => all.splice(index(all, a), 1)),
  lines((all, a, b) => all.splice(index(all, b), 0, ...all.splice(index(all, a), 1))),
];

/** Does it, and takes it for an answer that there is more in a text than any machine has. */
export function orTooMuch(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof TooMuchError)) throw error;
  }
}

/** One of `samples` with up to `most` damages: cut, lines doubled, lost and moved, odd bytes, long lines, CRLF. */
export function damaged(samples: readonly string[], most = 4): fc.Arbitrary<string> {
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const damage = fc.tuple(fc.constantFrom(...DAMAGES), place, place);
  return fc.tuple(fc.constantFrom(...samples), fc.array(damage, { maxLength: most }))
    .map(([sample, damages]) => damages.reduce((text, [apply, a, b]) => apply(text, a, b), sample));
}

function lines(change: (all: string[], a: number, b: number) => unknown) {
  return (text: string, a: number, b: number) => {
    const all = text.split("\n");
    change(all, a, b);
    return all.join("\n");
  };
}

function at(text: string, place: number): number {
  return Math.floor(place * text.length);
}

function index(all: string[], place: number): number {
  return Math.floor(place * all.length);
}

function insert(text: string, place: number, what: string): string {
  return text.slice(0, at(text, place)) + what + text.slice(at(text, place));
}

/** Fails where `value` holds undefined, NaN or an infinity, which JSON cannot say. */
export function assertPlain(value: unknown, path = "value"): void {
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) {
    throw new Error(`${path} is ${value}`);
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) assertPlain(member, `${path}.${key}`);
}
