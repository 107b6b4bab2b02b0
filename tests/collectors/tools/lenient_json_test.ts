import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Json, NO_KEY, readLenientJson } from "../../../collectors/tools/lenient_json.ts";
import { slowness } from "../../load.ts";
import { damaged, orTooMuch } from "../mutations.ts";

/** As JSON.parse gives it. */
function plain(value: Json): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries([...value.members].map(([key, member]) => [key, plain(member)]));
}

function read(text: string): unknown {
  return readLenientJson(text).values.map(plain);
}

function unparsed(text: string): string[] {
  return readLenientJson(text).unparsed.map(({ line, text }) => `${line}: ${text}`);
}

Deno.test("readLenientJson() reads valid JSON exactly, however it is laid out", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
    const text = JSON.stringify({ value }, null, indent);
    assertEquals(JSON.stringify(read(text)), JSON.stringify([JSON.parse(text)]));
    assertEquals(unparsed(text), []);
  }));
});

Deno.test("readLenientJson() takes an escaped quote for no end, whatever stands behind it", () => {
  for (const value of ['12" disk', 'a"}', 'b" ]', 'c", 5', 'd",\n', 'ends in "', "ends in \\", 'C:\\"}']) {
    const text = JSON.stringify({ value, next: [value, value] });
    assertEquals(read(text), [JSON.parse(text)]);
    assertEquals(unparsed(text), []);
  }
});

Deno.test("readLenientJson() keeps the order of keys that look like numbers, and knows no prototype", () => {
  const [object] = readLenientJson('{"10":1,"2":2,"__proto__":{"a":3},"constructor":4}').values;
  assert(typeof object === "object" && object !== null && !Array.isArray(object));
  assertEquals([...object.members.keys()], ["10", "2", "__proto__", "constructor"]);
});

Deno.test("readLenientJson() says on which line an object starts", () => {
  const [list] = readLenientJson('[\n{},\n\n{"a":\n{}}]').values;
  assert(Array.isArray(list));
  assertEquals(list.map((value) => (value as { line: number }).line), [2, 4]);
});

const REPAIRED: Record<string, [text: string, value: unknown]> = {
  "a comma that is missing": ['{"a" : 1\n"b" : 2}{"c" : [3 4]}', [{ a: 1, b: 2 }, { c: [3, 4] }]],
  "a comma too many": ['{"a" : [1,,2,],},\n', [{ a: [1, 2] }]],
  "a quote in a value": ['{"a" : "12" disk",\n"b" : "x"}', [{ a: '12" disk', b: "x" }]],
  "a quote and a comma in a value": ['{"a" : "12", wide",\n"b" : 1}', [{ a: '12", wide', b: 1 }]],
  "a quote at the end of a value": ['{"a" : "12"",\n"b" : 1}', [{ a: '12"', b: 1 }]],
  "a backslash that escapes nothing": ['["/mnt/a\\040b", "\\x"]', [["/mnt/a\\040b", "\\x"]]],
  "a backslash at the end of a line's value": ['{\n"a" : "C:\\",\n"b" : "D:\\"\n}', [{ a: "C:\\", b: "D:\\" }]],
  "a backslash at the end of a list's string": ['["C:\\", "/mnt"]', [["C:\\", "/mnt"]]],
  "a line end in a value": ['{"a" : "two\nlines", "b" : 1}', [{ a: "two\nlines", b: 1 }]],
  "control bytes in a value": ['{"a" : "\0\x01\x1b[1m\t"}', [{ a: "\0\x01\x1b[1m\t" }]],
  "a number with zeros before it": ['{"a" : 007}', [{ a: 7 }]],
};

for (const [what, [text, value]] of Object.entries(REPAIRED)) {
  Deno.test(`readLenientJson() repairs ${what}`, () => {
    assertEquals(read(text), value);
    assertEquals(unparsed(text), []);
  });
}

Deno.test("readLenientJson() reports a line around the JSON, and a prompt is no list", () => {
  const text = '[root@host ~]# lshw -json\nWARNING: "x"\n{"a" : 1}\n[root@host ~]# ';
  assertEquals(read(text), [{ a: 1 }]);
  assertEquals(unparsed(text), ["1: [root@host ~]# lshw -json", '2: WARNING: "x"', "4: [root@host ~]#"]);
});

Deno.test("readLenientJson() reports a line inside of the JSON, and goes on behind it", () => {
  const text = '{\n"a" : 1,\nlshw: cannot open "/dev/sg0"\n"b" : 2\n}';
  assertEquals(read(text), [{ a: 1, b: 2 }]);
  assertEquals(unparsed(text), ['3: lshw: cannot open "/dev/sg0"']);
});

Deno.test("readLenientJson() gives no half value where a string or number is cut off", () => {
  assertEquals(read('{"a" : "x",\n"b" : "half'), [{ a: "x" }]);
  assertEquals(unparsed('{"a" : "x",\n"b" : "half'), ['2: "b" : "half']);
  assertEquals(read('{"a" : "x",\n"b" : 25769'), [{ a: "x" }]);
  assertEquals(read('{"a" : "lost quote,\n"b" : "y"}'), [{ b: "y" }]);
  assertEquals(unparsed('{"a" : "lost quote,\n"b" : "y"}'), ['1: {"a" : "lost quote,']);
});

Deno.test("readLenientJson() reports a cut behind a whole value, once", () => {
  assertEquals(read('{"a" : [{"b" : "x"}\n\n'), [{ a: [{ b: "x" }] }]);
  assertEquals(unparsed('{"a" : [{"b" : "x"}\n\n'), ['1: {"a" : [{"b" : "x"}']);
});

Deno.test("readLenientJson() keeps the first of two values of a key, and reports the second", () => {
  assertEquals(read('{"a" : 1,\n"a" : {"b"\n:2}}'), [{ a: 1 }]);
  assertEquals(unparsed('{"a" : 1,\n"a" : {"b"\n:2}}'), ['2: "a" : {"b"']);
});

Deno.test("readLenientJson() keeps a value without a key apart", () => {
  assertEquals(read('{"a" : 1 {"b" : 2} [3]}'), [{ a: 1, [NO_KEY]: [{ b: 2 }, [3]] }]);
});

Deno.test("readLenientJson() reports what is no value: bare words, keys alone, numbers beyond measure", () => {
  assertEquals(read('{"a" : -,\n"b" : yes,\n"c",\n"d" : ,\n"e" : 1e999,\n"f" : 1}'), [{ f: 1 }]);
  assertEquals(unparsed('{"a" : -,\n"b" : yes,\n"c",\n"d" : ,\n"e" : 1e999,\n"f" : 1}').length, 5);
});

Deno.test("readLenientJson() skips what is nested too deep, and reads on", () => {
  const depth = 100_000;
  const text = `[${"[".repeat(depth)}${"]".repeat(depth)}, {"a" : 1}]`;
  const [list] = readLenientJson(text).values;
  assert(Array.isArray(list));
  assertEquals(plain(list.at(-1)!), { a: 1 });
  assertEquals(unparsed(text).length, 1);
  assertEquals(readLenientJson("[{".repeat(depth)).values.length, 1);
});

const HOSTILE: Record<string, (size: number) => string> = {
  "open brackets": (size) => "[{".repeat(size / 2),
  "quotes": (size) => `["${'"'.repeat(size)}`,
  "quotes and blanks": (size) => `["${'" '.repeat(size / 2)}`,
  "backslashes": (size) => `["${"\\".repeat(size)}"]`,
  "escaped quotes": (size) => `["${'\\"'.repeat(size / 2)}`,
  "blanks behind an escaped quote": (size) => `["a\\"${" ".repeat(size)}z"]`,
  "tabs behind an escaped quote": (size) => `{"a" : "b\\"${"\t".repeat(size)}z"}`,
  "line ends in a string": (size) => `["${"\n".repeat(size)}x"]`,
  "line ends and blanks in a string": (size) => `["${"\n \r".repeat(size / 3)}x"]`,
  "blank lines": (size) => "\n ".repeat(size / 2) + "{",
  "open lists and blank lines": (size) => "[\n\n".repeat(size / 3),
  "objects in one line": (size) => `[${'{"a":"b"},'.repeat(size / 10)}]`,
  "noise": (size) => "x:y,z\n".repeat(size / 6),
  "noise in one line": (size) => `{"a":1 ${"x y, ".repeat(size / 5)}}`,
  "commas behind quotes": (size) => `["${'a", x '.repeat(size / 6)}"]`,
};

for (const [what, make] of Object.entries(HOSTILE)) {
  Deno.test(`readLenientJson() takes linear time on a megabyte of ${what}`, () => {
    const started = performance.now();
    orTooMuch(() => readLenientJson(make(1_000_000)));
    const tookMs = performance.now() - started;
    // A quadratic one takes minutes.
    assert(tookMs < 2000 * slowness(), `${tookMs} ms`);
  });
}

Deno.test("readLenientJson() never throws on damaged JSON", () => {
  const sample = JSON.stringify({ a: [{ id: "x", n: 1.5, 'k"': "v\\" }, true, null], b: { c: "d\n" } }, null, 2);
  fc.assert(fc.property(damaged([sample, JSON.stringify(JSON.parse(sample))], 8), (text) => {
    readLenientJson(text);
  }));
});
