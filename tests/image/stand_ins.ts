/**
 * Stand-ins for the two base images of the Dockerfile, made of this machine's files, for where nothing can be
 * downloaded. What they are good for: every step of the Dockerfile is carried out, and what comes of it runs. What they
 * are not: Alpine. The tools in them are this machine's, for glibc; and the program that is compiled is a launcher of the
 * same sources, run by deno under the same permissions.
 */
import { dirname, join } from "@std/path";
import { copySources } from "../../.ci/compile.ts";
import { PERMISSIONS, V8_FLAGS } from "../../.ci/permissions.ts";
import { launcher } from "./launcher.ts";
import { exists, must, run } from "./project.ts";

/** What the Dockerfile asks Alpine's package manager for, and where it comes from here. */
const PACKAGES: Record<string, string[]> = {
  bash: ["bash"],
  "ca-certificates": ["/etc/ssl/certs/ca-certificates.crt"],
  dmidecode: ["dmidecode"],
  ipmitool: ["ipmitool"],
  lscpu: ["lscpu"],
  lshw: ["lshw"],
  "open-lldp": ["lldpad", "lldptool"],
  "open-vm-tools": ["true"],
};

/** What the first stage needs beside deno, and the second one beside its packages. */
const DEBIAN_TOOLS = ["bash", "cp", "mkdir", "grep", "xargs", "cat", "ldd"];
const ALPINE_TOOLS = ["sh", "mkdir", "ln", "cp", "env", "sleep", "cat", "ps", "kill", "test", "id", "ls", "readlink"];

/** Where what only the stand-ins have is mounted in both images, when they are built and when they run: it is large. */
export const OWN = "/opt/stand-in";

/** Where the stand-in for Alpine keeps its packages. */
const PACKAGE_FOLDER = "/opt/packages";

/** The libraries of Deno: the second stage has them from the first, as on Alpine, and from nowhere else. */
const GLIBC = /\/(ld-linux-x86-64\.so\.2|lib(c|m|dl|pthread|rt|gcc_s)\.so\.\d)$/;

/** Why the stand-ins cannot be made on this machine; undefined where they can. */
export async function whyNoStandIns(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return "the stand-ins are for Linux on x86-64";
  for (const name of ["busybox", ...Object.values(PACKAGES).flat(), ...DEBIAN_TOOLS]) {
    if (await find(name) === undefined) return `${name} is not installed`;
  }
  if ((await librariesOf((await find("busybox"))!)).length > 0) {
    return "busybox is not linked statically (busybox-static)";
  }
  return undefined;
}

export interface StandIns {
  /** The contexts of both images; each is built by the Dockerfile in it. */
  contexts: { deno: string; alpine: string };
  /** The folder that belongs at `OWN`. */
  own: string;
}

/** Writes the stand-ins to `folder`. */
export async function writeStandIns(folder: string, version: string): Promise<StandIns> {
  const contexts = { deno: join(folder, "deno"), alpine: join(folder, "alpine") };
  const own = join(folder, "own");
  await writeOwn(own, version);

  const debian = join(contexts.deno, "root");
  await mkdirs(debian, "tmp", "usr/bin");
  for (const name of DEBIAN_TOOLS) await copyProgram((await find(name))!, debian, () => true);
  await copyProgram(Deno.execPath(), debian, (path) => path !== Deno.execPath());
  await link("/bin/bash", join(debian, "bin/sh"));
  await link(`${OWN}/deno`, join(debian, "usr/bin/deno"));
  await Deno.writeTextFile(
    join(contexts.deno, "Dockerfile"),
    `FROM scratch\nCOPY root/ /\nENV PATH=/usr/bin:/bin DENO_DIR=${OWN}/deno-dir DENORT_BIN=${OWN}/launcher\n`,
  );

  const alpine = join(contexts.alpine, "root");
  await mkdirs(alpine, "tmp", "etc/ssl", "usr/local/bin", "usr/bin", "usr/lib", "usr/sbin", "proc", "sys", "dev");
  // As in Alpine since 3.23.
  for (const name of ["bin", "lib", "sbin"]) await link(`usr/${name}`, join(alpine, name));
  await Deno.copyFile((await find("busybox"))!, join(alpine, "bin/busybox"));
  for (const name of ALPINE_TOOLS) await link("busybox", join(alpine, "bin", name));
  for (const [name, files] of Object.entries(PACKAGES)) {
    const target = join(alpine, PACKAGE_FOLDER, name);
    await mkdirs(target);
    for (const file of files) await copyProgram((await find(file))!, target, (path) => !GLIBC.test(path));
  }
  await writeScript(join(alpine, "sbin/apk"), APK);
  await Deno.writeTextFile(join(alpine, "etc/alpine-release"), `${ALPINE_RELEASE}\n`);
  await Deno.writeTextFile(
    join(contexts.alpine, "Dockerfile"),
    "FROM scratch\nCOPY root/ /\n" +
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nCMD ["/bin/sh"]\n',
  );
  return { contexts, own };
}

/** What the stand-in for Alpine says that it is. */
export const ALPINE_RELEASE = "3.24.0";

/** Takes exactly the command line of the Dockerfile, and only packages that are known here. */
const APK = `#!/bin/sh -e
[ "$1 $2" = "add --no-cache" ] || { echo "apk (stand-in): cannot $*" >&2; exit 1; }
shift 2
for package; do
  [ -d ${PACKAGE_FOLDER}/$package ] || { echo "ERROR: unable to select packages: $package (no such package)" >&2; exit 1; }
  for folder in ${PACKAGE_FOLDER}/$package/*; do
    mkdir -p /\${folder##*/}
    cp -a $folder/. /\${folder##*/}
  done
  mkdir -p /lib/apk/db
  printf 'P:%s\\nV:1.0-r0\\nA:x86_64\\nT:A stand-in\\nL:GPL-2.0-only\\n\\n' $package >> /lib/apk/db/installed
done
`;

/** deno, the sources with their version, the packages that they import, and the launcher. */
async function writeOwn(own: string, version: string): Promise<void> {
  await mkdirs(own, "source", "deno-dir/npm");
  await cp([Deno.execPath(), join(own, "deno")]);
  await Deno.chmod(join(own, "deno"), 0o755);
  await copySources(join(own, "source"), version);
  const { npmCache } = JSON.parse(await must(Deno.execPath(), ["info", "--json"]));
  for await (const registry of Deno.readDir(npmCache)) {
    const from = join(npmCache, registry.name, "deno-std");
    const to = join(own, "deno-dir/npm", registry.name);
    await mkdirs(to);
    if (await exists(from)) await cp(["-aL", from, to]);
  }
  await writeScript(
    join(own, "run"),
    `#!/bin/sh
# A stand-in for the compiled program: the same sources under the same permissions.
export DENO_DIR=${OWN}/deno-dir
exec ${OWN}/deno run --quiet --cached-only ${V8_FLAGS} ${PERMISSIONS.join(" ")} ${OWN}/source/main.ts "$@"
`,
  );
  await Deno.writeFile(join(own, "launcher"), launcher(`${OWN}/run`), { mode: 0o755 });
}

/** Copies a program, where it lies, and its libraries, as `wanted` says, into the root `root`. */
async function copyProgram(path: string, root: string, wanted: (path: string) => boolean): Promise<void> {
  const files = [path, ...await librariesOf(path)].filter(wanted);
  await cp(["--parents", "--dereference", "--target-directory", root, ...files]);
}

/** The files that the loader brings in beside the program; none for a script, or where it is linked statically. */
async function librariesOf(path: string): Promise<string[]> {
  const lines = (await run("ldd", [path])).stdout.split("\n");
  return lines.flatMap((line) => /(?:=> |^\t)(\/[^ ]+) \(0x/.exec(line)?.[1] ?? []);
}

async function find(name: string): Promise<string | undefined> {
  const folders = ["/sbin", "/bin", "/usr/sbin", "/usr/bin"];
  for (const path of name.startsWith("/") ? [name] : folders.map((folder) => join(folder, name))) {
    if (await exists(path)) return path;
  }
}

async function mkdirs(root: string, ...paths: string[]): Promise<void> {
  for (const path of ["", ...paths]) await Deno.mkdir(join(root, path), { recursive: true });
}

async function link(target: string, path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.symlink(target, path);
}

async function writeScript(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o755);
}

async function cp(args: string[]): Promise<void> {
  const to = args.at(-1)!;
  if (args[0] !== "--parents") await Deno.mkdir(dirname(to), { recursive: true });
  await must("cp", args);
}
