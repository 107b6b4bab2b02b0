import { asGiven, type Table } from "./table.ts";

/** /sys/class/tpm. */
export interface Tpm {
  /** "1.2" or "2.0". */
  version?: string;
  description?: string;
}

const TPM0 = "/sys/class/tpm/tpm0";

export const TPM: Table<Tpm, Tpm> = asGiven<Tpm, Tpm>({
  version: [`${TPM0}/tpm_version_major`, TPM0],
  description: `${TPM0}/device/description`,
});
