/** The machine, its board and its chassis (SMBIOS types 1 to 3, DSP0134 7.2 to 7.4). */
import { quantity, word } from "../tools/dmidecode/values.ts";
import { setting } from "../tools/lshw/tree.ts";
import { told } from "../placeholders.ts";
import { prune } from "../values.ts";
import { CHASSIS_PLACE, type ChassisPlace } from "./chassis_location.ts";
import { machineUuid } from "./uuid.ts";
import { deviceTree, dmi, dmiId, lshwMachine } from "./places.ts";
import type { Machine } from "./machine.ts";
import type { Table } from "./table.ts";

/** What the firmware says of the machine as a whole. */
export interface System {
  /** Maker of the machine. */
  manufacturer?: string;
  /** Model of the machine. */
  productName?: string;
  /** Version of the product. */
  version?: string;
  /** Serial number of the machine. */
  serialNumber?: string;
  /** Stock keeping unit: the maker's order number. */
  sku?: string;
  /** Family of products. */
  family?: string;
  /** Lower case. UUIDs that many machines share are omitted. */
  uuid?: string;
  /** What switched the machine on. */
  wakeUpType?: string;
  /** Of a machine with a device tree and no SMBIOS: its board, then what it is built around ("nvidia,tegra234"). */
  compatible?: string[];
}

/** The board that the CPUs sit on. */
export interface Baseboard {
  /** Maker of the board. */
  manufacturer?: string;
  /** Model of the board. */
  productName?: string;
  /** Version of the board. */
  version?: string;
  /** Serial number of the board. */
  serialNumber?: string;
  /** Asset tag of the board. */
  assetTag?: string;
}

/** The enclosure. */
export interface Chassis extends ChassisPlace {
  /** Maker of the chassis. */
  manufacturer?: string;
  /** As dmidecode names it: "Rack Mount Chassis". */
  type?: string;
  /** Version of the chassis. */
  version?: string;
  /** Serial number of the chassis. */
  serialNumber?: string;
  /** Asset tag of the chassis. */
  assetTag?: string;
  /** Rack units. */
  heightU?: number;
  /** Maker's number of the configuration. */
  sku?: string;
}

const MANUFACTURER = ["Manufacturer", "Vendor"], PRODUCT_NAME = ["Product Name", "Product"];

/** Dell's servers have two values in one: "SKU=0716;ModelName=PowerEdge R640", mostly with "NotProvided" for the first. */
function dellSku(text: string | undefined): Pick<System, "sku" | "productName"> {
  const [, sku, productName] = /^SKU=([^;]*);ModelName=(.*)$/.exec(text ?? "") ?? [];
  return prune<Pick<System, "sku" | "productName">>({ sku: told(sku ?? text), productName: told(productName) });
}

export const SYSTEM: Table<Machine, System> = {
  manufacturer: [
    dmi(1, MANUFACTURER),
    dmiId("sys_vendor"),
    deviceTree(({ manufacturer }) => manufacturer, "compatible"),
    lshwMachine("system", "vendor"),
  ],
  productName: [
    dmi(1, PRODUCT_NAME),
    dmiId("product_name"),
    deviceTree(({ productName }) => productName, "model"),
    lshwMachine("system", "product", (node) => {
      // "PowerEdge R6515 (SKU=NotProvided;ModelName=PowerEdge R6515)"
      const sku = ` (${setting(node, "sku")})`;
      return told(node.product?.endsWith(sku) ? node.product.slice(0, -sku.length) : node.product);
    }),
    dmi(1, "SKU Number", ({ value }) => dellSku(value).productName),
    dmiId("product_sku", (value) => dellSku(value).productName),
  ],
  version: [dmi(1, "Version"), dmiId("product_version"), lshwMachine("system", "version")],
  serialNumber: [
    dmi(1, "Serial Number"),
    dmiId("product_serial"),
    deviceTree(({ serialNumber }) => serialNumber, "serial-number"),
    lshwMachine("system", "serial"),
  ],
  sku: [
    dmi(1, "SKU Number", ({ value }) => dellSku(value).sku),
    dmiId("product_sku", (value) => dellSku(value).sku),
    lshwMachine("system", "configuration.sku", (node) => dellSku(setting(node, "sku")).sku),
  ],
  family: [dmi(1, "Family"), dmiId("product_family"), lshwMachine("system", "configuration.family")],
  // Not lshw's: old versions print its bytes in another order.
  uuid: [dmi(1, "UUID", ({ value }) => machineUuid(told(value))), dmiId("product_uuid", machineUuid)],
  // 0 is reserved (DSP0134 7.2.2): firmware that fills in nothing.
  wakeUpType: [dmi(1, "Wake-up Type", (field) => told(word(field)))],
  compatible: [deviceTree(({ compatible }) => compatible, "compatible")],
};

export const BASEBOARD: Table<Machine, Baseboard> = {
  manufacturer: [dmi(2, MANUFACTURER), dmiId("board_vendor"), lshwMachine("core", "vendor")],
  productName: [dmi(2, PRODUCT_NAME), dmiId("board_name"), lshwMachine("core", "product")],
  version: [dmi(2, "Version"), dmiId("board_version"), lshwMachine("core", "version")],
  serialNumber: [dmi(2, "Serial Number"), dmiId("board_serial"), lshwMachine("core", "serial")],
  assetTag: [dmi(2, "Asset Tag"), dmiId("board_asset_tag")],
};

/**
 * What dmidecode 3.7 calls otherwise than all versions before: a type is the same fact, and tags match on the old
 * words.
 */
const TYPES_BEFORE: ReadonlyMap<string | undefined, string> = new Map([
  ["Blade Enclosure", "Blade Enclosing"],
  ["Compact PCI", "CompactPCI"],
  ["Advanced TCA", "AdvancedTCA"],
]);

/** DSP0134 7.4.1 from 1 on, in dmidecode's words, but for 2, "Unknown", which is no fact. */
const CHASSIS_TYPES =
  ("Other,,Desktop,Low Profile Desktop,Pizza Box,Mini Tower,Tower,Portable,Laptop,Notebook,Hand Held,Docking Station," +
    "All In One,Sub Notebook,Space-saving,Lunch Box,Main Server Chassis,Expansion Chassis,Sub Chassis," +
    "Bus Expansion Chassis,Peripheral Chassis,RAID Chassis,Rack Mount Chassis,Sealed-case PC,Multi-system," +
    "CompactPCI,AdvancedTCA,Blade,Blade Enclosing,Tablet,Convertible,Detachable,IoT Gateway,Embedded PC,Mini PC,Stick PC")
    .split(",");

export const CHASSIS: Table<Machine, Chassis> = {
  manufacturer: [dmi(3, MANUFACTURER), dmiId("chassis_vendor")],
  type: [
    dmi(3, ["Type", "Chassis Type"], (field) => TYPES_BEFORE.get(word(field)) ?? word(field)),
    dmiId("chassis_type", (number) => CHASSIS_TYPES[Number(number) - 1] || undefined),
    lshwMachine(
      "system",
      "description",
      ({ description }) => CHASSIS_TYPES.find((type) => type !== "" && type === description),
    ),
  ],
  version: [dmi(3, "Version"), dmiId("chassis_version")],
  serialNumber: [dmi(3, "Serial Number"), dmiId("chassis_serial")],
  assetTag: [dmi(3, "Asset Tag"), dmiId("chassis_asset_tag")],
  heightU: [dmi(3, ["Height", "Heigth"], quantity("U"))],
  sku: [dmi(3, "SKU Number")],
  ...CHASSIS_PLACE,
};
