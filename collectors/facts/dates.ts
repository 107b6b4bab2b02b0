/** Dates as firmware writes them. */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The forms, by what their groups are; behind each a time may stand. */
const FORMS: readonly [form: RegExp, ...groups: ("year" | "month" | "day")[]][] = [
  // DSP0134 7.1 has "mm/dd/yyyy" and "mm/dd/yy".
  [/^0{0,2}(\d{1,2})[/.-]0{0,2}(\d{1,2})[/.-](\d{4}|\d\d)$/, "month", "day", "year"],
  [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, "year", "month", "day"],
  [/^(\d{4})(\d\d)(\d\d)$/, "year", "month", "day"],
  [/^([a-z]{3})[a-z]*\.?[ -]+(\d{1,2}),?[ -]+(\d{4})$/, "month", "day", "year"],
  [/^(\d{1,2})[ -]*([a-z]{3})[a-z]*\.?,?[ -]*(\d{4})$/, "day", "month", "year"],
  [/^(\d\d)(\d\d)(\d{4})$/, "month", "day", "year"],
];

/**
 * A date as YYYY-MM-DD; undefined where the text is none ("32/22/2015"). Day and month may have more zeros or fewer, and
 * a weekday before them or a time behind: "001/22/2018", "Oct 24 2022", "20210806", "09/21/23 12:21:29". Two digits of a
 * year before 1996, when the tables came up, are of the next century, as the kernel reads them
 * (drivers/firmware/dmi_scan.c).
 *
 * ```ts
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(isoDate("07/09/2021"), "2021-07-09");
 * strictEqual(isoDate("sometime"), undefined);
 * ```
 */
export function isoDate(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 64) return undefined;
  const date = text.trim().toLowerCase().replace(/^(sun|mon|tue|wed|thu|fri|sat)[a-z]*,? +/, "")
    // "Thu Jul 21 14:33:00 2022" has the year behind the time.
    .replace(/(t| +)\d{1,2}:\d{1,2}.*?(?= \d{4}$|$)/, "");
  for (const [form, ...groups] of FORMS) {
    const match = form.exec(date);
    if (!match) continue;
    const found = Object.fromEntries(groups.map((group, i) => [group, match[i + 1]!]));
    const day = calendarDate(yearOf(found["year"]!), monthOf(found["month"]!), Number(found["day"]));
    if (day !== undefined) return day;
  }
  return undefined;
}

function yearOf(digits: string): number {
  const year = Number(digits);
  return digits.length === 4 ? year : year + (year < 96 ? 2000 : 1900);
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text) + 1;
}

/** Only of days that there are, from the first PCs on. */
function calendarDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = year >= 1980 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1;
  return isDay && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}
