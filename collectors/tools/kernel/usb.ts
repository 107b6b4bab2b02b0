import { told } from "../../placeholders.ts";
import { byName, prune } from "../../values.ts";
import { eachDevice } from "../concurrency.ts";
import type { HostFiles } from "./files.ts";

/** What the kernel knows of a USB device; fields as in the facts. */
export interface KernelUsbDevice {
  address: string;
  vendorId?: string;
  deviceId?: string;
  classCode?: string;
  manufacturer?: string;
  product?: string;
  serialNumber?: string;
  version?: string;
  speedMbps?: number;
}

const USB_DEVICES = "/sys/bus/usb/devices";
/** A hub is a way to other devices. */
const HUB = "09";

/**
 * The USB devices, by their ports (Documentation/ABI/stable/sysfs-bus-usb, testing/sysfs-bus-usb); without hubs, the
 * root ones ("usb1") included. Undefined where there is no USB.
 */
export async function readUsb(files: HostFiles): Promise<KernelUsbDevice[] | undefined> {
  const names = (await files.entries(USB_DEVICES))?.map(({ name }) => name);
  if (!names) return undefined;
  const devices = names.filter((name) => /^\d+-\d+(\.\d+)*$/.test(name)).sort(byName);
  const read = await eachDevice(devices, (name) => readDevice(files, name, names));
  return read.filter(({ classCode }) => classCode !== HUB);
}

async function readDevice(files: HostFiles, address: string, names: readonly string[]): Promise<KernelUsbDevice> {
  const file = (name: string) => files.line(`${USB_DEVICES}/${address}/${name}`);
  const [vendorId, deviceId, ownClass, manufacturer, product, serial, version, speed] = await Promise.all(
    ["idVendor", "idProduct", "bDeviceClass", "manufacturer", "product", "serial", "bcdDevice", "speed"].map(file),
  );
  // 00: each interface has a class of its own; the first is what the device is for.
  const first = ownClass === "00" ? names.find((name) => name.startsWith(`${address}:`)) : undefined;
  const classCode = first === undefined ? ownClass : await files.line(`${USB_DEVICES}/${first}/bInterfaceClass`);
  return prune<KernelUsbDevice>({
    address,
    vendorId: hex(vendorId, 4),
    deviceId: hex(deviceId, 4),
    classCode: hex(classCode, 2),
    manufacturer: told(manufacturer),
    product: told(product),
    serialNumber: told(serial),
    version: versionOf(version),
    speedMbps: speed !== undefined && /^\d{1,6}(\.\d)?$/.test(speed) ? Number(speed) || undefined : undefined,
  });
}

function hex(digits: string | undefined, length: number): string | undefined {
  return digits?.length === length && /^[0-9a-f]+$/i.test(digits) ? digits.toLowerCase() : undefined;
}

/** Binary coded decimal: "0517" is 5.17 (USB 2.0, 9.6.1). */
function versionOf(bcd: string | undefined): string | undefined {
  const [, major, minor] = /^(\d\d)(\d\d)$/.exec(bcd ?? "") ?? [];
  return major === undefined ? undefined : `${Number(major)}.${minor}`;
}
