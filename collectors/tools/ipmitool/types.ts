/** What the subcommands of ipmitool say, typed, with every line in its own words. */
import type { NamedText } from "../parsing.ts";

/** ipmitool mc info, lan print, lan6 print, fru print. */
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
  kind: "static" | "dynamic";
  address: string;
  prefixLength?: number;
  /** Source or type as the tool words it. */
  source?: string;
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
  type?: string;
  partNumber?: string;
  serialNumber?: string;
  extra?: string[];
}

export interface FruBoard {
  /** ISO 8601 without a zone where the tool's form is known, else its own words. */
  manufacturedAt?: string;
  manufacturer?: string;
  productName?: string;
  serialNumber?: string;
  partNumber?: string;
  fruId?: string;
  extra?: string[];
}

export interface FruProduct {
  manufacturer?: string;
  productName?: string;
  partNumber?: string;
  version?: string;
  serialNumber?: string;
  assetTag?: string;
  fruId?: string;
  extra?: string[];
}
