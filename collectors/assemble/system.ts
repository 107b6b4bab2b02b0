import type { DmiTable } from "../dmidecode.ts";
import type { Baseboard, Chassis, Firmware, HardwareNode, PowerSupply, Slot, System } from "../facts.ts";
import type { HostFs } from "../hostfs.ts";
import { prune } from "../parsing.ts";
import { machineUuid, told } from "../placeholders.ts";
import { allNodes } from "./hardware.ts";

/** A section with at least one fact, or undefined: an empty one would say that it was looked for and is empty. */
function filled<T extends object>(section: { [K in keyof T]: T[K] | undefined }): T | undefined {
  const kept = prune<T>(section);
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/** The file of /sys/class/dmi/id with this name, where the firmware said something in it. */
function dmiId(host: HostFs | undefined, name: string): string | undefined {
  return told(host?.dmiIds?.[name]);
}

export function system(dmi: DmiTable | undefined, host: HostFs | undefined, tree: HardwareNode[]): System | undefined {
  const known = dmi?.system;
  // Without SMBIOS (ARM, POWER) lshw's root has the device tree's names.
  const root = tree.length === 1 && tree[0]!.class === "system" ? tree[0]! : undefined;
  const noSmbios = known === undefined && host?.dmiIds === undefined;
  return filled<System>({
    manufacturer: known?.manufacturer ?? dmiId(host, "sys_vendor") ?? (noSmbios ? told(root?.vendor) : undefined),
    productName: known?.productName ?? dmiId(host, "product_name") ?? (noSmbios ? told(root?.product) : undefined),
    version: known?.version ?? dmiId(host, "product_version"),
    serialNumber: known?.serialNumber ?? dmiId(host, "product_serial") ?? (noSmbios ? told(root?.serial) : undefined),
    sku: known?.sku ?? dmiId(host, "product_sku"),
    family: known?.family ?? dmiId(host, "product_family"),
    uuid: known?.uuid ?? machineUuid(host?.dmiIds?.["product_uuid"]),
    wakeUpType: known?.wakeUpType,
  });
}

export function baseboard(dmi: DmiTable | undefined, host: HostFs | undefined): Baseboard | undefined {
  const known = dmi?.baseboards[0];
  return filled<Baseboard>({
    manufacturer: known?.manufacturer ?? dmiId(host, "board_vendor"),
    productName: known?.productName ?? dmiId(host, "board_name"),
    version: known?.version ?? dmiId(host, "board_version"),
    serialNumber: known?.serialNumber ?? dmiId(host, "board_serial"),
    assetTag: known?.assetTag ?? dmiId(host, "board_asset_tag"),
  });
}

export function chassis(dmi: DmiTable | undefined, host: HostFs | undefined): Chassis | undefined {
  const known = dmi?.chassis[0];
  return filled<Chassis>({
    manufacturer: known?.manufacturer ?? dmiId(host, "chassis_vendor"),
    type: known?.type,
    version: known?.version ?? dmiId(host, "chassis_version"),
    serialNumber: known?.serialNumber ?? dmiId(host, "chassis_serial"),
    assetTag: known?.assetTag ?? dmiId(host, "chassis_asset_tag"),
    heightU: known?.heightU,
    sku: known?.sku,
  });
}

export function firmware(
  dmi: DmiTable | undefined,
  host: HostFs | undefined,
  tree: HardwareNode[],
): Firmware | undefined {
  const known = dmi?.bios;
  const node = allNodes(tree).find(({ id, class: nodeClass }) => id === "firmware" && nodeClass === "memory");
  return filled<Firmware>({
    vendor: known?.vendor ?? dmiId(host, "bios_vendor") ?? told(node?.vendor),
    version: known?.version ?? dmiId(host, "bios_version") ?? told(node?.version),
    releaseDate: known?.releaseDate ?? isoDate(dmiId(host, "bios_date") ?? told(node?.date)),
    revision: known?.revision ?? dmiId(host, "bios_release"),
    ecRevision: known?.ecRevision ?? dmiId(host, "ec_firmware_release"),
    romSizeBytes: known?.romSizeBytes,
    bootMode: host?.bootMode,
    secureBoot: host?.secureBoot,
    smbiosVersion: dmi?.smbiosVersion,
  });
}

/** MM/DD/YYYY as YYYY-MM-DD; any other text as it is. */
function isoDate(text: string | undefined): string | undefined {
  const date = text?.match(/^(\d{2})\/(\d{2})\/(\d{4})$/);
  return date ? `${date[3]}-${date[1]}-${date[2]}` : text;
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
