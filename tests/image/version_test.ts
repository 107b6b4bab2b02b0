import { tempFolder } from "../temp_folder.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { bootOrder, weightOf } from "../../.ci/boot_order.ts";
import { IMPORTABLE, importable, VersionError, versionInGit, versionOf } from "../../.ci/version.ts";
import { which } from "../node/command.ts";

for (
  const [described, version] of [
    ["v3.0.1", "3.0.1"],
    ["3.0.1", "3.0.1"],
    ["v3.0.1-dirty", "3.0.1_dirty"],
    ["v3.0.1-5-gabc1234", "3.0.1_000005-gabc1234"],
    ["v3.0.1-5-gabc1234-dirty\n", "3.0.1_000005-gabc1234-dirty"],
    ["3.0.1-123456-gabc1234", "3.0.1_123456-gabc1234"],
    ["abc1234", "4.1.0_000042-gabc1234"],
    ["abc1234-dirty", "4.1.0_000042-gabc1234-dirty"],
    ["", "4.1.0"],
    [undefined, "4.1.0"],
  ] as const
) {
  Deno.test(`versionOf() makes ${version} of ${JSON.stringify(described)}`, () => {
    assertEquals(versionOf(described, 42), version);
    assert(IMPORTABLE.test(version));
  });
}

for (const tag of ["v3.0", "nightly", "v4.0.0-rc.1", "v4.0.0+1", "release/4.0.0"]) {
  Deno.test(`versionOf() throws VersionError for the tag ${tag}, which no server would import`, () => {
    assertThrows(() => versionOf(tag), VersionError, "no Hanlon server imports");
  });
}

Deno.test("importable() takes a version as it is, or throws VersionError", () => {
  assertEquals(importable("4.0.0_5-gabc1234"), "4.0.0_5-gabc1234");
  assertThrows(() => importable("v4.0.0"), VersionError, "v4.0.0");
});

async function git(folder: string, ...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"];
  const { success, stderr } = await new Deno.Command("git", { args: [...identity, ...args], cwd: folder }).output();
  assert(success, new TextDecoder().decode(stderr));
}

const hasGit = await which("git") !== undefined;
if (!hasGit) console.log("skipped: git is not installed");

Deno.test({
  name: "versionInGit() follows a repository from no commit to a changed work tree",
  ignore: !hasGit,
}, async () => {
  const folder = await tempFolder();
  const none = { version: "4.1.0", released: [], isShallow: false };
  const versions: string[] = [];
  const look = async () => {
    const found = await versionInGit(folder);
    versions.push(found.version);
    return found;
  };
  const commit = async (text: string) => {
    await Deno.writeTextFile(join(folder, "file"), text);
    await git(folder, "add", "file");
    await git(folder, "commit", "--quiet", "-m", text);
  };
  assertEquals(await versionInGit(folder), none);
  await git(folder, "init", "--quiet");
  assertEquals(await versionInGit(folder), none);
  await commit("1");
  const { version, revision } = await look();
  assertEquals(revision?.length, 40);
  assertEquals(version, `4.1.0_000001-g${revision!.slice(0, 7)}`);
  for (let i = 2; i <= 12; i++) await commit(`${i}`);
  assertEquals((await look()).version.slice(0, 14), "4.1.0_000012-g");
  await git(folder, "tag", "v4.1.1");
  await git(folder, "tag", "nightly", "HEAD~5");
  const tagged = await look();
  assertEquals([tagged.version, tagged.released], ["4.1.1", ["4.1.1"]]);
  for (let i = 13; i <= 22; i++) {
    await commit(`${i}`);
    await look();
  }
  assertEquals(versions.at(-1)!.slice(0, 14), "4.1.1_000010-g");
  // A server that is given each of them boots the one that came last.
  assertEquals(versions.toSorted((a, b) => weightOf(a) - weightOf(b)), versions);
  await Deno.writeTextFile(join(folder, "file"), "changed");
  assertMatch((await versionInGit(folder)).version, /^4\.1\.1_000010-g[0-9a-f]+-dirty$/);
  // A folder below is not the work tree: sources that were unpacked in somebody's have no version of theirs.
  await Deno.mkdir(join(folder, "below"));
  assertEquals(await versionInGit(join(folder, "below")), none);
  const clone = join(await tempFolder(), "clone");
  await git(folder, "clone", "--quiet", "--depth", "1", `file://${folder}`, clone);
  assertEquals((await versionInGit(clone)).isShallow, true);
});

// What a server was seen to boot: the heavier, and of two alike the one that it had first.
for (
  const [lighter, heavier] of [
    ["3.0.1", "4.0.0"],
    ["4.0.9", "4.0.10"],
    ["4.0.0", "4.0.0_000001-gabc1234"],
    ["4.0.0_000009-gfff1234", "4.0.0_000012-gabc1234"],
    ["4.0.0_12-gabc1234", "4.0.0_9-gabc1234"],
    ["4.0.0_gaaaaaaa", "4.0.0_000001-gabc1234"],
    ["4.0.0_999999-gabc1234", "4.0.1"],
  ] as const
) {
  Deno.test(`weightOf() is more for ${heavier} than for ${lighter}`, () => {
    assert(weightOf(heavier) > weightOf(lighter), `${weightOf(heavier)} ${weightOf(lighter)}`);
  });
}

Deno.test("weightOf() is the same for hashes, and for a changed work tree", () => {
  assertEquals(weightOf("4.0.0_gaaaaaaa"), weightOf("4.0.0_gbbbbbbb"));
  assertEquals(weightOf("4.0.0_000012-gaaaaaaa-dirty"), weightOf("4.0.0_000012-gbbbbbbb"));
});

Deno.test("bootOrder() says which versions a server boots before one, and which it may boot instead", () => {
  const known = [
    "4.0.0",
    "4.1.0",
    "4.0.1",
    "4.1.0",
    "4.0.0_000012-gabc1234",
    "4.0.0_000012-gfff1234",
    "4.0.0_9-gabc1234",
  ];
  assertEquals(bootOrder("4.0.0_000012-gabc1234", known), [
    "a server that has one of these boots it before 4.0.0_000012-gabc1234: 4.1.0, 4.0.1, 4.0.0_9-gabc1234",
    "a server that has one of these may boot it instead, for they weigh the same: 4.0.0_000012-gfff1234",
  ]);
  assertEquals(bootOrder("4.2.0", ["4.1.0", "4.2.0"]), [
    "a server boots none of the other versions known here before 4.2.0 (1: 4.1.0)",
  ]);
});

Deno.test("collectors/version.ts holds the version that is built without git", async () => {
  const module = await Deno.readTextFile(fromFileUrl(new URL("../../collectors/version.ts", import.meta.url)));
  assert(module.includes(`export const VERSION = "${versionOf(undefined)}";`), module);
});
