/** Facts of a fleet that does not exist: the recorded server, varied. By hand: deno run -A tests/fleet/make.ts 2000 DIR */
import { join } from "@std/path";
import type { Facts } from "../../collectors/facts/mod.ts";
import { judged } from "../../collectors/judge/mod.ts";
import { parseSpec, type Spec } from "../../collectors/judge/spec/mod.ts";
import { goldens } from "../golden.ts";

const MODELS = ["PowerEdge R740", "PowerEdge R640", "PowerEdge R750"];
const BIOSES = ["2.12.2", "2.10.0"];
const MAKERS = [["SK Hynix", "HMA84GR7AFR4N-VK"], ["Samsung", "M393A4K40CB2-CVF"], ["Micron", "36ASF4G72PZ-2G9E2"]];

/** What the machines are to be: every tenth lacks a DIMM. */
export const SPEC = `name: compute
expect:
  memory: { dimms: [ { count: 2, locator: [A1, B1] } ] }
  findings: { none: error }
`;

/** Machine number `index` of the fleet. */
function fleetMachine(golden: Facts, index: number, spec: Spec): Facts {
  const facts = structuredClone(golden);
  const serial = `HNL${String(index).padStart(5, "0")}`;
  facts.identity = { ...facts.identity, uuid: crypto.randomUUID(), hostname: `node-${index}` };
  facts.system = { ...facts.system, serialNumber: serial, productName: MODELS[index % MODELS.length]! };
  facts.firmware = { ...facts.firmware, version: BIOSES[index % 4 === 0 ? 1 : 0]! };
  const [manufacturer, partNumber] = MAKERS[index % 5 % MAKERS.length]!;
  for (const [i, dimm] of facts.memory!.dimms!.entries()) {
    Object.assign(dimm, { manufacturer, partNumber, serialNumber: `${serial}${i}` });
  }
  if (index % 10 === 0) facts.memory!.dimms!.pop();
  for (const disk of facts.disks!) if (disk.firmware === "LS0B" && index % 7 === 0) disk.firmware = "LS0A";
  if (index % 100 === 0) facts.disks![0]!.readOnly = true;
  for (const neighbour of facts.neighbours!) {
    neighbour.systemName = `leaf-${String(Math.floor(index / 48) + 1).padStart(2, "0")}`;
    neighbour.portId = { subtype: "Ifname", value: `Ethernet1/${index % 48 + 1}` };
  }
  return judged(facts, [spec]);
}

/** Writes facts files of so many machines to a folder: node-0.json … */
export async function makeFleet(count: number, folder: string): Promise<void> {
  const golden: Facts = JSON.parse(await Deno.readTextFile(goldens()[0]!.json));
  golden.collectedAt = "2026-01-01T00:00:00.000Z";
  const spec = parseSpec(SPEC, "spec.yaml");
  for (let index = 0; index < count; index++) {
    Deno.writeTextFileSync(join(folder, `node-${index}.json`), JSON.stringify(fleetMachine(golden, index, spec)));
  }
}

if (import.meta.main) {
  const [count = "2000", folder = "."] = Deno.args;
  await makeFleet(Number(count), folder);
}
