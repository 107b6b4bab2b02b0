/** /sys/class/tpm. */
export interface Tpm {
  /** "1.2" or "2.0". */
  version?: string;
  description?: string;
}
