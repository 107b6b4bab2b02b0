/** mk_label_*: the labels that an operator gave the machine, for the tags and policies of a server. */
import type { Facts } from "../../../collectors/facts/mod.ts";
import type { Attribute } from "./attribute.ts";

export function* labelAttributes({ labels }: Facts): Generator<Attribute> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    yield { name: `mk_label_${key}`, value, from: { facts: [`labels.${key}`] } };
  }
}
