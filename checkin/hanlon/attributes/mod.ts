/** A collection as a Hanlon server knows it: flat, under the old agent's names (protocol: node registration). */
import type { Collection } from "../../../collectors/mod.ts";
import type { NamePattern } from "../../config/pattern.ts";
import { type Attribute, cleanKey, cleanValue, type Json } from "./attribute.ts";
import { diskFacts } from "./facter/disks.ts";
import { machineFacts } from "./facter/machine.ts";
import { networkFacts } from "./facter/network.ts";
import { osFacts, selinuxFacts } from "./facter/os.ts";
import { hardwareAttributes } from "./hardware.ts";
import { ipmiAttributes } from "./ipmi.ts";
import { labelAttributes } from "./labels.ts";
import { lldpAttributes } from "./lldp.ts";
import { ownAttributes } from "./own.ts";
import { specAttributes } from "./spec.ts";

export type { Attribute, Json } from "./attribute.ts";

/** `attributes_hash`: what is registered. */
export type Attributes = Record<string, Json>;

/** The attributes of one kind: of the typed facts, or of the tools' own words. */
type Part = (collection: Collection) => Generator<Attribute>;

/** Under names of Facter, its own and those of its openlldp module: what `mk_fact_excl_pattern` is tried on. */
const FACTER: readonly Part[] = [
  machineFacts,
  diskFacts,
  ({ facts }) => networkFacts(facts),
  ({ facts }) => osFacts(facts),
  ({ facts }) => selinuxFacts(facts),
  ({ facts }) => lldpAttributes(facts),
];
/** What the old agent read from the tools itself, and what is said of the whole. */
const OWN: readonly Part[] = [
  hardwareAttributes,
  ipmiAttributes,
  ({ facts }) => ownAttributes(facts),
  ({ facts }) => specAttributes(facts),
  ({ facts }) => labelAttributes(facts),
];

/**
 * Every attribute with where it comes from. `exclude` is mk_fact_excl_pattern: as with the old agent it is tried on
 * Facter's names only, and before they are cleaned. Of two of one name the last counts.
 */
export function* explainedAttributes(collection: Collection, exclude?: NamePattern): Generator<Attribute> {
  for (const part of FACTER) {
    for (const attribute of part(collection)) {
      if (!exclude?.test(attribute.name)) yield cleaned(attribute);
    }
  }
  for (const part of OWN) {
    for (const attribute of part(collection)) yield cleaned(attribute);
  }
}

/** The attributes of a machine. No key, at any depth, holds a dot or begins with "$". */
export function attributesOf(collection: Collection, exclude?: NamePattern): Attributes {
  return Object.fromEntries([...explainedAttributes(collection, exclude)].map(({ name, value }) => [name, value]));
}

/** The attributes without those that change while nothing happens to the machine: what change detection compares. */
export function stableAttributes(collection: Collection, exclude?: NamePattern): Attributes {
  const stable = [...explainedAttributes(collection, exclude)].filter(({ isVolatile }) => !isVolatile);
  return Object.fromEntries(stable.map(({ name, value }) => [name, value]));
}

function cleaned(attribute: Attribute): Attribute {
  return { ...attribute, name: cleanKey(attribute.name), value: cleanValue(attribute.value) };
}
