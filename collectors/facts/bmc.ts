/** The BMC (IPMI 2.0). An address or id of zeros says nothing and is omitted. */
import type * as tool from "../tools/ipmitool/types.ts";
import type { Machine } from "./machine.ts";
import { SYSTEM } from "./system.ts";
import {
  asGiven,
  type AsPrinted,
  derived,
  listOf,
  type Nested,
  type Place,
  section,
  type Table,
  valueOf,
  within,
} from "./table.ts";
import { otherByteOrder } from "./uuid.ts";

export type {
  BmcChassis,
  BmcEvent,
  BmcIpv6,
  BmcUser,
  FruBoard,
  FruChassis,
  FruProduct,
} from "../tools/ipmitool/types.ts";

/** The board management controller. */
export interface Bmc {
  /** Number of the device, of its maker (Get Device ID, IPMI 2.0 20.1). */
  deviceId?: number;
  /** Revision of the device. */
  deviceRevision?: number;
  /** Version of the firmware. */
  firmware?: string;
  /** Version of IPMI that the BMC speaks. */
  ipmiVersion?: string;
  /** IANA enterprise number of the maker. */
  manufacturerId?: number;
  /** Name of the maker, of ipmitool's list. */
  manufacturer?: string;
  /** Number of the product, of its maker. */
  productId?: number;
  /** Name of the product, of ipmitool's list. */
  productName?: string;
  /** False while the firmware is being updated or initialized. */
  available?: boolean;
  /** Whether the device has sensor data records of its own. */
  providesDeviceSdrs?: boolean;
  /** What the device does besides ("Sensor Device", "SEL Device"). */
  additionalDeviceSupport?: string[];
  /** LAN channels, by number. */
  channels?: BmcChannel[];
  /** Field replaceable units (FRU) that the BMC knows, by ID. */
  frus?: Fru[];
  /** What the BMC calls the machine or itself. In lower case; the order of its bytes is not the same for all makers. */
  guid?: string;
  /** Whether `guid` is the UUID of SMBIOS, be it in another order of its bytes; absent where one of them is not known. */
  guidIsSystemUuid?: boolean;
  /** Power, faults and intrusion (Get Chassis Status, IPMI 2.0 28.2). */
  chassis?: tool.BmcChassis;
  /** System event log. */
  sel?: BmcSel;
  /** The accounts of the first LAN channel, by number. Slots that nobody can log in by are left out. */
  users?: tool.BmcUser[];
}

/** The system event log (IPMI 2.0, 31). No change of it is a change of the machine. */
export interface BmcSel extends tool.SelState {
  /** The last 20 events, the oldest first. */
  recent?: tool.BmcEvent[];
}

/** A LAN channel. An address of 0.0.0.0 or a MAC of zeros is none. */
export interface BmcChannel {
  /** Channel number, 1–11. */
  number: number;
  /** "802.3 LAN". */
  medium?: string;
  /** How the channel gets its address ("Static Address", "DHCP Address"). */
  ipSource?: string;
  /** IPv4 address. */
  ip?: string;
  /** IPv4 netmask. */
  netmask?: string;
  /** MAC address of the channel. */
  mac?: string;
  /** Default gateway. */
  gateway?: string;
  /** MAC address of the default gateway. */
  gatewayMac?: string;
  /** Backup gateway. */
  backupGateway?: string;
  /** MAC address of the backup gateway. */
  backupGatewayMac?: string;
  /** Absent where VLANs are disabled. */
  vlanId?: number;
  /** 802.1p priority, 0–7. */
  vlanPriority?: number;
  /** Only where secrets were asked for. */
  snmpCommunity?: string;
  /** IPv6 addresses. */
  ipv6?: tool.BmcIpv6[];
}

export interface Fru {
  /** Number of the FRU; 0 is the machine. */
  id: number;
  /** Name of the FRU device. */
  description: string;
  /** Chassis info area. */
  chassis?: tool.FruChassis;
  /** Board info area. */
  board?: tool.FruBoard;
  /** Product info area. */
  product?: tool.FruProduct;
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
    asGiven<tool.BmcIpv6, tool.BmcIpv6>({ kind: lan6, address: lan6, prefixLength: lan6, source: lan6, status: lan6 }),
  ),
};

const FRU: Table<tool.Fru, Fru> = {
  ...asGiven<Pick<tool.Fru, "id" | "description">, Pick<Fru, "id" | "description">>({
    id: "ipmitool fru print 0, ipmitool sdr elist fru",
    description: fru("FRU Device Description"),
  }),
  chassis: section(
    asGiven<tool.FruChassis & AsPrinted, tool.FruChassis>({
      type: fru("Chassis Type"),
      partNumber: fru("Chassis Part Number"),
      serialNumber: fru("Chassis Serial"),
      extra: fru("Chassis Extra"),
    }),
    ({ chassis, fields }) => chassis && withFields(chassis, fields),
  ),
  board: section(
    asGiven<tool.FruBoard & AsPrinted, tool.FruBoard>({
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
    asGiven<tool.FruProduct & AsPrinted, tool.FruProduct>({
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

const status = (key: string) => `ipmitool chassis status: ${key}`;
const selInfo = (key: string) => `ipmitool sel info: ${key}`;
const selList = "ipmitool sel elist last 20";
/** What tells of it in the versions that tell whether it is enabled, and in all. */
const account = (key: string, column: string) => [
  `ipmitool channel getaccess {number}: ${key}`,
  `ipmitool user list {number}: ${column}`,
];

const BMC_CHASSIS = asGiven<tool.ChassisStatus, tool.BmcChassis>({
  power: status("System Power"),
  powerOverload: status("Power Overload"),
  powerInterlock: status("Power Interlock"),
  mainPowerFault: status("Main Power Fault"),
  powerControlFault: status("Power Control Fault"),
  powerRestorePolicy: status("Power Restore Policy"),
  lastPowerEvents: status("Last Power Event"),
  intrusion: status("Chassis Intrusion"),
  frontPanelLockout: status("Front-Panel Lockout"),
  driveFault: status("Drive Fault"),
  coolingFault: status("Cooling/Fan Fault"),
});

type SelWords = tool.SelInfo & Pick<tool.Bmc, "events">;

const SEL: Table<SelWords, BmcSel> = {
  ...asGiven<tool.SelState, Omit<BmcSel, "recent">>({
    entries: selInfo("Entries"),
    percentUsed: selInfo("Percent Used"),
    overflow: selInfo("Overflow"),
    lastAddedAt: selInfo("Last Add Time"),
    lastDeletedAt: selInfo("Last Del Time"),
  }),
  recent: listOf(
    "the last 20 events, in the order of the log",
    ({ events }) => events,
    asGiven<tool.BmcEvent, tool.BmcEvent>({
      id: selList,
      time: selList,
      sensor: selList,
      event: selList,
      asserted: selList,
      detail: selList,
    }),
  ),
};

/** What is not of `mc info`. */
type OwnTable = Exclude<tool.BmcPart, "events"> | "guidIsSystemUuid";

/** What the BMC reported, and how SMBIOS calls the machine. */
type Reported = tool.Bmc & { systemUuid?: string };

/** Whether the GUID is the UUID, in any of the orders that the bytes of either are found in. */
function isSameUuid(guid: string, uuid: string): boolean {
  const digits = [...uuid.replaceAll("-", "").match(/../g)!.reverse()].join("");
  const reversed = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return [uuid, reversed].some((one) => guid === one || guid === otherByteOrder(one));
}

const GUID: Place<tool.BmcGuid, string> = {
  words: "ipmitool mc guid: System GUID",
  read: ({ guid }) => guid,
  raw: ({ fields = [] }) => ({
    where: "ipmitool mc guid",
    lines: fields.map(({ name, value }) => `${name} : ${value}`),
  }),
};
const ofGuid = within<tool.Bmc, tool.BmcGuid, string>(({ guid }) => guid, GUID);

const REPORTED: Table<Reported, Bmc> = {
  ...asGiven<Omit<tool.Bmc, tool.BmcPart>, Omit<Bmc, OwnTable>>({
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
  guid: [ofGuid],
  guidIsSystemUuid: derived<Reported, boolean>(
    "whether it is the UUID of SMBIOS, in whichever order of the bytes",
    ({ guid, systemUuid }) => guid?.guid && systemUuid ? isSameUuid(guid.guid, systemUuid) : undefined,
    ofGuid,
  ),
  chassis: section(BMC_CHASSIS, ({ chassis }) => chassis),
  sel: section(SEL, ({ sel, events }) => sel || events ? { ...sel, ...events && { events } } : undefined),
  users: listOf(
    "the accounts of the first LAN channel, by number",
    ({ users }) => users,
    asGiven<tool.BmcUser, tool.BmcUser>({
      id: account("User ID", "ID"),
      name: account("User Name", "Name"),
      enabled: account("Enable Status", "Enabled"),
      ipmiMessaging: account("IPMI Messaging", "IPMI Msg"),
      privilege: account("Privilege Level", "Channel Priv Limit"),
    }),
  ),
};

export const BMC: Nested<Machine, Bmc> = section(REPORTED, (machine): Reported | undefined => {
  const bmc = machine.parts.ipmitool?.value;
  const systemUuid = valueOf(SYSTEM.uuid, machine);
  return bmc && { ...bmc, ...typeof systemUuid === "string" && { systemUuid } };
});
