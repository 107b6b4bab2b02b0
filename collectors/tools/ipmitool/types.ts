/** What the subcommands of ipmitool say, typed, with every line in its own words. */
import type { NamedText } from "../parsing.ts";

/** What is asked with questions of its own; the rest of Bmc is of `mc info`. */
export type BmcPart = "channels" | "frus" | "guid" | "chassis" | "sel" | "events" | "users";

/** ipmitool mc info, lan print, lan6 print, fru print, mc guid, chassis status, sel info, sel elist, user list. */
export interface Bmc {
  deviceId?: number;
  deviceRevision?: number;
  firmware?: string;
  ipmiVersion?: string;
  manufacturerId?: number;
  manufacturer?: string;
  productId?: number;
  productName?: string;
  available?: boolean;
  providesDeviceSdrs?: boolean;
  additionalDeviceSupport?: string[];
  /** Every line of `mc info` in its own words. */
  fields?: NamedText[];
  channels?: BmcChannel[];
  frus?: Fru[];
  guid?: BmcGuid;
  chassis?: ChassisStatus;
  sel?: SelInfo;
  /** The last of the system event log, in its order; none where it is empty. */
  events?: BmcEvent[];
  users?: BmcUser[];
  /** The parts of which not all is known, since a question got no answer. */
  unread?: BmcPart[];
}

/** `mc guid`: what names the BMC, or the machine that it manages. */
export interface BmcGuid {
  /** In lower case, in the order in which ipmitool prints its bytes. */
  guid?: string;
  fields?: NamedText[];
}

/** The state of the power, and what the chassis complains of (IPMI 2.0, 28.2). */
export interface BmcChassis {
  /** Whether the machine is powered on. */
  power?: "on" | "off";
  /** Whether it was switched off for overload. */
  powerOverload?: boolean;
  /** Whether an interlock switched it off. */
  powerInterlock?: boolean;
  /** Whether main power has a fault. */
  mainPowerFault?: boolean;
  /** Whether switching power failed. */
  powerControlFault?: boolean;
  /** What happens when the mains come back. */
  powerRestorePolicy?: "always-off" | "previous" | "always-on";
  /** Why the power went off or came on the last time: "ac-failed", "overload", "interlock", "fault", "command". */
  lastPowerEvents?: string[];
  /** The chassis was opened. */
  intrusion?: boolean;
  /** Whether the buttons of the front panel are locked. */
  frontPanelLockout?: boolean;
  /** Whether a drive has a fault. */
  driveFault?: boolean;
  /** Of a fan, or of the cooling. */
  coolingFault?: boolean;
}

/** `chassis status`, with every line in its own words. */
export interface ChassisStatus extends BmcChassis {
  fields?: NamedText[];
}

/** The system event log (IPMI 2.0, 31.2). */
export interface SelState {
  /** Entries in the log. */
  entries?: number;
  /** How full the log is. */
  percentUsed?: number;
  /** Whether events were lost since there was no room. */
  overflow?: boolean;
  /** ISO 8601 without a zone, by the clock of the BMC; absent where that was not set. */
  lastAddedAt?: string;
  /** ISO 8601 without a zone, by the clock of the BMC. */
  lastDeletedAt?: string;
}

/** `sel info`, with every line in its own words. */
export interface SelInfo extends SelState {
  fields?: NamedText[];
}

/** An event of the system event log (IPMI 2.0, 32). */
export interface BmcEvent {
  /** The record ID. */
  id: number;
  /** ISO 8601 without a zone: by the clock of the BMC. Absent where that was not set, and of records without a time. */
  time?: string;
  /** Type and name of the sensor, or its number: "Temperature Inlet Temp", "Memory #0x53". Absent of OEM records. */
  sensor?: string;
  event: string;
  /** False where the event went away. */
  asserted?: boolean;
  /** The reading and its threshold, or the octets of an OEM record. */
  detail?: string;
}

/** An account of the BMC on its LAN channel. Slots that nobody can log in by are left out. */
export interface BmcUser {
  id: number;
  /** Absent of the anonymous user. */
  name?: string;
  /** Absent where the BMC does not tell. */
  enabled?: boolean;
  /** Whether the account may be used for IPMI messages on the channel. */
  ipmiMessaging?: boolean;
  /** The limit on the channel: "ADMINISTRATOR", "OPERATOR", "USER", "CALLBACK", "OEM", "NO ACCESS". */
  privilege?: string;
}

/** A LAN channel. An address of 0.0.0.0 or a MAC of zeros is none. */
export interface BmcChannel {
  number: number;
  medium?: string;
  ipSource?: string;
  ip?: string;
  netmask?: string;
  mac?: string;
  gateway?: string;
  gatewayMac?: string;
  backupGateway?: string;
  backupGatewayMac?: string;
  /** Absent where VLANs are disabled. */
  vlanId?: number;
  vlanPriority?: number;
  /** Only where secrets were asked for. */
  snmpCommunity?: string;
  ipv6?: BmcIpv6[];
  /** Every line of `lan print` in its own words, the SNMP community only where secrets were asked for. */
  fields?: NamedText[];
}

export interface BmcIpv6 {
  /** Whether the address was set by hand, or given by a router or DHCPv6. */
  kind: "static" | "dynamic";
  /** IPv6 address. */
  address: string;
  /** Length of the prefix, in bits. */
  prefixLength?: number;
  /** Source or type as the tool words it. */
  source?: string;
  /** "active", "pending", "failed". */
  status?: string;
}

export interface Fru {
  id: number;
  description: string;
  chassis?: FruChassis;
  board?: FruBoard;
  product?: FruProduct;
  /** Every line in its own words, repeated keys repeated. */
  fields?: NamedText[];
}

export interface FruChassis {
  /** Kind of chassis ("Rack Mount Chassis"). */
  type?: string;
  /** Part number of the chassis. */
  partNumber?: string;
  /** Serial number of the chassis. */
  serialNumber?: string;
  /** Fields of the maker's own. */
  extra?: string[];
}

export interface FruBoard {
  /** ISO 8601 without a zone where the tool's form is known, else its own words. */
  manufacturedAt?: string;
  /** Maker of the board. */
  manufacturer?: string;
  /** Name of the board. */
  productName?: string;
  /** Serial number of the board. */
  serialNumber?: string;
  /** Part number of the board. */
  partNumber?: string;
  /** FRU file ID of the board. */
  fruId?: string;
  /** Fields of the maker's own. */
  extra?: string[];
}

export interface FruProduct {
  /** Maker of the product. */
  manufacturer?: string;
  /** Name of the product. */
  productName?: string;
  /** Part or model number of the product. */
  partNumber?: string;
  /** Version of the product. */
  version?: string;
  /** Serial number of the product. */
  serialNumber?: string;
  /** Asset tag of the product. */
  assetTag?: string;
  /** FRU file ID of the product. */
  fruId?: string;
  /** Fields of the maker's own. */
  extra?: string[];
}
