/** The trusted platform module (SMBIOS type 43, DSP0134 7.44; what the kernel says of it). */
import type { DmiField, DmiStructure } from "../tools/dmidecode/types.ts";
import type { Reader } from "../tools/dmidecode/values.ts";
import type { Machine } from "./machine.ts";
import { dmiField, text } from "./places.ts";
import { type Nested, type Place, section, type Table, within } from "./table.ts";

/** The first TPM. */
export interface Tpm {
  /** "1.2" or "2.0". */
  version?: string;
  /** The TPM in its maker's words. */
  description?: string;
  /** The maker's code of up to four letters, as the TCG registers it: IFX, NTC, INTC. */
  vendorId?: string;
  /** The version of its firmware. */
  firmware?: string;
}

/** dmidecode before 3.3 prints no line end behind two of the values: "2.0\tFirmware Revision: 7.2". */
function withAllFields(structure: DmiStructure): DmiStructure {
  const fields = structure.fields.flatMap((field): DmiField[] => {
    const [value = "", ...joined] = field.value.split("\t");
    const others = joined.map((text) => {
      const [name = "", value = ""] = text.split(/: ?/, 2);
      return { name, value };
    });
    return [{ ...field, value }, ...others];
  });
  return { ...structure, fields };
}

function device({ smbios }: Machine): DmiStructure | undefined {
  const first = smbios.all(43)[0];
  return first && withAllFields(first);
}

const field = <T = string>(name: string, read?: Reader<T>) => within(device, dmiField<T>("TPM Device", name, read));

function kernel(name: "version" | "description", file: string): Place<Machine, string> {
  return { words: `/sys/class/tpm/tpm0/${file}`, read: ({ kernel }) => kernel?.tpm?.[name] };
}

/** The codes of the TCG's vendor ID registry that read backwards are none: some firmware has the bytes so. */
const BACKWARDS: ReadonlyMap<string, string> = new Map(
  ("AMD ATML BRCM CSCO GOOG HISI HPI HPE IBM IFX INTC LEN MSFT NSM NTC NTZ NSG QCOM ROCC SECE SMSC SMSN SNS STM TXN " +
    "WEC").split(" ").map((code) => [[...code].reverse().join(""), code]),
);

const TABLE: Table<Machine, Tpm> = {
  version: [
    kernel("version", "tpm_version_major"),
    field("Specification Version", ({ value }) => /^[12]\.\d$/.exec(value)?.[0]),
  ],
  description: [kernel("description", "device/description"), field("Description")],
  vendorId: [field("Vendor ID", (field) => {
    const code = text(field);
    return code === undefined ? undefined : BACKWARDS.get(code) ?? code;
  })],
  firmware: [field("Firmware Revision", ({ value }) => /[1-9]/.test(value) ? value : undefined)],
};

export const TPM: Nested<Machine, Tpm> = section(TABLE);
