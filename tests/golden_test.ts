import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import { DOCS_FILE, factsDocs } from "./facts_docs.ts";
import { factsSchema } from "./facts_schema.ts";
import type { Facts } from "../collectors/facts/mod.ts";
import { factsOf, goldens, tableOf } from "./golden.ts";
import { closedSchema, readSchema, SCHEMA_FILE } from "./schema_file.ts";

const validate = new Ajv({ strict: false }).compile(closedSchema());

Deno.test("facts.schema.json and docs/facts.md are what the types and tables say (deno task docs)", () => {
  assertEquals(Deno.readTextFileSync(SCHEMA_FILE), factsSchema());
  assertEquals(Deno.readTextFileSync(DOCS_FILE), factsDocs(readSchema()));
});

Deno.test("the schema takes what a later agent of its version sends, and nothing of another version", async () => {
  const validate = new Ajv().compile(readSchema());
  const facts: Facts = JSON.parse(await Deno.readTextFile(goldens()[0]!.json));
  assert(validate({ ...facts }), JSON.stringify(validate.errors));
  assert(validate({ ...facts, system: { ...facts.system, later: 1 }, later: [] }));
  assert(!validate({ ...facts, schemaVersion: facts.schemaVersion + 1 }));
  assert(!validate({ ...facts, system: { ...facts.system, serialNumber: 7 } }));
});

Deno.test("there are recordings of at least three machines", () => {
  assert(goldens().length >= 3, `found ${goldens().map(({ name }) => name)}`);
});

for (const golden of goldens()) {
  Deno.test(`main.ts --replay ${golden.name} prints its golden facts (deno task golden)`, async () => {
    const facts = await factsOf(golden);
    assertEquals(JSON.parse(facts), JSON.parse(await Deno.readTextFile(golden.json)));
    assertEquals(facts, await Deno.readTextFile(golden.json), "same facts in another order");
    assert(validate(JSON.parse(facts)), JSON.stringify(validate.errors));
  });

  Deno.test(`main.ts --replay ${golden.name} prints its golden table, at most 100 columns wide`, async () => {
    const text = await tableOf(golden);
    assertEquals(text, await Deno.readTextFile(golden.table));
    for (const line of text.split("\n")) assert(line.length <= 100, line);
  });
}
