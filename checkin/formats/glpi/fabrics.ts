/** Ports of storage and InfiniBand fabrics that are no network interfaces, as `networks` of a GLPI inventory. */
import type { Facts, FibreChannelPort, InfinibandPort } from "../../../collectors/facts/mod.ts";
import { prune } from "../../../collectors/values.ts";
import { type GlpiEntry, pciSlot } from "./entry.ts";

/** Every Fibre Channel port, and the InfiniBand ports of cards that have no interface: those are among the others. */
export function glpiFabrics({ fibreChannel = [], infiniband = [], nics = [] }: Facts): GlpiEntry[] {
  const withInterface = new Set(nics.map(({ pciAddress }) => pciAddress));
  return [
    ...fibreChannel.map(fibreChannelPort),
    ...infiniband
      .filter(({ linkLayer, pciAddress }) => linkLayer === "InfiniBand" && !withInterface.has(pciAddress))
      .map(infinibandPort),
  ];
}

function fibreChannelPort({ name, wwpn, state, speedMbps, pciAddress }: FibreChannelPort): GlpiEntry {
  return prune<GlpiEntry>({
    description: name,
    type: "fibrechannel",
    virtualdev: false,
    wwn: wwpn === undefined ? undefined : octets(wwpn.replace(/^0x/, "")),
    speed: speedMbps === undefined ? undefined : String(speedMbps),
    status: STATUSES.get(state ?? ""),
    pcislot: pciSlot(pciAddress),
  });
}

function infinibandPort({ name, portGuid, state, speedMbps, model, firmware, pciAddress }: InfinibandPort): GlpiEntry {
  return prune<GlpiEntry>({
    description: name,
    type: "infiniband",
    virtualdev: false,
    wwn: portGuid === undefined ? undefined : octets(portGuid.replaceAll(":", "")),
    model,
    firmware,
    speed: speedMbps === undefined ? undefined : String(speedMbps),
    status: STATUSES.get(state ?? ""),
    pcislot: pciSlot(pciAddress),
  });
}

/** The kernel's words for the state of such a port, and GLPI's. */
const STATUSES = new Map([["Online", "up"], ["Linkdown", "down"], ["ACTIVE", "up"], ["DOWN", "down"]]);

function octets(hex: string): string {
  return hex.replace(/(..)(?=.)/g, "$1:");
}
