/** USB devices, as the kernel has them. */
import type { KernelUsbDevice } from "../tools/kernel/usb.ts";
import type { Machine } from "./machine.ts";
import { asGiven, derived, type ListOf, listOf, type Place } from "./table.ts";

/** A USB device; hubs are left out. */
export interface UsbDevice {
  /** The bus and the ports that lead to it: "1-4.2". */
  address: string;
  /** Four lower-case hex digits. */
  vendorId?: string;
  /** Product ID of the vendor, four lower-case hex digits. */
  deviceId?: string;
  /** Two hex digits: the device's class, else that of its first interface. */
  classCode?: string;
  /** The class in words: "mass storage". */
  class?: string;
  /** As the device says itself. */
  manufacturer?: string;
  /** Name of the product. */
  product?: string;
  /** Serial number of the device. */
  serialNumber?: string;
  /** The release number of the device. */
  version?: string;
  /** What it runs at: 1.5, 12, 480, 5000 … */
  speedMbps?: number;
}

/** Classes that have a name (USB-IF, Defined Class Codes). */
const CLASSES: ReadonlyMap<string | undefined, string> = new Map([
  ["01", "audio"],
  ["02", "communications"],
  ["03", "human interface device"],
  ["05", "physical"],
  ["06", "image"],
  ["07", "printer"],
  ["08", "mass storage"],
  ["0a", "CDC data"],
  ["0b", "smart card"],
  ["0d", "content security"],
  ["0e", "video"],
  ["0f", "personal healthcare"],
  ["10", "audio/video"],
  ["11", "billboard"],
  ["12", "USB Type-C bridge"],
  ["dc", "diagnostic"],
  ["e0", "wireless controller"],
  ["ef", "miscellaneous"],
  ["fe", "application specific"],
  ["ff", "vendor specific"],
]);

const FOLDER = "/sys/bus/usb/devices/{address}";
const CLASS_FILES = [`${FOLDER}/bDeviceClass`, `${FOLDER}:1.0/bInterfaceClass`];

const { address, vendorId, deviceId, classCode, ...others } = asGiven<KernelUsbDevice, Omit<UsbDevice, "class">>({
  address: "/sys/bus/usb/devices",
  vendorId: `${FOLDER}/idVendor`,
  deviceId: `${FOLDER}/idProduct`,
  classCode: CLASS_FILES,
  manufacturer: `${FOLDER}/manufacturer`,
  product: `${FOLDER}/product`,
  serialNumber: `${FOLDER}/serial`,
  version: `${FOLDER}/bcdDevice`,
  speedMbps: `${FOLDER}/speed`,
});

const CLASS_PLACES = CLASS_FILES.map((words): Place<KernelUsbDevice, string> => ({
  words,
  read: ({ classCode }) => classCode,
}));

export const USB: ListOf<Machine, UsbDevice> = listOf(
  "every USB device but the hubs, by bus and port",
  ({ kernel }) => kernel?.usb,
  {
    address,
    vendorId,
    deviceId,
    classCode,
    class: derived(
      "the name of the class",
      ({ classCode }: KernelUsbDevice) => CLASSES.get(classCode),
      ...CLASS_PLACES,
    ),
    ...others,
  },
);
