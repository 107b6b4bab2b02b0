/** What the page says of each item: the findings', the spec's and a comparison's words, and nothing of its own. */
import { assertEquals } from "@std/assert";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import type { Finding } from "../../../../collectors/facts/verdict.ts";
import { lookOf, marksOf, pathsOf, worstOf } from "../../../../collectors/show/page/marks.ts";
import { uncheckedFactsOf } from "../../facts/assembled.ts";

const NOTHING = uncheckedFactsOf({});

function finding(path: string, level: Finding["level"], evidence: Finding["evidence"] = []): Finding {
  return { id: "rule", level, path, message: `${level} of ${path}`, evidence };
}

/** Marks by path, as their classes. */
function looks(facts: Partial<Facts>, changes?: Parameters<typeof marksOf>[1]): Record<string, string> {
  return Object.fromEntries(
    [...marksOf({ ...NOTHING, ...facts }, changes)].map(([path, mark]) => [path, lookOf(mark)]),
  );
}

Deno.test("marksOf() marks the item of a finding, by its gravest", () => {
  const findings = [
    finding("nics[eth0].speedMbps", "warning"),
    finding("nics[eth0].mac", "error"),
    finding("bmc", "info"),
  ];
  assertEquals(looks({ findings }), { "nics[eth0]": "error", bmc: "info" });
});

Deno.test("marksOf() names an item by index as pathsOf() does", () => {
  const powerSupplies = [{ productName: "PSU1" }, { productName: "PSU2" }];
  const facts = { powerSupplies, findings: [finding("powerSupplies[1].plugged", "error")] };
  assertEquals(looks(facts), { [pathsOf("powerSupplies", powerSupplies)[1]!]: "error" });
  const dimms = [{ locator: "A1" }, { locator: "B1" }, { locator: "B1" }];
  assertEquals(pathsOf("memory.dimms", dimms), [
    "memory.dimms[A1]",
    "memory.dimms[1]",
    "memory.dimms[2]",
  ]);
  assertEquals(looks({ memory: { dimms }, findings: [finding("memory.dimms[0].sizeBytes", "error")] }), {
    "memory.dimms[A1]": "error",
  });
});

Deno.test("marksOf() marks of a finding about a whole list the evidence that most of the list does not have", () => {
  const dimms = [4800, 4800, 4400].map((speedMTs, i) => ({ locator: `A${i + 1}`, speedMTs }));
  const evidence = dimms.slice(1).map(({ locator, speedMTs }) => ({
    path: `memory.dimms[${locator}].speedMTs`,
    value: speedMTs,
  }));
  const findings = [finding("memory.dimms", "warning", evidence)];
  assertEquals(looks({ memory: { dimms }, findings }), { "memory.dimms[A3]": "warning" });
  assertEquals(worstOf(marksOf({ ...NOTHING, memory: { dimms }, findings }), "memory"), "warning");
});

Deno.test("marksOf() marks what a spec lacks where it should be", () => {
  const deviations = [{ path: "memory.dimms", expected: "16 × 64 GiB", found: "15 of 16; A7 empty", item: "A7" }];
  assertEquals(looks({ spec: { name: "s", matches: false, deviations } }), { "memory.dimms[A7]": "error" });
  const several = [
    { path: "memory.dimms", expected: "4 × 32 GiB", found: "A2, B2 empty; 2 of 4", item: "A2, B2" },
    { path: "disks[].firmware", expected: "1", found: "2 (sda, sdb)", item: "sda, sdb" },
    { path: "nics[eth0].speedMbps", expected: "25000", found: "10000", item: "eth0" },
    { path: "bmc", expected: "no error", found: "it is broken", item: "chassis-fault" },
  ];
  const finding = { id: "chassis-fault", level: "error" as const, path: "bmc", message: "", evidence: [] };
  assertEquals(looks({ findings: [finding], spec: { name: "s", matches: false, deviations: several } }), {
    ...{ bmc: "error", "memory.dimms[A2]": "error", "memory.dimms[B2]": "error" },
    ...{ "disks[sda]": "error", "disks[sdb]": "error", "nics[eth0]": "error" },
  });
});

Deno.test("marksOf() holds that an item came for more than that it changed", () => {
  const changes = [
    { kind: "changed", path: "disks[sda].firmware", text: "" },
    { kind: "moved", path: "disks[sda]", text: "" },
    { kind: "changed", path: "disks[sda].model", text: "" },
    { kind: "went", path: "nics[eth0].addresses", text: "" },
  ] as const;
  assertEquals(looks({}, changes), { "disks[sda]": "moved", "nics[eth0]": "changed" });
});
