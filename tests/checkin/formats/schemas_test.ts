/** Every document of every machine against the public schemas. */
import { assert, assertEquals } from "@std/assert";
import { cycloneDxBom } from "../../../checkin/formats/cyclonedx.ts";
import { glpiDocument } from "../../../checkin/formats/glpi/mod.ts";
import { metal3Hardware } from "../../../checkin/formats/metal3.ts";
import { CORPUS } from "../../corpus/corpus.ts";
import { corpusMachines, type Machine, recordedMachines } from "./machines.ts";
import { wholeMachine } from "./whole_machine.ts";
import { cycloneDxProblem, glpiCheck, metal3Check, SCHEMAS } from "./schemas.ts";

const glpi = glpiCheck(), metal3 = metal3Check();
if (!glpi || !metal3) {
  console.log(`GLPI's and metal3's schemas are skipped: they are not in ${SCHEMAS} (HNL_MK_SCHEMAS)`);
}

async function problems({ name, facts }: Machine): Promise<string[]> {
  const found = [
    ["glpi", glpi?.(plain(glpiDocument(facts)))],
    ["metal3", metal3?.(plain(metal3Hardware(facts)))],
    ["cyclonedx", await cycloneDxProblem(cycloneDxBom(facts))],
  ];
  return found.filter(([, problem]) => problem !== undefined).map((words) => [name, ...words].join(": "));
}

/** As it is sent: a validator sees keys with undefined, which JSON drops. */
function plain(document: object): unknown {
  const sent = JSON.parse(JSON.stringify(document));
  assertEquals(sent, document);
  return sent;
}

Deno.test("the schemas refuse what is wrong", { ignore: !glpi || !metal3 }, async () => {
  const [machine] = await recordedMachines();
  const document = glpiDocument(machine!.facts);
  assert(glpi!({ ...document, content: { ...document.content, bios: { bdate: "07/09/2021" } } }) !== undefined);
  assert(metal3!({ ...metal3Hardware(machine!.facts), another: 1 }) !== undefined);
  assert(await cycloneDxProblem({ ...cycloneDxBom(machine!.facts), another: 1 }) !== undefined);
});

Deno.test("the documents of every recorded machine are valid by the public schemas", async () => {
  const machines = await recordedMachines();
  assert(machines.length >= 3);
  assertEquals((await Promise.all(machines.map(problems))).flat(), []);
});

Deno.test("the documents of a machine with everything are valid by the public schemas", async () => {
  assertEquals(await problems({ name: "made up", facts: wholeMachine }), []);
});

Deno.test("the documents of every machine of the corpus are valid by the public schemas", async () => {
  let count = 0;
  const found: string[] = [];
  for await (const machine of corpusMachines()) {
    count++;
    found.push(...await problems(machine));
  }
  console.log(count === 0 ? `skipped: no recorded machines in ${CORPUS}` : `${count} machines of the corpus`);
  assertEquals(found.slice(0, 10), []);
});
