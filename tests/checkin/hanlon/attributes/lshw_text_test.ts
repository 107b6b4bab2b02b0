import { assertEquals } from "@std/assert";
import { fieldText, sizeText } from "../../../../checkin/hanlon/attributes/lshw_text.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { parseLshw } from "../../../../collectors/tools/lshw/mod.ts";
import { comparable, listing } from "./lshw_listing.ts";

Deno.test("sizeText() divides by 1024 while above ten of the next unit or evenly divisible", () => {
  for (
    const [bytes, text] of [
      [1, "1B"],
      [1000, "1000B"],
      [1024, "1KiB"],
      [10240, "10KiB"],
      [10239, "10239B"],
      [10241, "10KiB"],
      [98304, "96KiB"],
      [8323072, "8128KiB"],
      [17179869184, "16GiB"],
      [8017412096, "7646MiB"],
      [2199023255552, "2TiB"],
      [2 ** 60, "1EiB"],
    ] as const
  ) assertEquals(sizeText("memory", bytes), text, String(bytes));
});

Deno.test("sizeText() has the unit of the class", () => {
  assertEquals(sizeText("disk", 299439751168), "278GiB (299GB)");
  assertEquals(sizeText("disk", 1000204886016), "931GiB (1TB)");
  assertEquals(sizeText("disk", 8004304896), "7633MiB (8004MB)");
  assertEquals(sizeText("disk", 12000138625024), "10TiB (12TB)");
  assertEquals(sizeText("volume", 535822336), "511MiB");
  assertEquals(sizeText("processor", 2100000000), "2100MHz");
  assertEquals(sizeText("processor", 4000000000), "4GHz");
  assertEquals(sizeText("processor", 2992499000), "2992MHz");
  assertEquals(sizeText("network", 10000000), "10Mbit/s");
  assertEquals(sizeText("network", 25000000000), "25Gbit/s");
  assertEquals(sizeText("network", 2500000000), "2500Mbit/s");
  assertEquals(sizeText("power", 56010), "56010mWh");
  assertEquals(sizeText("bridge", 1000000000), "1000000000");
});

Deno.test("fieldText() is undefined where lshw prints no line", () => {
  const node = { id: "disk", class: "disk", size: 0, configuration: [], capabilities: [], description: "" };
  for (const field of ["description", "size", "capacity", "width", "clock", "capabilities", "configuration"] as const) {
    assertEquals(fieldText(node, field), undefined, field);
  }
});

Deno.test("fieldText() sorts the configuration by key, and keeps the order of the capabilities", () => {
  const node = {
    id: "network",
    class: "network",
    configuration: [{ name: "a1", value: "z" }, { name: "port", value: "twisted pair" }, { name: "a", value: "b" }],
    capabilities: [{ name: "tp", value: "twisted pair" }, { name: "10bt", value: "true" }],
    clock: 33000000,
    width: 64,
  };
  assertEquals(fieldText(node, "configuration"), "a=b a1=z port=twisted pair");
  assertEquals(fieldText(node, "capabilities"), "tp 10bt");
  assertEquals(fieldText(node, "clock"), "33MHz");
  assertEquals(fieldText(node, "width"), "64 bits");
  assertEquals(fieldText({ ...node, class: "memory", clock: 2666000000 }, "clock"), "2666MHz (0.4ns)");
});

const host = createLocalHost();
const isInstalled = (await host.run("lshw", [])).failure === undefined;

/** lshw both ways, while nothing happens to the machine: mounts of other programs come and go. */
async function bothWays(): Promise<{ text: string; json: string }> {
  for (let i = 0; i < 5; i++) {
    const [before, json, after] = [
      await host.run("lshw", []),
      await host.run("lshw", ["-json"]),
      await host.run("lshw", []),
    ];
    if (before.stdout === after.stdout) return { text: before.stdout, json: json.stdout };
  }
  throw new Error("lshw never printed the same twice");
}

Deno.test({
  name: "fieldText() says of this machine what lshw's text says",
  ignore: !isInstalled,
  fn: async () => {
    const { text, json } = await bothWays();
    assertEquals(comparable(listing(parseLshw(json).value)), comparable(text));
  },
});

if (!isInstalled) console.log("skipped: no lshw here");
