/** What people call the machine, and know it by. */
import type { Facts } from "../facts/mod.ts";
import { clean } from "./text.ts";
import { words } from "./words.ts";

/** Names of Lenovo's models stand in the version of the system; its product name is the machine type ("20FNCTO1WW"). */
const LENOVO_MODEL = /^(Think|Idea|Yoga|Legion|Flex|Lenovo)|^[A-Z][\w+-]+ \S/i;
/** A machine type, with the configuration behind it or without. */
const LENOVO_TYPE = /^\d[0-9A-Z]{3,9}$/;

/**
 * Maker and model: "Dell Inc. PowerEdge R740"; of a machine whose firmware does not name it those of its board.
 * Undefined where neither is known.
 */
export function machineName({ system = {}, baseboard = {} }: Pick<Facts, "system" | "baseboard">): string | undefined {
  const { manufacturer, productName, version = "" } = system;
  if (productName !== undefined) {
    const isType = /lenovo/i.test(manufacturer ?? "") && LENOVO_MODEL.test(version) && LENOVO_TYPE.test(productName);
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

/** Makers whose models begin with another name of theirs. */
const SHORT_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^hewlett[- ]packard enterprise/i, "hpe"],
  [/^hewlett[- ]packard/i, "hp"],
  [/^asustek/i, "asus"],
  [/^super micro/i, "supermicro"],
];

/** Maker and model without the maker's name said twice: "HPE Cray", "HITACHI BladeSymphony", "Dell PowerEdge R740". */
export function makerAndModel(maker: string | undefined, model: string | undefined): string | undefined {
  if (model === undefined) return maker;
  const by = clean(maker ?? ""), [first = "", ...rest] = clean(model).split(" ");
  const name = firstWord(first) === firstWord(rest[0] ?? "") ? rest.join(" ") : [first, ...rest].join(" ");
  // "Super Server" does not say Super Micro.
  const word = SHORT_NAMES.find(([long]) => long.test(by))?.[1] ?? firstWord(by);
  const isSaid = by !== "" &&
    (name.toLowerCase() === by.toLowerCase() || (rest.length > 0 && firstWord(name) === word));
  return isSaid ? name : words(by, name);
}

/** The first word in lower case, without what makers put behind it: "Intel(R)", "Inc.". */
function firstWord(text: string): string {
  return text.split(" ", 1)[0]!.toLowerCase().replace(/\((r|tm)\)|[^\p{L}\p{N}]+$/gu, "");
}
