/** The disks, equal ones on one row, and the controllers that they and others hang on. */
import type { Disk, Facts, PciDevice } from "../../facts/mod.ts";
import { byName } from "../../values.ts";
import { columns, named } from "../layout.ts";
import { makerAndModel } from "../machine_name.ts";
import { count, decimal, grouped, list, ranges, times, words } from "../words.ts";
import { serialOf, type View } from "./view.ts";

const HEADINGS = ["NAME", "BAY", "SIZE", "KIND", "BUS", "MODEL", "SERIAL", "MOUNTED"];
/** What is shown besides where the section was asked for. */
const WHOLE_HEADINGS = ["SLOT", "FIRMWARE"];

/** How many disks there are, and each; equal ones on one row. */
export function diskLines({ disks = [] }: Facts, { width, isLong, isWhole }: View): string[] {
  const names = disks.map(({ name }) => name);
  const facts = (disk: Disk) => [
    disk.sizeBytes === undefined ? undefined : decimal(disk.sizeBytes),
    disk.rotational === undefined ? undefined : disk.rotational ? "HDD" : "SSD",
    list(disk.transport, disk.paths && count(disk.paths.length, "path")),
    makerAndModel(disk.vendor, disk.model),
  ];
  const more = (disk: Disk) => [disk.slot, disk.firmware];
  const groups = grouped(
    disks,
    (disk) => JSON.stringify(isLong ? disk : [facts(disk), disk.mountpoints, isWhole && more(disk)]),
  );
  const rows = groups.map(({ item, places }) => {
    const [size, ...others] = facts(item);
    return [
      ranges(places, names, " … "),
      baysOf(places.map((place) => disks[place]!)),
      times(places, size),
      ...others,
      serialOf(places.map((place) => disks[place]!)),
      item.mountpoints?.join(" "),
      ...isWhole ? more(item) : [],
    ];
  });
  const headings = isWhole ? [...HEADINGS, ...WHOLE_HEADINGS] : HEADINGS;
  return [...totalLine(disks, width), ...columns(headings, rows, ["MODEL", "MOUNTED"], width)];
}

/** The bays of the enclosure, runs of them by their ends: "0–11". */
function baysOf(disks: readonly Disk[]): string | undefined {
  const bays = [...new Set(disks.flatMap(({ bay }) => bay ?? []))].sort(byName);
  const all = bays.every((bay) => /^(0|[1-9]\d{0,2})$/.test(bay))
    ? Array.from({ length: 1000 }, (_, i) => String(i))
    : bays;
  return bays.length === 0 ? undefined : ranges(bays.map((bay) => all.indexOf(bay)), all);
}

function totalLine(disks: readonly Disk[], width: number): string[] {
  if (disks.length < 2) return [];
  const sized = disks.filter(({ sizeBytes }) => sizeBytes !== undefined);
  const total = sized.reduce((sum, { sizeBytes }) => sum + sizeBytes!, 0);
  const unsized = disks.length - sized.length;
  return named([[
    "total",
    list(count(disks.length, "disk"), total && decimal(total), unsized && `${unsized} of unknown size`),
  ]], width);
}

/** Mass storage (class 01) but NVMe, where the controller is the disk; Fibre Channel and InfiniBand adapters. */
const CONTROLLER = /^(01(?!08)|0c04|0c06|0207)/;
/** The same in lshw's words, where there is no /sys. */
const CONTROLLER_WORDS = /^(SATA|RAID|SCSI|IDE|Serial Attached SCSI|Mass storage|Fibre Channel|InfiniBand)\b/i;

/** The controllers, with how many disks hang on each; equal ones on one row. */
export function controllerLines({ pci = [], disks = [] }: Facts, { width, isLong }: View): string[] {
  const controllers = pci.filter(({ classCode, class: kind }) =>
    classCode === undefined ? CONTROLLER_WORDS.test(kind ?? "") : CONTROLLER.test(classCode)
  );
  const behind = (device: PciDevice) => disks.filter(({ controller }) => controller === device.address).length;
  const addresses = controllers.map(({ address }) => address);
  const groups = grouped(
    controllers,
    (device) => JSON.stringify([isLong ? device.address : deviceName(device), device.driver, behind(device)]),
  );
  const rows = groups.map(({ item, places }) => [
    ranges(places, addresses, " … "),
    times(places, deviceName(item)),
    item.driver,
    // "4 each" of two controllers.
    behind(item) === 0 ? undefined : `${behind(item)}${places.length > 1 ? " each" : ""}`,
  ]);
  return columns(["ADDRESS", "CONTROLLER", "DRIVER", "DISKS"], rows, ["CONTROLLER"], width);
}

/** What a PCI device is called: by names, by its kind, by its ids. */
export function deviceName({ vendor, product, vendorId, deviceId, class: kind }: PciDevice): string | undefined {
  return makerAndModel(vendor, product) ?? words(kind, vendorId && deviceId && `${vendorId}:${deviceId}`);
}
