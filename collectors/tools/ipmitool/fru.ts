/** ipmitool fru print: what the parts of the machine say they are (ipmitool's lib/ipmi_fru.c; IPMI FRU 1.3). */
import type { Fru, FruBoard, FruChassis, FruProduct } from "./types.ts";
import type { NamedText } from "../parsing.ts";
import { type Parsed, ParseError, splitLines, type UnparsedLine } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { firstValues, rowOf } from "./rows.ts";
import { manufacturedAt } from "./times.ts";

const FRU_PRINT = "ipmitool fru print";
/** Of 60 FRUs with 15 lines each, and the SPD of some. */
const MOST_FRU_LINES = 20_000;
const DESCRIPTION = "FRU Device Description";
/** What ipmitool calls FRU 0, and does not say where it is asked for by number. */
const BUILTIN = { id: 0, description: "Builtin FRU Device" };

/**
 * Reads `ipmitool fru print` and `fru print N`; without a heading it is FRU 0's. A FRU that is there and says nothing,
 * or is not present, is one too. The FRU of another controller has no number of its own: it is that one's FRU 0.
 * Throws `ParseError` where there is text but no FRU; an empty output holds none.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseFruPrint(`FRU Device Description : Builtin FRU Device (ID 0)
 *  Board Mfg             : DELL
 *  Board Serial          : CN7475143K0027
 * `);
 * deepStrictEqual(value[0]?.board, { manufacturer: "DELL", serialNumber: "CN7475143K0027" });
 * ```
 */
export function parseFruPrint(text: string): Parsed<Fru[]> {
  const frus: Listed[] = [];
  const unparsed: UnparsedLine[] = [];
  splitLines(text, FRU_PRINT, MOST_FRU_LINES).forEach((line, i) => {
    const trimmed = line.trim();
    if (trimmed === "") return;
    const field = fieldOf(trimmed, /^\s/.test(line));
    const last = frus.at(-1)?.fields.at(-1);
    if (field?.name === DESCRIPTION) frus.push({ ...described(field.value), fields: [field] });
    else if (last && SPD.test(last.name) && OCTETS.test(trimmed)) {
      last.value += last.value === "" ? trimmed : ` ${trimmed}`;
    } else if (field && frus.length > 0) frus.at(-1)!.fields.push(field);
    else if (field && (AREA_FIELD.test(field.name) || field.name === NOT_PRESENT)) {
      frus.push({ ...BUILTIN, fields: [field] });
    } else unparsed.push({ line: i + 1, text: line });
  });
  if (frus.length === 0 && unparsed.length > 0) {
    const { line, text: found } = unparsed[0]!;
    throw new ParseError(FRU_PRINT, line, found, `a line such as "${DESCRIPTION} : …"`);
  }
  return { value: frus.map(typed), unparsed };
}

/** A FRU in the tool's words. */
type Listed = Pick<Fru, "id" | "description"> & { fields: NamedText[] };

const AREA_FIELD = /^(?:Chassis|Board|Product) /;
const NOT_PRESENT = "Device not present";
/** `-v` adds the octets of a DIMM's SPD. */
const SPD = /^SPD DATA \(\d+ bytes\)$/;
const OCTETS = /^[0-9a-f ]+$/i;

/** "Board Serial : X", "Device not present (Timeout)"; a line without a value where it heads others. */
function fieldOf(line: string, isIndented: boolean): NamedText | undefined {
  const row = rowOf(line);
  if (row) return row;
  if (line.startsWith(`${NOT_PRESENT} (`)) {
    return { name: NOT_PRESENT, value: line.slice(NOT_PRESENT.length).replace(/^ \(|\)$/g, "") };
  }
  return isIndented || SPD.test(line) ? { name: line, value: "" } : undefined;
}

/** "PSU 1: left (ID 1)" */
function described(text: string): Pick<Fru, "id" | "description"> {
  const open = text.lastIndexOf("(ID ");
  const id = open < 0 ? undefined : /^\(ID (\d{1,5})\)$/.exec(text.slice(open))?.[1];
  if (id === undefined) return { id: 0, description: text };
  return { id: Number(id), description: text.slice(0, open).trimEnd() };
}

function typed({ id, description, fields: all }: Listed): Fru {
  const values = firstValues(all);
  const get = (name: string) => told(values.get(name));
  const extra = (name: string) =>
    nonEmpty(all.filter((field) => field.name === name).flatMap((field) => told(field.value) ?? []));
  const chassis = prune<FruChassis>({
    type: get("Chassis Type"),
    partNumber: get("Chassis Part Number"),
    serialNumber: get("Chassis Serial"),
    extra: extra("Chassis Extra"),
  });
  const board = prune<FruBoard>({
    manufacturedAt: manufacturedAt(values.get("Board Mfg Date")),
    manufacturer: get("Board Mfg"),
    productName: get("Board Product"),
    serialNumber: get("Board Serial"),
    partNumber: get("Board Part Number"),
    fruId: get("Board FRU ID"),
    extra: extra("Board Extra"),
  });
  const product = prune<FruProduct>({
    manufacturer: get("Product Manufacturer"),
    productName: get("Product Name"),
    partNumber: get("Product Part Number"),
    version: get("Product Version"),
    serialNumber: get("Product Serial"),
    assetTag: get("Product Asset Tag"),
    fruId: get("Product FRU ID"),
    extra: extra("Product Extra"),
  });
  const fields = all.filter(({ name, value }) => value !== "" || !AREA_FIELD.test(name));
  return prune<Fru>({
    id,
    description,
    chassis: filled(chassis),
    board: filled(board),
    product: filled(product),
    fields: nonEmpty(fields),
  });
}

function filled<T extends object>(area: T): T | undefined {
  return Object.keys(area).length > 0 ? area : undefined;
}
