/** Devices that are soldered to the board (SMBIOS types 41 and 10; DSP0134 7.42 and 7.11). */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { count, flag, pciAddress, type Reader, word } from "../tools/dmidecode/values.ts";
import type { Machine } from "./machine.ts";
import { dmiField } from "./places.ts";
import { type ListOf, listOf, type Table } from "./table.ts";

/** A device on the board. */
export interface OnboardDevice {
  /** What the board calls it: "Embedded NIC 1". */
  designation?: string;
  /** Ethernet, Video, SATA Controller … */
  type?: string;
  /** Whether the firmware has it switched on. */
  enabled?: boolean;
  /** Its number among those of its type. */
  instance?: number;
  /** 0000:01:00.0 */
  pciAddress?: string;
}

/** Type 10 came before type 41 and says less. */
const field = <T = string>(name: string, read?: Reader<T>) => dmiField<T>("Onboard Device", name, read);
const oldField = <T = string>(name: string, read?: Reader<T>) => dmiField<T>("On Board Device Information", name, read);

const TYPE = field("Type", word);

const ONBOARD_DEVICE: Table<DmiStructure, OnboardDevice> = {
  designation: [field("Reference Designation"), oldField("Description")],
  type: [TYPE, oldField("Type", word)],
  enabled: [field("Status", flag("Enabled", "Disabled")), oldField("Status", flag("Enabled", "Disabled"))],
  instance: [field("Type Instance", count)],
  pciAddress: [field("Bus Address", pciAddress)],
};

export const ONBOARD_DEVICES: ListOf<Machine, OnboardDevice> = listOf(
  "the structures of type 41 in SMBIOS's order, and behind them those of the older type 10 of kinds that type 41 lacks",
  ({ parts, smbios }) => {
    if (!parts.dmidecode?.value) return undefined;
    const devices = smbios.all(41), kinds = new Set(devices.map((device) => TYPE.read(device)));
    return [...devices, ...smbios.all(10).filter((device) => !kinds.has(TYPE.read(device)))];
  },
  ONBOARD_DEVICE,
);
