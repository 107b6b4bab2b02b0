/** SMBIOS structures (DMTF DSP0134, chapter 7) made from the facts that they are to tell. */

import type {
  Baseboard,
  Chassis,
  CpuPackage,
  Dimm,
  Firmware,
  PowerSupply,
  Slot,
  System,
} from "../../collectors/facts/mod.ts";

/** One structure, whole: header, fields and strings. */
export type Structure = Uint8Array;

type Field = { size: number; value: number | bigint } | { text: string | undefined } | { bytes: Uint8Array };

const byte = (value: number): Field => ({ size: 1, value });
const word = (value: number): Field => ({ size: 2, value });
const dword = (value: number): Field => ({ size: 4, value });
const qword = (value: number | bigint): Field => ({ size: 8, value });
const text = (value: string | undefined): Field => ({ text: value });

const UNKNOWN_HANDLE = 0xffff;
const NO_ERROR_HANDLE = 0xfffe;
const CHASSIS_HANDLE = 0x0300;
const MEMORY_ARRAY_HANDLE = 0x1000;

/** One structure: numbers are little-endian, a text is the number of a string behind the fields (0: none). */
export function structure(type: number, handle: number, fields: readonly Field[], strings: string[] = []): Structure {
  const all = [...strings];
  const formatted: number[] = [];
  for (const field of fields) {
    if ("text" in field) formatted.push(field.text === undefined ? 0 : all.push(field.text));
    else if ("bytes" in field) formatted.push(...field.bytes);
    else for (let i = 0; i < field.size; i++) formatted.push(Number(BigInt(field.value) >> BigInt(8 * i) & 0xffn));
  }
  const tail = all.length === 0 ? "\0\0" : all.map((string) => string + "\0").join("") + "\0";
  return Uint8Array.from([
    ...[type, formatted.length + 4, handle & 0xff, handle >> 8],
    ...formatted,
    ...new TextEncoder().encode(tail),
  ]);
}

/** Type 0. `isVirtual`: that it says so of itself. */
export function biosStructure(firmware: Firmware, { isVirtual = false } = {}): Structure {
  const [year, month, day] = (firmware.releaseDate ?? "").split("-");
  const [major = 255, minor = 255] = numbers(firmware.revision);
  const [ecMajor = 255, ecMinor = 255] = numbers(firmware.ecRevision);
  return structure(0, 0, [
    ...[text(firmware.vendor), text(firmware.version), word(0xf000), text(year && `${month}/${day}/${year}`)],
    ...[byte((firmware.romSizeBytes ?? 65536) / 65536 - 1), qword(0x1_9880), byte(0x03), byte(isVirtual ? 0x1d : 0x0d)],
    ...[byte(major), byte(minor), byte(ecMajor), byte(ecMinor)],
  ]);
}

/** Type 1. The wake-up type is always the power switch. */
export function systemStructure(system: System): Structure {
  return structure(1, 0x0100, [
    ...[text(system.manufacturer), text(system.productName), text(system.version), text(system.serialNumber)],
    ...[{ bytes: uuidBytes(system.uuid) }, byte(6), text(system.sku), text(system.family)],
  ]);
}

/** Type 2, a motherboard in the chassis below. */
export function baseboardStructure(board: Baseboard): Structure {
  return structure(2, 0x0200, [
    ...[text(board.manufacturer), text(board.productName), text(board.version), text(board.serialNumber)],
    ...[text(board.assetTag), byte(0x09), text(undefined), word(CHASSIS_HANDLE), byte(0x0a), byte(0)],
  ]);
}

const CHASSIS_TYPES = new Map([["Other", 1], ["Desktop", 3], ["Rack Mount Chassis", 23]]);

/** Type 3. */
export function chassisStructure(chassis: Chassis): Structure {
  return structure(3, CHASSIS_HANDLE, [
    ...[text(chassis.manufacturer), byte(codeOf(CHASSIS_TYPES, chassis.type)), text(chassis.version)],
    ...[text(chassis.serialNumber), text(chassis.assetTag), byte(3), byte(3), byte(3), byte(2), dword(0)],
    ...[byte(chassis.heightU ?? 0), byte(2), byte(0), byte(3), text(chassis.sku)],
  ]);
}

const CPU_FAMILIES = new Map([["Other", 1], ["Unknown", 2], ["Xeon", 0xb3], ["ARMv8", 0x101]]);
/** A byte that says that the family is a word, behind all other fields. */
const FAMILY_BEHIND = 0xfe;
const CPU_SOCKETS = new Map([["Unknown", 2], ["Socket LGA3647-1", 0x36]]);
/** CPUID's leaf 1 in EDX and EAX, or MIDR_EL1. */
const CPU_IDS = new Map([["Xeon", 0xbfebfbff_00050657n], ["ARMv8", 0x413fd0c1n]]);

/** Type 4: one socket. */
export function cpuStructure(cpu: CpuPackage, index: number): Structure {
  const cores = cpu.coreCount ?? 0, enabled = cpu.coresEnabled ?? 0, threads = cpu.threadCount ?? 0;
  const family = codeOf(CPU_FAMILIES, cpu.familyName ?? "Unknown");
  const familyByte = Math.min(family, FAMILY_BEHIND);
  return structure(4, 0x0400 + index, [
    ...[text(cpu.socket), byte(3), byte(familyByte), text(cpu.manufacturer)],
    ...[
      qword(CPU_IDS.get(cpu.familyName ?? "") ?? 0n),
      text(cpu.modelName),
      byte(cpu.voltageV ? 0x80 | cpu.voltageV * 10 : 0),
    ],
    ...[word(cpu.externalClockMHz ?? 0), word(cpu.maxMHz ?? 0), word(cpu.currentMHz ?? 0)],
    ...[byte(cpu.populated ? 0x41 : 0), byte(codeOf(CPU_SOCKETS, cpu.socketType ?? "Unknown"))],
    ...[word(UNKNOWN_HANDLE), word(UNKNOWN_HANDLE), word(UNKNOWN_HANDLE)],
    ...[text(cpu.serialNumber), text(cpu.assetTag), text(cpu.partNumber)],
    ...[
      byte(cores),
      byte(enabled),
      byte(threads),
      word(0x00fc),
      word(family),
      word(cores),
      word(enabled),
      word(threads),
    ],
  ]);
}

const SLOT_TYPES = new Map([["x8 PCI Express 3 x8", 0xb5], ["x16 PCI Express 3 x16", 0xb6]]);
const SLOT_WIDTHS = new Map([["x8 PCI Express 3 x8", 0x0b], ["x16 PCI Express 3 x16", 0x0d]]);
const SLOT_USAGES = new Map([["Available", 3], ["In Use", 4]]);
const SLOT_LENGTHS = new Map([["Short", 3], ["Long", 4]]);

/** Type 9. */
export function slotStructure(slot: Slot, index: number): Structure {
  const [segment = 0xffff, bus = 0xff, device = 0x1f, fn = 7] = (slot.pciAddress ?? "").split(/[:.]/)
    .filter((part) => part).map((part) => parseInt(part, 16));
  return structure(9, 0x0900 + index, [
    ...[text(slot.designation), byte(codeOf(SLOT_TYPES, slot.type)), byte(codeOf(SLOT_WIDTHS, slot.type))],
    ...[byte(codeOf(SLOT_USAGES, slot.usage)), byte(codeOf(SLOT_LENGTHS, slot.length)), word(index + 1)],
    ...[byte(0x0c), byte(1), word(segment), byte(bus), byte(device << 3 | fn)],
  ]);
}

/** Type 11. */
export function oemStructure(strings: string[]): Structure {
  return structure(11, 0x0e00, [byte(strings.length)], strings);
}

const ERROR_CORRECTIONS = new Map([["None", 3], ["Single-bit ECC", 5], ["Multi-bit ECC", 6]]);

/** Type 16: the array that all DIMMs are in. */
export function memoryArrayStructure(errorCorrection: string, maxCapacityBytes: number, slots: number): Structure {
  return structure(16, MEMORY_ARRAY_HANDLE, [
    ...[byte(3), byte(3), byte(codeOf(ERROR_CORRECTIONS, errorCorrection)), dword(0x8000_0000)],
    ...[word(NO_ERROR_HANDLE), word(slots), qword(maxCapacityBytes)],
  ]);
}

const FORM_FACTORS = new Map([["DIMM", 9]]);
const MEMORY_TYPES = new Map([["DDR4", 0x1a], ["DDR5", 0x22]]);
const TYPE_DETAILS = new Map([["Synchronous", 0x0080], ["Registered (Buffered)", 0x2000]]);

/** Type 17: one slot with a DIMM of more than 32 GiB or fewer, or an empty one, where only the locators are told. */
export function dimmStructure(slot: Dimm | { locator: string; bank: string }, index: number): Structure {
  const dimm: Dimm = { sizeBytes: 0, ...slot };
  const megabytes = (dimm.sizeBytes ?? 0) / 2 ** 20;
  const millivolts = Math.round((dimm.configuredVoltageV ?? 0) * 1000);
  const detail = (dimm.typeDetail ?? []).reduce((bits, word) => bits | codeOf(TYPE_DETAILS, word), 0);
  return structure(17, 0x1100 + index, [
    ...[word(MEMORY_ARRAY_HANDLE), word(NO_ERROR_HANDLE)],
    ...[word(dimm.totalWidthBits ?? 0xffff), word(dimm.dataWidthBits ?? 0xffff)],
    ...[word(Math.min(megabytes, 0x7fff)), byte(codeOf(FORM_FACTORS, dimm.formFactor ?? "DIMM")), byte(0)],
    ...[text(dimm.locator), text(dimm.bank), byte(dimm.type ? codeOf(MEMORY_TYPES, dimm.type) : 2), word(detail)],
    ...[word(dimm.speedMTs ?? 0), text(dimm.manufacturer), text(dimm.serialNumber), text(dimm.assetTag)],
    ...[text(dimm.partNumber), byte(dimm.rank ?? 0), dword(megabytes > 0x7fff ? megabytes : 0)],
    ...[word(dimm.configuredSpeedMTs ?? 0), word(millivolts), word(millivolts), word(millivolts)],
  ]);
}

/** Type 19: the addresses of the whole array. */
export function memoryRangeStructure(sizeBytes: number): Structure {
  return structure(19, 0x1300, [
    ...[dword(0), dword(sizeBytes / 1024 - 1), word(MEMORY_ARRAY_HANDLE), byte(1), qword(0), qword(0)],
  ]);
}

/** Type 39: a switching power supply that is there, works, and can be pulled while the machine runs. */
export function powerSupplyStructure(supply: PowerSupply, index: number): Structure {
  return structure(39, 0x2700 + index, [
    ...[byte(1), text(supply.location), text(supply.productName), text(supply.manufacturer), text(supply.serialNumber)],
    ...[text(supply.assetTag), text(supply.partNumber), text(supply.revision), word(supply.maxPowerW ?? 0x8000)],
    ...[word(4 << 10 | 3 << 7 | 4 << 3 | 0b11), word(UNKNOWN_HANDLE), word(UNKNOWN_HANDLE), word(UNKNOWN_HANDLE)],
  ]);
}

/** Type 41: an Ethernet port on the board, at bus 0. */
export function onboardNicStructure(designation: string, instance: number, device: number): Structure {
  return structure(41, 0x2900 + instance, [
    ...[text(designation), byte(0x85), byte(instance), word(0), byte(0), byte(device << 3)],
  ]);
}

/**
 * The structures of a `dmidecode --dump-bin` file, without its end marker, as QEMU's entry point of SMBIOS 2.8 has them
 * read: before 2.6 a UUID has its first three fields big-endian. Throws a RangeError where it is none.
 */
export function structuresOfDump(dump: Uint8Array): Structure[] {
  const begin = new TextDecoder().decode(dump.subarray(0, 5));
  if (!/^_SM3?_/.test(begin)) {
    throw new RangeError(`found ${JSON.stringify(begin)} at its begin, expected _SM_ or _SM3_`);
  }
  const [major = 0, minor = 0] = begin === "_SM3_" ? dump.subarray(7) : dump.subarray(6);
  const structures: Structure[] = [];
  for (let start = 32; start + 4 <= dump.length && dump[start] !== 127;) {
    let end = start + dump[start + 1]!;
    while (end + 1 < dump.length && (dump[end] !== 0 || dump[end + 1] !== 0)) end++;
    if (end + 2 > dump.length) throw new RangeError(`the dump ends within the structure at ${start}`);
    const structure = dump.slice(start, end + 2);
    if (structure[0] === 1 && structure[1]! >= 24 && (major < 2 || major === 2 && minor < 6)) {
      for (const [from, to] of [[8, 12], [12, 14], [14, 16]]) structure.subarray(from, to).reverse();
    }
    structures.push(structure);
    start = end + 2;
  }
  return structures;
}

/** A UUID as SMBIOS 2.6 and later write it: the first three fields little-endian. All zero where there is none. */
function uuidBytes(uuid: string | undefined): Uint8Array {
  const [a, b, c, d, e] = (uuid ?? "00000000-0000-0000-0000-000000000000").split("-")
    .map((part) => Uint8Array.fromHex(part));
  return Uint8Array.from([...a!.reverse(), ...b!.reverse(), ...c!.reverse(), ...d!, ...e!]);
}

function numbers(version: string | undefined): number[] {
  return version?.split(".").map(Number) ?? [];
}

function codeOf(codes: ReadonlyMap<string, number>, word: string | undefined): number {
  const code = codes.get(word ?? "");
  if (code === undefined) throw new RangeError(`no code for ${word}: one of ${[...codes.keys()].join(", ")}`);
  return code;
}
