/**
 * "MM/DD/YYYY" as YYYY-MM-DD; another text as it is. Two digits of a year before 1996, when the tables came up, are
 * of the next century, as the kernel reads them (drivers/firmware/dmi_scan.c).
 */
export function isoDate(date: string | undefined): string | undefined {
  const [, month = "", day = "", year = ""] = /^(\d\d?)\/(\d\d?)\/(\d{4}|\d\d)$/.exec(date ?? "") ?? [];
  if (!(Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31)) return date;
  const fullYear = year.length === 4 ? year : `${Number(year) < 96 ? 20 : 19}${year}`;
  return `${fullYear}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
