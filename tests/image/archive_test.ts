import { tempFolder } from "../temp_folder.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { ArchiveError, measure, readArchive, repack } from "../../.ci/archive.ts";
import { type Builder, BuilderError, BUILDERS, findBuilder } from "../../.ci/builders.ts";
import { compressed } from "../../.ci/image.ts";
import { writeExecutable } from "../executable.ts";
import { must, run } from "./project.ts";
import { which } from "../node/command.ts";

const PROGRAM = "usr/local/bin/hnl_mk";

/** What an archive is made of: two layers, of which the second holds the program. */
interface Parts {
  manifest?: unknown;
  repositories?: unknown;
  /** Without these. */
  missing?: string[];
}

const MANIFEST = [{ Config: "c.json", RepoTags: ["hnl_mk:4.0.0"], Layers: ["one/layer.tar", "two/layer.tar"] }];
const REPOSITORIES = { hnl_mk: { "4.0.0": "two" } };

/** A folder with two layers. */
async function layers(): Promise<string> {
  const folder = await tempFolder();
  for (const name of ["one", "two", "usr/local/bin"]) await Deno.mkdir(join(folder, name), { recursive: true });
  await Deno.writeFile(join(folder, PROGRAM), new Uint8Array(100_000));
  await Deno.writeFile(join(folder, "other"), crypto.getRandomValues(new Uint8Array(50_000)));
  await must("tar", ["-cf", join(folder, "one/layer.tar"), "-C", folder, "other"]);
  await must("tar", ["-cf", join(folder, "two/layer.tar"), "-C", folder, `./${PROGRAM}`]);
  return folder;
}

async function archiveOf(
  { manifest = MANIFEST, repositories = REPOSITORIES, missing = [] }: Parts = {},
): Promise<string> {
  const folder = await layers();
  for (const layer of ["one", "two"]) {
    for (const name of ["json", "VERSION"]) await Deno.writeTextFile(join(folder, layer, name), "{}");
  }
  await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  await Deno.writeTextFile(join(folder, "repositories"), JSON.stringify(repositories));
  for (const name of missing) await Deno.remove(join(folder, name));
  const file = join(folder, "image.tar");
  const names = ["manifest.json", "repositories", "one", "two"].filter((name) => !missing.includes(name));
  await must("tar", ["-cf", file, "-C", folder, ...names]);
  return file;
}

Deno.test("readArchive() gives the one name and the layers", async () => {
  assertEquals(await readArchive(await archiveOf()), {
    repository: "hnl_mk",
    tag: "4.0.0",
    layers: ["one/layer.tar", "two/layer.tar"],
  });
});

const [image] = MANIFEST;
const WRONG: [string, Parts, string][] = [
  ["has two images", { manifest: [image, image] }, "found 2 images, expected one"],
  ["has no image", { manifest: [] }, "found 0 images, expected one"],
  [
    "has two names",
    { manifest: [{ ...image, RepoTags: ["hnl_mk:4.0.0", "hnl_mk:4.0.1"] }] },
    "found the names hnl_mk:4.0.0, hnl_mk:4.0.1, expected one",
  ],
  ["has no name", { manifest: [{ ...image, RepoTags: null }] }, "expected one"],
  [
    "has a tag that is no version",
    { manifest: [{ ...image, RepoTags: ["hnl_mk:latest"] }], repositories: { hnl_mk: { latest: "two" } } },
    "the tag latest, which no Hanlon server imports",
  ],
  ["has no repositories", { missing: ["repositories"] }, "found no repositories"],
  [
    "says something else in repositories",
    { repositories: { hnl_mk: { "4.0.1": "two" } } },
    "repositories names hnl_mk:4.0.1, expected hnl_mk:4.0.0",
  ],
  [
    "names another image in repositories",
    { repositories: { ...REPOSITORIES, alpine: { "3.24": "one" } } },
    "repositories names hnl_mk:4.0.0, alpine:3.24",
  ],
  ["is not in the classic layout", { missing: ["two/json"] }, "two/layer.tar, which Docker before 1.10 does not load"],
];
for (const [what, parts, message] of WRONG) {
  Deno.test(`readArchive() throws ArchiveError when the archive ${what}`, async () => {
    await assertRejects(async () => readArchive(await archiveOf(parts)), ArchiveError, message);
  });
}

Deno.test("readArchive() throws ArchiveError when there is no archive", async () => {
  await assertRejects(() => readArchive("/nowhere.tar"), ArchiveError, "/nowhere.tar");
});

/** An archive as Docker writes it with containerd's store: blobs, of which the layers are compressed. */
async function ociArchive(changed?: string): Promise<string> {
  const folder = await layers();
  const digest = async (path: string) => (await must("sha256sum", [path])).slice(0, 64);
  const plain = ["one/layer.tar", "two/layer.tar"].map((name) => join(folder, name));
  const diffIds = await Promise.all(plain.map(async (path) => `sha256:${await digest(path)}`));
  await Deno.mkdir(join(folder, "blobs/sha256"), { recursive: true });
  for (const [i, path] of plain.entries()) {
    await must("gzip", [path]);
    await Deno.rename(`${path}.gz`, join(folder, `blobs/sha256/layer${i}`));
  }
  const config = {
    created: "2026-01-01T00:00:00Z",
    os: "linux",
    architecture: "amd64",
    config: { Entrypoint: ["/usr/local/bin/hnl_mk"] },
    rootfs: { type: "layers", diff_ids: changed === undefined ? diffIds : [changed, diffIds[1]] },
  };
  await Deno.writeTextFile(join(folder, "blobs/sha256/config"), JSON.stringify(config));
  const entry = {
    Config: "blobs/sha256/config",
    RepoTags: ["docker.io/library/hnl_mk:4.0.0", "hnl_mk:latest"],
    Layers: ["blobs/sha256/layer0", "blobs/sha256/layer1"],
  };
  await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify([entry]));
  const file = join(folder, "saved.tar");
  await must("tar", ["-cf", file, "-C", folder, "manifest.json", "blobs"]);
  return file;
}

Deno.test("repack() writes the classic layout, whatever the builder has written", async () => {
  const folder = await tempFolder();
  const file = join(folder, "image.tar");
  await repack(await ociArchive(), file, { repository: "hnl_mk", tag: "4.0.0" });
  const { repository, tag, layers } = await readArchive(file);
  assertEquals([repository, tag, layers.length], ["hnl_mk", "4.0.0", 2]);
  const read = async (name: string) => JSON.parse(await must("tar", ["-xOf", file, name]));
  const [lower, upper] = layers.map((layer) => layer.replace("/layer.tar", ""));
  assertEquals((await read("repositories")).hnl_mk["4.0.0"], upper);
  assertEquals((await read(`${lower}/json`)).parent, undefined);
  assertEquals((await read(`${lower}/json`)).config, undefined);
  assertEquals(await read(`${upper}/json`), {
    id: upper,
    parent: lower,
    created: "2026-01-01T00:00:00Z",
    os: "linux",
    architecture: "amd64",
    config: { Entrypoint: ["/usr/local/bin/hnl_mk"] },
  });
  // Docker since 1.10 looks for the image by the digest of its configuration.
  const [{ Config: name }] = await read("manifest.json");
  await must("tar", ["-xf", file, "-C", folder]);
  assertEquals(`${(await must("sha256sum", [join(folder, name)])).slice(0, 64)}.json`, name);
  assertEquals(await must("tar", ["-tf", join(folder, layers[1]!)]), `./${PROGRAM}\n`);
  const left = [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("."));
  assertEquals(left, []);
});

Deno.test("repack() throws ArchiveError when a layer is not what the image says", async () => {
  const file = join(await tempFolder(), "image.tar");
  const other = `sha256:${"0".repeat(64)}`;
  await assertRejects(
    async () => repack(await ociArchive(other), file, { repository: "hnl_mk", tag: "4.0.0" }),
    ArchiveError,
    `expected ${other}`,
  );
});

Deno.test("measure() tells the program from the rest", async () => {
  const file = await archiveOf();
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
  const ignore = unpack !== undefined && await which(unpack) === undefined;
  if (ignore) console.log(`skipped: ${unpack} is not installed`);
  Deno.test({ name: `compressed() makes of a file what ${ending} stands for`, ignore }, async () => {
    const folder = await tempFolder();
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

Deno.test("the task image:save says in one line what is wrong, and what to do where the image is not built", async () => {
  const folder = await tempFolder();
  const docker = join(folder, "docker");
  await writeExecutable(docker, '#!/bin/sh\n[ "$1" = version ] || { echo "No such image" >&2; exit 1; }\n');
  const save = async (file: string) => {
    const { code, stdout, stderr } = await run(Deno.execPath(), ["task", "--quiet", "image:save", file], {
      cwd: fromFileUrl(new URL("../..", import.meta.url)),
      env: { PATH: `${folder}:${Deno.env.get("PATH")}`, BUILDER: "docker", NO_COLOR: "1" },
    });
    assertEquals([code, stdout], [1, ""]);
    return stderr;
  };
  assertMatch(
    await save(join(folder, "image.tar")),
    /^No such image\nthe image was not saved: docker save failed; deno task image builds hnl_mk:\S+, .*\n$/,
  );
  // The folder that it is to be in is a file.
  assertMatch(await save(join(docker, "image.tar")), /^the image was not saved: .*\n$/);
});
