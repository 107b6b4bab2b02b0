/** Slots and what is in them, GPUs, every PCI device, and power supplies. */
import type { Facts, PciDevice, PowerSupply, Slot } from "../../facts/mod.ts";
import { columns, named } from "../layout.ts";
import { makerAndModel } from "../machine_name.ts";
import { count, grouped, list, ranges, rate, times, words } from "../words.ts";
import { deviceName } from "./disks.ts";
import { serialOf, type View } from "./view.ts";

const isUsed = ({ usage }: Slot) => /^in use/i.test(usage ?? "");

/** The occupied slots. */
export function occupiedSlotLines(facts: Facts, view: View): string[] {
  const { slots = [] } = facts, used = slots.filter(isUsed);
  if (slots.length === 0) return [];
  return [
    ...named([["total", `${used.length} of ${slots.length} slots occupied`]], view.width),
    ...slotRows(used, facts, view),
  ];
}

/** Every slot, empty ones included. */
export function slotLines(facts: Facts, view: View): string[] {
  return slotRows(facts.slots ?? [], facts, view);
}

function slotRows(slots: readonly Slot[], { pci = [] }: Facts, { width }: View): string[] {
  const rows = slots.map((slot) => {
    const device = pci.find(({ address }) => address === slot.pciAddress);
    return [
      slot.designation,
      slot.type,
      isUsed(slot) ? undefined : slot.usage,
      slot.pciAddress,
      device && deviceName(device),
    ];
  });
  return columns(["SLOT", "TYPE", "USAGE", "ADDRESS", "DEVICE"], rows, ["DEVICE", "TYPE"], width);
}

/** The GPUs, equal ones on one row. */
export function gpuLines({ gpus = [] }: Facts, { width, isLong }: View): string[] {
  const addresses = gpus.map(({ address }) => address), slots = gpus.map(({ slot }) => slot ?? "-");
  const groups = grouped(gpus, (gpu) => JSON.stringify(isLong ? gpu : [deviceName(gpu), gpu.driver]));
  const rows = groups.map(({ item, places }) => [
    ranges(places, addresses, " … "),
    ranges(places, slots, " … "),
    times(places, deviceName(item) ?? "unknown"),
    item.driver,
    serialOf(places.map((place) => gpus[place]!)),
  ]);
  return [
    ...total(gpus, "GPU", width),
    ...columns(["ADDRESS", "SLOT", "GPU", "DRIVER", "SERIAL"], rows, [], width),
  ];
}

/** How many there are, where it is more than one. */
function total(items: readonly unknown[], thing: string, width: number, ...more: (string | undefined)[]): string[] {
  return items.length < 2 ? [] : named([["total", list(count(items.length, thing), ...more)]], width);
}

/** Every PCI device. */
export function pciLines({ pci = [] }: Facts, { width }: View): string[] {
  const rows = pci.map((device) => [
    device.address,
    device.vendor === undefined && device.product === undefined ? undefined : device.class,
    deviceName(device) ?? device.classCode,
    device.driver,
    link(device),
    device.numaNode === undefined ? undefined : String(device.numaNode),
  ]);
  return columns(["ADDRESS", "CLASS", "DEVICE", "DRIVER", "LINK", "NUMA"], rows, ["DEVICE", "CLASS"], width);
}

/** "8.0 GT/s x8 of 16.0 GT/s x16" */
function link({ linkSpeed, linkWidth, maxLinkSpeed, maxLinkWidth }: PciDevice): string | undefined {
  const form = (speed?: string, lanes?: number) => words(speed?.replace(/ PCIe$/, ""), lanes && `x${lanes}`);
  const now = form(linkSpeed, linkWidth), most = form(maxLinkSpeed, maxLinkWidth);
  return now === undefined || most === undefined || now === most ? now : `${now} of ${most}`;
}

/** The power supplies; with `isLong` each on a row of its own. */
export function powerSupplyLines({ powerSupplies = [] }: Facts, { width, isLong }: View): string[] {
  const names = powerSupplies.map(({ location }, i) => location ?? `PSU ${i + 1}`);
  const facts = (supply: PowerSupply) => [
    rate(supply.maxPowerW, "W"),
    makerAndModel(supply.manufacturer, supply.productName ?? supply.partNumber),
    list(supply.status, supply.plugged === false ? "unplugged" : undefined),
  ];
  const groups = grouped(powerSupplies, (supply) => JSON.stringify(isLong ? [supply] : facts(supply)));
  const rows = groups.map(({ item, places }) => {
    const [power, ...others] = facts(item);
    const serial = serialOf(places.map((place) => powerSupplies[place]!));
    return [ranges(places, names, " … "), times(places, power), ...others, serial];
  });
  const watts = powerSupplies.reduce<number | undefined>(
    (sum, { maxPowerW }) => sum === undefined || maxPowerW === undefined ? undefined : sum + maxPowerW,
    0,
  );
  return [
    ...total(powerSupplies, "power supply", width, watts ? `${watts} W` : undefined),
    ...columns(["LOCATION", "POWER", "MODEL", "STATUS", "SERIAL"], rows, ["MODEL"], width),
  ];
}
