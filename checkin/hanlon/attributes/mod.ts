/** Facts as a Hanlon server knows them: flat, under the old agent's names (protocol: node registration). */
import type { Facts } from "../../../collectors/facts/mod.ts";
import { type Attribute, cleanKey, cleanValue, type Json } from "./attribute.ts";
import { diskFacts } from "./facter/disks.ts";
import { machineFacts } from "./facter/machine.ts";
import { networkFacts } from "./facter/network.ts";
import { osFacts } from "./facter/os.ts";
import { hardwareAttributes } from "./hardware.ts";
import { ipmiAttributes } from "./ipmi.ts";
import { lldpAttributes } from "./lldp.ts";
import { specAttributes } from "./spec.ts";

export type { Attribute, Json } from "./attribute.ts";

/** `attributes_hash`: what is registered. */
export type Attributes = Record<string, Json>;

/** Under names of Facter, its own and those of its openlldp module: what `mk_fact_excl_pattern` is tried on. */
const FACTER = [machineFacts, diskFacts, networkFacts, osFacts, lldpAttributes];
/** What the old agent read from the tools itself, and what is said of the whole. */
const OWN = [hardwareAttributes, ipmiAttributes, specAttributes];

/**
 * Every attribute with where it comes from. `exclude` is mk_fact_excl_pattern: as with the old agent it is tried on
 * Facter's names only, and before they are cleaned. Of two of one name the last counts.
 */
export function* explainedAttributes(facts: Facts, exclude?: RegExp): Generator<Attribute> {
  for (const part of FACTER) {
    for (const attribute of part(facts)) {
      if (!exclude || attribute.name.search(exclude) === -1) yield cleaned(attribute);
    }
  }
  for (const part of OWN) {
    for (const attribute of part(facts)) yield cleaned(attribute);
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
