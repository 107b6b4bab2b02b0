import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { stableFacts } from "../../../../collectors/facts/change.ts";
import { SOURCE_NAMES } from "../../../../collectors/facts/mod.ts";
import { parseLshw } from "../../../../collectors/tools/lshw/mod.ts";
import { parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { parseLscpu } from "../../../../collectors/tools/lscpu/mod.ts";
import type { Parts } from "../../../../collectors/mod.ts";
import { ParseError } from "../../../../collectors/tools/parsing.ts";
import { assembled, checkShape, factsOf, ok, uncheckedFactsOf } from "../../facts/assembled.ts";
import { damaged } from "../../mutations.ts";

const FIXTURES = new URL("../../../fixtures/", import.meta.url);
const read = (name: string) => Deno.readTextFileSync(new URL(name, FIXTURES));

const LSHW = {
  id: "node",
  class: "system",
  children: [
    { id: "cpu:0", class: "processor", product: "A CPU", units: "Hz", size: 2992499000, capacity: 3400000000 },
    {
      id: "disk",
      class: "disk",
      logicalname: "/dev/sda",
      size: 7,
      children: [{
        id: "volume",
        class: "volume",
        configuration: { filesystem: "ext4", modified: "2026-01-01 00:00:00", state: "mounted" },
      }],
    },
  ],
};

Deno.test("factsOf() gives the same facts while a machine only works", () => {
  const busy = JSON.stringify(LSHW).replace("2992499000", "1200000000").replace("00:00:00", "00:10:00");
  assertEquals(stableFacts(assembled({ lshw: busy })), stableFacts(assembled({ lshw: LSHW })));
});

Deno.test("factsOf() gives the same text whatever order the sources answered in", () => {
  const parts: Parts = {
    dmidecode: ok(parseDmidecode(read("dmidecode/server.txt")).value),
    lshw: ok(parseLshw(read("lshw/full.json")).value),
    lscpu: ok(parseLscpu(read("lscpu/pipe.json")).value),
    ipmitool: ok({ deviceId: 32 }),
  };
  const text = (given: Parts) => JSON.stringify({ ...factsOf(given), sources: {} });
  const reversed = Object.fromEntries(
    SOURCE_NAMES.toReversed().map((name) => [name, parts[name]])
      .filter(([_, part]) => part !== undefined),
  );
  assertEquals(text(reversed), text(parts));
});

Deno.test("factsOf() lists PCI devices by address where only lshw tells of them", () => {
  const device = (businfo: string, more: object) => ({ id: "device", class: "generic", businfo, ...more });
  const children = [
    device("pci@0000:3b:00.0", { class: "network", vendor: "Intel Corporation", configuration: { driver: "i40e" } }),
    device("pci@0000:03:00.0", { class: "display", description: "VGA compatible controller", product: "G200eW3" }),
  ];
  const { pci, gpus } = assembled({ lshw: { id: "x", class: "system", children } });
  const display = { address: "0000:03:00.0", class: "VGA compatible controller", product: "G200eW3" };
  assertEquals(pci, [display, { address: "0000:3b:00.0", vendor: "Intel Corporation", driver: "i40e" }]);
  assertEquals(gpus, [display]);
});

Deno.test("factsOf() leaves its sources as they are", () => {
  const lshw = parseLshw(JSON.stringify(LSHW)).value;
  const before = structuredClone(lshw);
  factsOf({ lshw: ok(lshw) });
  assertEquals(lshw, before);
});

Deno.test("factsOf() makes valid facts of damaged outputs", () => {
  const text = fc.tuple(
    damaged([read("dmidecode/server.txt")]),
    damaged([read("lshw/full.json"), JSON.stringify(LSHW)]),
    damaged([read("lscpu/pipe.json"), read("lscpu/terminal.txt")]),
  );
  const parsed = <T>(parse: () => T) => {
    try {
      return parse();
    } catch (error) {
      if (error instanceof ParseError) return undefined;
      throw error;
    }
  };
  fc.assert(
    fc.property(text, ([dmi, tree, cpu]) => {
      const parts: Parts = {};
      const dmidecode = parsed(() => parseDmidecode(dmi).value);
      const lshw = parsed(() => parseLshw(tree).value);
      const lscpu = parsed(() => parseLscpu(cpu).value);
      if (dmidecode) parts.dmidecode = ok(dmidecode);
      if (lshw) parts.lshw = ok(lshw);
      if (lscpu) parts.lscpu = ok(lscpu);
      checkShape(uncheckedFactsOf(parts));
    }),
    { numRuns: 300, interruptAfterTimeLimit: 2500 },
  );
});
