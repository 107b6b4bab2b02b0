import { byName, nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { deviceNames } from "./device_names.ts";
import { devicePath, nearestPciAddress } from "./device_path.ts";
import { eachDevice } from "../concurrency.ts";
import { readBays, readSasBay } from "./enclosures.ts";
import type { HostFiles } from "./files.ts";
import { type MountsByDevice, mountsOf } from "./mounts.ts";
import { type BlockDevice, diskOf } from "./partitions.ts";
import { ataTransport, nvmeTransport, type Transport, transportOf } from "./transport.ts";
import { type AtaIdentity, parseVpdAtaDesignator, parseVpdAtaInformation, parseVpdSerialNumber } from "./vpd.ts";

export type { Transport } from "./transport.ts";

/** What the kernel knows of a disk; fields as in the facts. */
export interface KernelDisk {
  name: string;
  path?: string;
  model?: string;
  vendor?: string;
  serialNumber?: string;
  wwn?: string;
  firmware?: string;
  sizeBytes?: number;
  logicalBlockBytes?: number;
  physicalBlockBytes?: number;
  rotational?: boolean;
  removable?: boolean;
  readOnly?: boolean;
  transport?: Transport;
  busAddress?: string;
  hctl?: string;
  controller?: string;
  /** The device mapper's name for the disk that this is a path to: mpatha. */
  multipath?: string;
  byId?: string[];
  byPath?: string[];
  enclosure?: string;
  bay?: string;
  mountpoints?: string[];
}

/** A disk of /sys/block and where it hangs among the devices. */
interface FoundDisk {
  name: string;
  path: string[];
}

/**
 * No disks although a device stands behind some of them: loops and RAM disks, optical drives and floppies, raw flash,
 * an eMMC's boot, general purpose and protected areas, and the single paths of an NVMe namespace that has several.
 */
const NO_DISK = /^(loop|ram|zram|dm-|md|sr|fd|mtdblock)[\d_]|^mmcblk\d+(boot\d+|gp\d+|rpmb)$|^nvme\d+c\d+n\d+$/;

/** The disks, by name (Documentation/ABI/stable/sysfs-block); undefined where there is no /sys/block. */
export async function findDisks(files: HostFiles): Promise<FoundDisk[] | undefined> {
  const entries = await files.entries("/sys/block");
  if (!entries) return undefined;
  const disks: FoundDisk[] = [];
  await eachDevice(entries.filter(({ name }) => !NO_DISK.test(name)), async ({ name }) => {
    const path = devicePath(await files.link(`/sys/block/${name}`) ?? "");
    if (path[0] !== "virtual" || path[1] !== "block") disks.push({ name, path });
  });
  return disks.sort((a, b) => byName(a.name, b.name));
}

/** What /sys, the links in /dev/disk and the mounts say of the disks. */
export async function readDisks(
  files: HostFiles,
  disks: readonly FoundDisk[],
  devices: readonly BlockDevice[],
  mounts: MountsByDevice,
): Promise<KernelDisk[]> {
  const isWhole = (name: string) => !/-part\d+$/.test(name);
  const [ids, paths, bays, details] = await Promise.all([
    deviceNames(files, "/dev/disk/by-id", isWhole),
    deviceNames(files, "/dev/disk/by-path", isWhole),
    readBays(files),
    eachDevice(disks, (disk) => readDisk(files, disk)),
  ]);
  const names = new Set(disks.map(({ name }) => name));
  const mountpoints = new Map<string, string[]>();
  for (const { name, device } of devices) {
    const disk = names.has(name) ? name : diskOf(name) ?? name;
    const mounted = mountsOf(mounts, device, name).map(({ mountpoint }) => mountpoint);
    mountpoints.set(disk, [...mountpoints.get(disk) ?? [], ...mounted]);
  }
  return details.map((disk) =>
    prune<KernelDisk>({
      ...disk,
      ...bays.get(disk.hctl ?? ""),
      byId: ids.get(disk.name),
      byPath: paths.get(disk.name),
      mountpoints: nonEmpty([...new Set(mountpoints.get(disk.name))].sort()),
    })
  );
}

async function readDisk(files: HostFiles, { name, path }: FoundDisk): Promise<KernelDisk> {
  const folder = `/sys/block/${name}`;
  const hctl = path.findLast((step) => /^\d+:\d+:\d+:\d+$/.test(step));
  const [sectors, logicalBlockBytes, physicalBlockBytes, rotational, removable, readOnly, wwn, multipath, own, bay] =
    await Promise.all(
      [
        files.count(`${folder}/size`),
        files.count(`${folder}/queue/logical_block_size`),
        files.count(`${folder}/queue/physical_block_size`),
        files.line(`${folder}/queue/rotational`),
        files.line(`${folder}/removable`),
        files.line(`${folder}/ro`),
        files.line(hctl === undefined ? `${folder}/wwid` : `${folder}/device/wwid`),
        readMultipath(files, folder),
        readOwnWords(files, folder, path, hctl),
        readSasBay(files, path),
      ],
    );
  const { transport, controller, ...identity } = own;
  const pciAddress = nearestPciAddress(path);
  return prune<KernelDisk>({
    name,
    path: `/dev/${name.replaceAll("!", "/")}`,
    ...identity,
    wwn: told(wwn),
    // Always in units of 512 bytes, whatever the block size; 0 is a drive without a medium.
    sizeBytes: sectors && Number.isSafeInteger(sectors * 512) ? sectors * 512 : undefined,
    logicalBlockBytes,
    physicalBlockBytes,
    // A virtio disk has no way to tell (VIRTIO 1.2, 5.2): what the kernel says there is its default.
    rotational: hctl === undefined && transport === "virtio" ? undefined : yesNo(rotational),
    removable: yesNo(removable),
    readOnly: yesNo(readOnly),
    transport: transport ?? (hctl === undefined ? undefined : "scsi"),
    busAddress: hctl === undefined ? pciAddress && `pci@${pciAddress}` : lshwScsiAddress(hctl),
    hctl,
    controller: controller ?? pciAddress,
    ...bay,
    multipath,
  });
}

/** A disk that one of multipath-tools' devices holds (uuid "mpath-…", libdevmapper's form) is a path to that one. */
async function readMultipath(files: HostFiles, folder: string): Promise<string | undefined> {
  for (const { name } of await files.entries(`${folder}/holders`) ?? []) {
    if (!name.startsWith("dm-")) continue;
    const mapper = `/sys/block/${name}/dm`;
    if ((await files.line(`${mapper}/uuid`))?.startsWith("mpath-")) return await files.line(`${mapper}/name`) ?? name;
  }
  return undefined;
}

/** What only the disks of one kind say, in their own files. */
type OwnWords = Pick<KernelDisk, "model" | "vendor" | "serialNumber" | "firmware" | "transport" | "controller">;

async function readOwnWords(
  files: HostFiles,
  folder: string,
  path: readonly string[],
  hctl: string | undefined,
): Promise<OwnWords> {
  if (hctl !== undefined) return await readScsi(files, `${folder}/device`, path);
  const transport = transportOf(path);
  switch (transport) {
    case "nvme":
      return await readNvme(files, `${folder}/device`, path);
    case "virtio":
      return prune<OwnWords>({ transport, serialNumber: told(await files.line(`${folder}/serial`)) });
    case "mmc": {
      const [model, serial] = await Promise.all(["name", "serial"].map((f) => files.line(`${folder}/device/${f}`)));
      return prune<OwnWords>({ transport, model: told(model), serialNumber: told(serial) });
    }
    default: {
      // Drivers of their own that show a disk as SCSI does: cciss, dasd.
      const [vendor, model, revision] = await Promise.all(
        ["vendor", "model", "rev"].map((name) => files.line(`${folder}/device/${name}`)),
      );
      return prune<OwnWords>({ transport, vendor: told(vendor), model: told(model), firmware: told(revision) });
    }
  }
}

async function readScsi(files: HostFiles, device: string, path: readonly string[]): Promise<OwnWords> {
  const [vendor, model, revision, serialPage] = await Promise.all([
    files.line(`${device}/vendor`),
    files.line(`${device}/model`),
    files.line(`${device}/rev`),
    files.bytes(`${device}/vpd_pg80`),
  ]);
  const isAta = vendor === "ATA";
  const transport = transportOf(path);
  // A SATA disk behind a SAS adapter, or a RAID adapter that hands it through, speaks SATA on its own cable.
  const isBehindAdapter = transport === "sas" || transport === undefined;
  const [ata, hostDriver, usbSerial] = await Promise.all([
    isAta ? readAtaIdentity(files, device) : undefined,
    transport === "ata"
      ? files.line(`/sys/class/scsi_host/${path.find((step) => /^host\d+$/.test(step))}/proc_name`)
      : undefined,
    transport === "usb" && serialPage === undefined ? readUsbSerial(files, path) : undefined,
  ]);
  return prune<OwnWords>({
    model: told(ata?.model ?? model),
    // "ATA" is the protocol; the model has the maker's name, if anything has.
    vendor: isAta ? undefined : told(vendor),
    serialNumber: told(ata?.serialNumber) ?? told(serialPage && parseVpdSerialNumber(serialPage)) ?? told(usbSerial),
    firmware: told(ata?.firmware ?? revision),
    transport: transport === "ata" ? ataTransport(hostDriver) : isAta && isBehindAdapter ? "sata" : transport,
  });
}

/** Page 0x89 is in sysfs since Linux 5.4, page 0x83 since 3.15. */
async function readAtaIdentity(files: HostFiles, device: string): Promise<AtaIdentity> {
  const information = await files.bytes(`${device}/vpd_pg89`);
  if (information) return parseVpdAtaInformation(information);
  const designators = await files.bytes(`${device}/vpd_pg83`);
  return designators ? parseVpdAtaDesignator(designators) : {};
}

/** The serial number of the USB device: the step above its interface ("1-1" above "1-1:1.0"). */
async function readUsbSerial(files: HostFiles, path: readonly string[]): Promise<string | undefined> {
  const usbInterface = path.findLastIndex((step) => /^\d+-[\d.]+:\d+\.\d+$/.test(step));
  return usbInterface < 1
    ? undefined
    : await files.line(`/sys/devices/${path.slice(0, usbInterface).join("/")}/serial`);
}

/**
 * An NVMe namespace (drivers/nvme/host/sysfs.c): `device` is its controller, or its subsystem where the kernel joins
 * the paths of several controllers.
 */
async function readNvme(files: HostFiles, device: string, path: readonly string[]): Promise<OwnWords> {
  const [model, serialNumber, firmware, behind] = await Promise.all([
    files.line(`${device}/model`),
    files.line(`${device}/serial`),
    files.line(`${device}/firmware_rev`),
    nearestPciAddress(path) === undefined ? readNvmeController(files, path) : { transport: "nvme" as const },
  ]);
  return prune<OwnWords>({
    model: told(model),
    serialNumber: told(serialNumber),
    firmware: told(firmware),
    ...behind,
  });
}

/** How a namespace that hangs at no PCI device is reached: through the first controller of its subsystem, or fabrics. */
async function readNvmeController(
  files: HostFiles,
  path: readonly string[],
): Promise<Pick<OwnWords, "transport" | "controller">> {
  const subsystem = path.find((step) => /^nvme-subsys\d+$/.test(step));
  const steps = subsystem === undefined
    ? path
    : (await files.entries(`/sys/class/nvme-subsystem/${subsystem}`))?.map(({ name }) => name).sort(byName) ?? [];
  const controller = steps.find((step) => /^nvme\d+$/.test(step));
  const [transport, link] = controller === undefined ? [] : await Promise.all([
    files.line(`/sys/class/nvme/${controller}/transport`),
    files.link(`/sys/class/nvme/${controller}`),
  ]);
  return prune<Pick<OwnWords, "transport" | "controller">>({
    transport: nvmeTransport(transport),
    controller: link && nearestPciAddress(devicePath(link)),
  });
}

function lshwScsiAddress(hctl: string): string {
  const [host, channel, target, lun] = hctl.split(":");
  return `scsi@${host}:${channel}.${target}.${lun}`;
}

function yesNo(text: string | undefined): boolean | undefined {
  return text === "1" ? true : text === "0" ? false : undefined;
}
