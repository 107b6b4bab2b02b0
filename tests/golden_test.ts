import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Ajv } from "ajv";
import { factsSchema, SCHEMA_FILE } from "./facts_schema.ts";
import { factsOf, goldens, tableOf } from "./golden.ts";

const validate = new Ajv({ strict: false }).compile(JSON.parse(Deno.readTextFileSync(SCHEMA_FILE)));

Deno.test("facts.schema.json is what the types say (deno task schema)", () => {
  assertEquals(Deno.readTextFileSync(SCHEMA_FILE), factsSchema());
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

Deno.test("README shows the table of the recorded server", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const dell = goldens().find(({ name }) => name === "dell")!;
  const lines = (await Deno.readTextFile(dell.table)).trimEnd().split("\n");
  assertStringIncludes(readme, lines.map((line) => line && `    ${line}`).join("\n"));
});
