/** The subjects of hostfs: which facts each of them reads. */
import type { Host } from "../../host/mod.ts";
import { addressesByInterface } from "./addresses.ts";
import { readClock } from "./clock.ts";
import { readCpu } from "./cpu.ts";
import { findDisks, readDisks } from "./disks.ts";
import { readEdac } from "./edac.ts";
import { readFibreChannel } from "./fibre_channel.ts";
import type { HostFiles } from "./files.ts";
import { readFirmware } from "./firmware.ts";
import type { HostFs, SubjectName } from "./host_fs.ts";
import { readInfiniband } from "./infiniband.ts";
import { readIscsi } from "./iscsi.ts";
import { kernelLabels } from "./kernel_command_line.ts";
import { readMemory } from "./memory.ts";
import { readMounts } from "./mounts.ts";
import { readNameServers } from "./name_servers.ts";
import { readInterfaces } from "./nics.ts";
import { readNumaNodes } from "./numa.ts";
import { readLoad, readOs } from "./os.ts";
import { parseFilesystems, parseProcPartitions, readPartitions } from "./partitions.ts";
import { readPci } from "./pci.ts";
import { readPciVpd } from "./pci_vpd.ts";
import { readRoutes } from "./routes.ts";
import { readUsb } from "./usb.ts";

export interface HostFsOptions {
  /** Keep the values of words on the kernel command line that look like secrets. */
  includeSecrets: boolean;
}

/** One subject. */
export interface Subject {
  /** What it tells of alone; `volatile` is put together from several, and never kept. */
  tells: readonly (keyof HostFs)[];
  read(
    host: Host,
    files: HostFiles,
    options: HostFsOptions,
  ): Promise<{ [K in keyof HostFs]: HostFs[K] | undefined }>;
}

export const SUBJECTS: Readonly<Record<SubjectName, Subject>> = {
  network: {
    tells: ["nics", "interfaces"],
    read: async (_, files) => {
      const addresses = addressesByInterface(await files.addresses() ?? []);
      return { ...await readInterfaces(files, addresses) };
    },
  },
  disks: {
    tells: ["disks", "partitions"],
    read: async (host, files) => {
      const [found, listed, mounts] = await Promise.all([
        findDisks(files),
        files.text("/proc/partitions"),
        readMounts(host, files),
      ]);
      if (!found) return {};
      const devices = parseProcPartitions(listed ?? "");
      const names = new Set(found.map(({ name }) => name));
      const [disks, partitions] = await Promise.all([
        readDisks(files, found, devices, mounts),
        listed === undefined ? undefined : readPartitions(files, names, devices, mounts),
      ]);
      return { disks, partitions };
    },
  },
  pci: { tells: ["pci"], read: async (_, files) => ({ pci: await readPci(files) }) },
  // Cards answer slowly, or not at all: apart from the others, so that they cost nothing but this.
  cards: { tells: ["vpd"], read: async (_, files) => ({ vpd: await readPciVpd(files) }) },
  usb: { tells: ["usb"], read: async (_, files) => ({ usb: await readUsb(files) }) },
  cpu: { tells: ["cpu", "isGuestCpu", "offersVirtualization"], read: (_, files) => readCpu(files) },
  memory: { tells: ["memory"], read: (_, files) => readMemory(files) },
  numa: { tells: ["numaNodes"], read: async (_, files) => ({ numaNodes: await readNumaNodes(files) }) },
  edac: { tells: ["edac"], read: async (_, files) => ({ edac: await readEdac(files) }) },
  infiniband: { tells: ["infiniband"], read: async (_, files) => ({ infiniband: await readInfiniband(files) }) },
  fibreChannel: {
    tells: ["fibreChannel"],
    read: async (_, files) => ({ fibreChannel: await readFibreChannel(files) }),
  },
  iscsi: { tells: ["iscsi"], read: async (_, files) => ({ iscsi: await readIscsi(files) }) },
  routes: { tells: ["routes"], read: async (host, files) => ({ routes: await readRoutes(host, files) }) },
  nameServers: { tells: ["dnsServers"], read: async (_, files) => ({ dnsServers: await readNameServers(files) }) },
  clock: { tells: ["clock"], read: async (_, files) => ({ clock: await readClock(files) }) },
  os: {
    tells: ["os", "labels", "labelProblems"],
    read: async (_, files, { includeSecrets }) => {
      const os = await readOs(files, includeSecrets);
      return { os, ...kernelLabels(os?.cmdline ?? "") };
    },
  },
  load: { tells: [], read: async (_, files) => ({ volatile: await readLoad(files) }) },
  firmware: {
    tells: ["bootMode", "secureBoot", "setupMode", "dmiIds", "deviceTree", "tpm", "hypervisor"],
    read: (_, files) => readFirmware(files),
  },
  filesystems: {
    tells: ["filesystems"],
    read: async (_, files) => {
      const text = await files.text("/proc/filesystems");
      return { filesystems: text === undefined ? undefined : parseFilesystems(text) };
    },
  },
};

/**
 * `now`, where each subject that could not be read to its end is as `last` has it, if `last` has the whole of it:
 * what is not known takes no fact away. Undefined where nothing of `last` is kept.
 */
export function keepUnread(last: HostFs, now: HostFs): HostFs | undefined {
  const isWhole = (subject: SubjectName) => !last.unread?.includes(subject);
  const kept = now.unread?.filter(isWhole) ?? [];
  if (kept.length === 0) return undefined;
  const value: HostFs = { ...now };
  for (const { tells } of kept.map((subject) => SUBJECTS[subject])) {
    const known = new Set(tells.flatMap((key) => devicesIn(last[key])).map(nameOf));
    for (const key of tells) {
      // A device that does not answer hides no new one.
      const added = devicesIn(now[key]).filter((device) => !known.has(nameOf(device)));
      const both = added.length > 0 ? [...devicesIn(last[key]), ...added] : last[key];
      delete value[key];
      if (both !== undefined) Object.assign(value, { [key]: both });
    }
  }
  const unread = now.unread!.filter((subject) => !isWhole(subject));
  if (unread.length > 0) value.unread = unread;
  else delete value.unread;
  return value;
}

type Device = { name: string } | { address: string };

/** The devices in one list of a subject; none in what is no list of devices. */
function devicesIn(list: HostFs[keyof HostFs]): Device[] {
  const isDevice = (entry: unknown): entry is Device =>
    typeof entry === "object" && entry !== null && ("name" in entry || "address" in entry);
  return Array.isArray(list) ? [...list].filter(isDevice) : [];
}

function nameOf(device: Device): string {
  return "name" in device ? device.name : device.address;
}
