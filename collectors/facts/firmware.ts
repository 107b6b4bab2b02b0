/** The machine's firmware (SMBIOS type 0, DSP0134 7.1), and how it booted. */
import { bytes } from "../tools/dmidecode/values.ts";
import { isoDate } from "./dates.ts";
import type { Machine } from "./machine.ts";
import { dmi, dmiId, lshwMachine } from "./places.ts";
import { type Table, valueOf } from "./table.ts";

/** BIOS or UEFI. */
export interface Firmware {
  /** Maker of the firmware. */
  vendor?: string;
  /** Version of the firmware. */
  version?: string;
  /** YYYY-MM-DD. */
  releaseDate?: string;
  /** The maker's release number, beside `version`. */
  revision?: string;
  /** The same of the embedded controller. */
  ecRevision?: string;
  /** Size of the chip that holds it. */
  romSizeBytes?: number;
  /** How the machine was booted. */
  bootMode?: "uefi" | "bios";
  /** Whether Secure Boot is on; absent where the machine was not booted by UEFI. */
  secureBoot?: boolean;
  /** The firmware waits for keys (UEFI 2.10, 3.3: SetupMode). */
  setupMode?: boolean;
  /** The version of the SMBIOS tables. */
  smbiosVersion?: string;
}

const RELEASE_DATE = [
  dmi(0, ["Release Date", "Release"]),
  dmiId("bios_date"),
  lshwMachine("firmware", "date"),
] as const;

/** The release date as the firmware writes it: "09/28/10". */
export function releaseDateText(machine: Machine): string | undefined {
  return valueOf(RELEASE_DATE, machine) as string | undefined;
}

export const FIRMWARE: Table<Machine, Firmware> = {
  vendor: [dmi(0, "Vendor"), dmiId("bios_vendor"), lshwMachine("firmware", "vendor")],
  version: [dmi(0, "Version"), dmiId("bios_version"), lshwMachine("firmware", "version")],
  releaseDate: RELEASE_DATE.map((place) => ({ ...place, read: (machine) => isoDate(place.read(machine)) })),
  revision: [dmi(0, ["Platform Firmware Revision", "BIOS Revision"]), dmiId("bios_release")],
  ecRevision: [
    dmi(0, ["Embedded Controller Firmware Revision", "Firmware Revision"]),
    dmiId("ec_firmware_release"),
  ],
  romSizeBytes: [
    dmi(0, ["ROM Size", "ROM size"], bytes),
    lshwMachine("firmware", "capacity", ({ capacity }) => capacity),
  ],
  bootMode: [{ words: "/sys/firmware", read: ({ kernel }) => kernel?.bootMode }],
  secureBoot: [{
    words: "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
    read: ({ kernel }) => kernel?.secureBoot,
  }],
  setupMode: [{
    words: "/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c",
    read: ({ kernel }) => kernel?.setupMode,
  }],
  smbiosVersion: [
    {
      words: "dmidecode: SMBIOS … present",
      read: ({ smbios }) => smbios.version,
      raw: ({ smbios }) =>
        smbios.version ? { where: "dmidecode", lines: [`SMBIOS ${smbios.version} present.`] } : undefined,
    },
    lshwMachine(
      "system",
      "capabilities",
      ({ capabilities }) => capabilities?.find(({ name }) => name.startsWith("smbios-"))?.name.slice("smbios-".length),
    ),
  ],
};
