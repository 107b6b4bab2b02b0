/** lldptool get-tlv -n: what the switch says (lldptool(8); IEEE 802.1AB-2016; open-lldp's lldp_*_clif.c). */
import type { LldpVerdict, Neighbour } from "./facts.ts";

/** What was heard on the physical NICs, and the verdict for each of them. */
export interface LldpFacts {
  neighbours: Neighbour[];
  verdicts: LldpVerdict[];
}
