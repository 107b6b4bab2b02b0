import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { addRepositories, ArchiveError, measure, readArchive } from "../../.ci/archive.ts";
import { type Builder, BuilderError, BUILDERS, findBuilder } from "../../.ci/builders.ts";
import { compressed } from "../../.ci/image.ts";
import { must } from "./project.ts";

const PROGRAM = "usr/local/bin/hnl_mk";

interface Parts {
  manifest?: unknown;
  repositories?: unknown;
}

const MANIFEST = [{ Config: "blobs/sha256/abc", RepoTags: ["hnl_mk:4.0.0"], Layers: ["one.tar", "two.tar"] }];
const REPOSITORIES = { hnl_mk: { "4.0.0": "abc" } };

/** An archive with two layers: the second holds the program. */
async function archiveOf({ manifest = MANIFEST, repositories }: Parts): Promise<string> {
  const folder = await Deno.makeTempDir();
  const files = ["manifest.json", "one.tar", "two.tar"];
  await Deno.mkdir(join(folder, "usr/local/bin"), { recursive: true });
  await Deno.writeFile(join(folder, PROGRAM), new Uint8Array(100_000));
  await Deno.writeFile(join(folder, "other"), crypto.getRandomValues(new Uint8Array(50_000)));
  await must("tar", ["-cf", join(folder, "one.tar"), "-C", folder, "other"]);
  await must("tar", ["-cf", join(folder, "two.tar"), "-C", folder, `./${PROGRAM}`]);
  await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  if (repositories !== undefined) {
    await Deno.writeTextFile(join(folder, "repositories"), JSON.stringify(repositories));
    files.push("repositories");
  }
  const file = join(folder, "image.tar");
  await must("tar", ["-cf", file, "-C", folder, ...files]);
  return file;
}

Deno.test("readArchive() gives the one name and the layers", async () => {
  assertEquals(await readArchive(await archiveOf({ repositories: REPOSITORIES })), {
    repository: "hnl_mk",
    tag: "4.0.0",
    layers: ["one.tar", "two.tar"],
  });
});

const [image] = MANIFEST;
const WRONG: [string, Parts, string][] = [
  ["has two images", { manifest: [image, image], repositories: REPOSITORIES }, "found 2 images, expected one"],
  ["has no image", { manifest: [], repositories: REPOSITORIES }, "found 0 images, expected one"],
  [
    "has two names",
    { manifest: [{ ...image, RepoTags: ["hnl_mk:4.0.0", "hnl_mk:4.0.1"] }], repositories: REPOSITORIES },
    "found the names hnl_mk:4.0.0, hnl_mk:4.0.1, expected one",
  ],
  ["has no name", { manifest: [{ ...image, RepoTags: null }], repositories: REPOSITORIES }, "expected one"],
  [
    "has a tag that is no version",
    { manifest: [{ ...image, RepoTags: ["hnl_mk:latest"] }], repositories: { hnl_mk: { latest: "abc" } } },
    "the tag latest, which no Hanlon server imports",
  ],
  ["has no repositories", {}, "found no repositories"],
  [
    "says something else in repositories",
    { repositories: { hnl_mk: { "4.0.1": "abc" } } },
    "repositories names hnl_mk:4.0.1, expected hnl_mk:4.0.0",
  ],
  [
    "names another image in repositories",
    { repositories: { ...REPOSITORIES, alpine: { "3.24": "def" } } },
    "repositories names hnl_mk:4.0.0, alpine:3.24",
  ],
];
for (const [what, parts, message] of WRONG) {
  Deno.test(`readArchive() throws ArchiveError when the archive ${what}`, async () => {
    await assertRejects(async () => readArchive(await archiveOf(parts)), ArchiveError, message);
  });
}

Deno.test("readArchive() throws ArchiveError when there is no archive", async () => {
  await assertRejects(() => readArchive("/nowhere.tar"), ArchiveError, "/nowhere.tar");
});

Deno.test("addRepositories() adds what is missing, and leaves what is there", async () => {
  const names = ["localhost:5000/hnl_mk:4.0.0"];
  const manifest = [{ ...image, RepoTags: names }];
  const without = await archiveOf({ manifest });
  await addRepositories(without);
  assertEquals(JSON.parse(await must("tar", ["-xOf", without, "repositories"])), {
    "localhost:5000/hnl_mk": { "4.0.0": "abc" },
  });
  assertEquals((await readArchive(without)).repository, "localhost:5000/hnl_mk");
  const size = (await Deno.stat(without)).size;
  await addRepositories(without);
  assertEquals((await Deno.stat(without)).size, size);
});

Deno.test("measure() tells the program from the rest", async () => {
  const file = await archiveOf({ repositories: REPOSITORIES });
  const { program, rest } = await measure(file, await readArchive(file), PROGRAM);
  assertEquals(program.size, 100_000);
  assert(program.compressed < 1000, `${program.compressed}`);
  assert(rest > 50_000 && rest < 53_000, `${rest}`);
  await assertRejects(
    async () => measure(file, await readArchive(file), "bin/other"),
    ArchiveError,
    "no layer holds bin/other",
  );
});

for (const [ending, unpack] of [[".tar", undefined], [".gz", "gzip"], [".bz2", "bzip2"]] as const) {
  Deno.test(`compressed() makes of a file what ${ending} stands for`, async () => {
    const folder = await Deno.makeTempDir();
    const file = join(folder, "image.tar");
    await Deno.writeTextFile(file, "an image");
    const made = await compressed(file, ending);
    assertEquals(made, unpack ? file + ending : file);
    const text = unpack ? await must(unpack, ["-d", "-c", made]) : await Deno.readTextFile(made);
    assertEquals(text, "an image");
  });
}

Deno.test("findBuilder() takes docker, or where it does not work podman or buildah", async () => {
  const tried: string[] = [];
  const only = (works: string) => (program: string) => {
    tried.push(program);
    return Promise.resolve(program === works ? "works" as const : "missing" as const);
  };
  for (const name of ["docker", "podman", "buildah"]) {
    assertEquals((await findBuilder(undefined, only(name))).name, name);
  }
  assertEquals(tried, ["docker", "docker", "podman", "docker", "podman", "buildah"]);
  assertEquals((await findBuilder("buildah", only("buildah"))).name, "buildah");
  assertEquals(tried.at(-1), "buildah");
});

Deno.test("findBuilder() throws BuilderError that says what was tried", async () => {
  const probe = (program: string) => Promise.resolve(program === "docker" ? "fails" as const : "missing" as const);
  await assertRejects(
    () => findBuilder(undefined, probe),
    BuilderError,
    "nothing here can build an image: docker version fails, podman is not installed, buildah is not installed",
  );
  await assertRejects(() => findBuilder("podman", probe), BuilderError, "podman is not installed");
  await assertRejects(
    () => findBuilder("kaniko", probe),
    BuilderError,
    'found "kaniko", expected docker, podman, buildah',
  );
});

Deno.test("every builder names the image and the file when it saves", () => {
  const holds = ({ save }: Builder, word: string) =>
    save("hnl_mk:4.0.0", "/x.tar").some((argument) => argument.includes(word));
  for (const builder of BUILDERS) {
    assert(holds(builder, "hnl_mk:4.0.0") && holds(builder, "/x.tar"), builder.name);
  }
});
