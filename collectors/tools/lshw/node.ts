import type { NamedText } from "../parsing.ts";

/** One node of lshw's tree. */
export interface HardwareNode {
  id: string;
  class: string;
  claimed?: boolean;
  disabled?: boolean;
  handle?: string;
  description?: string;
  product?: string;
  vendor?: string;
  physId?: string;
  busInfo?: string;
  logicalNames?: string[];
  dev?: string;
  version?: string;
  date?: string;
  serial?: string;
  slot?: string;
  /** Of size and capacity: bytes, Hz, bit/s …, as lshw names it. */
  units?: string;
  size?: number;
  capacity?: number;
  /** Bits. */
  width?: number;
  /** Hz. */
  clock?: number;
  configuration?: NamedText[];
  /** `value` is lshw's words for it; "true" where it has none. */
  capabilities?: NamedText[];
  /** Keys of the tool that this type has no field for. */
  other?: NamedText[];
  children?: HardwareNode[];
}
