import { tempFolder } from "../../temp_folder.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { isLegacyStart } from "../../../checkin/cli/command.ts";
import { mkLoaded, readMkVersion } from "../../../checkin/hanlon/mk_version.ts";

const SCRIPT = '/usr/local/bin/hnl_mk_init.rb && read -p "waiting..."';

Deno.test("isLegacyStart() is true for the words of the server's cloud-config", () => {
  assert(isLegacyStart(["/bin/bash", "-c", SCRIPT]));
});

for (
  const args of [
    [],
    ["/bin/bash"],
    ["/bin/bash", "-c"],
    ["/bin/bash", "-c", "sleep 1"],
    ["/bin/bash", "-c", SCRIPT, "more"],
    ["/bin/sh", "-c", SCRIPT],
    ["/bin/bash", "-x", SCRIPT],
    ["--once", "/bin/bash", "-c", SCRIPT],
    [SCRIPT, "-c", "/bin/bash"],
  ]
) {
  Deno.test(`isLegacyStart() is false for ${JSON.stringify(args)}`, () => {
    assertEquals(isLegacyStart(args), false);
  });
}

/** A folder with the version file, when there is a text for it. */
async function stateFolder(text?: string): Promise<string> {
  const folder = await tempFolder();
  if (text !== undefined) await Deno.writeTextFile(join(folder, "mk-version.yaml"), text);
  return folder;
}

for (
  const [text, version] of [
    ["--- \nmk_version: 3.0.1\n", "3.0.1"],
    ["mk_version: 3.0.1_dirty", "3.0.1_dirty"],
    // As numbers these would lose a digit, or be another text.
    ["--- \nmk_version: 3.10\n", "3.10"],
    ["mk_version: 1e3\n", "1e3"],
    ['---\r\nmk_version: "4.0.0"\r\n', "4.0.0"],
    ["other: {a: 1}\nmk_version: '4.0.0' # the tag\n", "4.0.0"],
  ] as const
) {
  Deno.test(`readMkVersion() reads ${version} in ${JSON.stringify(text)}`, async () => {
    assertEquals(readMkVersion(await stateFolder(text)), { version });
  });
}

for (
  const text of [
    "",
    "--- ",
    "3.0.1\n",
    "- mk_version: 3.0.1\n",
    "version: 3.0.1\n",
    "mk_version:\n",
    "mk_version: [3, 0]\n",
    "mk_version: 3.0.1 and more\n",
    `mk_version: ${"1".repeat(101)}\n`,
    "mk_version: 3.0.1\nmk_version: 3.0.2\n",
    '{"__proto__": {"mk_version": "3.0.1"}}',
    "mk_version: 'open",
  ]
) {
  Deno.test(`readMkVersion() finds no version in ${JSON.stringify(text.slice(0, 40))}`, async () => {
    const read = readMkVersion(await stateFolder(text));
    assert("problem" in read);
    assertEquals(read.problem.kind, "failed");
    assertStringIncludes(read.problem.message, 'mk-version.yaml: found no line "mk_version: VERSION"');
  });
}

Deno.test("readMkVersion() says why when the file is absent, or far too big", async () => {
  const absent = readMkVersion(await stateFolder());
  assert("problem" in absent);
  assertEquals(absent.problem.kind, "absent");
  const big = readMkVersion(await stateFolder(`mk_version: 3.0.1\n${"#".repeat(5000)}`));
  assert("problem" in big);
  assertEquals(big.problem.kind, "refused");
});

Deno.test("mkLoaded() says it when the image has another version than the program", () => {
  assertEquals(mkLoaded("4.0.0", "4.0.0"), "MK Loaded: v4.0.0");
  assertEquals(
    mkLoaded("3.0.1", "4.0.0"),
    "MK Loaded: v3.0.1, but this program is v4.0.0: the image was tagged with another version",
  );
});
