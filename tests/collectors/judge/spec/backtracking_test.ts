import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { isBounded } from "../../../../collectors/judge/spec/backtracking.ts";
import { ConditionError, parseCondition } from "../../../../collectors/judge/spec/condition.ts";

const HARMLESS: [source: string, flags?: string][] = [
  ["Gold 64\\d0"],
  ["^(\\d+\\.)+\\d+$"],
  ["^(?:Gold|Silver|Bronze)+$"],
  ["(Gold|gold)*", ""],
  ["^[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:x$"],
  [".*a.*b.*c.*"],
  ["^(a|b|cd){2,3}$"],
  ["(?<maker>Dell|HPE?) (?=Inc)(?!x)(?<=y)(?<!z)"],
  ["\\p{L}+\\u{41}{2}", "u"],
  ["a{x}[)(*+|\\]]\\(\\)"],
  ["(a{100000}){100000}"],
  [""],
];

const HARMFUL: [source: string, flags?: string][] = [
  ["^(([A-Za-z0-9()@. ]+)+)+#"],
  ["(a+)+$"],
  ["(a|a)*$"],
  ["(a|ab|b)*$"],
  ["(Gold|gold)*$", "i"],
  ["(.*)*x"],
  ["(a?){64}a{64}"],
  ["(\\w+\\s?)*$"],
  ["(?:\\d+\\d)+$"],
  ["(\\d+[1])*$"],
  ["(?=(a+)+$)"],
  ["(a*b?){40}x"],
  [".*.*.*.*.*x"],
];

Deno.test("isBounded() tells what backtracks without an end from what does not", () => {
  for (const [source, flags = ""] of HARMLESS) {
    assert(new RegExp(source, flags) && isBounded(source, flags), source);
  }
  for (const [source, flags = ""] of HARMFUL) assert(new RegExp(source, flags) && !isBounded(source, flags), source);
});

Deno.test("parseCondition() refuses an expression that could take for ever", () => {
  assertThrows(
    () => parseCondition("modelName", { type: "string" }, "/^(([A-Z()@. ]+)+)+#/i"),
    ConditionError,
    "expected an expression that does not repeat what repeats itself",
  );
});

Deno.test("what parseCondition() takes is fast on a text made to be slow", () => {
  for (const [source, flags = ""] of HARMLESS) {
    const { test } = parseCondition("x", { type: "string" }, `/${source || "x"}/${flags}`);
    const start = performance.now();
    for (const text of ["a".repeat(64), "1.".repeat(32) + "#", "Gold".repeat(16) + "#", ":".repeat(64)]) test(text);
    assertLess(performance.now() - start, 2000, source);
  }
});

Deno.test("parseCondition() refuses more * than a text can hold", () => {
  assertThrows(() => parseCondition("x", { type: "string" }, "*a*a*a*a*a*b"), ConditionError, "fewer * in it");
});

Deno.test("a star more is no other pattern, and takes no longer", () => {
  const { test } = parseCondition("x", { type: "string" }, `${"*".repeat(64)}z`);
  const start = performance.now();
  assertEquals([test("a".repeat(255)), test("abz")], [false, true]);
  assertLess(performance.now() - start, 2000);
});
