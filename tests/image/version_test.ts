import { tempFolder } from "../temp_folder.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { IMPORTABLE, importable, VersionError, versionInGit, versionOf } from "../../.ci/version.ts";
import { which } from "../node/command.ts";

for (
  const [described, version] of [
    ["v3.0.1", "3.0.1"],
    ["3.0.1", "3.0.1"],
    ["v3.0.1-dirty", "3.0.1_dirty"],
    ["v3.0.1-5-gabc1234-dirty\n", "3.0.1_5-gabc1234-dirty"],
    ["abc1234", "4.0.0_gabc1234"],
    ["abc1234-dirty", "4.0.0_gabc1234_dirty"],
    ["", "4.0.0"],
    [undefined, "4.0.0"],
  ] as const
) {
  Deno.test(`versionOf() makes ${version} of ${JSON.stringify(described)}`, () => {
    assertEquals(versionOf(described), version);
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
  assertEquals(await versionInGit(folder), { version: "4.0.0" });
  await git(folder, "init", "--quiet");
  assertEquals(await versionInGit(folder), { version: "4.0.0" });
  await Deno.writeTextFile(join(folder, "file"), "1");
  await git(folder, "add", "file");
  await git(folder, "commit", "--quiet", "-m", "first");
  const { version, revision } = await versionInGit(folder);
  assertEquals(revision?.length, 40);
  assertEquals(version, `4.0.0_g${revision!.slice(0, 7)}`);
  await git(folder, "tag", "v4.1.0");
  assertEquals((await versionInGit(folder)).version, "4.1.0");
  await Deno.writeTextFile(join(folder, "file"), "2");
  assertEquals((await versionInGit(folder)).version, "4.1.0_dirty");
  // A folder below is not the work tree: sources that were unpacked in somebody's have no version of theirs.
  await Deno.mkdir(join(folder, "below"));
  assertEquals(await versionInGit(join(folder, "below")), { version: "4.0.0" });
});

Deno.test("collectors/version.ts holds the version that is built without git", async () => {
  const module = await Deno.readTextFile(fromFileUrl(new URL("../../collectors/version.ts", import.meta.url)));
  assert(module.includes(`export const VERSION = "${versionOf(undefined)}";`), module);
});
