/** The BMC (IPMI 2.0). An address or id of zeros says nothing and is omitted. */
import type * as tool from "../tools/ipmitool/types.ts";
import { asGiven, type AsPrinted, listOf, section, type Table } from "./table.ts";

/** The board management controller. */
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

const mc = (key: string) => `ipmitool mc info: ${key}`;
const lan = (key: string) => `ipmitool lan print {number}: ${key}`;
const lan6 = "ipmitool lan6 print {number}";
const fru = (key: string) => `ipmitool fru print {id}: ${key}`;

/** The parts of a FRU have their lines in its `fields`. */
function withFields<T extends object>(part: T, fields: AsPrinted["fields"]): T & AsPrinted {
  return { ...part, ...fields && { fields } };
}

const CHANNEL: Table<tool.BmcChannel, BmcChannel> = {
  ...asGiven<Omit<tool.BmcChannel, "ipv6">, Omit<BmcChannel, "ipv6">>({
    number: "ipmitool lan print {number}",
    medium: "ipmitool channel info {number}: Channel Medium Type",
    ipSource: lan("IP Address Source"),
    ip: lan("IP Address"),
    netmask: lan("Subnet Mask"),
    mac: lan("MAC Address"),
    gateway: lan("Default Gateway IP"),
    gatewayMac: lan("Default Gateway MAC"),
    backupGateway: lan("Backup Gateway IP"),
    backupGatewayMac: lan("Backup Gateway MAC"),
    vlanId: lan("802.1q VLAN ID"),
    vlanPriority: lan("802.1q VLAN Priority"),
    snmpCommunity: lan("SNMP Community String"),
  }),
  ipv6: listOf(
    "static and dynamic addresses, in the tool's order",
    ({ ipv6 }) => ipv6,
    asGiven<tool.BmcIpv6, BmcIpv6>({ kind: lan6, address: lan6, prefixLength: lan6, source: lan6, status: lan6 }),
  ),
};

const FRU: Table<tool.Fru, Fru> = {
  ...asGiven<Pick<tool.Fru, "id" | "description">, Pick<Fru, "id" | "description">>({
    id: "ipmitool fru print 0, ipmitool sdr elist fru",
    description: fru("FRU Device Description"),
  }),
  chassis: section(
    asGiven<tool.FruChassis & AsPrinted, FruChassis>({
      type: fru("Chassis Type"),
      partNumber: fru("Chassis Part Number"),
      serialNumber: fru("Chassis Serial"),
      extra: fru("Chassis Extra"),
    }),
    ({ chassis, fields }) => chassis && withFields(chassis, fields),
  ),
  board: section(
    asGiven<tool.FruBoard & AsPrinted, FruBoard>({
      manufacturedAt: fru("Board Mfg Date"),
      manufacturer: fru("Board Mfg"),
      productName: fru("Board Product"),
      serialNumber: fru("Board Serial"),
      partNumber: fru("Board Part Number"),
      fruId: fru("Board FRU ID"),
      extra: fru("Board Extra"),
    }),
    ({ board, fields }) => board && withFields(board, fields),
  ),
  product: section(
    asGiven<tool.FruProduct & AsPrinted, FruProduct>({
      manufacturer: fru("Product Manufacturer"),
      productName: fru("Product Name"),
      partNumber: fru("Product Part Number"),
      version: fru("Product Version"),
      serialNumber: fru("Product Serial"),
      assetTag: fru("Product Asset Tag"),
      fruId: fru("Product FRU ID"),
      extra: fru("Product Extra"),
    }),
    ({ product, fields }) => product && withFields(product, fields),
  ),
};

export const BMC: Table<tool.Bmc, Bmc> = {
  ...asGiven<Omit<tool.Bmc, "channels" | "frus">, Omit<Bmc, "channels" | "frus">>({
    deviceId: mc("Device ID"),
    deviceRevision: mc("Device Revision"),
    firmware: mc("Firmware Revision"),
    ipmiVersion: mc("IPMI Version"),
    manufacturerId: mc("Manufacturer ID"),
    manufacturer: mc("Manufacturer Name"),
    productId: mc("Product ID"),
    productName: mc("Product Name"),
    available: mc("Device Available"),
    providesDeviceSdrs: mc("Provides Device SDRs"),
    additionalDeviceSupport: mc("Additional Device Support"),
  }),
  channels: listOf("the LAN channels, by number", ({ channels }) => channels, CHANNEL),
  frus: listOf("the FRUs, by id", ({ frus }) => frus, FRU),
};
