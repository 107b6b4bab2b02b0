/** Kernel and initramfs of the nodes: made once, and kept in a cache outside the tree. */

import { armUserland } from "./arm64.ts";
import { forget, hash, inCache, once } from "./cache.ts";
import { run } from "./command.ts";
import { type Entry, writeCpio } from "./cpio.ts";
import { ARM_NEEDS, installPackages, newestKernel, OWN_NEEDS, Unavailable, unpackKernel } from "./debian.ts";
import type { Architecture } from "./machine.ts";
import { ownUserland, type Userland } from "./userland.ts";

/** What QEMU boots. */
export interface Image {
  kernel: string;
  initrd: string;
  /** What runs the agent in the node: the compiled agent, or deno. */
  agent: string;
  isCompiled: boolean;
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

/** What a node of each architecture is made of: the cache's folder, what must be installed here, and the programs. */
const ORIGINS = {
  x86_64: { folder: "node", needs: OWN_NEEDS, userland: ownUserland },
  aarch64: { folder: "node-arm64", needs: ARM_NEEDS, userland: armUserland },
} as const;

/** Makes what is not in the cache. Throws Unavailable, which says what is missing, where something cannot be had. */
export async function makeImage(architecture: Architecture, progress: (line: string) => void): Promise<Image> {
  const { folder, needs, userland: userlandIn } = ORIGINS[architecture];
  return await inCache(folder, async (cache) => {
    await installPackages(needs, progress);
    const userland = await userlandIn(cache, progress);
    const kernel = await kernelFolder(userland, cache, progress);
    const entries = await initramfs(kernel, userland);
    const initrd = `${cache}/initrd-${await keyOf(entries)}.cpio`;
    await once(initrd, async (path) => {
      progress("making the initramfs");
      await forget(cache, "initrd-");
      await writeCpio(path, entries);
    });
    const { agent, isCompiled } = userland;
    return { kernel: `${kernel}/vmlinuz`, initrd, agent: agentInNode(agent), isCompiled };
  });
}

function agentInNode(program: string): string {
  return `/usr/local/libexec/${program.slice(program.lastIndexOf("/") + 1)}`;
}

/** The folder with the newest kernel; with the newest of the cache where the archive cannot be asked. */
async function kernelFolder(
  { archive }: Userland,
  cache: string,
  progress: (line: string) => void,
): Promise<string> {
  const kernel = await newestKernel(archive);
  if (!kernel) {
    const cached = [...Deno.readDirSync(cache)].map((entry) => entry.name).filter((name) => name.startsWith("kernel-"));
    const newest = cached.sort().at(-1);
    if (newest) return `${cache}/${newest}`;
    throw new Unavailable(`no kernel: apt-cache knows no ${archive.kernel} (run apt-get update as root)`);
  }
  const folder = `${cache}/kernel-${kernel.version}-${await hash(MODULES.join(" "))}`;
  await once(folder, async (path) => {
    progress(`downloading ${kernel.name}`);
    await Deno.mkdir(path);
    await unpackKernel(archive, kernel, MODULES, path);
  });
  return folder;
}

async function initramfs(kernel: string, userland: Userland): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const addFile = (path: string, from: string, mode = 0o755) => entries.set(path, { kind: "file", mode, from });
  const addText = (path: string, text: string) =>
    entries.set(path, { kind: "file", mode: 0o644, bytes: new TextEncoder().encode(text) });
  const addProgram = async (path: string, from: string) => {
    addFile(path, from);
    for (const [library, lies] of await userland.libraries(from)) addFile(library, lies);
  };
  const found = async (program: string) => {
    const path = await userland.find(program);
    if (path === undefined) throw new Unavailable(`there is no ${program}`);
    return path;
  };

  for (
    const folder of ["proc", "sys", "dev", "host-proc", "host-sys", "host-dev", "share", "tmp", "root", "run", "sbin"]
  ) {
    entries.set(`/${folder}`, { kind: "folder" });
  }
  for (const folder of ["/var/lib/lldpad", "/usr/bin", "/usr/local/share"]) entries.set(folder, { kind: "folder" });
  entries.set("/var/run", { kind: "link", target: "/run" });

  addFile("/init", new URL("init.sh", import.meta.url).pathname);
  addFile("/bin/busybox", await found("busybox"));
  for (const tool of TOOLS) await addProgram(`/usr/sbin/${tool}`, await found(tool));
  await addProgram(agentInNode(userland.agent), userland.agent);

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
