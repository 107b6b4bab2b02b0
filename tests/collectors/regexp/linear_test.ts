import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ExpressionError, linearTest, LONGEST_TEXT } from "../../../collectors/regexp/mod.ts";
import { slowness } from "../../load.ts";

/** Expressions of every construct, and texts in which the engine finds something or nothing. */
const CASES: [source: string, flags: string, texts: string[]][] = [
  ["Gold 64\\d0", "", ["Xeon Gold 6430", "Xeon Gold 6338", ""]],
  ["^(\\d+\\.)+\\d+$", "", ["1.2.3", "1..2", "1."]],
  ["^(?:Gold|Silver|Bronze)+$", "", ["GoldSilver", "GoldLead"]],
  ["gold|ſ", "i", ["GOLD", "S"]],
  ["gold|ſ", "iu", ["GOLD", "S"]],
  ["a.c", "", ["a\nc", "abc", "a\u2028c"]],
  ["a.c", "s", ["a\nc"]],
  ["^b$", "", ["a\nb", "b"]],
  ["^b$", "m", ["a\nb", "b\r\n", "ab"]],
  ["(?<maker>Dell|HPE?) (?=Inc)(?!x)(?<!z)", "", ["Dell Inc", "HP Inc", "Dell x"]],
  ["(?<=\\$)\\d+(?!\\d|USD)", "", ["$12", "12", "$12USD", "$1"]],
  ["(?<=(?<!a)b)c", "", ["bc", "abc", "xbc"]],
  ["(?=.*\\d)(?=.*[a-z])^\\w{4,6}$", "", ["ab12", "abcd", "a1", "abcdef1"]],
  ["\\bfoo\\B", "", ["foobar", "foo bar", "xfoob", "a food"]],
  ["\\p{L}+\\u{41}{2}", "u", ["éAA", "1AA", "bA"]],
  ["^.$", "u", ["\u{1f600}", "ab"]],
  ["^.$", "", ["\u{1f600}", "a"]],
  ["^\u{1f600}{2}$", "u", ["\u{1f600}\u{1f600}", "\u{1f600}"]],
  ["\u{1f600}*x", "", ["\u{1f600}\ude00x", "x"]],
  ["\\ud83d\\ude00", "u", ["\u{1f600}", "\ud83d"]],
  ["[^\\]\\d-]x", "", ["]x", "ax", "-x", "1x"]],
  ["a{x}[)(*+|\\]]\\(\\)", "", ["a{x}*()", "a{x}a()"]],
  ["\\x41\\0\\t\\cJ", "", ["A\0\t\n", "A"]],
  ["(?i:a)b", "", ["Ab", "AB"]],
  ["(?-i:a)b", "i", ["aB", "AB"]],
  ["a{2}b{1,2}?c{2,}d??", "", ["aabcc", "abcc", "aabbccd"]],
  ["(a*)*b|(?:){3}c|()*d", "", ["aab", "c", "d", "a"]],
  ["a||b", "", ["", "x"]],
  ["", "", ["", "x"]],
];

Deno.test("linearTest() finds what RegExp finds", () => {
  for (const [source, flags, texts] of CASES) {
    const finds = linearTest(source, flags);
    for (const text of texts) {
      assertEquals(finds(text), new RegExp(source, flags).test(text), `/${source}/${flags} in ${JSON.stringify(text)}`);
    }
  }
});

Deno.test("linearTest() finds what RegExp finds for random expressions", () => {
  const atom = fc.constantFrom(
    ...["a", "b", "_", ".", "\\w", "\\D", "\\s", "[ab]", "[^a]", "(a|b)", "(?:a|)", "^", "$", "\\b", "\\B"],
    ...[
      "(?=a)",
      "(?!b)",
      "(?<=a)",
      "(?<!b|_)",
      "(?:ab?)",
      "(?=(?<!a)b)",
      "(?i:A)",
      "é",
      "(",
      "(?:",
      "(?=",
      "(?<!",
      ")",
    ],
  );
  const quantifier = fc.constantFrom("", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}?", "+?", "|");
  const source = fc.array(fc.tuple(atom, quantifier), { maxLength: 8 }).map((parts) => parts.flat().join(""));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "_", "1", " ", "\n", "é", "A"), maxLength: 8 });
  let tried = 0;
  const property = fc.property(
    source,
    fc.constantFrom("", "i", "m", "s", "u", "imsu"),
    fc.array(text),
    (source, flags, texts) => {
      let regexp: RegExp;
      try {
        regexp = new RegExp(source, flags);
      } catch {
        return;
      }
      tried++;
      const finds = linearTest(source, flags);
      for (const text of texts) assertEquals(finds(text), regexp.test(text), `${regexp} in ${JSON.stringify(text)}`);
    },
  );
  fc.assert(property, { numRuns: 5_000 });
  assert(tried > 1_000, `only ${tried} expressions`);
});

/** What backtracks without an end, or in the fourth power of the text's length. */
const HARMFUL: [source: string, flags?: string][] = [
  ["^(([A-Za-z0-9()@. ]+)+)+#"],
  ["(a+)+$"],
  ["(a|a)*$"],
  ["(a|ab|b)*$"],
  ["(Gold|gold)*$", "i"],
  ["(.*)*x"],
  ["(a?){64}a{64}$"],
  ["(\\w+\\s?)*$"],
  ["(?:\\d+\\d)+$"],
  ["(?=(a+)+$)"],
  ["(?<=^(a+)+)#"],
  ["(a*b?){40}x"],
  [".*.*.*.*.*x"],
  ["(?=.*a.*b.*c.*x)."],
];

Deno.test("linearTest() takes time in proportion to the text", () => {
  for (const [source, flags = ""] of HARMFUL) {
    const finds = linearTest(source, flags);
    const start = performance.now();
    for (const unit of ["a", "ab", "1.", "Gold"]) finds(`${unit.repeat(4096 / unit.length)}!`);
    assertLess(performance.now() - start, 2_000 * slowness(), source);
  }
});

Deno.test("linearTest() refuses what it cannot match in linear time, or could only with much memory", () => {
  for (
    const [source, message] of [
      ["(a)\\1", "\\1 refers back to a group"],
      ["(?<n>a)\\k<n>", "\\k refers back to a group"],
      ["(a{100}){100}", "too large"],
      ["(){1000000000}", "too large"],
      ["a".repeat(5_000), "longer than 4096 characters"],
    ] as const
  ) {
    assert(new RegExp(source));
    assertThrows(() => linearTest(source, ""), ExpressionError, message);
  }
});

Deno.test("linearTest() finds nothing in a text that is no machine's", () => {
  const finds = linearTest("a", "");
  assertEquals([finds("a".repeat(LONGEST_TEXT)), finds("a".repeat(LONGEST_TEXT + 1))], [true, false]);
});
