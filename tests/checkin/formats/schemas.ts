/**
 * The public schemas of what the agent sends to servers that are not ours: GLPI's inventory and metal3's HardwareData
 * (HNL_MK_SCHEMAS, by default beside the project), and CycloneDX's, which its own library brings.
 */
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { Ajv, type ValidateFunction } from "ajv";
// The library finds these only where something else needs them as well.
import addFormats from "ajv-formats";
import "ajv-formats-draft2019";
import { fromFileUrl, join } from "@std/path";
import { parse } from "@std/yaml";

export const SCHEMAS = Deno.env.get("HNL_MK_SCHEMAS") ??
  fromFileUrl(new URL("../../../../shared/schemas", import.meta.url));

/** What is wrong with a document: nothing, or the first complaints. */
export type Check = (document: unknown) => string | undefined;

/** The text of a schema; undefined where there are none. */
function schemaText(name: string): string | undefined {
  try {
    return Deno.readTextFileSync(join(SCHEMAS, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** GLPI's inventory; undefined where its schema is not there. */
export function glpiCheck(): Check | undefined {
  const text = schemaText("glpi-inventory.schema.json");
  return text === undefined ? undefined : checkOf(JSON.parse(text));
}

interface ResourceDefinition {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
}

interface Schema {
  properties: Record<string, Schema>;
}

/** `spec.hardware` of metal3's HardwareData, where a key that the resource does not know is an error. */
export function metal3Check(): Check | undefined {
  const text = schemaText("metal3-hardwaredata.crd.yaml");
  if (text === undefined) return undefined;
  const definition = parse(text) as ResourceDefinition;
  const resource = definition.spec.versions[0]!.schema.openAPIV3Schema;
  return checkOf(closed(resource.properties["spec"]!.properties["hardware"]!));
}

/** The schema, with no other properties than its own: a Kubernetes server drops them without a word. */
function closed(schema: unknown): object {
  return JSON.parse(
    JSON.stringify(schema),
    (_, value) => value?.properties ? { ...value, additionalProperties: false } : value,
  );
}

function checkOf(schema: object): Check {
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const validate: ValidateFunction = ajv.compile(schema);
  return (document) => validate(document) ? undefined : JSON.stringify(validate.errors?.slice(0, 3));
}

/** Makes its schema ready once, which takes longer than most of what it is asked. */
const strict = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

/** CycloneDX 1.6 by the official library, strictly. */
export async function cycloneDxProblem(document: unknown): Promise<string | undefined> {
  const problem = await strict.validate(JSON.stringify(document));
  return problem === null ? undefined : JSON.stringify(problem).slice(0, 500);
}
