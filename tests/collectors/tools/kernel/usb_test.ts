import { assertEquals } from "@std/assert";
import { assembled } from "../../facts/assembled.ts";
import { below, type Entries, hostFsOf } from "./tree.ts";

/** A device at `path` below the root hub of a bus. */
function usb(path: string, files: Entries): Entries {
  const name = path.slice(path.lastIndexOf("/") + 1), place = `devices/pci0000:00/0000:00:14.0/${path}`;
  return { [`sys/bus/usb/devices/${name}`]: `-> ../../../${place}`, ...below(`sys/${place}`, files) };
}

/** A stick behind a hub, a BMC's network interface, and a keyboard that says little, as Linux 6 shows them. */
const TREE: Entries = {
  ...usb("usb1", {
    idVendor: "1d6b",
    idProduct: "0002",
    bDeviceClass: "09",
    product: "xHCI Host Controller",
    speed: "480",
  }),
  ...usb("usb1/1-0:1.0", { bInterfaceClass: "09" }),
  ...usb("usb1/1-4", { idVendor: "0424", idProduct: "2514", bDeviceClass: "09", speed: "480" }),
  ...usb("usb1/1-4/1-4:1.0", { bInterfaceClass: "09" }),
  ...usb("usb1/1-4/1-4.10", {
    idVendor: "0557",
    idProduct: "7000",
    bDeviceClass: "00",
    serial: "0123456789",
    speed: "1.5",
  }),
  ...usb("usb1/1-4/1-4.10/1-4.10:1.0", { bInterfaceClass: "03" }),
  ...usb("usb1/1-4/1-4.2", {
    idVendor: "0781",
    idProduct: "5581",
    bDeviceClass: "00",
    bcdDevice: "0100",
    manufacturer: " USB",
    product: " SanDisk 3.2Gen1",
    serial: "0401f3e8c8f9",
    speed: "480",
  }),
  ...usb("usb1/1-4/1-4.2/1-4.2:1.0", { bInterfaceClass: "08" }),
  ...usb("usb1/1-11", {
    idVendor: "046B",
    idProduct: "FFB0",
    bDeviceClass: "02",
    bcdDevice: "0517",
    manufacturer: "American Megatrends Inc.",
    product: "Virtual Ethernet",
    speed: "480",
  }),
};

Deno.test("hostfsCollector tells USB devices, and no hubs", async () => {
  const { usb } = assembled({ hostfs: await hostFsOf(TREE) });
  assertEquals(usb, [
    {
      address: "1-4.2",
      vendorId: "0781",
      deviceId: "5581",
      classCode: "08",
      class: "mass storage",
      manufacturer: "USB",
      product: "SanDisk 3.2Gen1",
      serialNumber: "0401f3e8c8f9",
      version: "1.00",
      speedMbps: 480,
    },
    {
      address: "1-4.10",
      vendorId: "0557",
      deviceId: "7000",
      classCode: "03",
      class: "human interface device",
      speedMbps: 1.5,
    },
    {
      address: "1-11",
      vendorId: "046b",
      deviceId: "ffb0",
      classCode: "02",
      class: "communications",
      manufacturer: "American Megatrends Inc.",
      product: "Virtual Ethernet",
      version: "5.17",
      speedMbps: 480,
    },
  ]);
});

Deno.test("hostfsCollector knows a machine without USB from one with no device on it", async () => {
  assertEquals((await hostFsOf({})).usb, undefined);
  assertEquals((await hostFsOf({ "sys/bus/usb/devices": null })).usb, []);
});
