import { assertEquals } from "@std/assert";
import { machineUuid, told } from "../../../collectors/facts/placeholders.ts";

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

Deno.test("machineUuid() gives a machine's UUID in lower case", () => {
  const uuid = "4C4C4544-0035-5210-8034-C2C04F4E4B32";
  assertEquals(machineUuid(`${uuid}\n`), uuid.toLowerCase());
});

Deno.test("machineUuid() gives nothing for what is no machine's own UUID", () => {
  const none = [
    undefined,
    "",
    "Not Settable",
    "Not Present",
    "4c4c4544-0035-5210-8034",
    "{4c4c4544-0035-5210-8034-c2c04f4e4b32}",
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "03000200-0400-0500-0006-000700080009",
  ];
  for (const text of none) assertEquals(machineUuid(text), undefined, String(text));
});
