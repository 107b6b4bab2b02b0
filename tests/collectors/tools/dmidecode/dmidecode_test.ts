import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import { type DmiField, type DmiTable, parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { pciAddress } from "../../../../collectors/tools/dmidecode/values.ts";
import { ParseError } from "../../../../collectors/tools/parsing.ts";
import { assembled } from "../../facts/assembled.ts";
import { CPUS, DIMM_SLOTS, serverStructures } from "./server.ts";

const server = Deno.readTextFileSync(new URL("../../../fixtures/dmidecode/server.txt", import.meta.url));

/** The facts of one structure of a type, with these lines below its name. */
function factsOf(type: number, ...lines: string[]): Facts {
  return assembled({ dmidecode: printed(type, ...lines) });
}

function printed(type: number, ...lines: string[]): string {
  return [`Handle 0x0001, DMI type ${type}, 40 bytes`, "Some Name", ...lines.map((line) => `\t${line}`)].join("\n");
}

/** The fields of the structures of a type. */
function fieldsOf({ structures }: DmiTable, type: number): DmiField[][] {
  return structures.filter((structure) => structure.type === type).map(({ fields }) => fields);
}

Deno.test("parseDmidecode() reads a whole server", () => {
  const { value, unparsed } = parseDmidecode(server);
  assertEquals(unparsed, []);
  assertEquals([value.toolVersion, value.smbiosVersion], ["3.4", "3.2.0"]);
  const facts = assembled({ dmidecode: server });
  assertEquals(facts.system, {
    manufacturer: "Dell Inc.",
    productName: "PowerEdge R740",
    serialNumber: "7XK9ZZ2",
    family: "PowerEdge",
    uuid: "4c4c4544-0058-4b10-8039-b7c04f5a5a32",
    wakeUpType: "Power Switch",
  });
  assertEquals(facts.firmware, {
    vendor: "Dell Inc.",
    version: "2.12.2",
    releaseDate: "2021-07-09",
    revision: "2.12",
    romSizeBytes: 16 * 2 ** 20,
    smbiosVersion: "3.2.0",
  });
  assertEquals(facts.baseboard, {
    manufacturer: "Dell Inc.",
    productName: "0923K0",
    version: "A03",
    serialNumber: ".7XK9ZZ2.CNIVC0009N0123.",
  });
  assertEquals(facts.chassis, {
    manufacturer: "Dell Inc.",
    type: "Rack Mount Chassis",
    serialNumber: "7XK9ZZ2",
    heightU: 2,
  });
  assertEquals(facts.slots, [
    {
      designation: "PCIe Slot 1",
      type: "x8 PCI Express 3 x8",
      usage: "In Use",
      length: "Long",
      pciAddress: "0000:3b:00.0",
    },
    { designation: "PCIe Slot 2", type: "x8 PCI Express 3 x8", usage: "Available", length: "Long" },
  ]);
  assertEquals(facts.oemStrings, ["Dell System", "5[0000]", "14[1]"]);
  assertEquals([facts.memory?.errorCorrection, facts.memory?.maxCapacityBytes], ["Multi-bit ECC", 3 * 2 ** 40]);
  assertEquals(facts.powerSupplies?.[1], {
    location: "PSU.Slot.2",
    productName: "PWR SPLY,750W,RDNT,DELTA",
    manufacturer: "DELTA",
    serialNumber: "CNDED0000001",
    partNumber: "0PJMDNA01",
    maxPowerW: 750,
    status: "Present, OK",
    plugged: true,
    hotReplaceable: true,
  });
});

Deno.test("parseDmidecode() keeps every field as it is printed, in order", () => {
  const { value } = parseDmidecode(server);
  const lines = (type: number) => fieldsOf(value, type)[0]?.map(({ name, value }) => `${name}: ${value}`);
  assertEquals(fieldsOf(value, 0)[0]?.find(({ name }) => name === "Characteristics")?.items?.length, 10);
  assert(lines(2)?.includes("Type: Motherboard"));
  assertEquals(lines(16), [
    "Location: System Board Or Motherboard",
    "Use: System Memory",
    "Error Correction Type: Multi-bit ECC",
    "Maximum Capacity: 3 TB",
    "Error Information Handle: Not Provided",
    "Number Of Devices: 24",
  ]);
  assertEquals(lines(38)?.slice(0, 5), [
    "Interface Type: KCS (Keyboard Control Style)",
    "Specification Version: 2.0",
    "I2C Slave Address: 0x10",
    "NV Storage Device: Not Present",
    "Base Address: 0x0000000000000CA9 (I/O)",
  ]);
  assertEquals(lines(41), [
    "Reference Designation: Integrated NIC 1",
    "Type: Ethernet",
    "Status: Enabled",
    "Type Instance: 1",
    "Bus Address: 0000:00:19.0",
  ]);
});

Deno.test("parseDmidecode() gives the CPUs and DIMMs that the firmware was told", () => {
  const { cpu, memory } = assembled({ dmidecode: server });
  assertEquals(
    cpu?.packages?.map((cpu) => [cpu.socket, cpu.populated, cpu.modelName, cpu.coreCount, cpu.threadCount]),
    CPUS.map((cpu) => [cpu.socket, cpu.populated, cpu.modelName, cpu.coreCount, cpu.threadCount]),
  );
  const populated = DIMM_SLOTS.filter((slot) => "sizeBytes" in slot);
  assertEquals([memory?.slotCount, memory?.usedSlotCount], [DIMM_SLOTS.length, populated.length]);
  assertEquals(memory?.dimms, populated.map((slot) => ({ formFactor: "DIMM", ...slot, manufacturer: "SK Hynix" })));
});

Deno.test("parseDmidecode() keeps the types that no fact is made of as they are printed", () => {
  const { structures } = parseDmidecode(server).value;
  const others = structures.filter(({ type }) => ![0, 1, 2, 3, 4, 9, 11, 16, 17, 38, 39, 41].includes(type));
  assertEquals(others.map(({ type }) => type), [10, 10, 19, 221, 126, 127]);
  assertEquals(others[1], {
    handle: "0x0A00",
    type: 10,
    name: "On Board Device 2 Information",
    fields: [
      { name: "Type", value: "Ethernet" },
      { name: "Status", value: "Enabled" },
      { name: "Description", value: "Broadcom 5720" },
    ],
  });
  assertEquals(others[3]?.fields, [
    { name: "Header and Data", value: "", items: ["DD 07 00 DD 01 02 03"] },
    { name: "Strings", value: "", items: ["OEM one", "OEM two"] },
  ]);
});

Deno.test("parseDmidecode() reads the layouts of all times alike", () => {
  const { toolVersion: _, ...expected } = parseDmidecode(server).value;
  const layouts = {
    "CRLF": server.replaceAll("\n", "\r\n"),
    "blanks instead of tabs": server.replaceAll("\t", "        "),
    "four blanks": server.replaceAll("\t", "    "),
    "empty lines doubled": server.replaceAll("\n\n", "\n\n\n"),
    "before 2.8": server.split("\n").map((line) => {
      const [, handle, rest] = /^(Handle 0x\w+), (DMI type .*)$/.exec(line) ?? [];
      if (handle !== undefined) return `${handle}\n\t${rest}.`;
      return /^([#\n]|SMBIOS|Reading|$)/.test(line) ? line : `\t${line}`;
    }).filter((line) => line.trim() !== "").join("\n"),
  };
  for (const [name, text] of Object.entries(layouts)) {
    const { value: { toolVersion: _, ...value }, unparsed } = parseDmidecode(text);
    assertEquals(unparsed, [], name);
    assertEquals(value, expected, name);
  }
});

Deno.test("parseDmidecode() reads the words of 3.7 like those before", () => {
  const words: [RegExp, string][] = [
    [/(?<=\d )kB$/gm, "KiB"],
    [/(?<=\d [MGT])B$/gm, "iB"],
    [/^BIOS Information$/gm, "Platform Firmware Information"],
    [/^BIOS Language Information$/gm, "Firmware Language Information"],
    [/\tBIOS Revision:/g, "\tPlatform Firmware Revision:"],
    [/\tFirmware Revision:/g, "\tEmbedded Controller Firmware Revision:"],
    [/BIOS (?=is upgradeable|shadowing is)/g, "Firmware "],
    [/\tType: x8 (PCI Express .*)$/gm, "\tType: $1\n\tData Bus Width: 8x or x8"],
  ];
  const newly = (text: string) => words.reduce((text, [before, now]) => text.replaceAll(before, now), text);
  const before = server.replace("\tBIOS Revision", "\tFirmware Revision: 1.4\n\tBIOS Revision");
  const languages = "\nBIOS Language Information\n\tInstallable Languages: 1\n\t\ten|US|iso8859-1\n";
  // With `-q` the names alone tell the types.
  for (const text of [before, before.replaceAll(/^Handle 0x.*\n/gm, "") + languages]) {
    const [old, now] = [parseDmidecode(text), parseDmidecode(newly(text))];
    assertEquals(now.unparsed.map(({ text }) => text), old.unparsed.map(({ text }) => text));
    assertEquals(now.value.structures.map(({ type }) => type), old.value.structures.map(({ type }) => type));
    const [before, after] = [text, newly(text)].map((dmidecode) => assembled({ dmidecode }));
    assertEquals(after, before);
    assertEquals(after!.firmware?.ecRevision, "1.4");
  }
});

Deno.test("parseDmidecode() gives the type of a chassis in the same words, in every version", () => {
  const typeOf = (type: string) => factsOf(3, `Type: ${type}`).chassis?.type;
  assertEquals(["Blade Enclosing", "Blade Enclosure"].map(typeOf), ["Blade Enclosing", "Blade Enclosing"]);
  assertEquals(["CompactPCI", "Compact PCI"].map(typeOf), ["CompactPCI", "CompactPCI"]);
  assertEquals(["AdvancedTCA", "Advanced TCA", "Blade"].map(typeOf), ["AdvancedTCA", "AdvancedTCA", "Blade"]);
});

Deno.test("parseDmidecode() puts the width of a slot before its type, in every version", () => {
  const typeOf = (...lines: string[]) => factsOf(9, ...lines).slots?.[0]?.type;
  assertEquals(typeOf("Type: x4 PCI Express 3 x8"), "x4 PCI Express 3 x8");
  // 3.3 to 3.5: SMBIOS's number for the width of the whole group of slots.
  assertEquals(typeOf("Type: x4 PCI Express 3 x8", "Data Bus Width: 13"), "x4 PCI Express 3 x8");
  assertEquals(
    typeOf("Type: PCI Express 3 x8", "Data Bus Width: 4x or x4", "Data Bus Width (Base): 13"),
    "x4 PCI Express 3 x8",
  );
  assertEquals(typeOf("Type: PCI", "Data Bus Width: 32 bit"), "32-bit PCI");
  for (const width of ["Unknown", "Other", "<OUT OF SPEC>"]) {
    assertEquals(typeOf("Type: M.2 Socket 3", `Data Bus Width: ${width}`), "M.2 Socket 3");
  }
});

Deno.test("parseDmidecode() reads past what is printed around the tables", () => {
  const noise = [
    "[root@node ~]# dmidecode",
    "ld.so: object 'x.so' cannot be preloaded: ignored.",
    "# SMBIOS implementations newer than version 3.2.0 are not",
    "# fully supported by this version of dmidecode.",
    "57 structures occupying 1719 bytes.",
    "Table at 0x000F0000.",
  ];
  const prompt = ["", "root@node: cat list", "\tIndex: 7"];
  const { value, unparsed } = parseDmidecode([...noise, server, ...prompt, "logout"].join("\n"));
  assertEquals(value, {
    ...parseDmidecode(server).value,
    warnings: ["the tables are newer than SMBIOS 3.2.0, which the tool knows"],
  });
  assertEquals(unparsed.map(({ text }) => text), [noise[0], noise[1], ...prompt.slice(1), "logout"]);
  assertEquals(unparsed[1]?.line, 2);
});

Deno.test("parseDmidecode() reads a paste that has lost its indentation", () => {
  const { value, unparsed } = parseDmidecode(
    "Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\nManufacturer: ACME\nSerial Number: 7XK9ZZ2\n",
  );
  assertEquals(unparsed, []);
  assertEquals(value.structures.map(({ fields }) => fields), [[
    { name: "Manufacturer", value: "ACME" },
    { name: "Serial Number", value: "7XK9ZZ2" },
  ]]);
});

Deno.test("parseDmidecode() takes the first firmware and system that say something", () => {
  const { firmware, system } = assembled({
    dmidecode: "Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: Not Specified\n\n" +
      "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: Not Specified\n\n" +
      "Handle 0x0002, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: AMI\n\n" +
      "Handle 0x0003, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: ACME\n",
  });
  assertEquals([firmware?.vendor, system?.manufacturer], ["AMI", "ACME"]);
});

Deno.test("parseDmidecode() warns of broken tables", () => {
  const { value } = parseDmidecode([
    "Handle 0x0001, DMI type 34, 16 bytes",
    "Invalid entry length (16). Fixed up to 11.",
    "Management Device",
    "\tDescription: W83795G",
    "Handle 0x0100, DMI type 1, 27 bytes",
    "\t<TRUNCATED>",
    "",
    "Invalid entry length (0). DMI table is broken! Stop.",
    "",
    "Wrong DMI structures count: 23 announced, only 13 decoded.",
  ].join("\n"));
  assertEquals(value.structures[0]?.name, "Management Device");
  assertEquals(value.warnings, [
    "Invalid entry length (16). Fixed up to 11.",
    "structure 0x0100 is cut short",
    "Invalid entry length (0). DMI table is broken! Stop.",
    "Wrong DMI structures count: 23 announced, only 13 decoded.",
  ]);
});

Deno.test("parseDmidecode() gives an empty table for a machine without SMBIOS, and nothing for what is not dmidecode", () => {
  const { value } = parseDmidecode("# dmidecode 2.11\n# No SMBIOS nor DMI entry point found, sorry.\n");
  assertEquals(value, { toolVersion: "2.11", structures: [] });
  assertThrows(() => parseDmidecode(""), ParseError, "dmidecode: found nothing");
  assertThrows(() => parseDmidecode("\n03000200-0400-0500-0006-000700080009\n"), ParseError, "dmidecode: line 2");
});

Deno.test("parseDmidecode() understands what old versions say of the machine's firmware", () => {
  const { value, unparsed } = parseDmidecode([
    "# dmidecode 2.7",
    "SMBIOS 2.3 present.",
    "SMBIOS version fixup (2.33 -> 2.3).",
    "PNP BIOS present.",
    "PCI Interrupt Routing 1.0 present.",
    "SYSID present.",
    "",
    "Handle 0x0000, DMI type 0, 24 bytes",
    "BIOS Information",
    "\tVendor: X",
  ].join("\n"));
  assertEquals(unparsed, []);
  assertEquals(value.warnings, ["SMBIOS version fixup (2.33 -> 2.3)."]);
  assertEquals(value.smbiosVersion, "2.3");
});

Deno.test("parseDmidecode() tells a yes from a no, and both from nothing", () => {
  const plugged = (word: string) => factsOf(39, "Location: 1", `Plugged: ${word}`).powerSupplies?.[0]?.plugged;
  assertEquals(["Yes", "No", "Unknown"].map(plugged), [true, false, undefined]);
});

Deno.test("parseDmidecode() reads sizes in all units", () => {
  const sizes: [string, number | undefined][] = [
    ["32 GB", 2 ** 35],
    ["32 GiB", 2 ** 35],
    ["64 KiB", 2 ** 16],
    ["16384 MB", 2 ** 34],
    ["4096 kB", 2 ** 22],
    ["512 KB", 2 ** 19],
    ["1024Mbyte", 2 ** 30],
    ["16 MByte", 2 ** 24],
    ["2 TB", 2 ** 41],
    ["256 bytes", 256],
    ["16 MB (Single-bank Connection)", 2 ** 24],
    ["No Module Installed", undefined],
    ["Unknown", undefined],
    ["0 MB", undefined],
    ["0K", undefined],
    ["12", undefined],
    ["<OUT OF SPEC>", undefined],
  ];
  for (const [text, expected] of sizes) {
    assertEquals(factsOf(17, `Size: ${text}`).memory?.dimms?.[0]?.sizeBytes, expected, text);
  }
});

Deno.test("parseDmidecode() reads memory speeds under their old and new names", () => {
  const speeds = (...lines: string[]) => {
    const dimm = factsOf(17, "Size: 1 GB", ...lines).memory?.dimms?.[0];
    return [dimm?.speedMTs, dimm?.configuredSpeedMTs, dimm?.configuredVoltageV];
  };
  assertEquals(speeds("Speed: 667 MHz (1.5 ns)", "Configured Clock Speed: 533 MHz"), [667, 533, undefined]);
  assertEquals(speeds("Speed: 3200 MT/s", "Configured Memory Speed: 2933 MT/s", "Configured Voltage: 1.35 V"), [
    3200,
    2933,
    1.35,
  ]);
  assertEquals(speeds("Speed: Unknown", "Configured Clock Speed: Unknown", "Configured voltage: 1.200 V"), [
    undefined,
    undefined,
    1.2,
  ]);
});

Deno.test("parseDmidecode() reads a power supply's watts, which old versions took for milliwatts", () => {
  const watts = (text: string) => factsOf(39, `Max Power Capacity: ${text}`).powerSupplies?.[0]?.maxPowerW;
  assertEquals(["460 W", "0.460 W", "1.200 W", "1.000 W"].map(watts), [460, 460, 1200, 1000]);
  assertEquals(["0 W", "0.000 W", "Unknown"].map(watts), [undefined, undefined, undefined]);
});

Deno.test("parseDmidecode() splits Type Detail into its words", () => {
  const detail = (text: string) => factsOf(17, "Size: 1 GB", `Type Detail: ${text}`).memory?.dimms?.[0]?.typeDetail;
  assertEquals(detail("Synchronous Registered (Buffered) LRDIMM"), ["Synchronous", "Registered (Buffered)", "LRDIMM"]);
  assertEquals(detail("Synchronous Cache DRAM"), ["Synchronous", "Cache DRAM"]);
  for (const nothing of ["None", "Unknown", "<OUT OF SPEC>", ""]) assertEquals(detail(nothing), undefined);
});

Deno.test("parseDmidecode() writes dates as ISO 8601", () => {
  const dates: [string, string | undefined][] = [
    ["03/14/2006", "2006-03-14"],
    ["3/4/2006", "2006-03-04"],
    ["08/25/00", "2000-08-25"],
    ["12/31/97", "1997-12-31"],
    ["31/12/2006", undefined],
    ["Oct 17 2016", "2016-10-17"],
    ["Not Specified", undefined],
  ];
  for (const [text, expected] of dates) {
    assertEquals(factsOf(0, "Vendor: X", `Release Date: ${text}`).firmware?.releaseDate, expected, text);
  }
});

Deno.test("parseDmidecode() tells what firmware says from the ways in which it says nothing", () => {
  const errorCorrection = (word: string) => {
    const dmidecode = `${printed(16, `Error Correction Type: ${word}`)}\n\n${printed(17, "Size: 1 GB")}`;
    return assembled({ dmidecode }).memory?.errorCorrection;
  };
  assertEquals(errorCorrection("None"), "None");
  assertEquals(errorCorrection("Unknown"), undefined);
  assertEquals(factsOf(39, "Status: Not Present").powerSupplies?.[0]?.status, "Not Present");
  assertEquals(factsOf(39, "Status: Present, <OUT OF SPEC>").powerSupplies?.[0]?.status, "Present");
  assertEquals(factsOf(9, "Type: x4 <OUT OF SPEC>").slots?.[0]?.type, "x4");
  assertEquals(factsOf(9, "Type: <OUT OF SPEC><OUT OF SPEC>").slots?.[0]?.type, undefined);
  assertEquals(factsOf(4, "Voltage: 3.3 V 2.9 V").cpu?.packages?.[0]?.voltageV, undefined);
  assertEquals(factsOf(1, "UUID: Not Settable").system, undefined);
  assertEquals(factsOf(1, "UUID: 03000200-0400-0500-0006-000700080009").system, undefined);
  assertEquals(factsOf(1, "Product Name: System x3550 M5: -[5463AC1]-  ").system, {
    productName: "System x3550 M5: -[5463AC1]-",
  });
  assertEquals(factsOf(2, "Serial Number: <BAD INDEX>", "Asset Tag: To Be Filled By O.E.M.").baseboard, undefined);
  for (const none of ["0000:00:00.0", "ffff:20:00.0", "0000:ff:00.0", "00ff:ff:1f.7", "<OUT OF SPEC>"]) {
    assertEquals(pciAddress({ name: "Bus Address", value: none }), undefined, none);
  }
  assertEquals(pciAddress({ name: "Bus Address", value: "0000:3B:00.1" }), "0000:3b:00.1");
});

Deno.test("parseDmidecode() tells a populated socket also where there is no status", () => {
  const populated = (...lines: string[]) => factsOf(4, ...lines).cpu?.packages?.[0]?.populated;
  assertEquals(populated("Status: Populated, Disabled By BIOS"), true);
  assertEquals(populated("Version: Not Specified", "Status: Unpopulated"), false);
  assertEquals(populated("Processor Version: Pentium(R) III"), true);
  assertEquals(populated("Processor Manufacturer: 000000000000"), false);
});

Deno.test("parseDmidecode() takes the first type 1 that says something, and the first of two equal fields", () => {
  const dmidecode = [
    "Handle 0x0001, DMI type 1, 4 bytes\nSystem Information\n\tHeader and Data:\n\t\t01 04 01 00\n",
    "Handle 0x0002, DMI type 1, 27 bytes\nSystem Information\n\tProduct Name: A\n\tProduct Name: B\n",
    "Handle 0x0003, DMI type 1, 27 bytes\nSystem Information\n\tProduct Name: C\n",
  ].join("\n");
  assertEquals(assembled({ dmidecode }).system, { productName: "A" });
});

Deno.test("parseDmidecode() keeps structures that dmidecode did not decode, and makes no empty slots of them", () => {
  // dmidecode -u
  const raw = "Handle 0x0011, DMI type 17, 4 bytes\n\tHeader and Data:\n\t\t11 04 11 00\n\tStrings:\n\t\tA1\n";
  const { value, unparsed } = parseDmidecode(raw);
  assertEquals([unparsed, assembled({ dmidecode: raw }).memory], [[], undefined]);
  assertEquals(value.structures.map(({ type, fields }) => [type, fields.map(({ items }) => items)]), [
    [17, [["11 04 11 00"], ["A1"]]],
  ]);
});

Deno.test("parseDmidecode() takes names of JavaScript's own for names", () => {
  const lines = ["__proto__: x", "constructor: y", "toString: z", "Locator: __proto__"];
  assertEquals(factsOf(17, "Size: 1 GB", ...lines).memory?.dimms, [{ locator: "__proto__", sizeBytes: 2 ** 30 }]);
  assertEquals(parseDmidecode(printed(200, ...lines)).value.structures[0]?.fields.length, 4);
  assertEquals(factsOf(17, "Set: 1").memory?.dimms, []);
});

Deno.test("the server of the fixture has every structure that was made", () => {
  // Type 10 prints as two.
  assertEquals(parseDmidecode(server).value.structures.length, serverStructures().length + 1);
});
