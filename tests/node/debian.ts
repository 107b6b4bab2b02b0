/** What Debian's archive brings: the programs, and a kernel with its modules. */

import { run, which } from "./command.ts";
import { staticBusybox } from "./libraries.ts";

/** What must be installed on this machine: programs and files, each with its package. */
export type Needs = ReadonlyMap<string, string>;

/** What nodes of every architecture are made or run with. */
const OF_ALL: Needs = new Map([
  ["depmod", "kmod"],
  ["setpriv", "util-linux"],
  ["/usr/share/misc/pci.ids", "pci.ids"],
]);

/** Of nodes of this machine's own architecture, which hold its programs. */
export const OWN_NEEDS: Needs = new Map([
  ...OF_ALL,
  ["qemu-system-x86_64", "qemu-system-x86"],
  ["ipmi_sim", "openipmi"],
  ["dmidecode", "dmidecode"],
  ["lshw", "lshw"],
  ["lscpu", "util-linux"],
  ["ipmitool", "ipmitool"],
  ["lldpad", "lldpad"],
  ["lldptool", "lldpad"],
]);

/** The firmware of ARM machines. */
export const ARM_FIRMWARE = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd";

/** What runs a program of ARM on this machine. */
export const ARM_EMULATOR_NEEDS: Needs = new Map([["qemu-aarch64-static", "qemu-user-static"]]);

/** Of ARM nodes. */
export const ARM_NEEDS: Needs = new Map([
  ...OF_ALL,
  ...ARM_EMULATOR_NEEDS,
  ["qemu-system-aarch64", "qemu-system-arm"],
  [ARM_FIRMWARE, "qemu-efi-aarch64"],
]);

/** This machine lacks what a node is made of, and its package archive does not give it. */
export class Unavailable extends Error {}

/** Installs the packages that are missing. Throws Unavailable with the command to run where it may not or cannot. */
export async function installPackages(needs: Needs, progress: (line: string) => void): Promise<void> {
  const missing = new Set<string>();
  for (const [name, packageName] of needs) {
    if (!(name.startsWith("/") ? await exists(name) : await which(name))) missing.add(packageName);
  }
  if (needs === OWN_NEEDS && !(await staticBusybox())) missing.add("busybox-static");
  if (missing.size === 0) return;

  const install = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  if (Deno.uid() !== 0 || !(await which("apt-get"))) {
    throw new Unavailable(`a node is made from Debian's packages; as root: apt-get ${install.join(" ")}`);
  }
  progress(`installing ${[...missing].join(" ")}`);
  await aptGet(OWN_ARCHIVE, ["update", "-q"]);
  await aptGet(OWN_ARCHIVE, install);
}

/** The archive of one architecture. */
export interface Archive {
  /** The package that stands for its newest kernel. */
  kernel: string;
  /** What apt is told beside what is configured on this machine. */
  options: readonly string[];
  /** Whether this user may have its lists made anew. */
  isOurs: boolean;
}

/** This machine's own. */
export const OWN_ARCHIVE: Archive = { kernel: "linux-image-amd64", options: [], isOurs: Deno.uid() === 0 };

/** Runs apt-get. Throws Unavailable where it fails. */
export async function aptGet(
  { options }: Archive,
  args: readonly string[],
  where: { cwd?: string } = {},
): Promise<void> {
  try {
    await run("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...options, ...args], where);
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

/** Asks the archive for its newest kernel; undefined where it cannot be asked. */
export async function newestKernel(archive: Archive): Promise<KernelPackage | undefined> {
  const cache = (...args: string[]) => run("apt-cache", [...archive.options, ...args]);
  const ask = async () => /Depends: (linux-image-(\d\S*))/.exec(await cache("depends", archive.kernel));
  try {
    let found = await ask();
    if (!found && archive.isOurs) {
      await aptGet(archive, ["update", "-q"]);
      found = await ask();
    }
    if (!found) return undefined;
    const [, name = "", release = ""] = found;
    const shown = await cache("show", "--no-all-versions", name);
    return { name, release, version: /^Version: (\S+)/m.exec(shown)?.[1] ?? "" };
  } catch {
    return undefined;
  }
}

/**
 * Downloads a kernel and puts into `folder` its `vmlinuz`, and under lib/modules the `modules` with all that they
 * need and their modules.dep. The 400 MB of the whole package are gone afterwards.
 */
export async function unpackKernel(
  archive: Archive,
  kernel: KernelPackage,
  modules: readonly string[],
  folder: string,
): Promise<void> {
  const work = await Deno.makeTempDir({ dir: folder });
  const tree = `${work}/tree`;
  try {
    await aptGet(archive, ["download", "-q", kernel.name], { cwd: work });
    const [file] = [...Deno.readDirSync(work)].filter((entry) => entry.name.endsWith(".deb"));
    if (!file) throw new Error(`apt-get download ${kernel.name} brought no package`);
    await run("dpkg", ["-x", `${work}/${file.name}`, tree]);
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

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
