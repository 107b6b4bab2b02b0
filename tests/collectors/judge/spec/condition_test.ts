import { assert, assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import {
  ConditionError,
  literal,
  parseCondition,
  type Scalar,
  type ScalarShape,
} from "../../../../collectors/judge/spec/condition.ts";
import { compareVersions } from "../../../../collectors/judge/spec/versions.ts";
import { quantityText } from "../../../../collectors/judge/spec/units.ts";
import { slowness } from "../../../load.ts";

const STRING: ScalarShape = { type: "string" }, NUMBER: ScalarShape = { type: "number" };

function meets(text: string, value: Scalar, field = "x", shape = typeof value === "number" ? NUMBER : STRING): boolean {
  return parseCondition(field, shape, text).test(value);
}

/** Each condition, a value that meets it, and one that does not. */
const BOTH_SIDES: [text: string, meets: Scalar, fails: Scalar, field?: string][] = [
  ["Gold", "Gold", "Gold 6430"],
  ["16", 16, 15],
  ["64 GiB", 64 * 2 ** 30, 64e9, "sizeBytes"],
  ["960 GB", 960_197_124_096, 950e9, "sizeBytes"],
  ["1 TiB", 2 ** 40, 2 ** 40 - 2 ** 30, "totalBytes"],
  [">= 3.8 TB", 3.84e12, 3.79e12, "sizeBytes"],
  ["25 Gb/s", 25_000, 10_000, "speedMbps"],
  ["2.4 GHz", 2400, 2300, "maxMHz"],
  ["750 W", 750, 800, "maxPowerW"],
  ["1.2..1.5", 1.35, 1.6],
  ["2..", 2, 1],
  ["..1 TB", 1e12, 2e12, "sizeBytes"],
  ["1..2 TB", 1.5e12, 5, "sizeBytes"],
  ["..960 GB", 960_197_124_096, 1e12, "sizeBytes"],
  ["<= 960 GB", 960_197_124_096, 1e12, "sizeBytes"],
  ["> 960 GB", 1e12, 960_197_124_096, "sizeBytes"],
  ["< 4", 3, 4],
  ["> 4", 5, 4],
  ["<= 4", 4, 5],
  ["!= 4", 5, 4],
  ["/Gold 64\\d0/", "Xeon Gold 6430", "Xeon Gold 6338"],
  ["/gold/i", "GOLD", "silver"],
  [">= 26.36", "26.36", "26.9"],
  [">= 26.36", "26.36.1010 (MT_0000000540)", "25.99.1"],
  [">= 2.1.0", "2.1.0", "2.1.0-rc1"],
  ["< 2.10", "2.9", "2.10"],
  [">= 2.40", "U30 v2.42".slice(4), "v2.39"],
  [">= 2024-01-01", "2024-03-01", "2023-12-31"],
  ["!= /QEMU/", "Dell", "QEMU"],
  ["in 10.20.0.0/16", "10.20.255.1", "10.21.0.1"],
  ["in 10.20.30.0/23", "10.20.31.7", "10.20.32.7"],
  ["in 0.0.0.0/0", "192.0.2.1", "2001:db8::1"],
  ["in 2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"],
  ["in ::ffff:10.0.0.0/104", "::ffff:10.1.2.3", "::fffe:10.1.2.3"],
  ["in 10.0.0.0/8", "10.0.0.1", "10.0.0.256"],
  ["leaf-a.*", "leaf-a.dc1", "leaf-b.dc1"],
  ["Ethernet1/{1..48}", "Ethernet1/48", "Ethernet1/49"],
  ["Ethernet{1..2}/{1..48}", "Ethernet2/1", "Ethernet3/1"],
  ["Ethernet1/{1..4}*", "Ethernet1/4.0", "Ethernet1/48"],
  ["*{1..2}", "Ethernet2", "Ethernet12"],
  ["{1..48}", "007", "0x7"],
  ["*a*b*", "xaxbx", "xbxa"],
  ["**", "", undefined],
  ["a.b", "a.b", "axb"],
  ["/^(a+)+$/", "aa", `${"a".repeat(64)}!`],
  ["absent", undefined, "x"],
  ["any", "x", undefined],
];

Deno.test("parseCondition() tells values that meet it from those that do not", () => {
  for (const [text, good, bad, field] of BOTH_SIDES) {
    assert(meets(text, good, field), `${text} of ${good}`);
    assert(!meets(text, bad, field), `${text} of ${bad}`);
    // What is not there meets nothing but `absent`.
    if (text !== "absent") assert(!meets(text, undefined, field, typeof good === "number" ? NUMBER : STRING), text);
  }
});

Deno.test("parseCondition() refuses what can be true of nothing", () => {
  for (
    const [text, shape, expected] of [
      ["", NUMBER, "a number"],
      ["..", NUMBER, "a number on one side"],
      ["64 GB", NUMBER, "a number"],
      [">= x", NUMBER, "a number"],
      [">= new", STRING, "a version behind >="],
      ["/(/", STRING, "a regular expression"],
      ["/x/g", STRING, "the flags i, m, s or u"],
      ["/(a)\\1/", STRING, "another expression: \\1 refers back to a group"],
      ["in 10.0.0/8", STRING, "a network"],
      ["in 2001:db8::1::/32", STRING, "a network"],
      ["in 10.0.0.0/-1", STRING, "a network"],
      ["in 10.0.0.0", STRING, "a network"],
      ["in 2001:db8::", STRING, "a network"],
      ["1", { type: "boolean" }, "true, false"],
    ] as [string, ScalarShape, string][]
  ) {
    const { message } = assertThrows(() => parseCondition("x", shape, text), ConditionError);
    assertStringIncludes(message, `found ${JSON.stringify(text)}`);
    assertStringIncludes(message, expected);
  }
});

Deno.test("parseCondition() takes as many * as there are, and no text for long", () => {
  const text = `${"a1".repeat(30_000)}!`;
  const start = performance.now();
  for (const wildcards of ["*a*a*a*a*a*a*a*b", `${"*".repeat(64)}z`, "*{1..9}*{1..9}*{1..9}*z"]) {
    assert(!meets(wildcards, text, "x", STRING), wildcards);
  }
  assertLess(performance.now() - start, 2_000 * slowness());
});

Deno.test("literal() gives a condition that is true of one text alone", () => {
  for (
    const text of [
      "Gold",
      "a*b",
      "{1..3}",
      "/dev/sda/",
      ">= 4",
      "absent",
      "any",
      "in 10.0.0.0/8",
      "!= x",
      "a|b",
      "C:\\",
      "x\ny",
    ]
  ) {
    const condition = parseCondition("x", STRING, literal(text));
    assert(condition.test(text), text);
    assert(!condition.test(`${text}x`) && !condition.test(`x${text}`) && !condition.test(undefined), text);
  }
  assertEquals(literal("PowerEdge R760"), "PowerEdge R760");
});

Deno.test("compareVersions() counts, and pads with zeros", () => {
  const isOlder = (a: string, b: string) =>
    assert(compareVersions(a, b)! < 0 && compareVersions(b, a)! > 0, `${a} ${b}`);
  isOlder("26.9", "26.36");
  isOlder("2.1.0-rc1", "2.1.0");
  isOlder("1.2.3.4", "1.2.3.10");
  isOlder("P1.20", "P1.30");
  isOlder("0x5003604".slice(2), "0x5003605".slice(2));
  assertEquals(compareVersions("1.2", "1.2.0"), 0);
  assertEquals(compareVersions("01.02", "1.2"), 0);
  assertEquals(compareVersions("LS", "1"), undefined);
});

Deno.test("quantityText() says sizes as they are sold", () => {
  assertEquals(quantityText("disks[sda].sizeBytes", 960_197_124_096), "960 GB");
  assertEquals(quantityText("memory.dimms[A1].sizeBytes", 64 * 2 ** 30), "64 GiB");
  assertEquals(quantityText("memory.totalBytes", 0), "0 B");
  assertEquals(quantityText("nics[eth0].speedMbps", 25_000), "25 Gb/s");
  assertEquals(quantityText("memory.dimms[A1].configuredSpeedMTs", 4800), "4800 MT/s");
  assertEquals(quantityText("cpu.sockets", 2), "2");
});
