/** Random regular expressions, and the installed Ruby that tells what they find. */

/** Whether there is a Ruby to ask. */
export async function hasRuby(): Promise<boolean> {
  try {
    return (await new Deno.Command("ruby", { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** For each pattern: whether Ruby finds it in each of the texts, or null where Ruby does not take it. */
export async function askRuby(cases: [pattern: string, texts: string[]][]): Promise<(boolean[] | null)[]> {
  const script = `require "json"; $VERBOSE = nil
    puts JSON.generate(JSON.parse(STDIN.read).map { |pattern, texts|
      begin
        regexp = Regexp.new(pattern)
        texts.map { |text| regexp.match?(text) }
      rescue RegexpError
        nil
      end })`;
  const child = new Deno.Command("ruby", {
    args: ["-Ku", "-e", script],
    env: { LC_ALL: "C.UTF-8" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(cases)));
  await writer.close();
  return JSON.parse(new TextDecoder().decode((await child.output()).stdout));
}

export type Random = (below: number) => number;

/** A generator whose numbers are the same in every run (Marsaglia's xorshift32). */
export function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)]!;
}

const TEXT_PARTS = [
  "a",
  "b",
  "c",
  "A",
  "B",
  "0",
  "9",
  "_",
  "-",
  " ",
  "\n",
  "\r",
  "é",
  "É",
  "",
  "ab",
  "aa",
  "$",
  ".",
  "\u2028",
];

export function randomText(random: Random): string {
  return Array.from({ length: random(7) }, () => pick(random, TEXT_PARTS)).join("");
}

export function randomPattern(random: Random, depth: number): string {
  const branches = Array.from(
    { length: random(4) === 0 ? 2 : 1 },
    () =>
      Array.from(
        { length: 1 + random(4) },
        () => randomAtom(random, depth) + (random(3) === 0 ? randomQuantifier(random) : ""),
      )
        .join(""),
  );
  return branches.join("|");
}

function randomQuantifier(random: Random): string {
  return pick(random, ["*", "+", "?", "{2}", "{,2}", "{1,2}", "{1,}"]) + pick(random, ["", "", "", "?", "+"]);
}

function randomAtom(random: Random, depth: number): string {
  const simple = [
    "a",
    "b",
    "c",
    "A",
    "_",
    "0",
    "-",
    "é",
    ".",
    "^",
    "$",
    "\\A",
    "\\z",
    "\\Z",
    "\\b",
    "\\B",
    "\\h",
    "\\H",
  ];
  simple.push(
    "\\w",
    "\\W",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\n",
    "\\R",
    "\\.",
    "\\x61",
    "\\u0062",
    "{",
    "]",
    "\\-",
    "\\1",
    "\\y",
  );
  simple.push(
    "[[:alpha:]]",
    "[[:^upper:]]",
    "\\p{Alnum}",
    "\\p{^Lu}",
    "(?i)",
    "(?m)",
    "(?-i)",
    "(?#c)",
    "\\k<n>",
    "\\_",
  );
  const kind = depth === 0 ? 0 : random(5);
  if (kind === 1) return `${pick(random, GROUPS)}${randomPattern(random, depth - 1)})`;
  return kind === 2 ? randomClass(random, 2) : pick(random, simple);
}

const GROUPS = ["(", "(?:", "(?i:", "(?m:", "(?-i:", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?mi-x:", "(?x: "];

function randomClass(random: Random, depth: number): string {
  const items = [
    "a",
    "b",
    "A",
    "a-c",
    "A-Z",
    "0-9",
    "-",
    "^",
    "&",
    "&&",
    "\\d",
    "\\w",
    "\\s",
    "\\h",
    "\\n",
    "_",
    ".",
    "$",
    "é",
  ];
  items.push("[:alpha:]", "[:^digit:]", "[:punct:]", "\\]", "\\-", "\\b", "\\p{Lower}", "(", "|", " ");
  const content = Array.from(
    { length: 1 + random(4) },
    () => depth > 0 && random(6) === 0 ? randomClass(random, depth - 1) : pick(random, items),
  );
  return `[${random(4) === 0 ? "^" : ""}${content.join("")}]`;
}
