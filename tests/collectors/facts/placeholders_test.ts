import { assertEquals } from "@std/assert";
import { told } from "../../../collectors/placeholders.ts";

Deno.test("told() gives what firmware says, trimmed", () => {
  for (
    const text of ["Dell Inc.", "B5R4NK2", "1", "0x0001", "System x3550 M5: -[5463AC1]-", "Unknown Ltd.", "None Such"]
  ) {
    assertEquals(told(` ${text}\t`), text);
  }
});

Deno.test("told() gives the asset tag of a Dell server's DIMM, which all that were made in one week have", () => {
  for (const tag of ["03142563", "01133763"]) assertEquals(told(tag), tag);
});

Deno.test("told() gives text in any language, and none where the bytes are no text", () => {
  for (const text of ["Données", "Größe µ", "Intel® Xeon®", "联想", "Éte", "two\nlines"]) {
    assertEquals(told(text), text);
  }
  for (
    const bytes of ["À\u001c[\u0087", "ÿÿÿQ\u0001", "ÿÿÿQ", "B5R4\u0000NK2", "\ufffd1", "\u007f", "Ã\u0083Ü", "¤¶é1"]
  ) {
    assertEquals(told(bytes), undefined, JSON.stringify(bytes));
  }
});

Deno.test("told() gives nothing for firmware's ways to say nothing", () => {
  const ways = [
    undefined,
    "",
    "  ",
    "Not Specified",
    " NOT SPECIFIED ",
    "To Be Filled By O.E.M.",
    "Default string",
    "0123456789",
    "Unknown",
    "N/A",
    "None",
    "<BAD INDEX>",
    "<OUT OF SPEC>",
    "<TRUNCATED>",
    "00000000",
    "00h",
    "No Enclosure",
    "OEM Chassis Manufacturer",
    "Type2 - Board Product Name1",
    "S26361-Kxxx-Vyyy",
    "No Module Installed",
  ];
  for (const way of ways) assertEquals(told(way), undefined, String(way));
});
