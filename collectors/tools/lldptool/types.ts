/** What lldptool says of neighbours, typed. */
import type { NamedText } from "../parsing.ts";

/** A chassis or port ID of IEEE 802.1AB 8.5.2, 8.5.3: what kind of ID, and the ID. */
export interface LldpId {
  /** MAC, IPv4, IPv6, Ifname, Ifalias, Local, Component, Agent circuit ID …: as lldptool names it. */
  subtype: string;
  /** The ID. */
  value: string;
}

/** What an LLDP neighbour says of itself (lldptool get-tlv -n). */
export interface Neighbour {
  /** NIC that heard it. */
  interface: string;
  /** Chassis ID TLV (IEEE 802.1AB 8.5.2). */
  chassisId?: LldpId;
  /** Port ID TLV (8.5.3). */
  portId?: LldpId;
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
  managementAddresses?: ManagementAddress[];
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
  powerViaMdi?: NamedText[];
  /** TIA-1057 media endpoint discovery. */
  med?: LldpMed;
  /** TLVs that lldptool or this agent has no words for. */
  unknownTlvs?: UnknownTlv[];
  /** Every TLV as printed: its heading, and the lines below it. */
  fields?: { name: string; value: string[] }[];
}

export interface ManagementAddress {
  /** IPv4, IPv6, MAC … */
  family: string;
  /** The address. */
  address: string;
  /** What numbers the interface ("ifIndex", "Ifindex"). */
  interfaceSubtype?: string;
  /** Number of the interface. */
  interfaceNumber?: number;
  /** Object identifier of the hardware or protocol. */
  oid?: string;
}

export interface LldpMed {
  /** Class of the device. */
  deviceType?: string;
  /** Capabilities that the device supports. */
  capabilities?: string[];
  /** Network policies, each as printed. */
  policies?: NamedText[][];
  /** Location, as printed. */
  location?: string[];
  /** Extended power via MDI, as printed. */
  extendedPower?: NamedText[];
  /** Hardware revision. */
  hardwareRevision?: string;
  /** Firmware revision. */
  firmwareRevision?: string;
  /** Software revision. */
  softwareRevision?: string;
  /** Serial number. */
  serialNumber?: string;
  /** Maker of the device. */
  manufacturer?: string;
  /** Model of the device. */
  model?: string;
  /** Asset ID. */
  assetId?: string;
}

export interface UnknownTlv {
  /** TLV type where the tool prints one. */
  type?: number;
  /** 00:80:c2 */
  oui?: string;
  /** Subtype of an organizationally specific TLV. */
  subtype?: number;
  /** The content, lower-case hex digits. */
  hex?: string;
  /** lldptool's heading and words where it prints no hex. */
  name?: string;
  /** The content in lldptool's words. */
  text?: string;
}

/** Why a NIC has a neighbour, or has none. `linkDown`: administratively down. */
export interface LldpVerdict {
  /** NIC that was asked. */
  interface: string;
  /** What came of it. */
  verdict: "neighbour" | "linkDown" | "noCarrier" | "nothingHeard" | "lldpadUnavailable" | "notEnabled";
  /** How long this agent's lldpad has listened there; absent where another's is asked. */
  listenedSeconds?: number;
}
