/** The outputs that docs/spec-and-findings.md shows are what the program prints. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Facts } from "../../collectors/facts/mod.ts";
import { changes } from "../../collectors/judge/diff.ts";
import { judged } from "../../collectors/judge/mod.ts";
import { parseSpec } from "../../collectors/judge/spec/mod.ts";
import { table } from "../../collectors/show/table.ts";
import { blocksOf, ROOT } from "./markdown.ts";

const BLOCKS = blocksOf("docs/spec-and-findings.md");
const GOLDEN = JSON.parse(Deno.readTextFileSync(join(ROOT, "tests/fixtures/bundles/dell.facts.json"))) as Facts;
// The golden file has no time: any one after the firmware's release.
const DELL: Facts = { ...GOLDEN, collectedAt: "2026-01-01T00:00:00Z" };

/** The block of that language that begins so. */
function block(language: string, start: string): string {
  const found = BLOCKS.filter((each) => each.language === language && each.text.startsWith(start));
  assertEquals(found.length, 1, start);
  return found[0]!.text;
}

Deno.test("docs show the deviations of their spec", () => {
  const spec = parseSpec(block("yaml", "name: storage-r740"), "storage-r740.yaml");
  assertStringIncludes(table(judged(DELL, [spec]), { colour: false }), `${block("text", "DEVIATES FROM")}\n`);
});

Deno.test("docs show the findings of the recorded server", () => {
  const shown = table(judged(DELL), { colour: false, only: ["findings"] });
  assertStringIncludes(shown, `${block("text", "FINDINGS")}\n`);
});

Deno.test("docs show how changes are worded", () => {
  const [a1, b1] = DELL.memory!.dimms!;
  const ids = ({ serialNumber, assetTag }: NonNullable<typeof a1>) =>
    ({ serialNumber, assetTag }) as Partial<typeof a1>;
  const before = {
    ...DELL,
    firmware: { ...DELL.firmware, version: "2.10.0" },
    disks: DELL.disks!.filter(({ name }) => name !== "sdc"),
    memory: { ...DELL.memory, dimms: [{ ...a1, ...ids(b1!) }, { ...b1, ...ids(a1!) }] },
  } as Facts;
  assertEquals(changes(before, DELL).map(({ text }) => text), block("text", "firmware.version").split("\n"));
});

Deno.test("README shows of deviations and changes what the page of specs does", () => {
  const readme = Deno.readTextFileSync(join(ROOT, "README.md"));
  const indented = (lines: readonly string[]) => lines.map((line) => `    ${line}\n`).join("");
  assertStringIncludes(readme, indented(block("text", "DEVIATES FROM").trimEnd().split("\n")));
  assertStringIncludes(readme, indented(block("text", "firmware.version").split("\n").slice(0, 3)));
});
