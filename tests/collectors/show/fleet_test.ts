import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { judged } from "../../../collectors/judge/mod.ts";
import { parseSpec } from "../../../collectors/judge/spec/mod.ts";
import { fleetCsv, fleetTable, rowOf } from "../../../collectors/show/fleet.ts";

const GIB = 2 ** 30;

/** One of a fleet; the number of its DIMMs is what differs. */
function machine(serialNumber: string, dimms: number): Facts {
  return {
    schemaVersion: 2,
    agentVersion: "4.0.0",
    collectedAt: "2026-01-01T00:00:00.000Z",
    sources: {},
    identity: { uuidSource: "none", macs: [] },
    system: { productName: "PowerEdge R740", serialNumber },
    cpu: { sockets: 2, modelName: "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz" },
    memory: {
      totalBytes: dimms * 32 * GIB,
      dimms: Array.from({ length: dimms }, (_, i) => ({ locator: `A${i + 1}`, sizeBytes: 32 * GIB })),
    },
    disks: [{ name: "sda", sizeBytes: 960_197_124_096, readOnly: serialNumber === "S3" }],
    nics: [{ name: "eth0", physical: true }, { name: "eth0v0", physical: false }],
    bmc: { channels: [{ number: 1 }, { number: 2, ip: "10.20.30.40" }] },
  };
}

const SPEC = parseSpec(
  "name: r740\nexpect: { memory: { dimms: [ { count: 4, locator: [A1, A2, A3, A4] } ] } }",
  "spec.yaml",
);

function rows(specs = [SPEC]) {
  return [["a", machine("S1", 4)], ["b", machine("=S2", 3)], ["c", machine("S3", 3)]]
    .map(([name, facts]) => rowOf(name as string, judged(facts as Facts, specs)));
}

Deno.test("fleetTable() has one line a machine, those that deviate first, and counts by deviation", () => {
  const lines = fleetTable(rows(), 100).split("\n");
  for (const line of lines) assert(line.length <= 100, line);
  assertEquals(lines.slice(1, 4).map((line) => line.trim()[0]), ["b", "c", "a"]);
  assertMatch(lines[1]!, /^ {2}b .*PowerEdge.*=S2 .*2 × Xeon .*96 GiB .*1, 960 GB .*1 .*10\.20\.30\.40 .*1 off/);
  assertMatch(lines[2]!, /1 off +err/);
  assertMatch(lines[3]!, /matches/);
  assertEquals(lines.slice(5, 7), ["DEVIATIONS", "  2 of 3: memory.dimms: expected 4, found A4 empty; 3 of 4"]);
  // Of several specs each is named.
  const spare = parseSpec("name: spare\nmatch: { system.serialNumber: S1 }\nexpect: {}", "spec.yaml");
  assertMatch(fleetTable(rows([spare, SPEC])), / r740: 1 off [^]* spare: matches/);
  // In a pipe nothing is cut.
  assertMatch(fleetTable(rows()), /PowerEdge R740 .* 2 × Xeon Gold 6230 .* 1 off +error: disk-read-only$/m);
  // Without a spec in the order in which they were given.
  assertEquals(fleetTable(rows([])).split("\n").slice(1, 4).map((line) => line.trim()[0]), ["a", "b", "c"]);
  assertEquals(fleetTable([]), "");
});

Deno.test("fleetCsv() is CSV that a spreadsheet takes for data", () => {
  assertEquals(fleetCsv(rows().slice(0, 2)).split("\r\n"), [
    "name,model,serialNumber,cpu,memoryBytes,disks,diskBytes,nics,bmc,spec,matches,deviations,finding",
    "a,PowerEdge R740,S1,2 × Xeon Gold 6230,137438953472,1,960197124096,1,10.20.30.40,r740,true,,",
    `b,PowerEdge R740,'=S2,2 × Xeon Gold 6230,103079215104,1,960197124096,1,10.20.30.40,r740,false,"memory.dimms: ` +
    `expected 4, found A4 empty; 3 of 4",`,
    "",
  ]);
});

Deno.test("fleetCsv() holds nothing that steers a terminal, nor a formula behind it", () => {
  const hostile = machine("\x1b=cmd|' /C calc'!A0", 4);
  hostile.system!.productName = "R7\x1b[2J\n40\u202e";
  const [, line] = fleetCsv([rowOf("\x1b]0;name\x07", judged(hostile, []))]).split("\r\n");
  assertMatch(line!, /^\]0;name,R7 \[2J 40,'=cmd\|' \/C calc'!A0,/);
});
