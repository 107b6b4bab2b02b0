/** Image archives, as `docker save` writes them: what a Hanlon server imports, and a node loads. */
import { join } from "@std/path";
import { IMPORTABLE } from "./version.ts";

/** One image under one name. */
export interface Archive {
  repository: string;
  tag: string;
  /** The names of its layers' tar files in the archive, lowest first. */
  layers: string[];
}

/** A server or a node could not use the archive; the message says why. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

const MANIFEST = "manifest.json";
/** What a Hanlon server reads: the first name's first tag is the version of the image. */
const REPOSITORIES = "repositories";

/**
 * Reads the archive at `file`, and checks all that server and node expect: one image (the node starts every id that it
 * finds, and a second one would be taken for the command), one name and tag, in the manifest as in `repositories`, and a
 * tag of the form that the server imports. Throws ArchiveError.
 */
export async function readArchive(file: string): Promise<Archive> {
  const manifest = JSON.parse(await member(file, MANIFEST)) as { RepoTags?: string[] | null; Layers: string[] }[];
  const [image] = manifest;
  if (image === undefined || manifest.length !== 1) {
    throw new ArchiveError(`${file}: found ${manifest.length} images, expected one`);
  }
  const names = image.RepoTags ?? [];
  if (names.length !== 1) throw new ArchiveError(`${file}: found the names ${names.join(", ")}, expected one`);
  const colon = names[0]!.lastIndexOf(":");
  const [repository, tag] = [names[0]!.slice(0, colon), names[0]!.slice(colon + 1)];
  if (!IMPORTABLE.test(tag)) {
    throw new ArchiveError(
      `${file}: found the tag ${tag}, which no Hanlon server imports: expected ${IMPORTABLE.source}`,
    );
  }
  const repositories = JSON.parse(await member(file, REPOSITORIES)) as Record<string, Record<string, string>>;
  const told = Object.entries(repositories).flatMap(([name, tags]) => Object.keys(tags).map((tag) => `${name}:${tag}`));
  if (told.length !== 1 || told[0] !== names[0]) {
    throw new ArchiveError(`${file}: ${REPOSITORIES} names ${told.join(", ")}, expected ${names[0]}`);
  }
  return { repository, tag, layers: image.Layers };
}

/**
 * Adds the entry that the server reads where it is missing: Docker leaves it out when containerd keeps its images. Only
 * the names in it count nowadays, the id is the image's.
 */
export async function addRepositories(file: string): Promise<void> {
  if ((await tar("-tf", file)).split("\n").includes(REPOSITORIES)) return;
  const manifest = JSON.parse(await member(file, MANIFEST)) as { Config: string; RepoTags?: string[] | null }[];
  const repositories: Record<string, Record<string, string>> = {};
  for (const { Config, RepoTags } of manifest) {
    const id = Config.split("/").at(-1)!.replace(/\.json$/, "");
    for (const name of RepoTags ?? []) {
      const colon = name.lastIndexOf(":");
      (repositories[name.slice(0, colon)] ??= {})[name.slice(colon + 1)] = id;
    }
  }
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, REPOSITORIES), JSON.stringify(repositories) + "\n");
    await tar("-rf", file, "-C", folder, REPOSITORIES);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Sizes in bytes; compressed is what gzip makes of it. */
export interface Sizes {
  program: { size: number; compressed: number };
  /** Everything but the program, compressed. */
  rest: number;
}

/** Measures the layers of the archive at `file`; `path` is where the program lies in the image. Throws ArchiveError. */
export async function measure(file: string, { layers }: Archive, path: string): Promise<Sizes> {
  const folder = await Deno.makeTempDir();
  try {
    await tar("-xf", file, "-C", folder, ...layers);
    let program: Sizes["program"] | undefined;
    let all = 0;
    for (const layer of layers) {
      const location = join(folder, layer);
      all += await gzippedSize(location);
      const member = (await tar("-tf", location)).split("\n").find((name) => name.replace(/^\.?\//, "") === path);
      if (member === undefined) continue;
      await tar("-xf", location, "-C", folder, member);
      const extracted = join(folder, member);
      program = { size: (await Deno.stat(extracted)).size, compressed: await gzippedSize(extracted) };
    }
    if (program === undefined) throw new ArchiveError(`${file}: no layer holds ${path}`);
    return { program, rest: all - program.compressed };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How large the file is, or would be, in gzip. */
async function gzippedSize(location: string): Promise<number> {
  const file = await Deno.open(location);
  const start = new Uint8Array(2);
  await file.read(start);
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const { size } = await file.stat();
    file.close();
    return size;
  }
  await file.seek(0, Deno.SeekMode.Start);
  let size = 0;
  for await (const chunk of file.readable.pipeThrough(new CompressionStream("gzip"))) size += chunk.length;
  return size;
}

async function member(file: string, name: string): Promise<string> {
  if (!(await tar("-tf", file)).split("\n").includes(name)) throw new ArchiveError(`${file}: found no ${name} in it`);
  return await tar("-xOf", file, name);
}

async function tar(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tar", { args }).output();
  if (!success) throw new ArchiveError(`tar ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}
