import { nonEmpty, prune } from "../../values.ts";
import { eachDevice } from "../concurrency.ts";
import { devicePath, pciAddresses } from "./device_path.ts";
import type { HostFiles } from "./files.ts";
import { parseUevent } from "./uevent.ts";

/** What the kernel knows of a PCI device; fields as in the facts. */
export interface KernelPciDevice {
  address: string;
  classCode?: string;
  vendorId?: string;
  deviceId?: string;
  subsystemVendorId?: string;
  subsystemDeviceId?: string;
  revisionId?: string;
  driver?: string;
  numaNode?: number;
  linkSpeed?: string;
  linkWidth?: number;
  maxLinkSpeed?: string;
  maxLinkWidth?: number;
  /** The addresses of the bridges above it, from the root bus down; absent on the root bus. */
  bridges?: string[];
}

const PCI_DEVICES = "/sys/bus/pci/devices";

/** Every PCI device, by address (Documentation/ABI/testing/sysfs-bus-pci); undefined where there is no such bus. */
export async function readPci(files: HostFiles): Promise<KernelPciDevice[] | undefined> {
  const entries = await files.entries(PCI_DEVICES);
  if (!entries) return undefined;
  const devices = await eachDevice(entries, ({ name }) => readDevice(files, name));
  return devices.sort((a, b) => a.address < b.address ? -1 : 1);
}

/** What /sys/bus/pci says of the device at one address: its IDs, driver and NUMA node, not its link. */
export async function readPciIds(files: HostFiles, address: string): Promise<KernelPciDevice> {
  const [uevent, numaNode] = await Promise.all([
    files.text(`${PCI_DEVICES}/${address}/uevent`),
    files.count(`${PCI_DEVICES}/${address}/numa_node`),
  ]);
  return prune<KernelPciDevice>({ address, ...parsePciUevent(uevent ?? ""), numaNode });
}

async function readDevice(files: HostFiles, address: string): Promise<KernelPciDevice> {
  const folder = `${PCI_DEVICES}/${address}`;
  const [known, revision, link, maxLinkWidth] = await Promise.all([
    readPciIds(files, address),
    files.line(`${folder}/revision`),
    files.link(folder),
    files.count(`${folder}/max_link_width`),
  ]);
  const bridges = link === undefined ? undefined : nonEmpty(pciAddresses(devicePath(link)).slice(0, -1));
  const revisionId = /^0x([0-9a-f]{2})$/i.exec(revision ?? "")?.[1]?.toLowerCase();
  const ids = prune<KernelPciDevice>({ ...known, revisionId, bridges });
  // 0 and 255 are a device without a link, as most in a server are (uncore, bridges inside the root complex).
  if (!maxLinkWidth || maxLinkWidth === 255) return ids;
  const [linkSpeed, linkWidth, maxLinkSpeed] = await Promise.all([
    // A display controller slows its link down while it idles: its current speed is no fact about the machine.
    ids.classCode?.startsWith("03") ? undefined : files.line(`${folder}/current_link_speed`),
    files.count(`${folder}/current_link_width`),
    files.line(`${folder}/max_link_speed`),
  ]);
  return prune<KernelPciDevice>({
    ...ids,
    linkSpeed: knownSpeed(linkSpeed),
    linkWidth: linkWidth === 0 || linkWidth === 255 ? undefined : linkWidth,
    maxLinkSpeed: knownSpeed(maxLinkSpeed),
    maxLinkWidth,
  });
}

/** "8.0 GT/s PCIe", "8 GT/s"; undefined for "Unknown" and "Unknown speed". */
function knownSpeed(words: string | undefined): string | undefined {
  return words !== undefined && /^\d/.test(words) ? words : undefined;
}

/**
 * The uevent of a PCI device (pci_uevent in drivers/pci/pci-driver.c): hex in capitals, the class without zeros.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * deepStrictEqual(parsePciUevent("DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1521\nPCI_SUBSYS_ID=1028:1F60\n"), {
 *   classCode: "020000",
 *   vendorId: "8086",
 *   deviceId: "1521",
 *   subsystemVendorId: "1028",
 *   subsystemDeviceId: "1f60",
 *   driver: "igb",
 * });
 * ```
 */
export function parsePciUevent(text: string): Omit<KernelPciDevice, "address"> {
  const uevent = parseUevent(text);
  const [vendorId, deviceId] = idPair(uevent.get("PCI_ID"));
  const [subsystemVendorId, subsystemDeviceId] = idPair(uevent.get("PCI_SUBSYS_ID"));
  const classCode = uevent.get("PCI_CLASS");
  return prune<Omit<KernelPciDevice, "address">>({
    classCode: classCode && /^[0-9A-F]{1,6}$/i.test(classCode) ? classCode.toLowerCase().padStart(6, "0") : undefined,
    vendorId,
    deviceId,
    // A bridge, and a device whose maker did not care, has zeros.
    subsystemVendorId: subsystemVendorId === "0000" ? undefined : subsystemVendorId,
    subsystemDeviceId: subsystemVendorId === "0000" ? undefined : subsystemDeviceId,
    driver: uevent.get("DRIVER"),
  });
}

function idPair(text: string | undefined): [string, string] | [undefined, undefined] {
  const pair = text?.match(/^([0-9A-F]{4}):([0-9A-F]{4})$/i);
  return pair ? [pair[1]!.toLowerCase(), pair[2]!.toLowerCase()] : [undefined, undefined];
}
