import { assert, assertEquals } from "@std/assert";
import { dmiDump, parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { ok, uncheckedFactsOf } from "../../facts/assembled.ts";
import { checksum, concat, entryPoint2, entryPoint3, legacyEntryPoint, serverStructures } from "./server.ts";

const structures = serverStructures();
const table = concat(structures);
const count = structures.length;

Deno.test("dmiDump() puts the entry point at 0 and the table at 0x20", () => {
  for (const entry of [entryPoint3(0x10000), entryPoint2(table.length, count), legacyEntryPoint(table.length, count)]) {
    const dump = dmiDump(entry, table)!;
    assertEquals(dump.length, 0x20 + table.length);
    assertEquals(dump.slice(0x20), table);
    assertEquals(dump.slice(entry.length, 0x20), new Uint8Array(0x20 - entry.length));
  }
});

Deno.test("dmiDump() says where the table is, with checksums that fit", () => {
  assertEquals(dmiDump(entryPoint3(table.length), table)!.slice(0, 24), entryPoint3(table.length, 0x20));
  assertEquals(dmiDump(entryPoint2(table.length, count), table)!.slice(0, 31), entryPoint2(table.length, count, 0x20));
  assertEquals(
    dmiDump(legacyEntryPoint(table.length, count), table)!.slice(0, 15),
    legacyEntryPoint(table.length, count, 0x20),
  );
});

Deno.test("dmiDump() mends checksums that were wrong before", () => {
  const wrong = entryPoint2(table.length, count).map((byte, i) => i === 0x04 || i === 0x15 ? byte ^ 0x5a : byte);
  const entry = dmiDump(wrong, table)!.slice(0, 31);
  assertEquals(checksum(entry), 0);
  assertEquals(checksum(entry.slice(16)), 0);
});

Deno.test("dmiDump() announces no more than the table has, and no more than the entry point did", () => {
  const lengthIn = (entry: Uint8Array) => new DataView(dmiDump(entry, table)!.buffer).getUint32(12, true);
  assertEquals(lengthIn(entryPoint3(0x100000)), table.length);
  assertEquals(lengthIn(entryPoint3(100)), 100);
  assertEquals(dmiDump(entryPoint2(0xffff, count), table)!.slice(0, 31), entryPoint2(table.length, count, 0x20));
});

Deno.test("dmiDump() gives nothing for what is no entry point", () => {
  const whole = entryPoint2(table.length, count);
  const other = concat([new TextEncoder().encode("_SM_"), whole.slice(4, 16), new Uint8Array(15)]);
  for (const bytes of [new Uint8Array(), new Uint8Array(32), other, whole.slice(0, 20), entryPoint3(9).slice(0, 23)]) {
    assertEquals(dmiDump(bytes, table), undefined);
  }
});

Deno.test("dmiDump() leaves its input as it is", () => {
  const entry = entryPoint2(table.length, count);
  dmiDump(entry, table);
  assertEquals(entry, entryPoint2(table.length, count));
});

const { success: installed } = await new Deno.Command("sh", { args: ["-c", "command -v dmidecode"] }).output();
if (!installed) console.log("dmidecode is not installed: the tests that run it are skipped");

/** What the real dmidecode says of a dump. */
function decodeDump(dump: Uint8Array, ...options: string[]): { stdout: string; stderr: string } {
  const path = Deno.makeTempFileSync({ suffix: ".bin" });
  try {
    Deno.writeFileSync(path, dump);
    const { code, ...streams } = new Deno.Command("dmidecode", { args: [...options, "--from-dump", path] })
      .outputSync();
    const [stdout = "", stderr = ""] = [streams.stdout, streams.stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, stderr);
    return { stdout: stdout.replaceAll(path, "server.bin"), stderr };
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test({
  name: "dmidecode --from-dump reads what dmiDump() makes of each kind of entry point",
  ignore: !installed,
  fn() {
    for (
      const entry of [entryPoint3(0x100000), entryPoint2(table.length, count), legacyEntryPoint(table.length, count)]
    ) {
      const { stdout, stderr } = decodeDump(dmiDump(entry, table)!);
      assertEquals(stderr, "");
      assertEquals(stdout.match(/^Handle 0x/gm)?.length, count);
    }
  },
});

Deno.test({
  name: "dmidecode --from-dump reads a table that the kernel cut short",
  ignore: !installed,
  fn() {
    const { stdout, stderr } = decodeDump(dmiDump(entryPoint2(table.length, count), table.slice(0, 700))!);
    const { value, unparsed } = parseDmidecode(`${stdout}\n${stderr}`);
    assertEquals(uncheckedFactsOf({ dmidecode: ok(value) }).system?.serialNumber, "7XK9ZZ2");
    assertEquals(unparsed, []);
    assert(value.warnings?.some((warning) => warning.startsWith("Wrong DMI structures")));
  },
});

Deno.test({
  name: "the fixture is what dmidecode 3.4 prints of the made-up server",
  ignore: !installed,
  fn() {
    const { stdout } = decodeDump(dmiDump(entryPoint3(0x100000), table)!);
    if (!stdout.startsWith("# dmidecode 3.4\n")) return console.log("skipped: this is another dmidecode");
    assertEquals(stdout, Deno.readTextFileSync(new URL("../../../fixtures/dmidecode/server.txt", import.meta.url)));
  },
});

Deno.test({
  name: "parseDmidecode() reads -q as it reads the whole, but for handles",
  ignore: !installed,
  fn() {
    const dump = dmiDump(entryPoint3(0x100000), table)!;
    const [quiet, whole] = [decodeDump(dump, "-q"), decodeDump(dump)].map(({ stdout }) => parseDmidecode(stdout));
    assertEquals(quiet!.unparsed, []);
    const [ofQuiet, ofWhole] = [quiet!, whole!].map(({ value }) => uncheckedFactsOf({ dmidecode: ok(value) }));
    // -q leaves the version of the tables out.
    delete ofWhole!.firmware!.smbiosVersion;
    assertEquals(ofQuiet, ofWhole);
    const fields = ({ value }: typeof quiet & object) => value.structures.filter(({ type }) => type === 41);
    assertEquals(fields(quiet!).map(({ fields }) => fields), fields(whole!).map(({ fields }) => fields));
  },
});
