/** Which of the memory that SMBIOS and lshw tell is RAM: firmware's own chips and video memory are not. */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { word } from "../tools/dmidecode/values.ts";
import type { HardwareNode } from "../tools/lshw/node.ts";
import { BANK, inDevice, LOCATOR, TYPE, typeInLshw } from "./dimms.ts";
import type { Machine } from "./machine.ts";
import { dmiField } from "./places.ts";

/** What the sources say of the memory: SMBIOS's arrays and devices, or where it has none lshw's. */
export interface MemorySources {
  machine: Machine;
  arrays: readonly DmiStructure[];
  /** Slots, empty ones included. */
  devices: readonly DmiStructure[];
  lshwArrays: readonly HardwareNode[];
  banks: readonly HardwareNode[];
}

/** What SMBIOS has arrays of memory devices for besides RAM (DSP0134 7.17.2). */
const NOT_RAM = new Set(["Video Memory", "Flash Memory", "Non-volatile RAM", "Cache Memory"]);
/** The same arrays in lshw's words (src/core/dmi.cc). */
export const NOT_RAM_IN_LSHW = new Set(["Video Memory", "Flash Memory", "NVRAM", "Cache Memory"]);

const USE = dmiField("Physical Memory Array", "Use", word), ARRAY = inDevice("Array Handle");

/** Memory that holds programs of the firmware, and none of the machine's; lshw has the types in capitals. */
const NOT_RAM_TYPES = new Set(["FLASH", "ROM", "EPROM", "EEPROM", "FEPROM"]);
/** What the chip of such memory is called where its type says nothing. */
const ROM_NAME = /(^|[^A-Z])(BIOS|FLASH|FWH|ROM|SPI)(?![A-Z])/i;

function isRom(type: string | undefined, names: readonly (string | undefined)[]): boolean {
  if (type === undefined || /^(Other|Unknown)$/i.test(type)) return names.some((name) => ROM_NAME.test(name ?? ""));
  return NOT_RAM_TYPES.has(type.toUpperCase());
}

/** What the sources say of RAM. */
export function memorySources(machine: Machine): MemorySources {
  const known = machine.smbios.all(16);
  const arrays = known.filter((array) => !NOT_RAM.has(USE.read(array) ?? ""));
  const devices = ramDevices(machine.smbios.all(17), known, arrays);
  if (devices.length > 0) return { machine, arrays, devices, lshwArrays: [], banks: [] };
  const lshwArrays = machine.lshw.all.filter((node) =>
    node.class === "memory" && /^memory(:\d+)?$/.test(node.id) && !NOT_RAM_IN_LSHW.has(node.description ?? "")
  );
  const banks = lshwArrays.flatMap(({ children = [] }) =>
    children.filter(({ id, slot, description }) => /^bank(:\d+)?$/.test(id) && !isRom(typeInLshw(description), [slot]))
  );
  return { machine, arrays, devices, lshwArrays, banks };
}

function ramDevices(
  all: readonly DmiStructure[],
  known: readonly DmiStructure[],
  arrays: readonly DmiStructure[],
): DmiStructure[] {
  const handles = new Set(known.map(({ handle }) => handle));
  const ofRam = new Set(arrays.map(({ handle }) => handle));
  // One whose array does not exist is an artefact, unless the firmware has lost all of them.
  const isLost = all.every((device) => !handles.has(ARRAY.read(device) ?? ""));
  return all.filter((device) => {
    const handle = ARRAY.read(device);
    const isOfRam = handle === undefined || isLost || ofRam.has(handle);
    return isOfRam && !isRom(TYPE.read(device), [LOCATOR.read(device), BANK.read(device)]);
  });
}
