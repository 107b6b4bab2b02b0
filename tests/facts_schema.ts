/** The JSON Schema of the facts, made from their types and tables. `deno task docs` writes it beside them. */
import { createGenerator } from "ts-json-schema-generator";
import { fromFileUrl } from "@std/path";
import { describe, howKnown } from "../collectors/facts/describe.ts";
import { FACTS, SCHEMA_VERSION } from "../collectors/facts/mod.ts";
import type { Schema, SchemaFile } from "./schema_file.ts";

/** What may change, and how a reader tells: in the schema and at the head of docs/facts.md. */
export const POLICY = [
  `These are the facts with \`schemaVersion\` ${SCHEMA_VERSION}.`,
  "Within a version fields and sections may be added, and a field that holds words of a tool may get new words. No field " +
  "is removed or renamed, changes its type, unit or meaning, or becomes required or omitted by rule: that takes a new " +
  "version.",
  "Readers check `schemaVersion`, skip unknown fields and treat a missing field as unknown: a fact that no source reports " +
  "is omitted.",
  "The section `raw` has no such guarantee.",
];

/** The schema as it is to stand in the file. */
export function factsSchema(): string {
  const made = createGenerator({
    path: fromFileUrl(new URL("../collectors/facts/mod.ts", import.meta.url)),
    type: "Facts",
    additionalProperties: true,
    skipTypeCheck: true,
  }).createSchema("Facts") as SchemaFile;
  const { $schema, ...rest } = made as SchemaFile & { $schema: string };
  const schema = {
    $schema,
    $id: `urn:hnl-mk:facts:${SCHEMA_VERSION}`,
    title: `Facts of hnl_mk, schema version ${SCHEMA_VERSION}`,
    description: POLICY.join(" "),
    ...rest,
  };
  schema.definitions["Facts"]!.properties!["schemaVersion"] = { const: SCHEMA_VERSION };
  for (const { path, entry } of describe(FACTS)) {
    const part = propertyAt(schema, path), how = howKnown(entry);
    if (!part || how === "" || part.description?.includes(how)) continue;
    part.description = [part.description, how].filter(Boolean).join(" ");
  }
  return JSON.stringify(schema, null, 2) + "\n";
}

/** The part of the schema that a path of the tables leads to. */
function propertyAt(schema: SchemaFile, path: string): Schema | undefined {
  const steps = path.split(".");
  let part: Schema | undefined = schema.definitions["Facts"];
  for (const [i, step] of steps.entries()) {
    part = part?.properties?.[step.replace("[]", "")];
    if (i < steps.length - 1) part = part && target(schema, step.endsWith("[]") ? part.items as Schema : part);
  }
  return part;
}

/** What a reference stands for. */
export function target({ definitions }: SchemaFile, part: Schema): Schema {
  return part.$ref === undefined ? part : definitions[part.$ref.split("/").at(-1)!]!;
}
