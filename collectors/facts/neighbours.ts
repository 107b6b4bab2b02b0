/** LLDP: the switch ports that the NICs hear (IEEE 802.1AB; lldptool get-tlv -n). */
import type * as tool from "../tools/lldptool/types.ts";
import { nonEmpty } from "../values.ts";
import type { Machine } from "./machine.ts";
import { asGiven, derived, type ListOf, listOf } from "./table.ts";

export type { LldpId, LldpMed, ManagementAddress, UnknownTlv } from "../tools/lldptool/types.ts";

/** What an LLDP neighbour says of itself (lldptool get-tlv -n). */
export interface Neighbour {
  /** NIC that heard it. */
  interface: string;
  /** Chassis ID TLV (IEEE 802.1AB 8.5.2). */
  chassisId?: tool.LldpId;
  /** Port ID TLV (8.5.3). */
  portId?: tool.LldpId;
  /** How long the switch vouches for it (8.5.4). */
  ttlSeconds?: number;
  /** Port description TLV. */
  portDescription?: string;
  /** System name TLV. */
  systemName?: string;
  /** System description TLV. */
  systemDescription?: string;
  /** System capabilities TLV: what it can be, and what of it is enabled. */
  capabilities?: { available: string[]; enabled: string[] };
  /** Management address TLVs. */
  managementAddresses?: tool.ManagementAddress[];
  /** IEEE 802.1 port VLAN ID. */
  pvid?: number;
  /** IEEE 802.1 port and protocol VLAN IDs. */
  ppvids?: { id: number; supported?: boolean; enabled?: boolean }[];
  /** IEEE 802.1 VLAN names. */
  vlans?: { id: number; name?: string }[];
  /** IEEE 802.3 maximum frame size. */
  maxFrameBytes?: number;
  /** Link aggregation TLV (802.1AX). */
  linkAggregation?: { capable: boolean; enabled: boolean; portId?: number };
  /** IEEE 802.3 MAC/PHY configuration and status, in lldptool's words. */
  macPhy?: { autoNegotiationSupported?: boolean; autoNegotiationEnabled?: boolean; pmd?: string; mau?: string };
  /** IEEE 802.3 power via MDI, in lldptool's words. */
  powerViaMdi?: { name: string; value: string }[];
  /** TIA-1057 media endpoint discovery. */
  med?: tool.LldpMed;
  /** TLVs that lldptool or this agent has no words for. */
  unknownTlvs?: tool.UnknownTlv[];
}

/** Why a NIC has a neighbour, or has none. `linkDown`: administratively down. */
export interface LldpVerdict {
  /** NIC that was asked. */
  interface: string;
  /** What came of it. */
  verdict: "neighbour" | "linkDown" | "noCarrier" | "nothingHeard" | "lldpadUnavailable" | "notEnabled";
  /** How long this agent's lldpad has listened there; absent where another's is asked. */
  listenedSeconds?: number;
  /** Why nothing may be heard though a switch speaks, and the setting that changes it: for a person to read. */
  hint?: string;
}

const tlv = (heading: string) => `lldptool get-tlv -n -i {interface}: ${heading} TLV`;

export const NEIGHBOURS: ListOf<Machine, Neighbour> = listOf(
  "the NICs that hear a neighbour, in their order",
  ({ parts }) => nonEmpty(parts.lldptool?.value?.neighbours ?? []),
  asGiven<tool.Neighbour, Neighbour>({
    interface: tlv("Chassis ID"),
    chassisId: tlv("Chassis ID"),
    portId: tlv("Port ID"),
    ttlSeconds: tlv("Time to Live"),
    portDescription: tlv("Port Description"),
    systemName: tlv("System Name"),
    systemDescription: tlv("System Description"),
    capabilities: tlv("System Capabilities"),
    managementAddresses: tlv("Management Address"),
    pvid: tlv("Port VLAN ID"),
    ppvids: tlv("Port and Protocol VLAN ID"),
    vlans: tlv("VLAN Name"),
    maxFrameBytes: tlv("Maximum Frame Size"),
    linkAggregation: tlv("Link Aggregation"),
    macPhy: tlv("MAC/PHY Configuration Status"),
    powerViaMdi: tlv("Power via MDI"),
    med: tlv("LLDP-MED"),
    unknownTlvs: tlv("Unidentified Org Specific"),
  }),
);

const ASKED = "lldptool get-lldp -i {interface} adminStatus";

/**
 * The NICs whose firmware has an LLDP agent, by driver, and how it is turned off for the NIC of a name (Linux, the private
 * flags in i40e_ethtool.c and ice_ethtool.c; BNXT_FLAG_FW_LLDP_AGENT in bnxt.h, which the host cannot set).
 */
const FIRMWARE_AGENT_OFF = new Map<string | undefined, (nic: string) => string>([
  ["i40e", (nic) => `\`ethtool --set-priv-flags ${nic} disable-fw-lldp on\` turns it off`],
  ["ice", (nic) => `\`ethtool --set-priv-flags ${nic} fw-lldp-agent off\` turns it off`],
  ["bnxt_en", () => "it is turned off in the setup of the card, under System Setup or with niccli"],
]);

function hintOf({ verdict, driver }: Verdict, nic: string): string | undefined {
  const off = verdict === "nothingHeard" ? FIRMWARE_AGENT_OFF.get(driver) : undefined;
  return off && `the NIC's own LLDP agent may keep the frames from the host: ${off(nic)}`;
}

/** For people: one note for all NICs of a driver with such an agent that hear nothing. */
export function lldpNotes(machine: Machine): string[] {
  const hints = Map.groupBy(verdicts(machine) ?? [], (verdict) => hintOf(verdict, "NIC"));
  return [...hints].flatMap(([hint, of]) =>
    hint === undefined ? [] : [`nothing heard on ${of.map((verdict) => verdict.interface).join(", ")}; ${hint}`]
  );
}

type Verdict = tool.LldpVerdict & { driver?: string };

function verdicts({ parts, kernel }: Machine): Verdict[] | undefined {
  const drivers = new Map(kernel?.nics?.map(({ name, driver }) => [name, driver]));
  return nonEmpty((parts.lldptool?.value?.verdicts ?? []).map((verdict) => {
    const driver = drivers.get(verdict.interface);
    return { ...verdict, ...driver === undefined ? {} : { driver } };
  }));
}

export const LLDP: ListOf<Machine, LldpVerdict> = listOf("every physical NIC, in their order", verdicts, {
  ...asGiven<tool.LldpVerdict, tool.LldpVerdict>({
    interface: "/sys/class/net",
    // What lldpad and the link say together.
    verdict: [tlv("Chassis ID"), ASKED, "/sys/class/net/{interface}/carrier"],
    listenedSeconds: ASKED,
  }),
  hint: derived<Verdict, string>(
    "of a NIC that hears nothing and whose driver is i40e, ice or bnxt_en: how its firmware is told to pass LLDP on",
    (verdict) => hintOf(verdict, verdict.interface),
    { words: "/sys/class/net/{interface}/device/uevent: DRIVER", read: ({ driver }) => driver },
  ),
});
