/** What people call the machine, and know it by. */
import type { Facts } from "../facts/mod.ts";
import { clean } from "./text.ts";
import { words } from "./words.ts";

/** Names of Lenovo's models stand in the version of the system; its product name is the machine type ("20FNCTO1WW"). */
const LENOVO_MODEL = /^(Think|Idea|Yoga|Legion|Flex|Lenovo)/i;

/**
 * Maker and model: "Dell Inc. PowerEdge R740"; of a machine whose firmware does not name it those of its board.
 * Undefined where neither is known.
 */
export function machineName({ system = {}, baseboard = {} }: Pick<Facts, "system" | "baseboard">): string | undefined {
  const { manufacturer, productName, version = "" } = system;
  if (productName !== undefined) {
    const isType = /lenovo/i.test(manufacturer ?? "") && LENOVO_MODEL.test(version) && !LENOVO_MODEL.test(productName);
    const model = isType ? `${version} (${productName})` : productName;
    return makerAndModel(manufacturer ?? baseboard.manufacturer, model);
  }
  if (baseboard.productName === undefined) return manufacturer ?? baseboard.manufacturer;
  return makerAndModel(baseboard.manufacturer ?? manufacturer, baseboard.productName);
}

/** The serial number that people look for on the machine: its own, else the chassis's or the board's. */
export function machineSerial(
  { system, chassis, baseboard }: Pick<Facts, "system" | "chassis" | "baseboard">,
): string | undefined {
  return system?.serialNumber ?? chassis?.serialNumber ?? baseboard?.serialNumber;
}

/** Without the maker's name said twice: "HPE Cray", "HITACHI BladeSymphony". */
function makerAndModel(maker: string | undefined, model: string): string | undefined {
  const name = clean(model), by = clean(maker ?? "");
  const isSaid = by !== "" && `${name} `.toLowerCase().startsWith(`${by.toLowerCase()} `);
  return isSaid ? name : words(by, name);
}
