/**
 * ARM's programs on a machine of another architecture: Debian's arm64 packages, unpacked in the cache, and npm's Deno.
 * The machine's own dpkg and apt know nothing of them.
 */

import { run } from "./command.ts";
import { hash, once } from "./cache.ts";
import { aptGet, type Archive, Unavailable } from "./debian.ts";
import { librariesIn } from "./libraries.ts";
import type { Userland } from "./userland.ts";

/** The tools that the agent asks, and what deno is linked to; what they need comes along. */
const PACKAGES = [
  ...["busybox-static", "dmidecode", "lshw", "util-linux", "ipmitool", "lldpad", "libc6", "libgcc-s1", "libstdc++6"],
];

const DAY_MS = 86_400_000;

/** Programs of ARM, and how one of them is run on this machine. */
export interface ArmUserland extends Userland {
  /** The words before a program and its arguments. */
  emulator: readonly string[];
}

/** Makes what is not in `cache` yet. Throws Unavailable where it cannot be had. */
export async function armUserland(cache: string, progress: (line: string) => void): Promise<ArmUserland> {
  const archive = await armArchive(`${cache}/apt`);
  const tree = await packageTree(archive, cache, progress);
  const emulator = ["qemu-aarch64-static", "-L", tree];
  const [program = "", ...words] = emulator;
  const loader = "/lib/ld-linux-aarch64.so.1";
  return {
    ...{ archive, emulator, agent: await deno(cache, progress), isCompiled: false },
    async find(name) {
      for (const folder of ["usr/sbin", "usr/bin", "sbin", "bin"]) {
        const path = `${tree}/${folder}/${name}`;
        if (await isFile(path)) return path;
      }
      return undefined;
    },
    async libraries(path) {
      // The cache of paths is this machine's.
      const args = [...words, `${tree}${loader}`, "--inhibit-cache", "--list", path];
      const listed = await run(program, args).then(librariesIn, () => []); // "not a dynamic executable"
      const paths = listed.length === 0 ? [] : [loader, ...listed.map((path) => path.replace(tree, ""))];
      return new Map(paths.map((path) => [path, `${tree}${path}`]));
    },
  };
}

/** Debian's archive with lists of its own, made anew once a day. */
async function armArchive(folder: string): Promise<Archive> {
  for (const name of ["state/lists/partial", "cache/archives/partial"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  const status = `${folder}/status`, asked = `${folder}/asked`;
  await Deno.writeTextFile(status, "");
  const settings = [
    ...["APT::Architecture=arm64", "APT::Architectures=arm64", "Debug::NoLocking=1"],
    ...[`Dir::State=${folder}/state`, `Dir::State::status=${status}`, `Dir::Cache=${folder}/cache`],
  ];
  const options = settings.flatMap((setting) => ["-o", setting]);
  const archive = { kernel: "linux-image-arm64", options, isOurs: true };
  const age = Date.now() - (await Deno.stat(asked).then(({ mtime }) => mtime?.getTime(), () => undefined) ?? 0);
  if (age > DAY_MS) {
    await aptGet(archive, ["update", "-q"]);
    await Deno.writeTextFile(asked, "");
  }
  return archive;
}

/** The folder with the packages' files. */
async function packageTree(archive: Archive, cache: string, progress: (line: string) => void): Promise<string> {
  const tree = `${cache}/tree-${await hash(PACKAGES.join(" "))}`;
  await once(tree, async (path) => {
    progress("downloading Debian's arm64 packages");
    await aptGet(archive, ["install", "--download-only", "-y", "-q", "--no-install-recommends", ...PACKAGES]);
    const archives = `${cache}/apt/cache/archives`;
    for (const { name } of Deno.readDirSync(archives)) {
      if (name.endsWith(".deb")) await run("dpkg", ["-x", `${archives}/${name}`, path]);
    }
    await aptGet(archive, ["clean"]);
  });
  return tree;
}

/** Deno for ARM, of the version that runs this. */
async function deno(cache: string, progress: (line: string) => void): Promise<string> {
  const version = `@deno/linux-arm64-glibc@${Deno.version.deno}`;
  const folder = `${cache}/deno-${Deno.version.deno}`;
  await once(folder, async (path) => {
    progress(`downloading ${version}`);
    await Deno.mkdir(path);
    await run("npm", ["pack", "--silent", "--pack-destination", path, version]).catch((error: Error) => {
      throw new Unavailable(error.message);
    });
    const [packed] = [...Deno.readDirSync(path)];
    await run("tar", ["-xzf", `${path}/${packed?.name}`, "-C", path]);
    await Deno.remove(`${path}/${packed?.name}`);
  });
  return `${folder}/package/deno`;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
