/** FRU images (IPMI Platform Management FRU Information Storage Definition 1.0). */

import type { MachineBmc } from "./machine.ts";

const CHASSIS_TYPES = new Map([["Rack Mount Chassis", 0x17]]);

/** The bytes of a FRU with chassis, board and product area. Throws a RangeError for a chassis type without a code. */
export function fruImage({ chassis, board, product }: MachineBmc["fru"]): Uint8Array {
  const type = CHASSIS_TYPES.get(chassis.type ?? "");
  if (type === undefined) throw new RangeError(`no code for the chassis type ${chassis.type}`);
  const minutes = Math.round((Date.parse(`${board.manufacturedAt}Z`) - Date.UTC(1996, 0)) / 60_000);
  const areas = [
    area([type], [chassis.partNumber, chassis.serialNumber, ...chassis.extra ?? []]),
    area([0, minutes & 0xff, minutes >> 8 & 0xff, minutes >> 16], [
      ...[board.manufacturer, board.productName, board.serialNumber, board.partNumber, board.fruId],
      ...board.extra ?? [],
    ]),
    area([0], [
      ...[product.manufacturer, product.productName, product.partNumber, product.version, product.serialNumber],
      ...[product.assetTag, product.fruId, ...product.extra ?? []],
    ]),
  ];
  // Version, internal use (none), the three areas, multirecords (none), pad.
  const header = [1, 0];
  let offset = 1;
  for (const bytes of areas) {
    header.push(offset);
    offset += bytes.length / 8;
  }
  return Uint8Array.from([...checksummed([...header, 0, 0]), ...areas.flat()]);
}

/** An area: version, length in units of 8 bytes, head, the texts behind their lengths, the end mark, a checksum. */
function area(head: number[], texts: (string | undefined)[]): number[] {
  const body = [...head];
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text ?? "");
    body.push(0xc0 | bytes.length, ...bytes);
  }
  body.push(0xc1);
  const units = Math.ceil((body.length + 3) / 8);
  return checksummed([1, units, ...body, ...Array(units * 8 - 3 - body.length).fill(0)]);
}

/** The bytes and one more that makes their sum 0. */
function checksummed(bytes: number[]): number[] {
  return [...bytes, -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff];
}
