import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type DmiTable, parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { ParseError } from "../../../../collectors/tools/parsing.ts";
import { ok, uncheckedFactsOf } from "../../facts/assembled.ts";
import { slowness } from "../../../load.ts";
import { orTooMuch } from "../../mutations.ts";

const server = Deno.readTextFileSync(new URL("../../../fixtures/dmidecode/server.txt", import.meta.url));

/** Fails where a value holds what JSON cannot, and gives it back. */
function assertPlain(table: DmiTable): DmiTable {
  assertEquals(JSON.parse(JSON.stringify(table)), table);
  return table;
}

const lines = server.split("\n");

Deno.test("parseDmidecode() throws nothing but ParseError, whatever happens to the text", () => {
  const position = fc.nat(server.length);
  const line = fc.nat(lines.length);
  const mutated = fc.oneof(
    fc.tuple(position, position).map(([from, to]) => server.slice(Math.min(from, to), Math.max(from, to))),
    fc.tuple(line, line, line).map(([from, to, at]) => lines.toSpliced(at, 0, ...lines.slice(from, to)).join("\n")),
    fc.shuffledSubarray(lines, { minLength: 1 }).map((some) => some.join("\n")),
    fc.tuple(position, fc.string({ unit: "binary", maxLength: 40 })).map(([at, noise]) =>
      server.slice(0, at) + noise + server.slice(at + noise.length)
    ),
    fc.string({ unit: "binary", maxLength: 200 }),
  );
  fc.assert(
    fc.property(mutated, (text) => {
      try {
        assertPlain(parseDmidecode(text).value);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("parseDmidecode() loses only the structure that a noisy line is in", () => {
  fc.assert(
    fc.property(fc.nat(lines.length), (at) => {
      const { value } = parseDmidecode(lines.toSpliced(at, 0, "\x1b[31mnoise\0\xff").join("\n"));
      const known = uncheckedFactsOf({ dmidecode: ok(value) }).memory?.dimms?.length ?? 0;
      assert(known >= 11, `${known} of 12 DIMMs`);
    }),
    { numRuns: 100 },
  );
});

Deno.test("parseDmidecode() takes time in proportion to the text", () => {
  const header = "Handle 0x0001, DMI type 17, 40 bytes\nMemory Device\n";
  const texts = {
    "a line of 1 MB": `${header}\tLocator: ${"x".repeat(1e6)}\n`,
    "1 MB of blanks": `${header}\tSize:${" ".repeat(1e6)}x\n${"\t".repeat(1e6)}x`,
    "1 MB of brackets": `${header}\tSize: 1 MB ${"(".repeat(1e6)}\n\tType: ${", <OUT OF SPEC".repeat(8e4)}`,
    "1 MB of words": `${header}\tType Detail: ${"Static ".repeat(15e4)}`,
    "99,000 lines": header + "\tA: b\n".repeat(99e3),
    "99,000 items": `${header}\tA:\n` + "\t\tb\n".repeat(99e3),
    "30,000 structures": header.repeat(3e4),
  };
  for (const [name, text] of Object.entries(texts)) {
    const began = performance.now();
    orTooMuch(() => parseDmidecode(text));
    const elapsed = performance.now() - began;
    assert(elapsed < 2_000 * slowness(), `${name}: ${elapsed.toFixed()} ms`);
  }
});
