import { assertEquals } from "@std/assert";
import { parseDmidecode } from "../../../collectors/tools/dmidecode/mod.ts";
import { NO_IPMI_DEVICE, NO_IPMI_DRIVER } from "../../../collectors/tools/ipmitool/mod.ts";
import type { Parts } from "../../../collectors/mod.ts";
import { assembled, ok, uncheckedFactsOf } from "./assembled.ts";

const SERVER = Deno.readTextFileSync(new URL("../../fixtures/dmidecode/server.txt", import.meta.url));

const LSHW = {
  id: "node7",
  class: "system",
  description: "Rack Mount Chassis",
  product: "PowerEdge R6515 (SKU=NotProvided;ModelName=PowerEdge R6515)",
  vendor: "Dell Inc.",
  version: "A7",
  serial: "11WLK93",
  configuration: {
    chassis: "rackmount",
    family: "PowerEdge",
    sku: "SKU=NotProvided;ModelName=PowerEdge R6515",
    uuid: "4c4c4544-0031-5710-804c-b1c04f4b3933",
  },
  capabilities: { "smbios-3.3.0": "SMBIOS version 3.3.0" },
  children: [{
    id: "core",
    class: "bus",
    product: "0R4CNN",
    vendor: "Dell Inc.",
    version: "A02",
    serial: "To Be Filled By O.E.M.",
    children: [{
      id: "firmware",
      class: "memory",
      vendor: "Dell Inc.",
      version: "1.7.4",
      date: "10/05/2020",
      units: "bytes",
      size: 65536,
      capacity: 33554432,
    }],
  }],
};

const DMI_IDS = {
  sys_vendor: "Supermicro",
  product_name: "SYS-1029U",
  product_version: "Rev 3",
  product_serial: "To be filled by O.E.M.",
  product_sku: "15D9",
  product_family: "Ultra",
  product_uuid: "00000000-0000-0000-0000-AC1F6B123456",
  board_vendor: "Supermicro",
  board_name: "X11DPU",
  board_version: "1.10",
  board_serial: "OM17AS001",
  board_asset_tag: "Default string",
  chassis_type: "23",
  chassis_vendor: "Supermicro",
  chassis_version: "C2",
  chassis_serial: "C1190",
  chassis_asset_tag: "DC1-7",
  bios_vendor: "American Megatrends Inc.",
  bios_version: "3.2",
  ec_firmware_release: "1.4",
  bios_date: "06/08/2018",
  bios_release: "5.12",
};

Deno.test("assemble() takes system, board, chassis and firmware from dmidecode", () => {
  const { system, baseboard, chassis, firmware } = assembled({
    dmidecode: SERVER,
    lshw: LSHW,
    hostfs: { dmiIds: DMI_IDS, bootMode: "uefi", secureBoot: false },
  });
  assertEquals([system?.productName, system?.serialNumber], ["PowerEdge R740", "7XK9ZZ2"]);
  assertEquals(assembled({ dmidecode: SERVER, lshw: LSHW }).system?.version, undefined);
  assertEquals(system?.uuid, "4c4c4544-0058-4b10-8039-b7c04f5a5a32");
  assertEquals([baseboard?.productName, chassis?.type, chassis?.heightU], ["0923K0", "Rack Mount Chassis", 2]);
  assertEquals(firmware, {
    vendor: "Dell Inc.",
    version: "2.12.2",
    releaseDate: "2021-07-09",
    revision: "2.12",
    ecRevision: "1.4",
    romSizeBytes: 16777216,
    bootMode: "uefi",
    secureBoot: false,
    smbiosVersion: "3.2.0",
  });
});

Deno.test("assemble() takes them from /sys where dmidecode gave nothing", () => {
  const { system, baseboard, chassis, firmware } = assembled({ hostfs: { dmiIds: DMI_IDS }, lshw: LSHW });
  assertEquals(system, {
    manufacturer: "Supermicro",
    productName: "SYS-1029U",
    version: "Rev 3",
    sku: "15D9",
    family: "Ultra",
    uuid: "00000000-0000-0000-0000-ac1f6b123456",
  });
  assertEquals(assembled({ hostfs: { dmiIds: { product_serial: "S7" } } }).system, { serialNumber: "S7" });
  assertEquals(baseboard, {
    manufacturer: "Supermicro",
    productName: "X11DPU",
    version: "1.10",
    serialNumber: "OM17AS001",
  });
  assertEquals(chassis, {
    manufacturer: "Supermicro",
    type: "Rack Mount Chassis",
    version: "C2",
    serialNumber: "C1190",
    assetTag: "DC1-7",
  });
  assertEquals(firmware, {
    vendor: "American Megatrends Inc.",
    version: "3.2",
    releaseDate: "2018-06-08",
    revision: "5.12",
    ecRevision: "1.4",
  });
});

Deno.test("assemble() reads the firmware's date the same from /sys and from lshw as from dmidecode", () => {
  const dates = (bios_date: string) => [
    assembled({ hostfs: { dmiIds: { bios_date } } }).firmware?.releaseDate,
    assembled({ lshw: { ...LSHW, children: [{ id: "firmware", class: "memory", date: bios_date }] } }).firmware
      ?.releaseDate,
    assembled({ dmidecode: `Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tRelease Date: ${bios_date}\n` })
      .firmware?.releaseDate,
  ];
  assertEquals(new Set(dates("11/07/08")), new Set(["2008-11-07"]));
  assertEquals(new Set(dates("99/99/2020")), new Set([undefined]));
});

Deno.test("assemble() takes them from lshw alone, without its additions", () => {
  const { system, baseboard, chassis, firmware } = assembled({ lshw: LSHW });
  assertEquals(system, {
    manufacturer: "Dell Inc.",
    productName: "PowerEdge R6515",
    version: "A7",
    serialNumber: "11WLK93",
    family: "PowerEdge",
  });
  assertEquals(baseboard, { manufacturer: "Dell Inc.", productName: "0R4CNN", version: "A02" });
  assertEquals(chassis, { type: "Rack Mount Chassis" });
  assertEquals(firmware, {
    vendor: "Dell Inc.",
    version: "1.7.4",
    releaseDate: "2020-10-05",
    romSizeBytes: 33554432,
    smbiosVersion: "3.3.0",
  });
});

Deno.test("assemble() takes the names of a device tree from lshw", () => {
  const lshw = { id: "arm", class: "system", description: "Computer", product: "Raspberry Pi 4 Model B Rev 1.4" };
  const { system, chassis } = assembled({ lshw });
  assertEquals(system, { productName: "Raspberry Pi 4 Model B Rev 1.4" });
  assertEquals(chassis, undefined);
  // `lshw -class processor`, pasted.
  assertEquals(assembled({ lshw: { id: "cpu", class: "processor", product: "AMD EPYC 7443P" } }).system, undefined);
});

Deno.test("assemble() takes the hardware model from lscpu where the kernel is older than 6.1, and does without", () => {
  const os = { kernel: "5.10.0" };
  assertEquals(assembled({ hostfs: { os } }).os, os);
  assertEquals(assembled({ hostfs: { os }, lscpu: { Architecture: "x86_64" } }).os, { ...os, hardwareModel: "x86_64" });
  assertEquals(assembled({ lscpu: { Architecture: "x86_64" } }).os, { hardwareModel: "x86_64" });
});

Deno.test("assemble() leaves out sections of which nothing is known", () => {
  const facts = assembled({ hostfs: { dmiIds: { sys_vendor: "To Be Filled By O.E.M.", chassis_type: "2" } } });
  for (const section of ["system", "baseboard", "chassis", "firmware", "os"] as const) {
    assertEquals(section in facts, false);
  }
});

Deno.test("assemble() knows the words for the kernel's numbers of chassis", () => {
  const chassis = (number: string) => assembled({ hostfs: { dmiIds: { chassis_type: number } } }).chassis?.type;
  assertEquals(["1", "3", "17", "28", "36"].map(chassis), [
    "Other",
    "Desktop",
    "Main Server Chassis",
    "Blade",
    "Stick PC",
  ]);
  assertEquals(["0", "2", "37", "-1", "x", ""].map(chassis), Array(6).fill(undefined));
});

Deno.test("assemble() gives slots and power supplies without handles, in SMBIOS' order", () => {
  const { slots, powerSupplies, oemStrings } = assembled({ dmidecode: SERVER });
  assertEquals(slots?.map(({ designation }) => designation), ["PCIe Slot 1", "PCIe Slot 2"]);
  assertEquals(powerSupplies?.map((supply) => Object.hasOwn(supply, "handle")), [false, false]);
  assertEquals(Array.isArray(oemStrings), true);
});

Deno.test("assemble() says that the host lacks the drivers where SMBIOS knows of a BMC, and there is no device", () => {
  const skipped = (error: string) => ({ source: { status: "skipped" as const, elapsedMs: 1, error }, collectedAt: "" });
  const dmidecode = ok(parseDmidecode("Handle 0x2600, DMI type 38, 18 bytes\nIPMI Device Information\n").value);
  const told = (error: string, parts: Parts = { dmidecode }) =>
    uncheckedFactsOf({ ...parts, ipmitool: skipped(error) }).sources.ipmitool?.error;
  assertEquals(told(NO_IPMI_DEVICE), NO_IPMI_DRIVER);
  assertEquals(told(NO_IPMI_DEVICE, {}), NO_IPMI_DEVICE);
  assertEquals(told("another reason"), "another reason");
});

Deno.test("factsOf() takes Dell's model name for no SKU, and for the product where that has no name", () => {
  const system = (sku: string, product = "PowerEdge R630") => {
    const { system } = assembled({
      dmidecode: `Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: Dell Inc.\n` +
        `\tProduct Name: ${product}\n\tSKU Number: ${sku}\n`,
    });
    return [system?.productName, system?.sku];
  };
  assertEquals(system("SKU=NotProvided;ModelName=PowerEdge R630"), ["PowerEdge R630", undefined]);
  assertEquals(system("SKU=0716;ModelName=PowerEdge R640", "Not Specified"), ["PowerEdge R640", "0716"]);
  assertEquals(system("SKU=;ModelName="), ["PowerEdge R630", undefined]);
  assertEquals(system("P19720-B21"), ["PowerEdge R630", "P19720-B21"]);
  const dmiIds = { sys_vendor: "Dell Inc.", product_sku: "SKU=NotProvided;ModelName=PowerEdge R630" };
  assertEquals(assembled({ hostfs: { dmiIds } }).system, { manufacturer: "Dell Inc.", productName: "PowerEdge R630" });
});

Deno.test("factsOf() knows what woke the machine, where that is no reserved word", () => {
  const wakeUpType = (word: string) =>
    assembled({
      dmidecode:
        `Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: X1\n\tWake-up Type: ${word}\n`,
    }).system?.wakeUpType;
  assertEquals(["Power Switch", "Reserved", "Unknown"].map(wakeUpType), ["Power Switch", undefined, undefined]);
});
