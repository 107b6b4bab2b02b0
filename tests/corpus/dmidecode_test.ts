import { assert, assertEquals } from "@std/assert";
import { basename, join } from "@std/path";
import fc from "fast-check";
import { dmiDump, type DmiStructure, type DmiTable, parseDmidecode } from "../../collectors/tools/dmidecode/mod.ts";
import { bytes, count, fieldOf, megahertz, type Reader, watts, word } from "../../collectors/tools/dmidecode/values.ts";
import { decode } from "../../collectors/host/mod.ts";
import { ParseError } from "../../collectors/tools/parsing.ts";
import { ok, uncheckedFactsOf } from "../collectors/facts/assembled.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";

const texts = filesIn("dmidecode", (name) => name.endsWith(".txt")).map((file) => ({
  name: basename(file),
  text: read(file),
}));
const ignore = texts.length === 0;
if (ignore) console.log("no corpus (HNL_MK_CORPUS): its tests are skipped");

/** The files that hold nothing but one value (`dmidecode -s system-uuid`). */
const UNREADABLE = /-opts-system-uuid\.txt$/;
const tables = texts.filter(({ name }) => !UNREADABLE.test(name));

/** The lines that are no part of any table, by file. */
const UNPARSED: Record<string, number> = {
  // Outputs of `dmidecode -s` behind the table.
  "glpi-linux-1.txt": 44,
  // One line of an event log at the beginning of a line.
  "glpi-vmware-esx-2-5.txt": 1,
  // Shell prompts.
  "gptbucket.txt": 3,
  // A handle that was replaced by a hash.
  "linuxhw-desktop-gigabyte-technology-p31-ds3l.txt": 1,
  "linuxhw-server-nvidia-ck8.txt": 1,
  // OEM structures in an output of -q, where they have no type.
  "uroot-lenovo-thinkpad-t480-fromdump-optq.txt": 6,
};

Deno.test({ name: "parseDmidecode() reads every file, with few lines that it cannot", ignore }, () => {
  const counts: Record<string, number> = {};
  for (const { name, text } of tables) {
    const { value, unparsed } = parseDmidecode(text);
    assertEquals(JSON.parse(JSON.stringify(value)), value, name);
    if (unparsed.length > 0) counts[name] = unparsed.length;
  }
  console.log(`${tables.length} files; lines that were not understood:`, counts);
  assertEquals(counts, UNPARSED);
});

Deno.test({ name: "parseDmidecode() gives up only on files that hold no table", ignore }, () => {
  for (const { name, text } of texts.filter(({ name }) => UNREADABLE.test(name))) {
    try {
      parseDmidecode(text);
    } catch (error) {
      assert(error instanceof ParseError, name);
      continue;
    }
    throw new Error(`${name} was read`);
  }
});

/** The texts of all structures of a type, found by the line that says the type. */
function blocksOf(type: number, text: string): string[] {
  return text.split(/^[\t ]*Handle 0x/m).slice(1)
    .filter((block) => block.match(/DMI type (\d+)/)?.[1] === `${type}`);
}

function matchesIn(blocks: string[], pattern: RegExp): string[] {
  return blocks.flatMap((block) => block.match(pattern)?.[1] ?? []);
}

const POWERS: Record<string, number> = { K: 1, M: 2, G: 3, T: 4 };

/** "16 GB" in bytes; 0 for "No Module Installed". */
function bytesOf(size: string): number {
  const [, number, unit] = /^(\d+) ?([kKMGT])/.exec(size) ?? [];
  return number === undefined ? 0 : Number(number) * 1024 ** POWERS[unit!.toUpperCase()]!;
}

/** Files with handles that the counts below cannot tell: a hash stands where a handle should, or handles are left out. */
const withHandles = tables.filter(({ name }) => !/-optq|-optt-17-q|p31-ds3l|nvidia-ck8/.test(name));

function ofType({ structures }: DmiTable, type: number): DmiStructure[] {
  return structures.filter((structure) => structure.type === type);
}

/** What a reader makes of a field of the structures of a type. */
function valuesOf<T>(table: DmiTable, type: number, name: string, read: Reader<T>): T[] {
  return ofType(table, type).flatMap(({ fields }) => {
    const field = fieldOf(fields, [name]), value = field && read(field);
    return value === undefined ? [] : [value];
  });
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const COUNTS: Record<string, (table: DmiTable, text: string) => [unknown, unknown]> = {
  "structures": ({ structures: parts }, text) => {
    // Parts of one structure stand under one handle.
    const begun = parts.filter((part, i) =>
      !(i > 0 && part.handle === parts[i - 1]!.handle && /^(On Board Device|Additional)/.test(part.name) &&
        part.type === parts[i - 1]!.type)
    );
    return [begun.length, text.match(/^[\t ]*Handle 0x/gm)?.length ?? 0];
  },
  "DIMMs": (table, text) => [
    valuesOf(table, 17, "Size", bytes).length,
    matchesIn(blocksOf(17, text), /^\s*Size:\s+(\d+.*)$/m).length,
  ],
  "bytes of memory": (table, text) => [
    sum(valuesOf(table, 17, "Size", bytes)),
    sum(matchesIn(blocksOf(17, text), /^\s*Size:\s+(.*)$/m).map(bytesOf)),
  ],
  "memory slots": (table, text) => [ofType(table, 17).length, blocksOf(17, text).length],
  "memory speeds": (table, text) => [
    valuesOf(table, 17, "Speed", megahertz),
    matchesIn(blocksOf(17, text), /^\s*Speed:\s+(\d+) M/m).map(Number),
  ],
  "sockets": (table, text) => [ofType(table, 4).length, blocksOf(4, text).length],
  "processors": (table, text) => [
    valuesOf(table, 4, "Status", word).filter((status) => status.startsWith("Populated")).length,
    matchesIn(blocksOf(4, text), /^\s*(Status: Populated)/m).length,
  ],
  "cores": (table, text) => [
    valuesOf(table, 4, "Core Count", count),
    matchesIn(blocksOf(4, text), /^\s*Core Count: (\d+)/m).map(Number),
  ],
  "slots": (table, text) => [ofType(table, 9).length, blocksOf(9, text).length],
  "IPMI devices": (table, text) => [ofType(table, 38).length, blocksOf(38, text).length],
  "power supplies": (table, text) => [ofType(table, 39).length, blocksOf(39, text).length],
  "watts": (table, text) => [
    valuesOf(table, 39, "Max Power Capacity", watts),
    matchesIn(blocksOf(39, text), /^\s*Max Power Capacity: ([\d.]+) W/m)
      .map((watts) => Number(watts.replace(".", ""))).filter((watts) => watts > 0),
  ],
  "onboard devices": (table, text) => [ofType(table, 41).length, blocksOf(41, text).length],
  "baseboards": (table, text) => [ofType(table, 2).length, blocksOf(2, text).length],
  "chassis": (table, text) => [ofType(table, 3).length, blocksOf(3, text).length],
  "capacity of the arrays": (table, text) => [
    valuesOf(table, 16, "Maximum Capacity", bytes),
    blocksOf(16, text).map((block) => bytesOf(/^\s*Maximum Capacity: (.*)$/m.exec(block)?.[1] ?? "")).filter(Boolean),
  ],
  "year of the BIOS": (table, text) => [
    uncheckedFactsOf({ dmidecode: ok(table) }).firmware?.releaseDate?.match(/\d{4}/)?.[0],
    matchesIn(blocksOf(0, text), /^\s*Release(?: Date)?:.*?(\d{4})/m)[0],
  ],
};

Deno.test({ name: "parseDmidecode() counts what a search in the text counts", ignore }, () => {
  for (const { name, text } of withHandles) {
    const { value } = parseDmidecode(text);
    for (const [what, count] of Object.entries(COUNTS)) {
      const [parsed, searched] = count(value, text.replaceAll("\r", ""));
      assertEquals(parsed, searched, `${what} of ${name}`);
    }
  }
});

Deno.test({ name: "parseDmidecode() finds the DIMMs of outputs without handles", ignore }, () => {
  for (const { name, text } of tables.filter(({ name }) => /-optq|-optt-17-q/.test(name))) {
    const table = parseDmidecode(text).value;
    assertEquals(ofType(table, 17).length, text.match(/^Memory Device$/gm)?.length, name);
    assertEquals(valuesOf(table, 17, "Size", bytes).length, text.match(/^\tSize: \d/gm)?.length, name);
  }
});

Deno.test({ name: "parseDmidecode() throws nothing but ParseError on damaged files", ignore }, () => {
  const smaller = tables.filter(({ text }) => text.length < 20_000);
  const damaged = fc.tuple(fc.nat(smaller.length - 1), fc.nat(smaller.length - 1), fc.nat(20_000), fc.nat(20_000));
  fc.assert(
    fc.property(damaged, ([one, other, cut, from]) => {
      const text = smaller[one]!.text.slice(0, cut) + smaller[other]!.text.slice(from);
      try {
        const { value } = parseDmidecode(text);
        assertEquals(JSON.parse(JSON.stringify(value)), value);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
      }
    }),
    { numRuns: 150 },
  );
});

const { success: installed } = await new Deno.Command("sh", { args: ["-c", "command -v dmidecode"] }).output();
if (!installed) console.log("dmidecode is not installed: the tests that run it are skipped");

function decodeDump(dump: Uint8Array): string {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(path, dump);
    return decode(new Deno.Command("dmidecode", { args: ["--from-dump", path] }).outputSync().stdout);
  } finally {
    Deno.removeSync(path);
  }
}

const dumps = [
  ...["dell-extbmc", "dell-simbmc", "dmifile", "smc-nobmc"].map((node) => `qemu/${node}/dmi.bin`),
  ...filesIn("dmidecode", (name) => name.endsWith("-smbios.bin")),
];

Deno.test({ name: "dmiDump() makes of a kernel's files what dmidecode --dump-bin makes", ignore }, () => {
  for (const name of dumps) {
    const original = Deno.readFileSync(join(CORPUS, name));
    const entry = original.slice(0, 32);
    // The address as firmware has it: the checksums are then wrong, and are to be made anew.
    entry.set([0x10, 0xd0, 0xfc, 0x7f], entry[3] === 0x33 ? 16 : 24);
    const dump = dmiDump(entry, original.slice(32))!;
    assertEquals(dump, original, name);
    if (installed) assertEquals(withoutPath(decodeDump(dump)), withoutPath(decodeDump(original)), name);
  }
});

function withoutPath(printed: string): string {
  return printed.replace(/^Reading SMBIOS.*$/m, "");
}

Deno.test({ name: "dmidecode reads the real tables of servers from dmiDump()", ignore: ignore || !installed }, () => {
  for (const name of filesIn("dmidecode", (name) => name.endsWith("-rawtable.bin"))) {
    const table = Deno.readFileSync(join(CORPUS, name));
    const entry = new Uint8Array(24);
    entry.set(new TextEncoder().encode("_SM3_"));
    entry.set([24, 3, 3, 0, 1], 6);
    new DataView(entry.buffer).setUint32(12, 2 ** 20, true);
    const { value, unparsed } = parseDmidecode(decodeDump(dmiDump(entry, table)!));
    assertEquals(unparsed, [], name);
    assert(ofType(value, 17).length > 0 && ofType(value, 4).length > 0, name);
    assertEquals(value.structures.at(-1)?.name, "End Of Table", name);
  }
});
