/** Kernel and initramfs of the nodes: made once, and kept in a cache outside the tree. */

import { type Entry, writeCpio } from "./cpio.ts";
import { run, which } from "./command.ts";
import { installPackages, librariesOf, newestKernel, staticBusybox, Unavailable, unpackKernel } from "./debian.ts";

/** What QEMU boots. */
export interface Image {
  kernel: string;
  initrd: string;
}

/** The drivers of every device that a machine may have, and of the shared folder. */
const MODULES = [
  ...["virtio_pci", "virtio_net", "virtio_blk", "virtio_scsi", "9p", "9pnet_virtio", "virtio_console"],
  ...["e1000", "e1000e", "ahci", "nvme", "megaraid_sas", "sd_mod", "sg"],
  ...["ipmi_si", "ipmi_devintf", "bonding", "8021q", "ext4"],
];

/** The tools that the agent asks, with their libraries. */
const TOOLS = ["dmidecode", "lshw", "lscpu", "ipmitool", "lldpad", "lldptool"];

/** The registry of manufacturers that ipmitool reads, in IANA's form and no longer than a node needs it. */
const ENTERPRISE_NUMBERS = `PRIVATE ENTERPRISE NUMBERS

0
  Reserved
    Internet Assigned Numbers Authority
      iana&iana.org
674
  Dell Inc.
    Dell
      dell&dell.com
`;

/** Where `program` of this machine lies in a node. */
export function programInNode(program: string): string {
  return `/usr/local/libexec/${program.slice(program.lastIndexOf("/") + 1)}`;
}

/**
 * Makes what is not in the cache. `program` is what the agent is run with: the compiled agent, or deno. Throws
 * Unavailable, which says what is missing, where packages or a kernel cannot be had.
 */
export async function makeImage(program: string, progress: (line: string) => void): Promise<Image> {
  const cache = `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/hnl_mk/node`;
  await Deno.mkdir(cache, { recursive: true });
  // Two tests may begin at the same time: the second finds what the first has made.
  using lock = await Deno.open(`${cache}/lock`, { create: true, write: true });
  await lock.lock(true);
  await installPackages(progress);

  const kernel = await kernelFolder(cache, progress);
  const entries = await initramfs(kernel, program);
  const initrd = `${cache}/initrd-${await keyOf(entries)}.cpio`;
  await once(initrd, async (path) => {
    progress("making the initramfs");
    await forget(cache, "initrd-");
    await writeCpio(path, entries);
  });
  return { kernel: `${kernel}/vmlinuz`, initrd };
}

/** The folder with the newest kernel; with the newest of the cache where the archive cannot be asked. */
async function kernelFolder(cache: string, progress: (line: string) => void): Promise<string> {
  const kernel = await newestKernel();
  if (!kernel) {
    const cached = [...Deno.readDirSync(cache)].map((entry) => entry.name).filter((name) => name.startsWith("kernel-"));
    const newest = cached.sort().at(-1);
    if (newest) return `${cache}/${newest}`;
    throw new Unavailable("no kernel: apt-cache knows no linux-image-amd64 (run apt-get update as root)");
  }
  const folder = `${cache}/kernel-${kernel.version}-${await hash(MODULES.join(" "))}`;
  await once(folder, async (path) => {
    progress(`downloading ${kernel.name}`);
    await Deno.mkdir(path);
    await unpackKernel(kernel, MODULES, path);
  });
  return folder;
}

async function initramfs(kernel: string, program: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const addFile = (path: string, from: string, mode = 0o755) => entries.set(path, { kind: "file", mode, from });
  const addText = (path: string, text: string) =>
    entries.set(path, { kind: "file", mode: 0o644, bytes: new TextEncoder().encode(text) });
  const addProgram = async (path: string, from: string) => {
    addFile(path, from);
    for (const library of await librariesOf(from)) addFile(library, library);
  };

  for (
    const folder of ["proc", "sys", "dev", "host-proc", "host-sys", "host-dev", "share", "tmp", "root", "run", "sbin"]
  ) {
    entries.set(`/${folder}`, { kind: "folder" });
  }
  for (const folder of ["/var/lib/lldpad", "/usr/bin", "/usr/local/share"]) entries.set(folder, { kind: "folder" });
  entries.set("/var/run", { kind: "link", target: "/run" });

  addFile("/init", new URL("init.sh", import.meta.url).pathname);
  addFile("/bin/busybox", await staticBusybox() ?? "");
  for (const tool of TOOLS) await addProgram(`/usr/sbin/${tool}`, await which(tool) ?? "");
  await addProgram(programInNode(program), program);

  addFile("/usr/share/misc/pci.ids", "/usr/share/misc/pci.ids", 0o644);
  addText("/usr/share/misc/enterprise-numbers.txt", ENTERPRISE_NUMBERS);
  addText("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  addText("/etc/group", "root:x:0:\n");
  addText("/etc/hosts", "127.0.0.1 localhost\n");

  const modules = await run("find", [`${kernel}/lib`, "-type", "f"]);
  for (const file of modules.trim().split("\n")) addFile(file.slice(kernel.length), file, 0o644);
  return entries;
}

/** A name for what is in `entries`: changes with every path, text, size and time of change. */
async function keyOf(entries: ReadonlyMap<string, Entry>): Promise<string> {
  const lines: string[] = [];
  for (const [path, entry] of entries) {
    if (entry.kind === "file" && "from" in entry) {
      const { size, mtime } = await Deno.stat(entry.from);
      lines.push(`${path} ${entry.mode} ${entry.from} ${size} ${mtime?.getTime()}`);
    } else if (entry.kind === "file") lines.push(`${path} ${entry.mode} ${new TextDecoder().decode(entry.bytes)}`);
    else lines.push(`${path} ${JSON.stringify(entry)}`);
  }
  return await hash(lines.join("\n"));
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 12);
}

/** Makes `path` with `make` where it is not there: under another name first, so that a half-made one is never seen. */
async function once(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  try {
    await Deno.stat(path);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const temporary = `${path}.tmp`;
  await Deno.remove(temporary, { recursive: true }).catch(() => {});
  try {
    await make(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** Removes the files of the cache whose names begin with `prefix` and older than an hour. */
async function forget(cache: string, prefix: string): Promise<void> {
  for (const { name } of Deno.readDirSync(cache)) {
    if (!name.startsWith(prefix)) continue;
    const { mtime } = await Deno.stat(`${cache}/${name}`);
    if (Date.now() - (mtime?.getTime() ?? 0) > 3_600_000) await Deno.remove(`${cache}/${name}`);
  }
}
