/** The JSON Schema of the facts as it is kept, and the stricter form that the tests hold the facts to. */
import { fromFileUrl } from "@std/path";

/** Where the schema is kept. */
export const SCHEMA_FILE = fromFileUrl(new URL("../collectors/facts.schema.json", import.meta.url));

/** What a schema of these types consists of. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema | Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  description?: string;
}

export interface SchemaFile extends Schema {
  definitions: Record<string, Schema>;
}

export function readSchema(): SchemaFile {
  return JSON.parse(Deno.readTextFileSync(SCHEMA_FILE));
}

/** The schema without room for fields that it does not name: a reader skips these, and this agent has none. */
export function closedSchema(): SchemaFile {
  return JSON.parse(
    Deno.readTextFileSync(SCHEMA_FILE),
    (_, part) => part?.type === "object" && part.properties ? { ...part, additionalProperties: false } : part,
  );
}
