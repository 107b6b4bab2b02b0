/** A node of lshw's tree as attributes. */
import type { Words } from "../../../collectors/facts/table.ts";
import type { PlacedNode } from "../../../collectors/tools/lshw/tree.ts";
import type { HardwareNode } from "../../../collectors/tools/lshw/node.ts";
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

function ofNode(placed: PlacedNode, field: LshwField): Given | undefined {
  const value = fieldText(placed.node, field);
  if (value === undefined) return undefined;
  return { value, from: { words: [nodeWords(placed, nodeKey(field))], how: `"${field}" as lshw's text has it` } };
}

/** What lshw printed of a node under a key. */
export function nodeWords({ node, path }: PlacedNode, key: keyof HardwareNode): Words {
  return { where: `lshw -json: ${path || node.id}`, lines: [`"${key.toLowerCase()}": ${JSON.stringify(node[key])}`] };
}

/** How many nodes there are, as a decimal string. */
export function count(name: string, nodes: readonly PlacedNode[], what: string): Attribute {
  const words = nodes.map((placed) => nodeWords(placed, "id"));
  return { name, value: String(nodes.length), from: { words, how: `the number of ${what}, as a string` } };
}
