/** What Debian's archive brings: the programs, and a kernel with its modules. */

import { run, which } from "./command.ts";

/** Program and package of everything that a node is made of or run with. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ["qemu-system-x86_64", "qemu-system-x86"],
  ["ipmi_sim", "openipmi"],
  ["depmod", "kmod"],
  ["dmidecode", "dmidecode"],
  ["lshw", "lshw"],
  ["lscpu", "util-linux"],
  ["setpriv", "util-linux"],
  ["ipmitool", "ipmitool"],
  ["lldpad", "lldpad"],
  ["lldptool", "lldpad"],
]);

/** Files that come with no program of their own, and their packages. */
const FILES: ReadonlyMap<string, string> = new Map([["/usr/share/misc/pci.ids", "pci.ids"]]);

/** This machine lacks what a node is made of, and its package archive does not give it. */
export class Unavailable extends Error {}

/** Installs the packages that are missing. Throws Unavailable with the command to run where it may not or cannot. */
export async function installPackages(progress: (line: string) => void): Promise<void> {
  const missing = new Set<string>();
  for (const [program, name] of PROGRAMS) if (!(await which(program))) missing.add(name);
  for (const [file, name] of FILES) if (!(await exists(file))) missing.add(name);
  if (!(await staticBusybox())) missing.add("busybox-static");
  if (missing.size === 0) return;

  const install = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  if (Deno.uid() !== 0 || !(await which("apt-get"))) {
    throw new Unavailable(`a node is made from Debian's packages; as root: apt-get ${install.join(" ")}`);
  }
  progress(`installing ${[...missing].join(" ")}`);
  await fromArchive(["update", "-q"]);
  await fromArchive(install);
}

async function fromArchive(args: readonly string[], options: { cwd?: string } = {}): Promise<void> {
  try {
    await run("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], options);
  } catch (error) {
    throw new Unavailable(error instanceof Error ? error.message : String(error));
  }
}

/** The newest kernel of the distribution: its package, its release (6.1.0-56-amd64) and its version. */
export interface KernelPackage {
  name: string;
  release: string;
  version: string;
}

/** Asks the archive for the kernel that linux-image-amd64 stands for; undefined where it cannot be asked. */
export async function newestKernel(): Promise<KernelPackage | undefined> {
  const ask = async () =>
    /Depends: (linux-image-(\d\S*))/.exec(await run("apt-cache", ["depends", "linux-image-amd64"]));
  try {
    let found = await ask();
    if (!found && Deno.uid() === 0) {
      await run("apt-get", ["update", "-q"]);
      found = await ask();
    }
    if (!found) return undefined;
    const [, name = "", release = ""] = found;
    const shown = await run("apt-cache", ["show", "--no-all-versions", name]);
    return { name, release, version: /^Version: (\S+)/m.exec(shown)?.[1] ?? "" };
  } catch {
    return undefined;
  }
}

/**
 * Downloads a kernel and puts into `folder` its `vmlinuz`, and under lib/modules the `modules` with all that they
 * need and their modules.dep. The 400 MB of the whole package are gone afterwards.
 */
export async function unpackKernel(kernel: KernelPackage, modules: readonly string[], folder: string): Promise<void> {
  const work = await Deno.makeTempDir({ dir: folder });
  const tree = `${work}/tree`;
  try {
    await fromArchive(["download", "-q", kernel.name], { cwd: work });
    const [archive] = [...Deno.readDirSync(work)].filter((entry) => entry.name.endsWith(".deb"));
    if (!archive) throw new Error(`apt-get download ${kernel.name} brought no package`);
    await run("dpkg", ["-x", `${work}/${archive.name}`, tree]);
    await run("depmod", ["-b", tree, kernel.release]);
    await Deno.copyFile(`${tree}/boot/vmlinuz-${kernel.release}`, `${folder}/vmlinuz`);

    const root = `/lib/modules/${kernel.release}`;
    for (const file of await filesOfModules(tree, kernel.release, modules)) {
      const target = folder + file.slice(tree.length);
      await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      await Deno.copyFile(file, target);
      if (target.endsWith(".xz")) await run("xz", ["-d", target]);
    }
    for (const list of ["modules.builtin", "modules.builtin.modinfo", "modules.order"]) {
      await Deno.copyFile(`${tree}${root}/${list}`, `${folder}${root}/${list}`);
    }
    await run("depmod", ["-b", folder, kernel.release]);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The files of `modules` and of all modules that they need. A module that is built into the kernel has none. */
async function filesOfModules(tree: string, release: string, modules: readonly string[]): Promise<Set<string>> {
  const files = new Set<string>();
  for (const module of modules) {
    const shown = await run("modprobe", ["-S", release, "-d", tree, "--show-depends", module]);
    for (const [, file = ""] of shown.matchAll(/^insmod (\S+)/gm)) files.add(file);
  }
  return files;
}

/** The path of busybox where it needs no library, as an initramfs wants it. */
export async function staticBusybox(): Promise<string | undefined> {
  const path = await which("busybox");
  return path && (await librariesOf(path)).length === 0 ? path : undefined;
}

/** The libraries that a program is linked to, and its loader: paths as the loader looks for them. */
export async function librariesOf(program: string): Promise<string[]> {
  let shown: string;
  try {
    shown = await run("ldd", [program]);
  } catch {
    return []; // "not a dynamic executable"
  }
  return [...shown.matchAll(/^\t(?:\S+ => )?(\/\S+)/gm)].map(([, path = ""]) => path);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
