/** The forms in which ipmitool has printed a time: the day on which a board was made, that of an event. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "Wed Nov  7 02:43:00 2012", and "… 2012 CEST" since 1.8.19 (asctime(3), strftime(3) "%c %Z"). */
const LONG = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4})(?: [A-Z0-9+-]{1,6})?$/;
/** "11/07/2012 02:43:00", "11/07/12 02:43:00 UTC", "11/07/2012 02:43:00 PM CEST" (strftime(3) "%x %X %Z"). */
const SHORT = /^(\d{2})\/(\d{2})\/(\d{2}|\d{4})(?: - | )(\d{2})(:\d{2}:\d{2})(?: ([AP]M))?(?: [A-Z0-9+-]{1,6})?$/;
/** "2012-11-07 02:43:00" */
const ISO = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: ?[A-Z0-9+:-]{1,6})?$/;

/**
 * "2012-11-07T02:43:00": without a zone, since most versions print the time of a zone that they do not name. A form
 * that is not known is given as it is. Undefined where it says nothing: the format counts minutes from the first of
 * 1996, and 0 of them, seen from any zone, is what a board says that does not know.
 */
export function manufacturedAt(text: string | undefined): string | undefined {
  if (text === undefined || /^(?:unspecified|unknown)$/i.test(text)) return undefined;
  const iso = isoTime(text);
  if (iso === undefined) return text;
  const hoursFromEpoch = Math.abs(Date.parse(`${iso}Z`) - Date.UTC(1996, 0, 1)) / 3_600_000;
  return hoursFromEpoch <= 14 ? undefined : iso;
}

/** "2012-11-07T02:43:00" of any of the forms, without the zone; undefined for another text. */
export function isoTime(text: string): string | undefined {
  const long = LONG.exec(text);
  if (long) {
    const month = MONTHS.indexOf(long[1]!) + 1;
    return valid(`${long[4]}-${twoDigits(month)}-${twoDigits(Number(long[2]))}T${long[3]}`);
  }
  const short = SHORT.exec(text);
  if (short) {
    const [, month, day, year = "", hour = "", rest, half] = short;
    const hour24 = half === undefined ? hour : twoDigits(Number(hour) % 12 + (half === "PM" ? 12 : 0));
    return valid(`${year.padStart(4, "20")}-${month}-${day}T${hour24}${rest}`);
  }
  const iso = ISO.exec(text);
  return iso ? valid(`${iso[1]}T${iso[2]}`) : undefined;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** `iso`, or undefined where there is no such day or time. */
function valid(iso: string): string | undefined {
  const time = Date.parse(`${iso}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso) ? iso : undefined;
}
