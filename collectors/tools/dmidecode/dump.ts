/**
 * Makes the dump that `dmidecode --from-dump` reads, out of the two files in which the kernel offers the tables.
 *
 * It is what `dmidecode --dump-bin` writes: the entry point at 0 and the table at 0x20. The entry point (SMBIOS 2.1
 * "_SM_", SMBIOS 3 "_SM3_", legacy "_DMI_"; DMTF DSP0134, 5.2) then has to say so: its table address becomes 0x20. Its
 * length becomes that of the table where that is shorter (SMBIOS 3 announces a maximum, the kernel cuts at the end of
 * the table), for dmidecode refuses a dump that ends before the table does. Its checksums are made to fit.
 */

const TABLE_OFFSET = 0x20;

/** The dump, or undefined where `entryPoint` is none (/sys/firmware/dmi/tables/smbios_entry_point, and DMI there). */
export function dmiDump(entryPoint: Uint8Array, table: Uint8Array): Uint8Array | undefined {
  const entry = redirected(entryPoint, table.length);
  if (entry === undefined) return undefined;
  const dump = new Uint8Array(TABLE_OFFSET + table.length);
  dump.set(entry);
  dump.set(table, TABLE_OFFSET);
  return dump;
}

/** A copy of an entry point whose table lies at TABLE_OFFSET and has at most `tableLength` bytes. */
function redirected(entryPoint: Uint8Array, tableLength: number): Uint8Array | undefined {
  const entry = entryPoint.slice(0, TABLE_OFFSET);
  const view = new DataView(entry.buffer);
  if (hasAnchor(entry, "_SM3_", 0) && entry.length >= 0x18) {
    view.setUint32(0x0c, Math.min(view.getUint32(0x0c, true), tableLength), true);
    view.setBigUint64(0x10, BigInt(TABLE_OFFSET), true);
    setChecksum(entry, 0, entry[0x06]!, 0x05);
  } else if (hasAnchor(entry, "_SM_", 0) && hasAnchor(entry, "_DMI_", 0x10) && entry.length >= 0x1f) {
    redirectLegacy(view, 0x10, tableLength);
    setChecksum(entry, 0, entry[0x05]!, 0x04);
  } else if (hasAnchor(entry, "_DMI_", 0) && entry.length >= 0x0f) {
    redirectLegacy(view, 0, tableLength);
  } else {
    return undefined;
  }
  return entry;
}

/** The part that "_SM_" and "_DMI_" entry points share. */
function redirectLegacy(view: DataView, offset: number, tableLength: number): void {
  view.setUint16(offset + 0x06, Math.min(view.getUint16(offset + 0x06, true), tableLength), true);
  view.setUint32(offset + 0x08, TABLE_OFFSET, true);
  setChecksum(new Uint8Array(view.buffer), offset, 0x0f, offset + 0x05);
}

function hasAnchor(bytes: Uint8Array, anchor: string, offset: number): boolean {
  return [...anchor].every((character, i) => bytes[offset + i] === character.charCodeAt(0));
}

/** Sets the byte at `position` so that `length` bytes from `start` on add up to 0. */
function setChecksum(bytes: Uint8Array, start: number, length: number, position: number): void {
  bytes[position] = 0;
  const sum = bytes.subarray(start, start + length).reduce((total, byte) => total + byte, 0);
  bytes[position] = -sum & 0xff;
}
