import { assertEquals, assertLess } from "@std/assert";
import { keyLines } from "../../../../collectors/judge/spec/lines.ts";

Deno.test("keyLines() finds keys in the order of the document, and not in comments", () => {
  const lineOf = keyLines('name: x # expect: no\nexpect:\n  disks:\n    - { count: 2,\n        "model": y }\n');
  assertEquals(["name", "expect", "disks", "count", "model", "gone"].map(lineOf), [1, 2, 3, 4, 5, 5]);
});

Deno.test("keyLines() takes no longer for a key far down than for one at the top", () => {
  const count = 40_000;
  const lineOf = keyLines("- { count: 1, model: x }\n".repeat(count));
  const start = performance.now();
  let last = 0;
  for (let i = 0; i < count; i++) last = lineOf("count") && lineOf("model");
  assertEquals(last, count);
  assertLess(performance.now() - start, 5000);
});
