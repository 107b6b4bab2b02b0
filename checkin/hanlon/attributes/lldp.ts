/** lldp_neighbor_*: the names of the openlldp fact, lower case as Facter 2 registered them, and three beyond them. */
import type { Facts, Neighbour } from "../../../collectors/facts/mod.ts";
import { itemPath } from "../../../collectors/facts/path.ts";
import type { Attribute, Json } from "./attribute.ts";
import { interfaceKey } from "./facter/network.ts";
import type { LLDP_NAMES } from "./names.ts";

/** All lldp_neighbor_* attributes: one set for each NIC that hears a neighbour. */
export function* lldpAttributes({ neighbours }: Facts): Generator<Attribute> {
  for (const neighbour of neighbours ?? []) {
    const path = itemPath("neighbours", neighbour.interface);
    for (const [property, value, fact, how] of properties(neighbour)) {
      if (value === undefined) continue;
      const name = `lldp_neighbor_${property}_${interfaceKey(neighbour.interface)}`;
      yield { name, value, from: { facts: [`${path}.${fact}`], ...(how ? { how } : {}) } };
    }
  }
}

function properties(
  neighbour: Neighbour,
): [property: (typeof LLDP_NAMES)[number], value: Json | undefined, fact: string, how?: string][] {
  const addressOf = (family: string) => neighbour.managementAddresses?.find((a) => a.family === family)?.address;
  const v4 = addressOf("IPv4"), v6 = addressOf("IPv6");
  const { chassisId, portId, systemName, portDescription, systemDescription, pvid, maxFrameBytes, vlans } = neighbour;
  return [
    ["chassisid", chassisId?.value, "chassisId.value"],
    ["portid", portId?.value, "portId.value"],
    ["sysname", systemName, "systemName"],
    ["portdesc", portDescription, "portDescription"],
    ["sysdesc", systemDescription, "systemDescription"],
    ["mngaddr_ipv4", v4, `${itemPath("managementAddresses", v4 ?? "")}.address`, "the first of IPv4"],
    ["mngaddr_ipv6", v6, `${itemPath("managementAddresses", v6 ?? "")}.address`, "the first of IPv6"],
    ["pvid", pvid, "pvid"],
    ["mtu", maxFrameBytes === undefined ? undefined : String(maxFrameBytes), "maxFrameBytes", "as a string"],
    ["vlans", vlans?.map(({ id, name }) => name === undefined ? String(id) : `${id} ${name}`).join(", "), "vlans"],
  ];
}
