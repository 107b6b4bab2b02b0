/** The typed facts as they are (collectors/facts/mod.ts): what any HTTP inventory can take. */
import type { Facts } from "../../collectors/facts/mod.ts";

/** `facts`, whole: nothing is left out. */
export function factsDocument(facts: Facts): Facts {
  return facts;
}
