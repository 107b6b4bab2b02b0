/** A node of lshw's tree as attributes. */
import type { PlacedNode } from "../../../collectors/tools/lshw/mod.ts";
import { itemPath } from "../../../collectors/facts/path.ts";
import type { Attribute } from "./attribute.ts";
import { fieldText, type LshwField, nodeKey } from "./lshw_text.ts";

/** What is said instead of the node's own text. */
export type Given = Omit<Attribute, "name">;

/** One attribute for each of `fields` that the node has, or that `given` has for it; none without a node. */
export function* nodeAttributes(
  prefix: string,
  placed: PlacedNode | undefined,
  fields: readonly LshwField[],
  given: Partial<Record<LshwField, Given>> = {},
): Generator<Attribute> {
  for (const field of placed ? fields : []) {
    const name = `${prefix}_${field.replaceAll(" ", "_")}`;
    const own = given[field] ?? ofNode(placed!, field);
    if (own) yield { name, ...own };
  }
}

function ofNode({ node, path }: PlacedNode, field: LshwField): Given | undefined {
  const value = fieldText(node, field);
  if (value === undefined) return undefined;
  const facts = [`${itemPath("hardware", path)}.${nodeKey(field)}`];
  return { value, from: { facts, how: `"${field}" as lshw's text has it` } };
}

/** How many nodes there are, as a decimal string. */
export function count(name: string, nodes: readonly PlacedNode[], what: string): Attribute {
  const facts = nodes.map(({ path }) => `${itemPath("hardware", path)}.id`);
  return { name, value: String(nodes.length), from: { facts, how: `the number of ${what}, as a string` } };
}
