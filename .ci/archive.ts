/**
 * Image archives in the classic layout of `docker save`: what a Hanlon server imports, and what a node loads, whose
 * Docker may be older than 1.10 and then knows no other. Builders write it each in its own way: Docker since 25 as an
 * OCI layout, with containerd's store without `repositories`, and podman with both.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "@std/path";
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

/** The list of images in every archive since Docker 1.10. */
const MANIFEST = "manifest.json";
/** What a Hanlon server reads, the first name's first tag being the version; and Docker before 1.10. */
const REPOSITORIES = "repositories";

interface ManifestEntry {
  /** The name of the image's configuration in the archive. */
  Config: string;
  RepoTags?: string[] | null;
  Layers: string[];
}

/** Writes the one image of the archive `from` to the archive `to`, in the classic layout and under one name. */
export async function repack(from: string, to: string, { repository, tag }: Omit<Archive, "layers">): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: dirname(to), prefix: ".repack-" });
  const [unpacked, packed] = [join(folder, "unpacked"), join(folder, "packed")];
  try {
    for (const each of [unpacked, packed]) await Deno.mkdir(each);
    await tar("-xf", from, "-C", unpacked);
    const image = onlyImage(from, JSON.parse(await Deno.readTextFile(join(unpacked, MANIFEST))));
    const config = await Deno.readTextFile(join(unpacked, image.Config));
    const digest = createHash("sha256").update(config).digest("hex");
    const { config: settings, rootfs, created, os, architecture } = JSON.parse(config);
    const ids: string[] = [];
    for (const [i, layer] of image.Layers.entries()) {
      const isTop = i === image.Layers.length - 1;
      const diffId: string = rootfs.diff_ids[i];
      // Any name that differs with what it names will do.
      const id = createHash("sha256").update(`${ids.at(-1) ?? ""} ${diffId} ${isTop ? digest : ""}`).digest("hex");
      await Deno.mkdir(join(packed, id));
      const json = { id, parent: ids.at(-1), created, os, architecture, ...(isTop ? { config: settings } : {}) };
      await Deno.writeTextFile(join(packed, id, "json"), JSON.stringify(json));
      await Deno.writeTextFile(join(packed, id, "VERSION"), "1.0");
      const found = await copyUncompressed(join(unpacked, layer), join(packed, id, "layer.tar"));
      if (found !== diffId) throw new ArchiveError(`${from}: found the layer ${found}, expected ${diffId}`);
      ids.push(id);
    }
    const manifest: ManifestEntry = {
      Config: `${digest}.json`,
      RepoTags: [`${repository}:${tag}`],
      Layers: ids.map((id) => `${id}/layer.tar`),
    };
    await Deno.writeTextFile(join(packed, manifest.Config), config);
    await Deno.writeTextFile(join(packed, MANIFEST), JSON.stringify([manifest]));
    await Deno.writeTextFile(join(packed, REPOSITORIES), JSON.stringify({ [repository]: { [tag]: ids.at(-1) } }));
    await tar("-cf", to, "-C", packed, MANIFEST, REPOSITORIES, manifest.Config, ...ids);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Copies a layer, without the gzip that containerd's store keeps it in; gives the digest of what was written. */
async function copyUncompressed(from: string, to: string): Promise<string> {
  const isZipped = await isGzip(from);
  const file = (await Deno.open(from)).readable;
  const plain = isZipped ? file.pipeThrough(new DecompressionStream("gzip")) : file;
  const hash = createHash("sha256");
  using target = await Deno.open(to, { write: true, createNew: true });
  for await (const chunk of plain) {
    hash.update(chunk);
    for (let written = 0; written < chunk.length;) written += await target.write(chunk.subarray(written));
  }
  return `sha256:${hash.digest("hex")}`;
}

async function isGzip(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const start = new Uint8Array(2);
  await file.read(start);
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Reads the archive at `file`, and checks all that server and node expect: one image (the node starts every id that it
 * finds, and a second one would be taken for the command), one name and tag, in the manifest as in `repositories`, a tag
 * of the form that the server imports, and layers as Docker before 1.10 wants them. Throws ArchiveError.
 */
export async function readArchive(file: string): Promise<Archive> {
  const names = (await tar("-tf", file)).split("\n");
  const member = async (name: string) => {
    if (!names.includes(name)) throw new ArchiveError(`${file}: found no ${name} in it`);
    return JSON.parse(await tar("-xOf", file, name));
  };
  const image = onlyImage(file, await member(MANIFEST));
  const tags = image.RepoTags ?? [];
  if (tags.length !== 1) throw new ArchiveError(`${file}: found the names ${tags.join(", ")}, expected one`);
  const colon = tags[0]!.lastIndexOf(":");
  const [repository, tag] = [tags[0]!.slice(0, colon), tags[0]!.slice(colon + 1)];
  if (!IMPORTABLE.test(tag)) {
    throw new ArchiveError(
      `${file}: found the tag ${tag}, which no Hanlon server imports: expected ${IMPORTABLE.source}`,
    );
  }
  const repositories: Record<string, Record<string, string>> = await member(REPOSITORIES);
  const told = Object.entries(repositories).flatMap(([name, tags]) => Object.keys(tags).map((tag) => `${name}:${tag}`));
  if (told.length !== 1 || told[0] !== tags[0]) {
    throw new ArchiveError(`${file}: ${REPOSITORIES} names ${told.join(", ")}, expected ${tags[0]}`);
  }
  for (const layer of image.Layers) {
    const folder = dirname(layer);
    if (!["json", "VERSION", "layer.tar"].every((name) => names.includes(`${folder}/${name}`))) {
      throw new ArchiveError(`${file}: found ${layer}, which Docker before 1.10 does not load`);
    }
  }
  return { repository, tag, layers: image.Layers };
}

function onlyImage(file: string, manifest: ManifestEntry[]): ManifestEntry {
  const [image] = manifest;
  if (image !== undefined && manifest.length === 1) return image;
  throw new ArchiveError(`${file}: found ${manifest.length} images, expected one`);
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

/** How large the file is in gzip. */
async function gzippedSize(location: string): Promise<number> {
  let size = 0;
  const file = (await Deno.open(location)).readable;
  for await (const chunk of file.pipeThrough(new CompressionStream("gzip"))) size += chunk.length;
  return size;
}

async function tar(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("tar", { args }).output();
  if (!success) throw new ArchiveError(`tar ${args.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}
