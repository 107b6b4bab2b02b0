import { assertEquals } from "@std/assert";
import { isoDate } from "../../../collectors/facts/dates.ts";

Deno.test("isoDate() reads every way in which firmware writes a date", () => {
  const dates = {
    "07/09/2021": "2021-07-09",
    "7/8/2019": "2019-07-08",
    "09/28/10": "2010-09-28",
    "12/31/97": "1997-12-31",
    "001/22/2018": "2018-01-22",
    "004/21/2021": "2021-04-21",
    "09/21/23 12:21:29": "2023-09-21",
    "Wed 09/01/2021  5:2": "2021-09-01",
    "Oct 24 2022": "2022-10-24",
    "October 24, 2022": "2022-10-24",
    "24 Oct 2022": "2022-10-24",
    "Oct  4 2022 10:11:12": "2022-10-04",
    "Jul-21-2022": "2022-07-21",
    "21Jul2022": "2022-07-21",
    "Thu Jul 21 14:33:00 2022": "2022-07-21",
    "Wed Jun  5 00:00:00 CST 2019": "2019-06-05",
    "08062021": "2021-08-06",
    "20210806": "2021-08-06",
    "2021-05-15": "2021-05-15",
    "2021-05-15T00:00:00Z": "2021-05-15",
    "02/29/2020": "2020-02-29",
  };
  for (const [text, date] of Object.entries(dates)) assertEquals(isoDate(text), date, text);
});

Deno.test("isoDate() gives nothing for what is no date", () => {
  for (
    const text of [
      "32/22/2015",
      "02/30/2020",
      "00/00/0000",
      "31/12/2006",
      "20211306",
      "Foo 24 2022",
      "01/01/0001",
      "2021",
      "sometime",
      "................................",
      "",
      "1".repeat(100),
    ]
  ) assertEquals(isoDate(text), undefined, text);
  assertEquals(isoDate(undefined), undefined);
});
