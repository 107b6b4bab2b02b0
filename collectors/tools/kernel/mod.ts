/** What /proc and /sys themselves say (proc(5), sysfs(5), the kernel's Documentation/ABI). */
import type { Collected, Collector } from "../collector.ts";
import type { Host } from "../../host/mod.ts";
import { addressesByInterface } from "./addresses.ts";
import { readCpu } from "./cpu.ts";
import { findDisks, type KernelDisk, readDisks } from "./disks.ts";
import { type HostFiles, hostFiles } from "./files.ts";
import { readFirmware } from "./firmware.ts";
import { readMemory } from "./memory.ts";
import { readMounts } from "./mounts.ts";
import { type KernelInterface, type KernelNic, readInterfaces } from "./nics.ts";
import { type KernelOs, readLoad, readOs } from "./os.ts";
import { type KernelPartition, parseFilesystems, parseProcPartitions, readPartitions } from "./partitions.ts";
import { type KernelPciDevice, readPci } from "./pci.ts";
import { nonEmpty, prune } from "../../values.ts";

/** What changes from second to second. */
export interface KernelLoad {
  freeMemoryBytes?: number;
  freeSwapBytes?: number;
  uptimeSeconds?: number;
  loadAverage?: [number, number, number];
  /** Current clock of each logical CPU. */
  cpuMHz?: number[];
}

/** The host's own files, read, by subject. */
export interface HostFs {
  /** Every interface with hardware behind it, with its addresses. */
  nics?: KernelNic[];
  /** Every other interface. */
  interfaces?: KernelInterface[];
  disks?: KernelDisk[];
  pci?: KernelPciDevice[];
  partitions?: KernelPartition[];
  filesystems?: string[];
  memory?: { usableBytes?: number; swapBytes?: number };
  cpu?: {
    microcode?: string;
    logical?: { id: number; modelName?: string }[];
    vulnerabilities?: { name: string; status: string }[];
  };
  os?: KernelOs;
  tpm?: { version?: string; description?: string };
  bootMode?: "uefi" | "bios";
  secureBoot?: boolean;
  /** /sys/class/dmi/id, file name to trimmed content, placeholders included. */
  dmiIds?: Record<string, string>;
  /** The hypervisor that /sys/hypervisor names: "xen", in its own domain 0 too. */
  hypervisor?: string;
  /** Whether the CPU says that it is a hypervisor's: only x86 has a flag for that. */
  isGuestCpu?: boolean;
  volatile?: KernelLoad;
}

/** One subject's part; what belongs to `volatile` is put together from several. */
type Subject = (
  host: Host,
  files: HostFiles,
  options: HostFsOptions,
) => Promise<{ [K in keyof HostFs]: HostFs[K] | undefined }>;

const SUBJECTS: Readonly<Record<string, Subject>> = {
  network: async (host, files) => {
    const addresses = await host.addresses();
    const found = await readInterfaces(files, addressesByInterface("value" in addresses ? addresses.value : []));
    return { ...found };
  },
  disks: async (host, files) => {
    const [found, listed, mounts] = await Promise.all([
      findDisks(files),
      files.text("/proc/partitions"),
      readMounts(host, files),
    ]);
    if (!found) return {};
    const devices = parseProcPartitions(listed ?? "");
    const [disks, partitions] = await Promise.all([
      readDisks(files, found, devices, mounts),
      listed === undefined ? undefined : readPartitions(files, new Set(found.map(({ name }) => name)), devices, mounts),
    ]);
    return { disks, partitions };
  },
  pci: async (_, files) => ({ pci: await readPci(files) }),
  cpu: (_, files) => readCpu(files),
  memory: (_, files) => readMemory(files),
  os: async (_, files, { includeSecrets }) => ({ os: await readOs(files, includeSecrets) }),
  load: async (_, files) => ({ volatile: await readLoad(files) }),
  firmware: (_, files) => readFirmware(files),
  filesystems: async (_, files) => {
    const text = await files.text("/proc/filesystems");
    return { filesystems: text === undefined ? undefined : parseFilesystems(text) };
  },
};

/** What every Linux has. Where one of them tells nothing, its facts are not absent but unknown. */
const ALWAYS_THERE = [
  "/proc/cpuinfo",
  "/proc/filesystems",
  "/proc/meminfo",
  "/proc/partitions",
  "/sys/block",
  "/sys/class/net",
];

export interface HostFsOptions {
  /** Keep the values of words on the kernel command line that look like secrets. */
  includeSecrets: boolean;
}

/** Reads /proc and /sys through the host: all subjects at once, none waiting for another or failing with it. */
export const hostfsCollector = (options: HostFsOptions): Collector<HostFs> => ({
  name: "hostfs",
  timeoutMs: 20_000,
  async collect(host, context): Promise<Collected<HostFs>> {
    const files = hostFiles(host);
    const parts: HostFs[] = [];
    const errors: string[] = [];
    await Promise.all(
      Object.entries(SUBJECTS).map(async ([name, read], i) => {
        try {
          parts[i] = prune<HostFs>(await read(host, files, options));
          context.partial(together(parts));
        } catch (error) {
          errors.push(`${name}: ${error instanceof Error ? error.message : error}`);
        }
      }),
    );
    const denied = files.denied(), silent = files.silent().map((root) => host.roots[root]);
    const late = files.late();
    // Every machine has both; what has neither and refuses nothing is a recording of tools alone.
    const isMissing = silent.length === 2 && denied.length === 0 && errors.length === 0;
    if (silent.length > 0) errors.push(`nothing can be read in ${silent.join(" and ")}`);
    if (late.length > 0) errors.push(`no answer: ${inFolders(late)}`);
    return prune<Collected<HostFs>>({
      status: late.length > 0 ? "timeout" : isMissing ? "missing" : errors.length > 0 ? "failed" : "ok",
      value: silent.length === 2 ? undefined : together(parts),
      error: errors.length > 0 ? errors.sort().join("; ") : undefined,
      notes: silent.length < 2 ? notesOf(files) : undefined,
    });
  },
});

/** What could not be read where the rest of it could. */
function notesOf(files: HostFiles): string[] | undefined {
  const denied = files.denied(), lacking = files.lacking(), silent = files.silent();
  const unknown = ALWAYS_THERE.filter((path) =>
    lacking.has(path) && !silent.some((root) => path.startsWith(`/${root}/`))
  );
  return nonEmpty([
    ...denied.length > 0 ? [`needs root: ${inFolders(denied)}`] : [],
    ...unknown.length > 0 ? [`tells nothing: ${inFolders(unknown)}`] : [],
  ]);
}

/** The parts in the order of the subjects, whichever was ready first. */
function together(parts: HostFs[]): HostFs {
  const value: HostFs = Object.assign({}, ...parts);
  const volatile: KernelLoad = Object.assign({}, ...parts.map((part) => part?.volatile));
  return prune<HostFs>({ ...value, volatile: Object.keys(volatile).length > 0 ? volatile : undefined });
}

/** Paths by folder: "/sys/class/dmi/id/{board_serial,product_uuid}"; the first few folders, and how many more. */
function inFolders(paths: readonly string[]): string {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, slash);
    folders.set(folder, [...folders.get(folder) ?? [], path.slice(slash + 1)]);
  }
  const words = [...folders].map(([folder, names]) =>
    names.length === 1 ? `${folder}/${names[0]}` : `${folder}/{${names.join(",")}}`
  );
  return words.length > 4 ? `${words.slice(0, 4).join(", ")} and ${words.length - 4} more` : words.join(", ");
}
