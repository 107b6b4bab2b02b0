/** The SMBIOS tables as dmidecode prints them (DMTF DSP0134). */

/** One structure. Types 10 and 40 print as several with the same handle. */
export interface DmiStructure {
  /** "0x1100"; "" in the output of `dmidecode -q`, which leaves the handles out. */
  handle: string;
  type: number;
  /** As the tool names the type: "Cache Information"; "" where it names none. */
  name: string;
  fields: DmiField[];
}

/** "Name: value", and the lines of a list under it; the name is "" where the line has none. */
export interface DmiField {
  name: string;
  value: string;
  items?: string[];
}

/** What dmidecode printed: every structure of every type, placeholders of the firmware included. */
export interface DmiTable {
  /** As the tool prints it: "3.4". */
  toolVersion?: string;
  smbiosVersion?: string;
  structures: DmiStructure[];
  /** What the tool says of the tables themselves: broken, cut short, newer than it knows. */
  warnings?: string[];
}
