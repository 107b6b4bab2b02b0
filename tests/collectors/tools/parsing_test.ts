import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { MOST_LINES, ParseError, splitLines, TooMuchError } from "../../../collectors/tools/parsing.ts";
import { byName, nonEmpty, prune } from "../../../collectors/values.ts";

Deno.test("splitLines() takes CRLF, CR and LF for one line end each", () => {
  assertEquals(splitLines("a\r\nb\nc\rd", "test"), ["a", "b", "c", "d"]);
  assertEquals(splitLines("a\n\r\nb\n\n", "test"), ["a", "", "b", ""]);
  assertEquals(splitLines(" a \u2028b\v\f", "test"), [" a \u2028b\v\f"]);
});

Deno.test("splitLines() has no line behind the last line end", () => {
  assertEquals(splitLines("a\n", "test"), ["a"]);
  assertEquals(splitLines("\n", "test"), [""]);
  assertEquals(splitLines("", "test"), []);
});

Deno.test("splitLines() loses nothing but line ends", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "\0") }), (text) => {
    assertEquals(splitLines(text, "test").join(""), text.replaceAll(/[\r\n]/g, ""));
  }));
});

Deno.test("byName() compares digits as numbers and counts disks as the kernel does", () => {
  for (
    const inOrder of [
      ["eth2", "eth10", "eth10.5", "eth10.20", "lo"],
      ["sda", "sda1", "sda2", "sda10", "sdb", "sdz", "sdaa", "sdaa1", "sdab", "sdaaa"],
      ["nvme0n1", "nvme0n1p2", "nvme0n1p10", "nvme0n2", "nvme1n1", "vdb", "vdz", "vdaa"],
      ["0000:3b:00.0", "0000:3b:00.1", "0000:5e:00.0"],
    ]
  ) {
    assertEquals(inOrder.toReversed().sort(byName), inOrder);
  }
  assertEquals(byName("eth0", "eth0"), 0);
});

Deno.test("byName() gives one order, whatever order the names come in", () => {
  const piece = fc.constantFrom(
    "sd",
    "vd",
    "sda",
    "sdb",
    "sdaa",
    "eth",
    "a",
    "-",
    ":",
    "0",
    "1",
    "01",
    "10",
    "9".repeat(400),
  );
  const name = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), (names) => {
      const sorted = [...names].sort(byName);
      assertEquals([...names].reverse().sort(byName), sorted);
      for (const [i, a] of sorted.entries()) {
        for (const b of sorted.slice(i)) {
          assert(byName(a, b) <= 0 && byName(b, a) >= 0 && (byName(a, b) !== 0 || a === b));
        }
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("prune() leaves out what is undefined, and nothing else", () => {
  const pruned = prune<{ a?: number; b?: null; c?: string; d?: boolean }>({ a: 0, b: null, c: "", d: undefined });
  assertEquals(Object.entries(pruned), [["a", 0], ["b", null], ["c", ""]]);
});

Deno.test("nonEmpty() gives a list, or nothing where it is empty", () => {
  assertEquals(nonEmpty([]), undefined);
  assertEquals(nonEmpty([undefined]), [undefined]);
});

Deno.test("ParseError names tool, line, what was found and what was expected", () => {
  const error = new ParseError("lscpu", 3, "x".repeat(5000), "JSON");
  assertEquals(error.message, `lscpu: line 3: found "${"x".repeat(120)}", expected JSON`);
  assertEquals([error.name, error.tool, error.line, error.text.length], ["ParseError", "lscpu", 3, 1000]);
});

Deno.test("splitLines() refuses more lines than any tool prints, and says whose", () => {
  assertEquals(splitLines("x\n".repeat(MOST_LINES), "lshw").length, MOST_LINES);
  const error = assertThrows(() => splitLines("x\n".repeat(MOST_LINES + 1), "lshw"), TooMuchError);
  assertEquals(error.message, "lshw: more than 100000 lines: not one machine's");
  const tooLong = assertThrows(() => splitLines(`x\n${"x".repeat(1 << 20)}`, "lscpu"), TooMuchError);
  assertEquals(tooLong.message, "lscpu: more than 262144 characters in a line: not one machine's");
});
