/** How a person wants to see the facts. */
export interface View {
  /** Columns of the terminal. */
  width: number;
  /** Each disk and DIMM on a row of its own, with its serial number. */
  isLong: boolean;
  /** Whether the section was asked for by its name: then all that there is, and not what fits into a summary. */
  isWhole: boolean;
}

/** The serial number of one item; of several that are shown as one, where to find them. */
export function serialOf(items: readonly { serialNumber?: string }[]): string | undefined {
  const known = items.map(({ serialNumber }) => serialNumber).filter((serial) => serial !== undefined);
  return items.length > 1 && known.length > 0 ? "(--long)" : known[0];
}
