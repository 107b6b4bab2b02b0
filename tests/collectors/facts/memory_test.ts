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
