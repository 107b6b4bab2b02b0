/** The trusted platform module. */
import type { Machine } from "./machine.ts";
import { asGiven, type Nested, section } from "./table.ts";

/** The first TPM. */
export interface Tpm {
  /** "1.2" or "2.0". */
  version?: string;
  description?: string;
}

export const TPM: Nested<Machine, Tpm> = section(
  asGiven<Tpm, Tpm>({
    version: "/sys/class/tpm/tpm0/tpm_version_major",
    description: "/sys/class/tpm/tpm0/device/description",
  }),
  ({ kernel }: Machine) => kernel?.tpm,
);
