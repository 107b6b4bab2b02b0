/**
 * Where a machine sits: what its board says of its place (SMBIOS type 2, DSP0134 7.3), and of an HPE blade the
 * enclosure that it is in (HPE's type 204, "ProLiant System/Rack Locator").
 */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { count, type Reader } from "../tools/dmidecode/values.ts";
import { told } from "../placeholders.ts";
import type { Machine } from "./machine.ts";
import { dmi, dmiField, text } from "./places.ts";
import { derived, type Nested, type Place, section, type Table, within } from "./table.ts";

/** The place of a machine among others. */
export interface ChassisPlace {
  /** In the maker's words: "Slot13", "Chassis Bay Number: 12"; else rack, enclosure and bay. */
  location?: string;
  /** The rack that the enclosure is in. */
  rack?: string;
  /** The enclosure that the blade is in. */
  enclosure?: Enclosure;
  /** The enclosure's bay that the blade is in: "12". */
  bay?: string;
}

/** An enclosure of blades. */
export interface Enclosure {
  /** Name of the enclosure. */
  name?: string;
  /** Model of the enclosure. */
  model?: string;
  /** Serial number of the enclosure. */
  serialNumber?: string;
  /** Bays of the enclosure. */
  bayCount?: number;
  /** How many bays have a blade in them. */
  filledBayCount?: number;
}

const TITLE = "HPE ProLiant System/Rack Locator";
const MAKER = dmi(1, ["Manufacturer", "Vendor"]);
/** Words of firmware for a board's place that name none. */
const NO_PLACE = /^part component$/i;

/** The locator; of an undecoded one (dmidecode before 3.0) the fields that dmidecode makes of it now. */
function locator(machine: Machine): DmiStructure | undefined {
  // Every maker may use type 204 for something else.
  if (!/^(HPE?|Hewlett)\b/.test(MAKER.read(machine) ?? "")) return undefined;
  const structure = machine.smbios.all(204)[0];
  return structure?.name.endsWith("System/Rack Locator") ? structure : structure && decoded(structure);
}

/** Numbers of strings in bytes 4 to 7 and 10, and the two counts between (dmidecode's dmioem.c). */
function decoded({ fields, ...structure }: DmiStructure): DmiStructure | undefined {
  const itemsOf = (wanted: string) => fields.find(({ name }) => name === wanted)?.items ?? [];
  const bytes = itemsOf("Header and Data").join(" ").split(" ").map((digits) => parseInt(digits, 16));
  const strings = itemsOf("Strings");
  if (bytes.length < 11 || strings.length === 0) return undefined;
  const string = (at: number) => strings[bytes[at]! - 1] ?? "";
  return {
    ...structure,
    fields: [
      { name: "Rack Name", value: string(4) },
      { name: "Enclosure Name", value: string(5) },
      { name: "Enclosure Model", value: string(6) },
      { name: "Enclosure Serial", value: string(10) },
      { name: "Enclosure Bays", value: String(bytes[8]) },
      { name: "Server Bay", value: string(7) },
      { name: "Bays Filled", value: String(bytes[9]) },
    ],
  };
}

const field = <T = string>(name: string, read?: Reader<T>) => within(locator, dmiField<T>(TITLE, name, read));
const inLocator = <T = string>(name: string, read?: Reader<T>) => dmiField<T>(TITLE, name, read);
const above0: Reader<number> = (field) => count(field) || undefined;

const RACK = field("Rack Name", ({ value }) => value === "UnnamedRack" ? undefined : told(value));
const ENCLOSURE_NAME = field("Enclosure Name");
const LOCATION = dmi(2, "Location In Chassis", (field) => {
  const words = text(field);
  return words === undefined || NO_PLACE.test(words) ? undefined : words;
});

/** "Chassis Bay Number: 12", "Bay 3", "Slot13" */
const BAY_IN_WORDS: Place<Machine, string> = {
  ...LOCATION,
  read: (machine) =>
    /^(?:Chassis )?(?:Bay|Slot)(?: Number)?[ :#]*0*(\d{1,3})$/i.exec(LOCATION.read(machine) ?? "")?.[1],
};
const BAY = field("Server Bay", (field) => text(field)?.replace(/^0+(?=\d)/, ""));

const ENCLOSURE: Table<DmiStructure, Enclosure> = {
  name: [inLocator("Enclosure Name")],
  model: [inLocator("Enclosure Model")],
  serialNumber: [inLocator("Enclosure Serial")],
  bayCount: [inLocator("Enclosure Bays", above0)],
  filledBayCount: [inLocator("Bays Filled", above0)],
};

const ENCLOSURE_SECTION: Nested<Machine, Enclosure> = section(ENCLOSURE, locator);

export const CHASSIS_PLACE: Table<Machine, ChassisPlace> = {
  location: derived(
    "the board's own words, else the rack, the enclosure and the bay in it",
    (machine) => {
      const parts = [["rack", RACK], ["enclosure", ENCLOSURE_NAME], ["bay", BAY]] as const;
      const words = parts.flatMap(([name, place]) => {
        const value = place.read(machine);
        return value === undefined ? [] : [`${name} ${value}`];
      });
      return LOCATION.read(machine) ?? (words.join(", ") || undefined);
    },
    LOCATION,
    RACK,
    ENCLOSURE_NAME,
    BAY,
  ),
  rack: [RACK],
  enclosure: ENCLOSURE_SECTION,
  bay: [BAY, BAY_IN_WORDS],
};
