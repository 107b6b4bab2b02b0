/** Facts that were written down: by `--format json`, or as they are delivered to mk_facts_uri. */
import { type Facts, SCHEMA_VERSION } from "../facts/mod.ts";
import { isMap } from "../values.ts";
import { renamed } from "./spec/moved.ts";
import { factsShape, type Shape } from "./spec/names.ts";

/** A text is no facts; `message` says what was found and what is expected. */
export class FactsError extends Error {
  override readonly name = "FactsError";
}

/**
 * Facts from JSON, those of an older schema version under the names of this one. What a newer version has besides is
 * kept as it is. Throws FactsError.
 */
export function parseFacts(text: string): Facts {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FactsError(`found no JSON (${(error as Error).message}), expected facts`);
  }
  if (!isMap(value) || typeof value.schemaVersion !== "number" || !isMap(value.identity)) {
    throw new FactsError("found JSON without schemaVersion and identity, expected facts");
  }
  if (value.schemaVersion > SCHEMA_VERSION) {
    throw new FactsError(`found schema version ${value.schemaVersion}, expected at most ${SCHEMA_VERSION}`);
  }
  const facts = renamed(value, value.schemaVersion);
  const wrong = misshapen(facts, factsShape(), "");
  if (wrong !== undefined) throw new FactsError(wrong);
  return { sources: {}, ...facts, schemaVersion: SCHEMA_VERSION } as unknown as Facts;
}

/** Where a value is of another kind than the facts have there; names that the schema lacks may hold anything. */
function misshapen(value: unknown, shape: Shape, path: string): string | undefined {
  if (value === undefined) return undefined;
  switch (shape.kind) {
    case "map":
      if (!isMap(value)) return `${path}: found no object`;
      for (const [name, inner] of Object.entries(value)) {
        const at = shape.fields.get(name) ?? shape.other;
        const wrong = at && misshapen(inner, at(), path === "" ? name : `${path}.${name}`);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    case "list": {
      if (!Array.isArray(value)) return `${path}: found no list`;
      const item = shape.item();
      return value.map((each) => misshapen(each, item, `${path}[]`)).find((wrong) => wrong !== undefined);
    }
    case "texts":
      return Array.isArray(value) ? undefined : `${path}: found no list`;
    case "anything":
      return undefined;
    case "scalar": {
      // What JSON.parse makes of 1e400.
      if (typeof value === "number" && !Number.isFinite(value)) return `${path}: found ${value}, expected a number`;
      const type = value === null ? "null" : typeof value;
      return type === shape.scalar.type ? undefined : `${path}: found a ${type}, expected a ${shape.scalar.type}`;
    }
  }
}
