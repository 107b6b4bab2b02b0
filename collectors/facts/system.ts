import type { DmiTable } from "../tools/dmidecode/mod.ts";
import { isoDate } from "../tools/dmidecode/values.ts";
import type { Baseboard, Chassis, Firmware, HardwareNode, PowerSupply, Slot, System } from "./mod.ts";
import type { HostFs } from "../tools/kernel/mod.ts";
import { prune } from "../values.ts";
import { machineUuid, told } from "./placeholders.ts";
import { allNodes, setting } from "../tools/lshw/tree.ts";

/** A section with at least one fact, or undefined: an empty one would say that it was looked for and is empty. */
function filled<T extends object>(section: { [K in keyof T]: T[K] | undefined }): T | undefined {
  const kept = prune<T>(section);
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/** The file of /sys/class/dmi/id with this name, where the firmware said something in it. */
function dmiId(host: HostFs | undefined, name: string): string | undefined {
  return told(host?.dmiIds?.[name]);
}

/**
 * The nodes of lshw's tree that say what SMBIOS, or without it the device tree (ARM, POWER), says of the whole machine:
 * only where nothing else has told it, since lshw joins some words and translates others.
 */
export interface Whole {
  root?: HardwareNode;
  board?: HardwareNode;
  firmware?: HardwareNode;
}

/** Those nodes, or none where dmidecode or /sys told of the machine. */
export function wholeOf(dmi: DmiTable | undefined, host: HostFs | undefined, tree: HardwareNode[]): Whole {
  const root = tree.length === 1 && tree[0]!.class === "system" ? tree[0] : undefined;
  if (!root || dmi?.system || host?.dmiIds) return {};
  return prune<Whole>({
    root,
    board: root.children?.find(({ id, class: nodeClass }) => id === "core" && nodeClass === "bus"),
    firmware: allNodes(tree).find(({ id, class: nodeClass }) => id === "firmware" && nodeClass === "memory"),
  });
}

export function system(dmi: DmiTable | undefined, host: HostFs | undefined, { root }: Whole): System | undefined {
  const known = dmi?.system;
  const sku = setting(root, "sku");
  // "PowerEdge R6515 (SKU=NotProvided;ModelName=PowerEdge R6515)"
  const product = root?.product?.endsWith(` (${sku})`) ? root.product.slice(0, -` (${sku})`.length) : root?.product;
  return filled<System>({
    manufacturer: known?.manufacturer ?? dmiId(host, "sys_vendor") ?? told(root?.vendor),
    productName: known?.productName ?? dmiId(host, "product_name") ?? told(product),
    version: known?.version ?? dmiId(host, "product_version") ?? told(root?.version),
    serialNumber: known?.serialNumber ?? dmiId(host, "product_serial") ?? told(root?.serial),
    sku: known?.sku ?? dmiId(host, "product_sku") ?? told(sku),
    family: known?.family ?? dmiId(host, "product_family") ?? told(setting(root, "family")),
    // Not lshw's: old versions print its bytes in another order.
    uuid: known?.uuid ?? machineUuid(host?.dmiIds?.["product_uuid"]),
    wakeUpType: known?.wakeUpType,
  });
}

export function baseboard(
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
  { board }: Whole,
): Baseboard | undefined {
  const known = dmi?.baseboards[0];
  return filled<Baseboard>({
    manufacturer: known?.manufacturer ?? dmiId(host, "board_vendor") ?? told(board?.vendor),
    productName: known?.productName ?? dmiId(host, "board_name") ?? told(board?.product),
    version: known?.version ?? dmiId(host, "board_version") ?? told(board?.version),
    serialNumber: known?.serialNumber ?? dmiId(host, "board_serial") ?? told(board?.serial),
    assetTag: known?.assetTag ?? dmiId(host, "board_asset_tag"),
  });
}

export function chassis(dmi: DmiTable | undefined, host: HostFs | undefined, { root }: Whole): Chassis | undefined {
  const known = dmi?.chassis[0];
  return filled<Chassis>({
    manufacturer: known?.manufacturer ?? dmiId(host, "chassis_vendor"),
    type: known?.type ?? chassisType(host?.dmiIds?.["chassis_type"]) ??
      CHASSIS_TYPES.find((type) => type !== "" && type === root?.description),
    version: known?.version ?? dmiId(host, "chassis_version"),
    serialNumber: known?.serialNumber ?? dmiId(host, "chassis_serial"),
    assetTag: known?.assetTag ?? dmiId(host, "chassis_asset_tag"),
    heightU: known?.heightU,
    sku: known?.sku,
  });
}

/** DSP0134 7.4.1 from 1 on, in dmidecode's words, but for 2, "Unknown", which is no fact. */
const CHASSIS_TYPES =
  ("Other,,Desktop,Low Profile Desktop,Pizza Box,Mini Tower,Tower,Portable,Laptop,Notebook,Hand Held,Docking Station," +
    "All In One,Sub Notebook,Space-saving,Lunch Box,Main Server Chassis,Expansion Chassis,Sub Chassis," +
    "Bus Expansion Chassis,Peripheral Chassis,RAID Chassis,Rack Mount Chassis,Sealed-case PC,Multi-system," +
    "CompactPCI,AdvancedTCA,Blade,Blade Enclosing,Tablet,Convertible,Detachable,IoT Gateway,Embedded PC,Mini PC,Stick PC")
    .split(",");

/** The number in /sys/class/dmi/id/chassis_type in words. */
function chassisType(number: string | undefined): string | undefined {
  return CHASSIS_TYPES[Number(number) - 1] || undefined;
}

export function firmware(
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
  { root, firmware: node }: Whole,
): Firmware | undefined {
  const known = dmi?.bios;
  const smbios = root?.capabilities?.find(({ name }) => name.startsWith("smbios-"))?.name;
  return filled<Firmware>({
    vendor: known?.vendor ?? dmiId(host, "bios_vendor") ?? told(node?.vendor),
    version: known?.version ?? dmiId(host, "bios_version") ?? told(node?.version),
    releaseDate: known?.releaseDate ?? isoDate(dmiId(host, "bios_date") ?? told(node?.date)),
    revision: known?.revision ?? dmiId(host, "bios_release"),
    ecRevision: known?.ecRevision ?? dmiId(host, "ec_firmware_release"),
    romSizeBytes: known?.romSizeBytes ?? node?.capacity,
    bootMode: host?.bootMode,
    secureBoot: host?.secureBoot,
    setupMode: host?.setupMode,
    smbiosVersion: dmi?.smbiosVersion ?? smbios?.slice("smbios-".length),
  });
}

export function slots(dmi: DmiTable | undefined): Slot[] | undefined {
  return dmi?.slots.map((slot) => {
    const { handle, designation, ...rest } = slot;
    return { designation: designation ?? `slot ${handle}`, ...rest };
  });
}

export function powerSupplies(dmi: DmiTable | undefined): PowerSupply[] | undefined {
  return dmi?.powerSupplies.map(({ handle: _, ...supply }) => supply);
}
