/** Every firmware of the machine whose version is known: what other facts say, and the inventory of SMBIOS (type 45). */
import type { DmiStructure } from "../tools/dmidecode/types.ts";
import { fieldOf, flag, type Reader } from "../tools/dmidecode/values.ts";
import { told } from "../placeholders.ts";
import { nonEmpty, prune } from "../values.ts";
import { isoDate } from "./dates.ts";
import { type Disk, DISKS } from "./disks.ts";
import { FIRMWARE } from "./firmware.ts";
import type { Machine } from "./machine.ts";
import { type Nic, NICS } from "./nics.ts";
import { PCI, type PciDevice } from "./pci.ts";
import { dmiField } from "./places.ts";
import { type AsPrinted, type ListOf, listOf, make, type Place, printedField, valueOf } from "./table.ts";
import { TPM, type Tpm } from "./tpm.ts";

/** A firmware, and the component that it runs on. */
export interface InstalledFirmware {
  /** BIOS, BMC, NIC, disk …; of SMBIOS's inventory and of a card the name that they have themselves. */
  component: string;
  /** Version of the firmware. */
  version: string;
  /** Which of several components: the kernel's name of a NIC or disk, the PCI address of a card. */
  where?: string;
  /** Maker of the firmware. */
  manufacturer?: string;
  /** YYYY-MM-DD. */
  releaseDate?: string;
  /** The oldest version that it can be set back to. */
  lowestSupportedVersion?: string;
  /** Whether it can be updated. */
  updatable?: boolean;
}

/** A firmware with the words behind it: those of the inventory, or the fact that has its version. */
interface Told extends InstalledFirmware, AsPrinted {
  fact?: string;
}

const TITLE = "Firmware Inventory Information";
const inventoried = <T = string>(name: string, read?: Reader<T>) => dmiField<T>(TITLE, name, read);

const COMPONENT = inventoried("Firmware Component Name");
const VERSION = inventoried("Firmware Version");
const MANUFACTURER = inventoried("Manufacturer");
const LOWEST = inventoried("Lowest Supported Firmware Version");
const RELEASE_DATE = inventoried(
  "Release Date",
  ({ value }) => /^\d{4}-\d{2}-\d{2}(?=T|$)/.exec(value)?.[0] ?? isoDate(told(value)),
);

function inventory({ smbios }: Machine): Told[] {
  return smbios.all(45).flatMap((structure) => {
    const component = COMPONENT.read(structure), version = VERSION.read(structure);
    if (component === undefined || version === undefined) return [];
    return [prune<Told>({
      component,
      version,
      manufacturer: MANUFACTURER.read(structure),
      releaseDate: RELEASE_DATE.read(structure),
      lowestSupportedVersion: LOWEST.read(structure),
      updatable: updatable(structure),
      fields: structure.fields.map(({ name, value, items }) => ({ name, value: items ?? value })),
    })];
  });
}

function updatable({ fields }: DmiStructure): boolean | undefined {
  const line = fieldOf(fields, ["Characteristics"])?.items?.find((item) => item.startsWith("Updatable: "));
  return line === undefined ? undefined : flag("Yes", "No")({ name: "", value: line.slice("Updatable: ".length) });
}

const SINGLE = ["BIOS", "embedded controller", "BMC", "CPU microcode", "TPM"] as const;

/** Whether another section has the version, too: that of what the machine has one of, or of a NIC, a disk or a card. */
export function isToldElsewhere({ component, where }: InstalledFirmware): boolean {
  return where !== undefined || SINGLE.some((single) => single === component);
}

/** What the machine has one of. */
function single(machine: Machine): Told[] {
  const bios = make(FIRMWARE, machine) ?? {}, tpm = valueOf(TPM, machine) as Tpm | undefined;
  const one = (
    component: typeof SINGLE[number],
    fact: string,
    version: string | undefined,
    more: Partial<InstalledFirmware> = {},
  ): Told[] => version === undefined ? [] : [{ component, fact, version, ...more }];
  return [
    ...one(
      "BIOS",
      "firmware.version",
      bios.version,
      prune({ manufacturer: bios.vendor, releaseDate: bios.releaseDate }),
    ),
    ...one("embedded controller", "firmware.ecRevision", bios.ecRevision),
    ...one("BMC", "bmc.firmware", machine.parts.ipmitool?.value?.firmware),
    ...one("CPU microcode", "cpu.microcode", machine.kernel?.cpu?.microcode),
    ...one("TPM", "tpm.firmware", tpm?.firmware),
  ];
}

function devices(machine: Machine): Told[] {
  const nics = valueOf(NICS, machine) as Nic[] | undefined ?? [];
  const disks = valueOf(DISKS, machine) as Disk[] | undefined ?? [];
  const cards = valueOf(PCI, machine) as PciDevice[] | undefined ?? [];
  const isNic = new Set(nics.map(({ pciAddress }) => pciAddress));
  const of = (list: string, component: string, where: string, version: string | undefined): Told[] =>
    version === undefined ? [] : [{ component, version, where, fact: `${list}[${where}].firmware` }];
  return [
    ...nics.filter(({ physical }) => physical).flatMap(({ name, firmware }) => of("nics", "NIC", name, firmware)),
    ...disks.flatMap(({ name, firmware }) => of("disks", "disk", name, firmware)),
    ...cards.filter(({ address }) => !isNic.has(address)).flatMap(({ address, cardName, product, firmware }) =>
      of("pci", cardName ?? product ?? "PCI card", address, firmware)
    ),
  ];
}

/** What the inventory calls the components that are known without it: their version is told once. */
const SAME: { readonly [C in typeof SINGLE[number]]?: RegExp } = {
  BIOS: /\b(bios|uefi)\b/i,
  BMC: /\bbmc\b/i,
  "CPU microcode": /\bmicrocode\b/i,
  TPM: /\btpm\b/i,
};

function firmwares(machine: Machine): Told[] {
  const known = single(machine);
  const isKnown = ({ component, version }: Told) =>
    known.some((one) => one.version === version && SAME[one.component as typeof SINGLE[number]]?.test(component));
  return [...known, ...devices(machine), ...inventory(machine).filter((one) => !isKnown(one))];
}

/** An own field of the inventory, or one of another section. */
function field<K extends keyof InstalledFirmware>(
  name: K,
  section: string | undefined,
  inventoryName?: string,
): Place<Told, NonNullable<InstalledFirmware[K]>>[] {
  const value = (told: Told) => told[name] ?? undefined;
  const isListed = ({ fields }: Told) => fields !== undefined;
  const printed = ({ fact, version }: Told) => fact === undefined ? undefined : { where: fact, lines: [version] };
  const inventory = inventoryName === undefined ? undefined : `dmidecode: ${TITLE}: ${inventoryName}`;
  return [
    ...section === undefined
      ? []
      : [{ words: section, read: (told: Told) => isListed(told) ? undefined : value(told), raw: printed }],
    ...inventory === undefined ? [] : [{
      words: inventory,
      read: (told: Told) => isListed(told) ? value(told) : undefined,
      raw: ({ fields }: Told) => printedField(inventory, fields),
    }],
  ];
}

const VERSIONS = "firmware.version, firmware.ecRevision, bmc.firmware, cpu.microcode, tpm.firmware, nics[].firmware, " +
  "disks[].firmware, pci[].firmware";

export const FIRMWARES: ListOf<Machine, InstalledFirmware> = listOf(
  "the versions that other sections have, and behind them those that only the inventory of SMBIOS has",
  (machine) => nonEmpty(firmwares(machine)),
  {
    component: field("component", "the section of the version, pci[].cardName", "Firmware Component Name"),
    version: field("version", VERSIONS, "Firmware Version"),
    where: field("where", "nics[].name, disks[].name, pci[].address"),
    manufacturer: field("manufacturer", "firmware.vendor", "Manufacturer"),
    releaseDate: field("releaseDate", "firmware.releaseDate", "Release Date"),
    lowestSupportedVersion: field("lowestSupportedVersion", undefined, "Lowest Supported Firmware Version"),
    updatable: field("updatable", undefined, "Characteristics"),
  },
);
