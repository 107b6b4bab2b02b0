import { assertEquals } from "@std/assert";
import { assembled } from "./assembled.ts";

const GIB = 2 ** 30;

/** A structure as dmidecode prints it. */
function structure(handle: string, type: number, name: string, fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([field, value]) => `\t${field}: ${value}\n`);
  return `Handle ${handle}, DMI type ${type}, 40 bytes\n${name}\n${lines.join("")}\n`;
}

function array(handle: string, use: string, capacity = "1 TB"): string {
  return structure(handle, 16, "Physical Memory Array", {
    "Use": use,
    "Error Correction Type": "Multi-bit ECC",
    "Maximum Capacity": capacity,
  });
}

function device(handle: string, ofArray: string, locator: string, size: string, type = "DDR4"): string {
  return structure(handle, 17, "Memory Device", {
    "Array Handle": ofArray,
    "Size": size,
    "Locator": locator,
    "Type": type,
    "Manufacturer": "NO DIMM",
  });
}

Deno.test("assemble() counts the slots of all arrays of RAM, and lists the DIMMs in the populated ones", () => {
  const { memory } = assembled({
    dmidecode: array("0x1000", "System Memory") + array("0x1001", "System Memory", "512 GB") +
      device("0x1100", "0x1000", "A1", "32 GB") + device("0x1101", "0x1000", "A2", "No Module Installed") +
      device("0x1102", "0x1001", "B1", "16384 MB"),
  });
  assertEquals(memory, {
    totalBytes: 48 * GIB,
    maxCapacityBytes: 1536 * GIB,
    errorCorrection: "Multi-bit ECC",
    slotCount: 3,
    usedSlotCount: 2,
    slots: [
      { locator: "A1", populated: true, sizeBytes: 32 * GIB, channel: "A", position: 1 },
      { locator: "A2", populated: false, channel: "A", position: 2 },
      { locator: "B1", populated: true, sizeBytes: 16 * GIB, channel: "B", position: 1 },
    ],
    dimms: [
      { locator: "A1", sizeBytes: 32 * GIB, type: "DDR4" },
      { locator: "B1", sizeBytes: 16 * GIB, type: "DDR4" },
    ],
  });
});

Deno.test("assemble() takes no flash chip for RAM, with handles and without", () => {
  const whole = array("0x1000", "System Memory") + array("0x1001", "Flash Memory", "16 MB") +
    device("0x1100", "0x1000", "A1", "32 GB") + device("0x1101", "0x1001", "BIOS", "16 MB", "Flash");
  // As `dmidecode -q` prints it.
  const quiet = whole.replace(/^Handle .*\n/gm, "").replace(/^\tArray Handle.*\n/gm, "");
  for (const dmidecode of [whole, quiet]) {
    const { memory } = assembled({ dmidecode });
    assertEquals([memory?.totalBytes, memory?.slotCount, memory?.usedSlotCount], [32 * GIB, 1, 1]);
    assertEquals(memory?.maxCapacityBytes, 1024 * GIB);
  }
});

Deno.test("assemble() counts persistent memory among the DIMMs, and not as RAM", () => {
  const persistent = device("0x1101", "0x1000", "A2", "129408 MB", "Logical non-volatile device");
  const { memory } = assembled({
    dmidecode: array("0x1000", "System Memory") +
      device("0x1100", "0x1000", "A1", "32 GB").replace(
        "\n\n",
        "\n\tNon-Volatile Size: None\n\tVolatile Size: 64 kB\n\n",
      ) +
      persistent.replace("\n\n", "\n\tNon-Volatile Size: 63 GB\n\tVolatile Size: 63 GB\n\n"),
  });
  assertEquals([memory?.totalBytes, memory?.usedSlotCount], [95 * GIB, 2]);
  assertEquals(memory?.dimms?.map(({ nonVolatileBytes }) => nonVolatileBytes), [undefined, 63 * GIB]);
});

Deno.test("assemble() leaves the capacity out where one array does not tell it", () => {
  const { memory } = assembled({
    dmidecode: array("0x1000", "System Memory") + array("0x1001", "System Memory", "Unknown") +
      device("0x1100", "0x1000", "A1", "32 GB"),
  });
  assertEquals(memory?.maxCapacityBytes, undefined);
});

const LSHW = {
  id: "node",
  class: "system",
  children: [{
    id: "core",
    class: "bus",
    children: [
      { id: "firmware", class: "memory", description: "BIOS", size: 65536, capacity: 16777216, units: "bytes" },
      { id: "cache:0", class: "memory", description: "L1 cache", size: 65536, units: "bytes" },
      {
        id: "memory:0",
        class: "memory",
        handle: "DMI:1000",
        description: "System Memory",
        units: "bytes",
        size: 32 * GIB,
        capacity: 1024 * GIB,
        configuration: { errordetection: "multi-bit-ecc" },
        children: [
          {
            id: "bank:0",
            class: "memory",
            description: "DIMM DDR4 Synchronous Registered (Buffered) 2666 MHz (0.4 ns)",
            product: "HMA84GR7AFR4N-VK",
            vendor: "Hynix",
            serial: "2F1C8A30",
            slot: "A1",
            units: "bytes",
            size: 32 * GIB,
            width: 64,
            clock: 2666000000,
          },
          { id: "bank:1", class: "memory", description: "[empty]", product: "NO DIMM", slot: "A2" },
          { id: "bank:2", class: "memory", slot: "A3", units: "bytes", size: GIB },
        ],
      },
      {
        id: "memory:1",
        class: "memory",
        description: "Flash Memory",
        units: "bytes",
        size: 16777216,
        children: [{ id: "bank", class: "memory", description: "FLASH Non-Volatile", units: "bytes", size: 16777216 }],
      },
      { id: "memory:2", class: "memory", description: "Memory controller", product: "Sky Lake-E Ubox" },
    ],
  }],
};

Deno.test("assemble() takes DIMMs from lshw where dmidecode gave none, and never both", () => {
  const dimm = {
    locator: "A1",
    sizeBytes: 32 * GIB,
    formFactor: "DIMM",
    type: "DDR4",
    speedMTs: 2666,
    manufacturer: "Hynix",
    serialNumber: "2F1C8A30",
    partNumber: "HMA84GR7AFR4N-VK",
    dataWidthBits: 64,
  };
  const alone = assembled({ lshw: LSHW }).memory;
  assertEquals(alone, {
    totalBytes: 33 * GIB,
    maxCapacityBytes: 1024 * GIB,
    errorCorrection: "Multi-bit ECC",
    slotCount: 3,
    usedSlotCount: 2,
    slots: [
      { locator: "A1", populated: true, sizeBytes: 32 * GIB, channel: "A", position: 1 },
      { locator: "A2", populated: false, channel: "A", position: 2 },
      { locator: "A3", populated: true, sizeBytes: GIB, channel: "A", position: 3 },
    ],
    dimms: [dimm, { locator: "A3", sizeBytes: GIB }],
  });
  const dmidecode = array("0x1000", "System Memory") + device("0x1100", "0x1000", "A1", "32 GB");
  const both = assembled({ dmidecode, lshw: LSHW }).memory;
  assertEquals(both?.dimms, [{ locator: "A1", sizeBytes: 32 * GIB, type: "DDR4" }]);
});

Deno.test("assemble() knows how much RAM there is where no tool knows the DIMMs", () => {
  const lshw = {
    id: "vm",
    class: "system",
    children: [{ id: "memory", class: "memory", description: "System memory", units: "bytes", size: 4 * GIB }],
  };
  const hostfs = { memory: { usableBytes: 4143972352, swapBytes: 0 } };
  assertEquals(assembled({ lshw }).memory, { totalBytes: 4 * GIB });
  assertEquals(assembled({ lshw, hostfs }).memory, { totalBytes: 4 * GIB, usableBytes: 4143972352, swapBytes: 0 });
  assertEquals(assembled({ hostfs }).memory, { usableBytes: 4143972352, swapBytes: 0 });
  assertEquals(assembled({ lshw: { id: "vm", class: "system" } }).memory, undefined);
});

const HEADER = "# dmidecode 3.3\nSMBIOS 3.2 present.\n\n";

/** Structures as dmidecode prints them; a number is the type, and the lines are its fields. */
function structures(...all: [handle: string, type: number, ...lines: string[]][]): string {
  return HEADER +
    all.map(([handle, type, ...lines]) =>
      `Handle ${handle}, DMI type ${type}, 92 bytes\nSome Name\n${lines.map((line) => `\t${line}\n`).join("")}\n`
    ).join("");
}

const ARRAY: [string, number, ...string[]] = ["0x1000", 16, "Use: System Memory", "Maximum Capacity: 1 TB"];
const IN_ARRAY = "Array Handle: 0x1000";

Deno.test("memory leaves out flash in the array of system memory", () => {
  const { memory } = assembled({
    dmidecode: structures(
      ARRAY,
      ["0x1100", 17, IN_ARRAY, "Size: 16 GB", "Locator: DIMM 0", "Type: DDR4"],
      ["0x1101", 17, IN_ARRAY, "Size: 16 MB", "Locator: SPI ROM", "Type: Flash"],
      ["0x1102", 17, IN_ARRAY, "Size: 32 MB", "Locator: SYSTEM ROM", "Type: Unknown"],
      ["0x1103", 17, IN_ARRAY, "Size: 4096 kB", "Locator: U12", "Bank Locator: SPI Flash0", "Type: Other"],
    ),
  });
  assertEquals([memory?.totalBytes, memory?.slotCount, memory?.dimms?.length], [16 * GIB, 1, 1]);
  const bank = (id: string, slot: string, description: string, size: number) => ({
    id,
    class: "memory",
    slot,
    description,
    units: "bytes",
    size,
  });
  const lshw = {
    id: "machine",
    class: "system",
    children: [{
      id: "memory",
      class: "memory",
      description: "System Memory",
      units: "bytes",
      size: 16 * GIB,
      children: [
        bank("bank:0", "A1", "DIMM DDR4 Synchronous 2666 MHz (0.4 ns)", 16 * GIB),
        bank("bank:1", "U12", "Chip FLASH Non-volatile 33 MHz (30.3 ns)", 16 * 1024 ** 2),
        bank("bank:2", "U3", "Row of chips LPDDR4 Synchronous 4267 MHz (0.2 ns)", 4 * GIB),
      ],
    }],
  };
  assertEquals(
    assembled({ lshw }).memory?.dimms?.map(({ locator, formFactor, type }) => [locator, formFactor, type]),
    [["A1", "DIMM", "DDR4"], ["U3", "Row of chips", "LPDDR4"]],
  );
});

Deno.test("memory takes a persistent module for persistent as a whole where nothing is said of its set-up", () => {
  const dimm = (...lines: string[]) =>
    assembled({ dmidecode: structures(ARRAY, ["0x1100", 17, IN_ARRAY, "Size: 126 GB", ...lines]) }).memory?.dimms?.[0]
      ?.nonVolatileBytes;
  assertEquals(dimm("Memory Technology: Intel persistent memory"), 126 * GIB);
  assertEquals(dimm("Memory Technology: Intel persistent memory", "Non-Volatile Size: None"), undefined);
  assertEquals(dimm("Memory Technology: DRAM"), undefined);
});

Deno.test("memory counts Optane in Memory Mode, and not the DRAM that is its cache", () => {
  const optane = [
    IN_ARRAY,
    "Size: 253 GB",
    "Type: <OUT OF SPEC>",
    "Memory Technology: Intel Optane DC persistent memory",
  ];
  for (const cache of ["Type Detail: Synchronous Cache DRAM", "Cache Size: 64 GB"]) {
    const { memory } = assembled({
      dmidecode: structures(
        ARRAY,
        ["0x1100", 17, IN_ARRAY, "Size: 64 GB", "Type: DDR4", cache],
        ["0x1101", 17, ...optane, "Non-Volatile Size: None", "Volatile Size: 253 GB"],
      ),
    });
    assertEquals(memory?.totalBytes, 253 * GIB, cache);
    assertEquals(memory?.dimms?.[1]?.memoryTechnology, "Intel Optane DC persistent memory");
  }
  // In App Direct mode it is no RAM, and the DRAM is.
  const { memory } = assembled({
    dmidecode: structures(
      ARRAY,
      ["0x1100", 17, IN_ARRAY, "Size: 64 GB", "Type: DDR4"],
      ["0x1101", 17, ...optane, "Non-Volatile Size: 253 GB", "Volatile Size: None"],
    ),
  });
  assertEquals(memory?.totalBytes, 64 * GIB);
});

Deno.test("memory takes a device whose array does not exist for an artefact, unless all are such", () => {
  const orphan: [string, number, ...string[]] = ["0x1101", 17, "Array Handle: 0x0009", "Size: 8 GB", "Locator: X"];
  const device: [string, number, ...string[]] = ["0x1100", 17, IN_ARRAY, "Size: 8 GB", "Locator: A"];
  assertEquals(assembled({ dmidecode: structures(ARRAY, device, orphan) }).memory?.totalBytes, 8 * GIB);
  const other: [string, number, ...string[]] = ["0x1102", 17, "Array Handle: 0x000A", "Size: 8 GB", "Locator: Y"];
  assertEquals(assembled({ dmidecode: structures(ARRAY, orphan, other) }).memory?.totalBytes, 16 * GIB);
});

Deno.test("memory knows an array without devices", () => {
  const fields = ["Use: System Memory", "Error Correction Type: Single-bit ECC", "Number Of Devices: 2"];
  const { memory } = assembled({ dmidecode: structures(["0x1000", 16, ...fields, "Maximum Capacity: 64 GB"]) });
  assertEquals(memory, { maxCapacityBytes: 64 * GIB, errorCorrection: "Single-bit ECC", slotCount: 2 });
});

Deno.test("memory counts a module of unknown size as one", () => {
  const bank = (n: number, more: object) => ({ id: `bank:${n}`, class: "memory", slot: `DIMM ${n}`, ...more });
  const { memory } = assembled({
    lshw: {
      id: "node",
      class: "system",
      children: [{
        ...{ id: "memory", class: "memory", description: "System Memory", units: "bytes", size: 191 * GIB },
        children: [bank(0, { vendor: "Micron", product: "36ASF4G72PZ-2G6D1", serial: "1F2A3B4C" }), bank(1, {})],
      }],
    },
  });
  assertEquals([memory?.totalBytes, memory?.slotCount, memory?.usedSlotCount], [191 * GIB, 2, 1]);
  assertEquals(memory?.dimms?.[0]?.serialNumber, "1F2A3B4C");
});

Deno.test("memory believes no capacity that no board has, or that is less than what is fitted", () => {
  for (const capacity of ["4095 PB", "6 kB", "8 GB"]) {
    const { memory } = assembled({
      dmidecode: structures(
        ["0x1000", 16, "Use: System Memory", `Maximum Capacity: ${capacity}`],
        ["0x1100", 17, IN_ARRAY, "Size: 16 GB", "Locator: A1"],
      ),
    });
    assertEquals(memory?.maxCapacityBytes, undefined, capacity);
  }
});

Deno.test("memory counts a handle once that stands twice in a paste", () => {
  const once = structures(ARRAY, ["0x1100", 17, IN_ARRAY, "Size: 16 GB", "Locator: A1"]);
  assertEquals(assembled({ dmidecode: once + once }).memory?.totalBytes, 16 * GIB);
  // Without handles; two equal modules are two.
  const names: Record<string, string> = {
    1: "System Information",
    16: "Physical Memory Array",
    17: "Memory Device",
  };
  const quiet = (text: string) =>
    text.replace(/^Handle .*DMI type (\d+),.*\n.*$/gm, (_, type) => names[type]!).replace(/^\tArray Handle.*\n/gm, "");
  const modules = quiet(once + structures(["0x1101", 17, IN_ARRAY, "Size: 16 GB", "Locator: A1"]));
  assertEquals(assembled({ dmidecode: modules }).memory?.totalBytes, 32 * GIB);
  const whole = quiet(structures(["0x0001", 1, "Manufacturer: Dell Inc."])) + modules;
  assertEquals(assembled({ dmidecode: whole + whole }).memory?.totalBytes, 32 * GIB);
});

Deno.test("memory names the makers of modules whose firmware prints their ids", () => {
  const made = (...lines: string[]) =>
    assembled({ dmidecode: structures(ARRAY, ["0x1100", 17, IN_ARRAY, "Size: 16 GB", ...lines]) }).memory?.dimms?.[0];
  for (
    const [id, name] of [
      ["00AD063200AD", "SK Hynix"],
      ["80CE000080CE", "Samsung"],
      ["0x2C00", "Micron"],
      ["CE00000000000000", "Samsung"],
      ["7F7F9E0000000000", "Corsair"],
      ["JEDEC ID:80 CE", "Samsung"],
      ["Unknown - [0x9B85]", "Crucial"],
      ["Unknown (0x80CE)", "Samsung"],
      ["JEDEC ID:CE 00 00 00 00 00 00 00", "Samsung"],
      ["JEDEC-802C", "Micron"],
      ["Bank 1, Hex 0xCE", "Samsung"],
      ["Hex 0xAD", "SK Hynix"],
      ["2CFFFFFFFFFFFFFF", "Micron"],
      ["0000802C", "Micron"],
      ["Samsung", "Samsung"],
      // An id of nobody, and a name that has only letters of hexadecimal digits.
      ["1315", "1315"],
      ["CE", "CE"],
      ["ADDA", "ADDA"],
    ]
  ) assertEquals(made(`Manufacturer: ${id}`)?.manufacturer, name, id);
  const byModuleId = made("Manufacturer: Unknown", "Module Manufacturer ID: Bank 1, Hex 0xAD");
  assertEquals(byModuleId?.manufacturer, "SK Hynix");
  const part = (text: string) => made(`Part Number: ${text}`)?.partNumber;
  assertEquals(part("0x4D34373142353637334648302D4348392020"), "M471B5673FH0-CH9");
  assertEquals(part("0x484D413831475536"), "HMA81GU6");
  assertEquals(part("4D3437314135323434434230"), "M471A5244CB0");
  assertEquals(part("36374D39"), "36374D39");
  assertEquals(part("3141592653589793238462"), "3141592653589793238462");
  assertEquals(part("0x000000000000000000000000000000000000"), undefined);
  assertEquals(part("0x2020"), undefined);
  assertEquals(part("0x202020202020202020202020202020202020"), undefined);
  assertEquals(part("36ASF4G72PZ-2G6D1"), "36ASF4G72PZ-2G6D1");
});
