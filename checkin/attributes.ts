/** Facts as a Hanlon server knows them: flat, under the old agent's names (protocol: node registration). */
import type { Facts } from "../collectors/facts.ts";
import { type Attribute, cleanKey, cleanValue, type Json } from "./attributes/attribute.ts";
import { machineFacts } from "./attributes/facter/machine.ts";
import { networkFacts } from "./attributes/facter/network.ts";
import { osFacts } from "./attributes/facter/os.ts";
import { hardwareAttributes } from "./attributes/hardware.ts";
import { ipmiAttributes } from "./attributes/ipmi.ts";
import { lldpAttributes } from "./attributes/lldp.ts";

export type { Attribute, Json } from "./attributes/attribute.ts";

/** `attributes_hash`: what is registered. */
export type Attributes = Record<string, Json>;

/**
 * Every attribute with where it comes from. `exclude` is mk_fact_excl_pattern: as with the old agent it is tried on
 * Facter's names only. Of two of one name the last counts.
 */
export function* explainedAttributes(facts: Facts, exclude?: RegExp): Generator<Attribute> {
  for (const attribute of [...machineFacts(facts), ...networkFacts(facts), ...osFacts(facts)]) {
    if (!exclude?.test(attribute.name)) yield cleaned(attribute);
  }
  for (const part of [hardwareAttributes(facts), ipmiAttributes(facts), lldpAttributes(facts)]) {
    for (const attribute of part) yield cleaned(attribute);
  }
}

/** The attributes of a machine. No key, at any depth, holds a dot or begins with "$". */
export function attributesOf(facts: Facts, exclude?: RegExp): Attributes {
  return Object.fromEntries([...explainedAttributes(facts, exclude)].map(({ name, value }) => [name, value]));
}

/** The attributes without those that change while nothing happens to the machine: what change detection compares. */
export function stableAttributes(facts: Facts, exclude?: RegExp): Attributes {
  const stable = [...explainedAttributes(facts, exclude)].filter(({ isVolatile }) => !isVolatile);
  return Object.fromEntries(stable.map(({ name, value }) => [name, value]));
}

function cleaned(attribute: Attribute): Attribute {
  return { ...attribute, name: cleanKey(attribute.name), value: cleanValue(attribute.value) };
}
