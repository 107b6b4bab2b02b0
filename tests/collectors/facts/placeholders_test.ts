import { assertEquals } from "@std/assert";
import { told } from "../../../collectors/placeholders.ts";

Deno.test("told() gives what firmware says, trimmed", () => {
  const like = [
    "Version A0",
    "Version 1.10",
    "Rev 1.xx",
    "System x3650 M5",
    "Server Board",
    "BIOS 5",
    "DIMM 1",
    "P0_Node1_Channel0_Dimm0",
    "OEM Server",
    "OEM-F7342-00",
    "SYS-6029P-TRT",
    "SN1234X",
    "SN850",
    "PF12345678",
    "PHDV1234567890",
    "Slot Location 2",
    "ID Tag 77",
    "SKU 0716",
    "Type 5200",
    "4242",
    "22222222",
    "0x0001",
    "0x000F",
    "20210806",
    "5678901234",
    "1234569",
    "Product ID: P38412-B21",
    "Not a Real Maker",
    "No",
    "Unknown Ltd.",
    "Reserve Bank",
    "Micro-Star International Co., Ltd.",
  ];
  for (const text of like) assertEquals(told(text), text);
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
    "$(DEFAULT_STRING)",
    "Unknown Product",
    "Unknown Manufacturer",
    "OEM Default string000",
    "SKU1",
    "System SKUNumber",
    "Default SKU",
    "' '",
    "O.E.M",
    "Chassis SKU",
    "Chassis SKU Number",
    "Board Serial Number",
    "ASUS-NotebookSKU",
    "Type1 - 123456",
    "Type2 - Board Product Name",
    "Type3 - Chassis Manufacturer",
    "Reserved for System Vendor",
    "Reserved",
    "CPU Version",
    "Not Supported by CPU",
    "TBD by ODM",
    "To be defined by OEM",
    "Manufacturer not set",
    "Serial Number Not Programmed",
    ". .    .      ..",
    "----------",
    "12345678901234567890123456789012",
    "0123456789ABCDEF0123",
    "987654321",
    "111111111111",
    "0000-0000-0000",
    "SYS-1234567890",
    "Asset-1234567890",
    "ATN12345678901234567",
    "Channel-0-DIMM-0-AssetTag",
    "TestAsset0",
    "DIMM_A1_AssetTag (date:21/41)",
    "P1-DIMMA1_AssetTag (Date:17/11)",
    "A1_SerNum3",
    "ChannelA_Dimm2_PartNum",
    "ModulePartNumber07",
    "Array1_PartNumber0",
    "Dimm5_Manufacturer_Name_String",
    "OemString1",
    "OEM_STRING_10",
    "String2 for Original Equipment Manufacturer",
    "DEFAULT_STRING_2",
    "<DEFAULT>",
    "Default string01",
    "MB-1234567890",
    "Unkonwn",
    "Change Me",
    "PlaceHolder",
    "Base Board Chassis Location",
    "Type2 - Board Chassis Location",
    "DimmA2_PartNumA2",
    "DIMMA2_AssetTag(16/36)",
  ];
  for (const way of ways) assertEquals(told(way), undefined, String(way));
});
