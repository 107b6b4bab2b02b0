/** ipmitool sel info, sel list, sel elist: the system event log (ipmitool's lib/ipmi_sel.c; IPMI 2.0, 31 and 32). */
import type { BmcEvent, SelInfo } from "./types.ts";
import { type Parsed, ParseError, splitLines, type UnparsedLine } from "../parsing.ts";
import { prune } from "../../values.ts";
import { isoTime } from "./times.ts";
import { fieldsOf, firstValues, readRows } from "./rows.ts";

const SEL_LIST = "ipmitool sel list";
/** A log has 64 kB, and a record 16 bytes. */
const MOST_EVENTS = 5_000;
const KNOWN = new Set(["Entries", "Free Space", "Percent Used", "Last Add Time", "Overflow"]);

/**
 * Reads `ipmitool sel info`. Throws `ParseError` where none of its fields is there.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseSelInfo(`SEL Information
 * Entries          : 107
 * Percent Used     : 2%
 * Last Add Time    : 09/20/2026 01:40:17
 * Last Del Time    : Not Available
 * Overflow         : false
 * `);
 * const { fields: _, ...typed } = value;
 * deepStrictEqual(typed, { entries: 107, percentUsed: 2, overflow: false, lastAddedAt: "2026-09-20T01:40:17" });
 * ```
 */
export function parseSelInfo(text: string): Parsed<SelInfo> {
  const { rows, unparsed } = readRows("ipmitool sel info", text, KNOWN);
  const values = firstValues(rows);
  const overflow = values.get("Overflow");
  const value = prune<SelInfo>({
    entries: count(values.get("Entries")),
    percentUsed: count(values.get("Percent Used")?.replace(/ ?%$/, "")),
    overflow: overflow === "true" ? true : overflow === "false" ? false : undefined,
    lastAddedAt: isoTime(values.get("Last Add Time") ?? ""),
    lastDeletedAt: isoTime(values.get("Last Del Time") ?? ""),
    fields: fieldsOf(rows),
  });
  return { value, unparsed: unparsed.filter(({ text }) => text.trim() !== "SEL Information") };
}

function count(text: string | undefined): number | undefined {
  return /^\d{1,5}$/.test(text ?? "") ? Number(text) : undefined;
}

/** What 1.8.18 and later say on standard error. */
const EMPTY = /^SEL has no entries$/;
const DIRECTION = /^(?:Deasserted|Asserted)$/i;

/**
 * Reads `ipmitool sel list` and `sel elist`, be it of all events or of the last. Throws `ParseError` where there is text
 * but no event; an empty output holds none.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseSelList(
 *   "   a | 11/27/26 | 22:14:50 UTC | Temperature Inlet Temp | Upper Critical going high | Asserted | Reading 85 > …\n",
 * );
 * deepStrictEqual(value, [{
 *   id: 10,
 *   time: "2026-11-27T22:14:50",
 *   sensor: "Temperature Inlet Temp",
 *   event: "Upper Critical going high",
 *   asserted: true,
 *   detail: "Reading 85 > …",
 * }]);
 * ```
 */
export function parseSelList(text: string): Parsed<BmcEvent[]> {
  const value: BmcEvent[] = [];
  const unparsed: UnparsedLine[] = [];
  splitLines(text, SEL_LIST, MOST_EVENTS).forEach((line, i) => {
    const trimmed = line.trim();
    if (trimmed === "" || EMPTY.test(trimmed)) return;
    const event = eventOf(trimmed);
    if (event) value.push(event);
    else unparsed.push({ line: i + 1, text: line });
  });
  if (value.length === 0 && unparsed.length > 0) {
    const { line, text: found } = unparsed[0]!;
    throw new ParseError(SEL_LIST, line, found, 'a line such as "   1 | 11/27/26 | 22:14:50 UTC | …"');
  }
  return { value, unparsed };
}

function eventOf(line: string): BmcEvent | undefined {
  const [first = "", ...cells] = line.split("|").map((cell) => cell.trim());
  if (!/^[0-9a-f]{1,4}$/i.test(first) || cells.length === 0) return undefined;
  const id = parseInt(first, 16);
  // These carry no time.
  const isUntimed = /^(?:OEM record [0-9a-f]{2}|Linux kernel panic: .*)$/i.test(cells[0]!);
  if (!isUntimed && cells.length < 3) return undefined;
  const time = isUntimed ? undefined : isoTime(`${cells[0]} ${cells[1]}`);
  const said = isUntimed ? cells : cells.slice(2);
  const { named, event, asserted, detail } = /^(?:OEM record|Linux kernel)/.test(said[0]!)
    ? { named: undefined, event: said[0]!, asserted: undefined, detail: said.slice(1) }
    : ofSensor(said);
  const sensor = named || undefined;
  return prune<BmcEvent>({ id, time, sensor, event, asserted, detail: detail.join(" | ") || undefined });
}

/** The sensor, the event and its direction. The words of an event may hold a "|" of their own. */
function ofSensor([named = "", ...cells]: string[]) {
  const at = cells.findLastIndex((cell) => DIRECTION.test(cell));
  const isDirected = at > 0;
  return {
    named,
    event: isDirected ? cells.slice(0, at).join(" | ") : cells.join(" | "),
    asserted: isDirected ? /^a/i.test(cells[at]!) : undefined,
    detail: isDirected ? cells.slice(at + 1) : [],
  };
}
