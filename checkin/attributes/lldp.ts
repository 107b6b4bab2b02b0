/** lldp_neighbor_*: the names of the openlldp fact, lower case as Facter 2 registered them, and three beyond them. */
import type { Facts, Neighbour } from "../../collectors/facts.ts";
import { prune } from "../../collectors/parsing.ts";
import type { Attribute, Json } from "./attribute.ts";
import { interfaceKey } from "./facter/network.ts";

/** All lldp_neighbor_* attributes: one set for each NIC that hears a neighbour. */
export function* lldpAttributes({ neighbours }: Facts): Generator<Attribute> {
  for (const neighbour of neighbours ?? []) {
    for (const [property, value] of Object.entries(properties(neighbour))) {
      yield {
        name: `lldp_neighbor_${property}_${interfaceKey(neighbour.interface)}`,
        value,
        from: {
          source: `lldptool get-tlv -n -i ${neighbour.interface}`,
          line: HEADINGS[property as keyof typeof HEADINGS],
          how: "the value of this TLV",
        },
      };
    }
  }
}

const HEADINGS = {
  chassisid: "Chassis ID TLV",
  portid: "Port ID TLV",
  sysname: "System Name TLV",
  portdesc: "Port Description TLV",
  sysdesc: "System Description TLV",
  mngaddr_ipv4: "Management Address TLV",
  mngaddr_ipv6: "Management Address TLV",
  pvid: "Port VLAN ID TLV",
  mtu: "Maximum Frame Size TLV",
  vlans: "VLAN Name TLV",
} as const;

function properties(neighbour: Neighbour): Partial<Record<keyof typeof HEADINGS, Json>> {
  const managed = (family: string) => neighbour.managementAddresses?.find((a) => a.family === family)?.address;
  return prune<Partial<Record<keyof typeof HEADINGS, Json>>>({
    chassisid: neighbour.chassisId?.value,
    portid: neighbour.portId?.value,
    sysname: neighbour.systemName,
    portdesc: neighbour.portDescription,
    sysdesc: neighbour.systemDescription,
    mngaddr_ipv4: managed("IPv4"),
    mngaddr_ipv6: managed("IPv6"),
    pvid: neighbour.pvid,
    mtu: neighbour.maxFrameBytes === undefined ? undefined : String(neighbour.maxFrameBytes),
    vlans: neighbour.vlans?.map(({ id, name }) => name === undefined ? String(id) : `${id} ${name}`).join(", "),
  });
}
