/** RAM as a whole, and its slots (SMBIOS types 16 and 17, DSP0134 7.17 and 7.18); lshw where dmidecode reported none. */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { bytes, count, fieldOf, type Reader, word } from "../tools/dmidecode/values.ts";
import { setting } from "../tools/lshw/tree.ts";
import { nonEmpty } from "../values.ts";
import {
  BANK,
  bank,
  device,
  DIMM,
  type Dimm,
  type DimmSources,
  isPopulated,
  LOCATOR,
  ramBytes,
  SIZE,
} from "./dimms.ts";
import { ERRORS, type JoinedErrors, joinErrors, type MemoryErrors } from "./memory_errors.ts";
import { type MemorySlot, type Naming, namingOf, type SlotPlace, slotPlace } from "./memory_slots.ts";
import type { MemorySources } from "./memory_sources.ts";
import { dmi, dmiField, lshwNode } from "./places.ts";
import { type Derived, derived, listOf, make, type Place, type Table, within } from "./table.ts";

/** The machine's RAM. */
export interface Memory {
  /** The sum of the DIMMs without what is persistent of them. */
  totalBytes?: number;
  /** What the boards can take, all together. */
  maxCapacityBytes?: number;
  /** None, Parity, Single-bit ECC, Multi-bit ECC, CRC. */
  errorCorrection?: string;
  /** How many slots for DIMMs there are, empty ones included. */
  slotCount?: number;
  /** Slots with a module. */
  usedSlotCount?: number;
  /** Every slot, empty ones included. */
  slots?: MemorySlot[];
  /** The populated slots. */
  dimms?: Dimm[];
  /** Errors that are counted, but of a module that is not known. */
  edac?: MemoryErrors[];
  /** What the kernel can use of it. */
  usableBytes?: number;
  /** Size of all swap areas. */
  swapBytes?: number;
}

const inArray = <T = string>(name: string, read?: Reader<T>) => dmiField("Physical Memory Array", name, read);
const CAPACITY = inArray("Maximum Capacity", bytes), DEVICES = inArray("Number Of Devices", count);

function slotsOf({ devices, banks }: MemorySources): DimmSources[] {
  return [...devices.map((device) => ({ device })), ...banks.map((bank) => ({ bank }))];
}

function dimmsOf(sources: MemorySources): DimmSources[] {
  return slotsOf(sources).filter(isPopulated);
}

/** The same of all structures: what a sum or a number is made of. */
function ofAll<T>(
  of: (sources: MemorySources) => readonly DmiStructure[],
  place: Place<DmiStructure, T>,
): Place<MemorySources, T> {
  return {
    words: `${place.words}, of all`,
    read: () => undefined,
    raw: (sources) => {
      const lines = of(sources).flatMap((structure) => place.raw?.(structure)?.lines[0] ?? []);
      const counted = [...Map.groupBy(lines, (line) => line)].map(([line, same]) =>
        same.length > 1 ? `${line}  (${same.length} times)` : line
      );
      return counted.length > 0 ? { where: "dmidecode", lines: counted } : undefined;
    },
  };
}

const devices = ({ devices }: MemorySources) => devices;
const SLOTS = ofAll(devices, LOCATOR);
const SIZES = ofAll(devices, SIZE);

const LSHW_MEMORY: Place<MemorySources, number> = within(
  ({ lshwArrays }) => lshwArrays[0],
  lshwNode("memory", "size", ({ size }) => size),
);

/** lshw's "errordetection" in dmidecode's words. */
const ERROR_CORRECTION: ReadonlyMap<string, string> = new Map([
  ["none", "None"],
  ["parity", "Parity"],
  ["ecc", "Single-bit ECC"],
  ["multi-bit-ecc", "Multi-bit ECC"],
  ["crc", "CRC"],
]);

/** A slot, and how the board names its slots. */
interface SlotSources extends DimmSources {
  naming: Naming;
}

function namedSlots(sources: MemorySources): SlotSources[] | undefined {
  const slots = slotsOf(sources);
  if (slots.length === 0) return undefined;
  const locators = slots.map((slot) => LOCATOR_PLACES.map((place) => place.read(slot)).find((text) => text) ?? "");
  const naming = namingOf(locators, SYSTEM_MAKER.read(sources.machine));
  return slots.map((slot) => ({ ...slot, naming }));
}

const SYSTEM_MAKER = dmi(1, ["Manufacturer", "Vendor"]);
const LOCATOR_PLACES = [device(LOCATOR), bank("slot")] as const;
const BANK_LOCATOR = device(BANK);

const named = <K extends keyof SlotPlace>(key: K): Derived<SlotSources, NonNullable<SlotPlace[K]>> =>
  derived<SlotSources, NonNullable<SlotPlace[K]>>(
    "where the name of the slot tells it",
    (slot) => {
      const locator = LOCATOR_PLACES.map((place) => place.read(slot)).find((text) => text);
      return slotPlace(locator, BANK_LOCATOR.read(slot), slot.naming)[key] ?? undefined;
    },
    ...LOCATOR_PLACES,
    BANK_LOCATOR,
  );

const SLOT: Table<SlotSources, MemorySlot> = {
  locator: LOCATOR_PLACES,
  bank: [BANK_LOCATOR],
  populated: derived("a module with a size, a maker, a part or a serial number is in it", isPopulated, device(SIZE)),
  sizeBytes: [device(SIZE), bank("size", ({ size }) => size || undefined)],
  socket: named("socket"),
  channel: named("channel"),
  position: named("position"),
};

/** The kernel's counts of errors, and whose they are. */
function errorsOf(sources: MemorySources, slots: readonly SlotSources[]): JoinedErrors | undefined {
  const counted = sources.machine.kernel?.edac;
  return counted && joinErrors(counted, slots.map((slot) => make(SLOT, slot)!));
}

function dimmsWithErrors(sources: MemorySources): DimmSources[] | undefined {
  const slots = namedSlots(sources);
  const errors = slots && errorsOf(sources, slots)?.bySlot;
  return slots?.map((slot, i) => ({ ...slot, ...errors?.[i] && { errors: errors[i] } })).filter(isPopulated);
}

/** No board takes more, and none so little: firmware prints 6 kB and 4095 PB. */
const MOST_CAPACITY_BYTES = 2 ** 50, LEAST_CAPACITY_BYTES = 2 ** 26;

function totalBytes(sources: MemorySources): number | undefined {
  const sizes = dimmsOf(sources).map(ramBytes);
  const ofArrays = sum(sources.lshwArrays.map(({ size }) => size ?? 0));
  const isComplete = sizes.length > 0 && !sizes.includes(undefined);
  return (isComplete ? sum(sizes as number[]) : ofArrays || sum(sizes.map((size) => size ?? 0))) || undefined;
}

export const MEMORY: Table<MemorySources, Memory> = {
  totalBytes: derived(
    "the sum of the DIMMs, without what is persistent or a cache of them; where there are none what lshw says",
    totalBytes,
    SIZES,
    LSHW_MEMORY,
  ),
  maxCapacityBytes: derived(
    "the sum of the arrays, where all of them report it and it is not less than what is fitted",
    (sources) => {
      const capacities = [
        ...sources.arrays.map((array) => CAPACITY.read(array)),
        ...sources.arrays.length > 0 ? [] : sources.lshwArrays.map(({ capacity }) => capacity ?? 0),
      ];
      const total = capacities.includes(undefined) ? 0 : sum(capacities as number[]);
      const least = Math.max(LEAST_CAPACITY_BYTES, totalBytes(sources) ?? 0);
      return total >= least && total <= MOST_CAPACITY_BYTES ? total : undefined;
    },
    ofAll(({ arrays }) => arrays, CAPACITY),
  ),
  errorCorrection: [
    within(
      ({ arrays }) => arrays.find(({ fields }) => word(fieldOf(fields, ["Error Correction Type"]) ?? NOTHING)),
      inArray("Error Correction Type", word),
    ),
    within(
      ({ lshwArrays }) => lshwArrays.find((array) => setting(array, "errordetection") !== undefined),
      lshwNode(
        "memory",
        "configuration.errordetection",
        (array) => ERROR_CORRECTION.get(setting(array, "errordetection") ?? ""),
      ),
    ),
  ],
  slotCount: derived(
    "how many slots there are; without one in SMBIOS what its arrays have room for",
    (sources) => slotsOf(sources).length || sum(sources.arrays.map((array) => DEVICES.read(array) ?? 0)) || undefined,
    SLOTS,
    ofAll(({ arrays }) => arrays, DEVICES),
  ),
  usedSlotCount: derived(
    "how many of them are populated",
    (sources) => slotsOf(sources).length > 0 ? dimmsOf(sources).length : undefined,
    SIZES,
  ),
  slots: listOf("every slot, in the order of SMBIOS", namedSlots, SLOT),
  dimms: listOf(
    "the populated slots, in the order of SMBIOS",
    dimmsWithErrors,
    DIMM,
  ),
  edac: listOf(
    "the counts of modules that belong to no slot, and of controllers that cannot tell the module",
    (sources) => nonEmpty(errorsOf(sources, namedSlots(sources) ?? [])?.rest ?? []),
    ERRORS,
  ),
  usableBytes: [{ words: "/proc/meminfo: MemTotal", read: ({ machine }) => machine.kernel?.memory?.usableBytes }],
  swapBytes: [{ words: "/proc/meminfo: SwapTotal", read: ({ machine }) => machine.kernel?.memory?.swapBytes }],
};

const NOTHING = { name: "", value: "" };

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
