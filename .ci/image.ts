/** `deno task image` builds the image, `deno task image:save` writes it to the one file that a Hanlon server imports. */
import { dirname, extname, fromFileUrl, join, resolve } from "@std/path";
import { ArchiveError, measure, readArchive, repack } from "./archive.ts";
import { bootOrder } from "./boot_order.ts";
import { type Builder, BuilderError, findBuilder, tagsOf } from "./builders.ts";
import { megabytes } from "./sizes.ts";
import { IMPORTABLE, sourceOf, VersionError, versionInGit } from "./version.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const USAGE = `usage: deno task image [OPTIONS OF THE BUILDER]
       deno task image:save [FILE.tar | FILE.tar.gz | FILE.tar.bz2]
BUILDER=docker, podman or buildah in the environment chooses the builder.
`;

/** Where the program lies in the image. */
const PROGRAM = "usr/local/bin/hnl_mk";
const COMPRESSORS = new Map([[".gz", "gzip"], [".bz2", "bzip2"]]);

/** Builds the image, and tags it with the version from git; `options` go to the builder as they are. */
async function build(builder: Builder, options: readonly string[]): Promise<void> {
  const { version, revision = "", committed = "", isShallow } = await versionInGit(ROOT);
  const buildArgs = { VERSION: version, REVISION: revision, CREATED: committed, SOURCE: await sourceOf(ROOT) ?? "" };
  const named = Object.entries(buildArgs).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
  await run(builder.name, [...builder.build, ...named, "--tag", `hnl_mk:${version}`, ...options, "."]);
  console.log(`built hnl_mk:${version} with ${builder.name}; deno task image:save writes it to a file`);
  if (isShallow && version.includes("_")) {
    console.log("the history is shallow, and the commits in the version too few: git fetch --unshallow --tags");
  }
}

/** The versions known here beside the one that is saved: git's tags, the builder's images, and archives in `folders`. */
async function knownVersions(builder: Builder, released: string[], folders: readonly string[]): Promise<string[]> {
  const archives: string[] = [];
  for (const folder of folders) {
    try {
      for await (const { name } of Deno.readDir(folder)) {
        const version = /^hnl_mk-(.+)\.tar(\.gz|\.bz2)?$/.exec(name)?.[1];
        if (version !== undefined && IMPORTABLE.test(version)) archives.push(version);
      }
    } catch {
      // Nothing was saved there.
    }
  }
  return [...released, ...await tagsOf(builder, "hnl_mk"), ...archives];
}

/** Writes the image of this version to `file`, checks what was written, and tells the sizes. */
async function save(builder: Builder, wanted: string | undefined): Promise<void> {
  const { version, released } = await versionInGit(ROOT);
  // Tasks run in the project's folder; a file is named from where the task was called.
  const file = resolve(Deno.env.get("INIT_CWD") ?? ".", wanted ?? join(ROOT, `dist/hnl_mk-${version}.tar`));
  await Deno.mkdir(dirname(file), { recursive: true });
  // Beside the file, so that it can be put in its place whole.
  const folder = await Deno.makeTempDir({ dir: dirname(file), prefix: ".hnl_mk-" });
  try {
    const saved = join(folder, "saved.tar");
    await run(builder.name, builder.save(`hnl_mk:${version}`, saved)).catch((error) => {
      if (!(error instanceof BuilderError)) throw error;
      throw new BuilderError(`${error.message}; deno task image builds hnl_mk:${version}, which is what git says now`);
    });
    let made = join(folder, "image.tar");
    await repack(saved, made, { repository: "hnl_mk", tag: version });
    const archive = await readArchive(made);
    const { program, rest } = await measure(made, archive, PROGRAM);
    const plain = (await Deno.stat(made)).size;
    made = await compressed(made, extname(file));
    const { size } = await Deno.stat(made);
    await Deno.chmod(made, 0o644);
    await Deno.rename(made, file);
    console.log(`${file}: one image, ${archive.repository}:${archive.tag}
  file              ${megabytes(size)}${size === plain ? "" : ` (${megabytes(plain)} uncompressed)`}
  program           ${megabytes(program.size)} (${megabytes(program.compressed)} compressed)
  image without it  ${megabytes(rest)} compressed`);
    const known = await knownVersions(builder, released, [join(ROOT, "dist"), dirname(file)]);
    for (const line of bootOrder(version, known)) console.log(line);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Compresses `file` as `ending` says, in place of it; gives the name of what came of it. */
export async function compressed(file: string, ending: string): Promise<string> {
  const program = COMPRESSORS.get(ending);
  if (program === undefined) return file;
  await run(program, ["-9", file]);
  return file + ending;
}

/** Docker's builder would add a second manifest that says how it built; an image is to be one thing only. */
const ENVIRONMENT = { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };

/** Runs a program with this one's output; throws where it fails. */
async function run(program: string, args: readonly string[]): Promise<void> {
  let success: boolean;
  try {
    ({ success } = await new Deno.Command(program, { args: [...args], cwd: ROOT, env: ENVIRONMENT, stdin: "null" })
      .spawn().status);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new BuilderError(`${program} is not installed`);
    throw error;
  }
  if (!success) throw new BuilderError(`${program} ${args[0]} failed`);
}

/** Runs the task; gives its exit code. */
async function main([mode, ...args]: string[]): Promise<number> {
  const isSave = mode === "save" && args.length <= 1 && /\.tar(\.gz|\.bz2)?$/.test(args[0] ?? ".tar");
  if ((mode !== "build" && !isSave) || args.includes("--help")) {
    console.error(USAGE);
    return 2;
  }
  try {
    const builder = await findBuilder(Deno.env.get("BUILDER"));
    await (mode === "build" ? build(builder, args) : save(builder, args[0]));
    return 0;
  } catch (error) {
    const isTold = error instanceof BuilderError || error instanceof ArchiveError || error instanceof VersionError;
    // What the file system refuses has a code: ENOSPC, EACCES, ENOTDIR.
    if (!isTold && !(error instanceof Error && "code" in error)) throw error;
    console.error(`the image was not ${mode === "build" ? "built" : "saved"}: ${error.message}`);
    return 1;
  }
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
