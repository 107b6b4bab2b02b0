/** The JSON Schema of the facts, made from their types. `deno task schema` writes it beside them. */
import { createGenerator } from "ts-json-schema-generator";
import { fromFileUrl } from "@std/path";

/** Where the schema is kept. */
export const SCHEMA_FILE = fromFileUrl(new URL("../collectors/facts.schema.json", import.meta.url));

/** The schema as it is to stand in the file. */
export function factsSchema(): string {
  const schema = createGenerator({
    path: fromFileUrl(new URL("../collectors/facts/mod.ts", import.meta.url)),
    type: "Facts",
    additionalProperties: false,
    skipTypeCheck: true,
  }).createSchema("Facts");
  return JSON.stringify(schema, null, 2) + "\n";
}

if (import.meta.main) await Deno.writeTextFile(SCHEMA_FILE, factsSchema());
