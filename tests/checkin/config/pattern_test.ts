import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { compilePattern, PatternError } from "../../../checkin/config/pattern.ts";
import { slowness } from "../../load.ts";

const DEFAULT_PATTERN =
  "(^facter.*$)|(^id$)|(^kernel.*$)|(^memoryfree$)|(^memoryfree_mb$)|(^operating.*$)|(^osfamily$)|" +
  "(^path$)|(^ps$)|(^ruby.*$)|(^selinux$)|(^ssh.*$)|(^swap.*$)|(^timezone$)|(^uniqueid$)|(^.*uptime.*$)|(.*json_str$)";

/** Texts that Ruby finds, and does not find, each pattern in (asked below where there is a Ruby). */
const CASES: [pattern: string, found: string[], notFound: string[]][] = [
  [DEFAULT_PATTERN, ["facterversion", "id", "ps", "system_uptime", "mk_hw_lscpu_hash_json_str"], ["hostname", "uuid"]],
  ["^b$", ["b", "a\nb", "b\na", "b\n"], ["ab", "b\r\n", "b\u2028"]],
  ["^\\z", [""], ["a\n"]],
  ["\\Ab\\z", ["b"], ["a\nb", "b\n"]],
  ["^a.b", ["axb", "a\rb", "a\u2028b"], ["a\nb"]],
  ["^[\\s]\\s$", ["\v "], ["\u00a0 "]],
  ["^\\S\\W$", ["\u00a0é"], ["a_"]],
  ["^[\\w-]+\\d$", ["a-1"], ["é1", "a٣"]],
  ["^[^\\-a\\]]$", ["^"], ["-", "a", "]"]],
  ["^[-]?[a-c-]$", ["-", "-b"], ["d"]],
  ["[.$(){}*/|~`&^-]", [".", "{", "^", "-"], ["a"]],
  ["^\\/\\-\\_\\&\\.\\t$", ["/-_&.\t"], []],
  ["^é\u{1f600}?$", ["é", "é\u{1f600}"], ["e"]],
  ["(?i)FACTER|[b-c]", ["facter", "C"], ["A"]],
  ["(?i:a)b", ["Ab"], ["AB"]],
  ["^a{2}b{1,2}?c{2,}d{0,1}$", ["aabccd", "aabbcc"], ["abcc"]],
  ["^(?:ab|(c|d)){0,3}?$", ["", "abcab"], ["b"]],
  ["^mk_(?!hw)(?=[a-z])", ["mk_ipmi"], ["mk_hw", "mk_1"]],
  ["a||b", ["", "x"], []],
  ["", ["", "x"], []],
];

Deno.test("compilePattern() finds what Ruby finds", async () => {
  for (const [pattern, found, notFound] of CASES) {
    const regexp = compilePattern(pattern);
    for (const text of found) assert(regexp.test(text), `${pattern} does not find ${JSON.stringify(text)}`);
    for (const text of notFound) assert(!regexp.test(text), `${pattern} finds ${JSON.stringify(text)}`);
  }
  const answers = await askRuby(CASES.map(([pattern, found, notFound]) => [pattern, [...found, ...notFound]]));
  const expected = CASES.map(([_, found, notFound]) => [...found.map(() => true), ...notFound.map(() => false)]);
  assertEquals(answers ?? expected, expected);
});

Deno.test("compilePattern() names what it refuses, and the place", () => {
  const refused: [pattern: string, message: string][] = [
    ["ab\\b", "\\b is outside that subset, at character 3"],
    ["\\h", "\\h is outside"],
    ["a\\Z", "\\Z is outside"],
    ["\\p{Greek}", "\\p{Greek} is outside"],
    ["(a)\\1", "\\1 is outside"],
    ["a\\", "\\ is outside"],
    ["(?<n>a)", "(?<n> is outside"],
    ["(?>a)", "(?>a) is outside"],
    ["a(?i)b", "(?i) is outside"],
    ["(?mi:a)", "(?mi: is outside"],
    ["(?#a)", "(?#a) is outside"],
    ["[[:alpha:]]", "[[:alpha:]] is outside"],
    ["[a-z&&b]", "[a-z&&b] is outside"],
    ["[]a]", "[] is outside"],
    ["[^]a]", "[^] is outside"],
    ["[a-c-e]", "[a-c-e] is outside"],
    ["[\\w-z]", "[\\w-z] is outside"],
    ["[\\S]", "[\\S] is outside"],
    ["[a", "[a is outside"],
    ["[z-a]", "JavaScript does not take it"],
    ["a*+", "*+ is outside"],
    ["a{2}?", "{2}? is outside"],
    ["a{,2}", "{,2} is outside"],
    ["a{x}", "{x} is outside"],
    ["*a", "* with nothing to repeat, at character 1"],
    ["^{1}", "{1} with nothing to repeat"],
    ["a{3,1}", "the wrong way round"],
    ["a{1001}", "over 1000"],
    ["a)", "a ) without its ("],
    ["(a", "a ( without its )"],
    ["(?i)é", "outside ASCII"],
    ["(".repeat(200), "too many groups within groups"],
    ["a".repeat(5000), "longer than 4096"],
  ];
  for (const [pattern, message] of refused) {
    const { message: found } = assertThrows(() => compilePattern(pattern), PatternError);
    assertStringIncludes(found, message, pattern);
  }
});

Deno.test("compilePattern() refuses a pattern that is too large with its counts written out", () => {
  assertThrows(() => compilePattern("(\\w{1000}){1000}"), PatternError, "it is too large");
});

Deno.test("compilePattern() takes no pattern, and a pattern no name, for long", () => {
  const backtracking = [
    "(a+)+$",
    "(a|a)*b",
    "(a?){64}b",
    "(.*,)*x",
    ".*.*.*.*x",
    "(?:\\w|\\w){18}!",
    "a{60}(\\w*){1000}",
  ];
  // As many names as a machine has, each longer than any.
  const names = Array.from({ length: 500 }, (_, i) => `${"a".repeat(60)}${i}`);
  for (const source of [...backtracking, `${"\\w?".repeat(18)}!`, "a*a*a*$!", DEFAULT_PATTERN]) {
    const pattern = compilePattern(source);
    const start = performance.now();
    for (let round = 0; round < 3; round++) for (const name of names) pattern.test(name);
    const elapsed = performance.now() - start;
    assert(elapsed < 3_000 * slowness(), `${source}: ${elapsed.toFixed(0)} ms`);
  }
});

const TOKENS = "()[]{}|*+?^$.\\-,:&<>=!#imx12ab_".split("");

Deno.test("compilePattern() agrees with Ruby on random patterns, and takes no text for long", async () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    "_",
    ".",
    "\\w",
    "\\d",
    "\\s",
    "[ab]",
    "[^a]",
    "[a-z_]",
    "\\.",
    "(a|b)",
    "(?:a|)",
    "^",
    "$",
  );
  const part = fc.tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "+?", "|", "(?=a)"));
  const grammatical = fc.array(part, { maxLength: 6 }).map((parts) => parts.flat().join(""));
  const noise = fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join(""));
  const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "_", "1", ".", " ", "\n", "é"), maxLength: 8 }), {
    maxLength: 8,
  });
  const cases: [pattern: string, texts: string[]][] = [], ours: boolean[][] = [];
  for (const [pattern, subjects] of fc.sample(fc.tuple(fc.oneof(grammatical, noise), texts), 3000)) {
    // Ruby 3.1 looks for a `.*` at line starts only, whatever place stands in front of it.
    if (/\.\)*[*+{]/.test(pattern) && /\$|\(\?[=!]/.test(pattern)) continue;
    const start = performance.now();
    try {
      const regexp = compilePattern(pattern);
      ours.push(subjects.map((text) => regexp.test(text)));
      cases.push([pattern, subjects]);
    } catch (error) {
      assert(error instanceof PatternError, `${pattern}: ${error}`);
    }
    assert(performance.now() - start < 3000 * slowness(), pattern);
  }
  assert(cases.length > 500, `only ${cases.length} patterns were taken`);
  const answers = await askRuby(cases);
  answers?.forEach((answer, i) => assertEquals(ours[i], answer, JSON.stringify(cases[i])));
});

/** For each pattern: whether Ruby finds it in each of the texts; undefined where there is no Ruby. */
async function askRuby(cases: [pattern: string, texts: string[]][]): Promise<boolean[][] | undefined> {
  const script = `require "json"; $VERBOSE = nil
    puts JSON.generate(JSON.parse(STDIN.read).map { |pattern, texts| texts.map { |text| Regexp.new(pattern).match?(text) } })`;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("ruby", {
      args: ["-Ku", "-e", script],
      env: { LC_ALL: "C.UTF-8" },
      stdin: "piped",
      stdout: "piped",
    })
      .spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(cases)));
  await writer.close();
  return JSON.parse(new TextDecoder().decode((await child.output()).stdout));
}
