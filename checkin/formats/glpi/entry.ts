/** What the sections of a GLPI inventory are made of: entries, and the forms of their values. */

/** One object of a section: keys in GLPI's words. */
export type GlpiEntry = Record<string, string | number | boolean>;

const MIB = 2 ** 20;

/** Bytes as MiB. */
export function mebibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.round(bytes / MIB);
}

/** Whether it is a date as the schema has it; of one in another form the whole inventory is refused. */
export function isDate(text: string | undefined): boolean {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** "0000:3b:00.0" as lspci prints it, without the domain 0000: "3b:00.0". */
export function pciSlot(address: string | undefined): string | undefined {
  return address?.replace(/^0000:/, "");
}
