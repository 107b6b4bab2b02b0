import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { basename, dirname, join } from "@std/path";
import { isRecording, type Machine, machinesAt } from "../../../../checkin/cli/fleet/machines.ts";
import { budgetOf, TarError } from "../../../../checkin/cli/fleet/tar.ts";
import { unpack } from "../../../../checkin/cli/fleet/unpack.ts";
import { collect } from "../../../../collectors/mod.ts";
import { openReplay } from "../../../../collectors/host/replay.ts";
import { goldens } from "../../../golden.ts";
import { withFolder } from "../../../collectors/host/support.ts";
import { MAIN } from "../../../misbehaving.ts";

const [dell] = goldens();
const BUNDLES = dirname(dell!.bundle);
const collectRecording = async (folder: string) => (await collect(await openReplay(folder), "4.0.0")).facts;

async function all(...paths: string[]): Promise<Machine[]> {
  return await Array.fromAsync(machinesAt(paths, collectRecording));
}

async function tar(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("tar", { args }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Without what differs from run to run. */
function stable({ facts, ...machine }: Machine) {
  const { collectedAt: _, sources: _sources, ...rest } = facts!;
  return { ...machine, facts: rest };
}

Deno.test("machinesAt() reads recordings and facts files in folders, and leaves other files alone", async () => {
  const machines = await all(BUNDLES);
  assertEquals(machines.map(({ name }) => name), ["dell", "dell", "plain", "plain", "wide", "wide"]);
  assert(machines.every(({ problem }) => problem === undefined));
  // README.md and the tables are no machines; named by itself a file is one or a problem.
  const [table] = await all(join(BUNDLES, "dell.table.txt"));
  assertStringIncludes(table!.problem!, "found no JSON");
  assertStringIncludes((await all(join(BUNDLES, "nothing")))[0]!.problem!, "nothing");
});

Deno.test("machinesAt() gives the same of a tar archive, in any of its forms, as of the folder", async () => {
  const packed = goldens().filter(({ name }) => name !== "wide");
  const expected = (await all(...packed.map(({ bundle }) => bundle))).map(stable);
  await withFolder(async (folder) => {
    for (const [name, ...flags] of [["a.tgz", "-z"], ["b.tar.gz", "-z", "--format=pax"], ["c.tar", "--format=ustar"]]) {
      const archive = join(folder, name!);
      await tar("-cf", archive, ...flags!, "-C", BUNDLES, ...packed.map(({ name }) => name));
      assertEquals((await all(archive)).map(stable), expected, name);
    }
    // Packed without the folder around it.
    const archive = join(folder, "plain.tgz");
    await tar("-czf", archive, "-C", goldens()[1]!.bundle, ".");
    assertEquals((await all(archive)).map(stable), [expected[1]]);
  });
});

Deno.test("machinesAt() reads facts line by line", async () => {
  await withFolder(async (folder) => {
    const texts = await Promise.all(
      goldens().map(async ({ json }) => JSON.stringify(JSON.parse(await Deno.readTextFile(json)))),
    );
    const file = join(folder, "fleet.ndjson");
    await Deno.writeTextFile(file, `${texts[0]}\n\n{"a": 1}\n${texts[2]}`);
    const machines = await all(file);
    assertEquals(
      machines.map(({ name, problem }) => problem === undefined ? name : `${name} ${problem}`),
      [
        "rancher",
        "fleet:2 found JSON without schemaVersion and identity, expected facts",
        "wide",
      ].map((line) => line.replace("fleet:2", "fleet:3")),
    );
  });
});

Deno.test("machinesAt() makes a problem of an archive that is damaged, or leads out of itself", async () => {
  await withFolder(async (folder) => {
    const good = join(folder, "good.tgz"), cut = join(folder, "cut.tgz"), none = join(folder, "none.tgz");
    await tar("-czf", good, "-C", BUNDLES, "plain");
    const bytes = await Deno.readFile(good);
    await Deno.writeFile(cut, bytes.subarray(0, bytes.length / 2));
    await Deno.writeTextFile(none, "no archive\n".repeat(100));
    await Deno.writeTextFile(join(folder, "x"), "x");
    const out = join(folder, "out.tar");
    await tar("-cPf", out, "--transform=s,^,../,", "-C", folder, "x");
    const before = [...Deno.readDirSync("/tmp")].filter(({ name }) => name.startsWith("hnl_mk-unpacked-"));
    for (
      const [file, expected] of [[cut, "damaged"], [none, "no tar archive"], [out, "leads out of the archive"]] as const
    ) {
      const [machine, ...more] = await all(file);
      assertEquals(more, []);
      assertStringIncludes(machine!.problem!, expected, basename(file));
    }
    const long = join(folder, "long.tar");
    await tar("-cf", long, `--transform=s,^,${"n".repeat(300)}/,`, "-C", folder, "x");
    const [unpackable] = await all(long);
    assertEquals(unpackable, { name: "long.tar", problem: "it cannot be unpacked: File name too long (os error 36)" });
    // A link that leads out of a recording leads nowhere.
    await Deno.mkdir(join(folder, "evil/sys/class/dmi"), { recursive: true });
    await Deno.writeTextFile(join(folder, "evil/commands.json"), "[]");
    await Deno.symlink("../../../../../../../../etc", join(folder, "evil/sys/class/dmi/id"));
    await tar("-cf", join(folder, "evil.tar"), "-C", folder, "evil");
    const [evil] = await all(join(folder, "evil.tar"));
    assertEquals(evil!.facts?.system, undefined);
    const after = [...Deno.readDirSync("/tmp")].filter(({ name }) => name.startsWith("hnl_mk-unpacked-"));
    assertEquals(after.length, before.length);
  });
});

Deno.test("a link that leads nowhere, or in circles, hides no machine beside it", async () => {
  await withFolder(async (folder) => {
    await Deno.symlink("nowhere", join(folder, "a"));
    await Deno.symlink("b", join(folder, "b"));
    await Deno.copyFile(dell!.json, join(folder, "dell.json"));
    assertEquals(isRecording(folder), false);
    const machines = await all(folder);
    assertEquals(machines.map(({ name, facts }) => [name, facts !== undefined]), [["a", false], ["b", false], [
      "dell",
      true,
    ]]);
  });
});

Deno.test("machinesAt() shows a machine once, however many links lead to it", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "racks/a"), { recursive: true });
    await Deno.symlink(dell!.bundle, join(folder, "racks/a/dell"));
    for (const [name, target] of [["self", "."], ["up", "../.."], ["again", "dell"]] as const) {
      await Deno.symlink(target, join(folder, "racks/a", name));
    }
    assertEquals((await all(folder)).map(({ name }) => name), ["again"]);
    // Whoever names one twice wants it twice.
    assertEquals((await all(dell!.bundle, dell!.bundle)).map(({ name }) => name), ["dell", "dell"]);
  });
});

/** An archive of files of zeros, and of folders with a slash at the end of the name, packed with gzip. */
async function writeZeros(path: string, entries: [name: string, bytes: number][]): Promise<void> {
  const field = (text: string, length: number) => new TextEncoder().encode(text.padEnd(length, "\0"));
  const blocks = entries.flatMap(([name, bytes]) => {
    const header = new Uint8Array(512);
    header.set(field(name, 100));
    header.set(field(bytes.toString(8).padStart(11, "0"), 12), 124);
    header.set(field("        0", 9), 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.set(field(sum.toString(8).padStart(6, "0"), 7), 148);
    return [header, new Uint8Array(Math.ceil(bytes / 512) * 512)];
  });
  await Deno.writeFile(path, new Blob(blocks).stream().pipeThrough(new CompressionStream("gzip")));
}

const TOO_MUCH = "found more in it than comes of recordings";

Deno.test("machinesAt() refuses an archive of which more comes than of recordings, and writes no more than that", async () => {
  await withFolder(async (folder) => {
    const MIB = 1024 * 1024;
    const bomb = join(folder, "bomb.tgz"), small = join(folder, "small.tgz");
    await writeZeros(bomb, [["a", 32 * MIB], ["b", 32 * MIB], ["c", 32 * MIB]]);
    const budget = await budgetOf(bomb);
    assert(budget.bytes < 90 * MIB, `${budget.bytes}`);
    assertEquals((await all(bomb)).map(({ problem }) => problem?.slice(0, TOO_MUCH.length)), [TOO_MUCH]);
    // In archives that are small enough by themselves.
    await writeZeros(small, [["a", 32 * MIB]]);
    await Deno.mkdir(join(folder, "nested"));
    for (let i = 0; i < 3; i++) await Deno.copyFile(small, join(folder, `nested/${i}.tgz`));
    const outer = join(folder, "outer.tgz");
    await tar("-czf", outer, "-C", folder, "nested");
    assertEquals((await all(outer)).map(({ problem }) => problem?.slice(0, TOO_MUCH.length)), [TOO_MUCH]);
  });
});

Deno.test("unpack() takes what recordings take, and counts folders and empty files as well", async () => {
  await withFolder(async (folder) => {
    const archive = join(folder, "recordings.tgz");
    await tar("-I", "gzip -9", "-cf", archive, "-C", BUNDLES, ...goldens().map(({ name }) => name));
    const { size } = await Deno.stat(archive);
    using unpacked = await unpack(archive, { bytes: 100 * size });
    assertEquals([...Deno.readDirSync(unpacked.folder)].length, goldens().length);

    const budget = () => ({ bytes: 100 * 1024 });
    const files = join(folder, "files.tgz"), folders = join(folder, "folders.tgz");
    await writeZeros(files, Array.from({ length: 101 }, (_, i) => [`${i}`, 0]));
    await assertRejects(() => unpack(files, budget()), TarError, TOO_MUCH);
    await writeZeros(folders, Array.from({ length: 4 }, (_, i) => [`${"d/".repeat(30)}${i}/${"d/".repeat(15)}x`, 0]));
    await assertRejects(() => unpack(folders, { bytes: 90 * 1024 }), TarError, TOO_MUCH);
  });
});

Deno.test("a signal removes what was unpacked, and ends the program", async () => {
  await withFolder(async (folder) => {
    const archive = join(folder, "wide.tgz");
    await tar("-czf", archive, "-C", BUNDLES, "wide");
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", MAIN, "--once", "--replay", ...Array(20).fill(archive)],
      env: { TMPDIR: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const unpacked = () => [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("hnl_mk-unpacked-"));
    while (unpacked().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGTERM");
    assertEquals([(await child.status).code, unpacked()], [143, []]);
  });
});

Deno.test("machinesAt() takes facts of the schema before, and refuses what are none", async () => {
  await withFolder(async (folder) => {
    const facts = JSON.parse(await Deno.readTextFile(dell!.json));
    const file = join(folder, "old.json");
    const read = async (value: unknown) => {
      await Deno.writeTextFile(file, JSON.stringify(value));
      return (await all(file))[0]!;
    };
    const { slotCount, ...memory } = facts.memory;
    const old = await read({ ...facts, schemaVersion: 1, memory: { ...memory, slots: slotCount }, hardware: [] });
    assertEquals(old.facts?.memory?.slotCount, slotCount);
    assertEquals(old.facts?.schemaVersion, 2);
    assertEquals("hardware" in old.facts!, false);
    assertStringIncludes(
      (await read({ ...facts, schemaVersion: 3 })).problem!,
      "found schema version 3, expected at most 2",
    );
    await Deno.writeTextFile(file, JSON.stringify(facts).replace(/"totalBytes":\d+/, '"totalBytes":-1e400'));
    assertStringIncludes((await all(file))[0]!.problem!, "totalBytes: found -Infinity, expected a number");
    assertStringIncludes((await read({ ...facts, disks: {} })).problem!, "disks: found no list");
    assertStringIncludes((await read({ ...facts, disks: [{ name: 1 }] })).problem!, "disks[].name: found a number");
  });
});
