/** What is plugged into the board, as sections of a GLPI inventory. */
import type { Facts } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { type GlpiEntry, pciSlot } from "./entry.ts";

/** `controllers`: every PCI device. */
export function glpiControllers({ pci = [] }: Facts): GlpiEntry[] {
  return pci.map((device) => {
    const { subsystemVendorId, subsystemDeviceId } = device;
    return prune<GlpiEntry>({
      name: device.product,
      model: device.partNumber,
      serial: device.serialNumber,
      caption: device.product,
      type: device.class,
      manufacturer: device.vendor,
      vendorid: device.vendorId,
      productid: device.deviceId,
      pcisubsystemid: subsystemVendorId && subsystemDeviceId && `${subsystemVendorId}:${subsystemDeviceId}`,
      pciclass: device.classCode?.slice(0, 4),
      pcislot: pciSlot(device.address),
      rev: device.revisionId,
      driver: device.driver,
    });
  });
}

/** `videos`: the display controllers, and accelerators. */
export function glpiVideos({ gpus = [] }: Facts): GlpiEntry[] {
  return gpus.map(({ address, vendor, product }) =>
    prune<GlpiEntry>({ name: product, chipset: vendor, pcislot: pciSlot(address) })
  );
}

/** `usbdevices`: the class is a decimal number. */
export function glpiUsb({ usb = [] }: Facts): GlpiEntry[] {
  return usb.map((device) =>
    prune<GlpiEntry>({
      name: device.product,
      caption: device.product,
      manufacturer: device.manufacturer,
      vendorid: device.vendorId,
      productid: device.deviceId,
      serial: device.serialNumber,
      class: device.classCode === undefined ? undefined : String(parseInt(device.classCode, 16)),
    })
  );
}

/** `slots`, empty ones included. */
export function glpiSlots({ slots = [] }: Facts): GlpiEntry[] {
  return slots.map(({ designation, type, usage }) =>
    prune<GlpiEntry>({ name: designation, description: type, status: SLOT_STATUS.get(usage ?? "") })
  );
}

/** dmidecode's words for a slot (type 9), and GLPI's. */
const SLOT_STATUS = new Map([["In Use", "used"], ["Available", "free"]]);

/** `powersupplies`, in W. */
export function glpiPowerSupplies({ powerSupplies = [] }: Facts): GlpiEntry[] {
  return powerSupplies.map((supply) =>
    prune<GlpiEntry>({
      name: supply.productName,
      location: supply.location,
      manufacturer: supply.manufacturer,
      serialnumber: supply.serialNumber,
      partnum: supply.partNumber,
      power_max: supply.maxPowerW === undefined ? undefined : Math.round(supply.maxPowerW),
      status: supply.status,
      plugged: supply.plugged,
      hotreplaceable: supply.hotReplaceable,
    })
  );
}
