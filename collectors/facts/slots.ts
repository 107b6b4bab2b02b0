/** Slots, power supplies and the maker's strings (SMBIOS types 9, 11 and 39; DSP0134 7.10, 7.12, 7.40). */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { fieldOf, flag, pciAddress, watts, word } from "../tools/dmidecode/values.ts";
import type { Machine } from "./machine.ts";
import { nonEmpty } from "../values.ts";
import { told } from "../placeholders.ts";
import { dmiField } from "./places.ts";
import { type Derived, derived, type Place, type Table } from "./table.ts";

/** A slot for a card. */
export interface Slot {
  /** As the board has it printed beside it: "PCIe Slot 1". */
  designation: string;
  /** "x8 PCI Express 3 x8": data width and kind. */
  type?: string;
  /** Available, In Use. */
  usage?: string;
  /** "Long", "Short", in the words of SMBIOS. */
  length?: string;
  /** PCI address of the device in it. */
  pciAddress?: string;
}

/** A power supply. */
export interface PowerSupply {
  /** Where the power supply is. */
  location?: string;
  /** Name of the power supply. */
  productName?: string;
  /** Maker of the power supply. */
  manufacturer?: string;
  /** Serial number. */
  serialNumber?: string;
  /** Asset tag. */
  assetTag?: string;
  /** Model part number. */
  partNumber?: string;
  /** Revision level. */
  revision?: string;
  /** Most that it delivers. */
  maxPowerW?: number;
  /** "Present, OK" */
  status?: string;
  /** Whether it is connected to the mains. */
  plugged?: boolean;
  /** Whether it can be replaced while the machine runs. */
  hotReplaceable?: boolean;
}

const slot = <T = string>(
  names: string | readonly string[],
  read?: (field: { name: string; value: string }) => T | undefined,
) => dmiField<T>("System Slot Information", names, read);

const designation = slot(["Designation", "Slot"]);

export const SLOT: Table<DmiStructure, Slot> = {
  designation: [designation, { words: "its handle", read: ({ handle }) => `slot ${handle}` }],
  type: derived(
    "since dmidecode 3.6 the data width stands apart; it is put before the type, as before",
    ({ fields }) => {
      const field = fieldOf(fields, ["Type"]), width = fieldOf(fields, ["Data Bus Width"]);
      const type = field && word(field);
      // "8x or x8" or "32 bit"; a bare number is another one.
      const lanes = /^(?:\d+x or )?(x\d+|\d+ bit)$/.exec(width && word(width) || "")?.[1]?.replace(" ", "-");
      return type && lanes ? `${lanes} ${type}` : type;
    },
    slot("Type"),
    slot("Data Bus Width"),
  ),
  usage: [slot(["Current Usage", "Status"], word)],
  length: [slot("Length", word)],
  pciAddress: [slot("Bus Address", pciAddress)],
};

const supply = <T = string>(name: string, read?: (field: { name: string; value: string }) => T | undefined) =>
  dmiField<T>("System Power Supply", name, read);

export const POWER_SUPPLY: Table<DmiStructure, PowerSupply> = {
  location: [supply("Location")],
  productName: [supply("Name")],
  manufacturer: [supply("Manufacturer")],
  serialNumber: [supply("Serial Number")],
  assetTag: [supply("Asset Tag")],
  partNumber: [supply("Model Part Number")],
  revision: [supply("Revision")],
  maxPowerW: [supply("Max Power Capacity", watts)],
  status: [supply("Status", word)],
  plugged: [supply("Plugged", flag("Yes", "No"))],
  hotReplaceable: [supply("Hot Replaceable", flag("Yes", "No"))],
};

const STRINGS: Place<Machine, string[]> = {
  words: "dmidecode: OEM Strings",
  read: ({ smbios }) =>
    nonEmpty(
      smbios.all(11).flatMap(({ fields }) => fields)
        .filter(({ name }) => name === "" || /^String \d+$/.test(name))
        .map(({ value }) => told(value)).filter((value) => value !== undefined),
    ),
  raw: ({ smbios }) => ({
    where: "dmidecode",
    lines: smbios.all(11).flatMap(({ fields }) => fields.map(({ name, value }) => `${name}: ${value}`)),
  }),
};

export const OEM_STRINGS: Derived<Machine, string[]> = derived(
  "without those that say nothing",
  (machine) => STRINGS.read(machine),
  STRINGS,
);
