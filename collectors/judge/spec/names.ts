/** The names that a spec may use: those of the facts, as collectors/facts.schema.json has them. */
import schema from "../../facts.schema.json" with { type: "json" };
import type { ScalarShape } from "./condition.ts";

/** What stands at a place in the facts. */
export type Shape =
  | { kind: "scalar"; scalar: ScalarShape }
  | { kind: "texts"; scalar: ScalarShape }
  /** `other` is the shape of whatever else is in it: of labels and the like, whose names are nobody's here. */
  | { kind: "map"; fields: ReadonlyMap<string, () => Shape>; other?: () => Shape }
  | { kind: "list"; item: () => Shape }
  /** A value of several types, or whatever a tool said. */
  | { kind: "anything" };

interface Node {
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Node[];
  properties?: Readonly<Record<string, Node>>;
  additionalProperties?: boolean | Node;
  items?: Node | readonly Node[];
}

/** The shape of the whole: Facts. Nodes are read as they are asked for, since some hold themselves. */
export function factsShape(): Shape {
  return shapeOf(schema as Node);
}

/** What is said of the machine, and what changes by itself: nothing to expect. */
const UNEXPECTED = new Set(["spec", "findings", "changes", "raw", "volatile", "collectedAt"]);

/** The shape of what a spec may expect. */
export function expectedShape(): Shape {
  const shape = factsShape();
  return shape.kind === "map"
    ? { ...shape, fields: new Map([...shape.fields].filter(([name]) => !UNEXPECTED.has(name))) }
    : shape;
}

function shapeOf(node: Node): Shape {
  if (node.$ref !== undefined) {
    const name = node.$ref.replace("#/definitions/", "");
    return shapeOf((schema.definitions as unknown as Readonly<Record<string, Node>>)[name]!);
  }
  if (node.type === "object") {
    const { properties = {}, additionalProperties: others } = node;
    const fields = Object.entries(properties).map(([name, inner]) => [name, () => shapeOf(inner)] as const);
    const isOpen = typeof others === "object" && Object.keys(others).length > 0;
    return { kind: "map", fields: new Map(fields), ...isOpen && { other: () => shapeOf(others) } };
  }
  if (node.type === "array") {
    const [item = {}] = Array.isArray(node.items) ? node.items as readonly Node[] : [node.items as Node];
    const shape = shapeOf(item);
    return shape.kind === "scalar" ? { kind: "texts", scalar: shape.scalar } : { kind: "list", item: () => shape };
  }
  if (Array.isArray(node.type) || ["type", "const", "enum", "anyOf"].every((key) => !(key in node))) {
    return { kind: "anything" };
  }
  const words = node.enum ?? node.anyOf?.flatMap((each) => each.const ?? each.enum ?? []);
  const type = [node.type, typeof (node.const ?? words?.[0])].find((each) => each === "number" || each === "boolean") ??
    (node.type === "integer" ? "number" : "string");
  const isWords = words !== undefined && words.length > 0 && words.every((word) => typeof word === "string");
  return { kind: "scalar", scalar: { type, ...isWords && { words: words as string[] } } };
}
