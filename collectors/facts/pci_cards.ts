/** Which card a PCI function is on: the slot of SMBIOS that it sits in (type 9, DSP0134 7.10), and its product data. */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { pciAddress, word } from "../tools/dmidecode/values.ts";
import type { KernelPciDevice } from "../tools/kernel/pci.ts";
import type { KernelVpd, PciVpd } from "../tools/kernel/pci_vpd.ts";
import type { Machine } from "./machine.ts";
import { dmiField } from "./places.ts";
import { type Derived, derived, type Place, within } from "./table.ts";

/** What is known of the card that a function is on. */
export interface PciCard {
  slot?: DmiStructure;
  vpd?: KernelVpd;
}

const TITLE = "System Slot Information";
const DESIGNATION = dmiField(TITLE, ["Designation", "Slot"]);
const USAGE = dmiField(TITLE, ["Current Usage", "Status"], word);
const BUS_ADDRESS = dmiField(TITLE, "Bus Address", pciAddress);

/** Finds the card by the function's address ("0000:3b:00.1"). */
export function cardFinder(machine: Machine): (address: string | undefined) => PciCard {
  const slots = occupiedSlots(machine), devices = machine.kernel?.pci ?? [], vpd = machine.kernel?.vpd ?? [];
  const known = new Map(devices.map((device) => [device.address, device]));
  const byAddress = new Map(vpd.map((one) => [one.address, one]));
  // Functions share what the first of them says.
  const byDevice = new Map(vpd.toReversed().map((one) => [deviceOf(one.address), one]));
  return (address) => {
    if (address === undefined) return {};
    const slot = slotOf(address, known, slots), said = byAddress.get(address) ?? byDevice.get(deviceOf(address));
    return { ...slot && { slot }, ...said && { vpd: said } };
  };
}

/** The slots that something is in, by its address; none where firmware gives several slots the same. */
function occupiedSlots({ smbios }: Machine): ReadonlyMap<string, DmiStructure> {
  const occupied = smbios.all(9).filter((slot) =>
    USAGE.read(slot) !== "Available" && DESIGNATION.read(slot) !== undefined
  );
  const byAddress = Map.groupBy(occupied, (slot) => BUS_ADDRESS.read(slot) ?? "");
  return new Map(
    [...byAddress].flatMap(([address, same]) => address !== "" && same.length === 1 ? [[address, same[0]!]] : []),
  );
}

/**
 * SMBIOS has the address of the card's first function, or of the bridge that the slot hangs at. What is on the root bus
 * and is a bridge is the way to a slot, and in none.
 */
function slotOf(
  address: string,
  devices: ReadonlyMap<string, KernelPciDevice>,
  slots: ReadonlyMap<string, DmiStructure>,
): DmiStructure | undefined {
  if (slots.size === 0) return undefined;
  const device = devices.get(address), bridges = device?.bridges ?? [];
  if (device && isBridge(device) && bridges.length === 0) return undefined;
  for (const above of [address, ...bridges.toReversed()]) {
    const slot = slots.get(above) ?? otherFunction(above, devices, slots);
    if (slot) return slot;
  }
  return undefined;
}

/** The functions of a bridge are ways to different slots. */
function otherFunction(
  address: string,
  devices: ReadonlyMap<string, KernelPciDevice>,
  slots: ReadonlyMap<string, DmiStructure>,
): DmiStructure | undefined {
  const first = `${deviceOf(address)}.0`;
  const isWay = [address, first].some((one) => {
    const device = devices.get(one);
    return device !== undefined && isBridge(device);
  });
  return isWay ? undefined : slots.get(first);
}

function isBridge({ classCode }: KernelPciDevice): boolean {
  return classCode?.startsWith("06") ?? false;
}

/** Domain, bus and device of an address. */
function deviceOf(address: string): string {
  return address.slice(0, address.lastIndexOf("."));
}

/** The name of the slot that a device is in. */
export function slotEntry<C>(card: (context: C) => PciCard): Derived<C, string> {
  const place = <T>(of: Place<DmiStructure, T>) => within((context: C) => card(context).slot, of);
  return derived(
    "the occupied slot with the bus address of the device, of its card's first function, or of a bridge above it",
    place(DESIGNATION).read,
    place(DESIGNATION),
    place(BUS_ADDRESS),
  );
}

/** What the card says of itself. */
export function vpdPlace<C>(
  card: (context: C) => PciCard,
  name: keyof PciVpd,
  keyword: string,
  address = "{address}",
): Place<C, string> {
  return {
    words: `/sys/bus/pci/devices/${address}/vpd: ${keyword}`,
    read: (context) => card(context).vpd?.[name],
  };
}
