/** The BMC: its addresses and its last events. */
import type { Bmc, BmcChannel, BmcChassis, Facts, ManagementHost } from "../../facts/mod.ts";
import { prefixLengthOf } from "../../tools/kernel/addresses.ts";
import { columns, named } from "../layout.ts";
import { makerAndModel } from "../machine_name.ts";
import { list, words } from "../words.ts";
import type { View } from "./view.ts";

/** What the BMC is, what it complains of, its LAN channels, and its last events: with `isLong` all that are known. */
export function bmcLines({ bmc, managementHosts = [] }: Facts, { width, isLong, isWhole }: View): string[] {
  const redfish = named([["Redfish", list(...managementHosts.map(redfishAddress))]], width);
  if (!bmc) return redfish;
  const faults = FAULTS.filter(([name]) => bmc.chassis?.[name]).map(([_, words]) => words);
  const lines = named([
    [
      "BMC",
      list(
        words(bmc.manufacturer ?? (bmc.manufacturerId && `manufacturer ${bmc.manufacturerId}`), bmc.productName),
        bmc.firmware && `firmware ${bmc.firmware}`,
        bmc.ipmiVersion && `IPMI ${bmc.ipmiVersion}`,
      ),
    ],
    ["GUID", isWhole ? bmc.guid : undefined],
    ["chassis", list(bmc.chassis?.power && `power ${bmc.chassis.power}`, ...faults)],
    ["events", eventCount(bmc)],
  ], width);
  const whole = isWhole ? [...fruRows(bmc, width), ...userRows(bmc, width)] : [];
  return [
    ...lines,
    ...redfish,
    ...channelRows(bmc, width),
    ...whole,
    ...eventRows(bmc, isLong ? MOST_EVENTS : FEW_EVENTS, width),
  ];
}

/** Where the BMC's Redfish service answers the host: "169.254.0.17:443 (bmc)". */
function redfishAddress({ redfish }: ManagementHost): string | undefined {
  const { serviceIp, servicePort, serviceHostname } = redfish ?? {};
  if (serviceIp === undefined) return serviceHostname;
  const host = serviceIp.includes(":") ? `[${serviceIp}]` : serviceIp;
  return words(servicePort === undefined ? host : `${host}:${servicePort}`, serviceHostname && `(${serviceHostname})`);
}

const FAULTS: readonly [keyof BmcChassis, string][] = [
  ["powerOverload", "power overload"],
  ["powerInterlock", "power interlock"],
  ["mainPowerFault", "main power fault"],
  ["powerControlFault", "power control fault"],
  ["driveFault", "drive fault"],
  ["coolingFault", "cooling fault"],
  ["intrusion", "chassis opened"],
];

/** "512 in the log, 80 % full, some lost" */
function eventCount({ sel }: Bmc): string | undefined {
  if (sel?.entries === undefined) return undefined;
  const full = sel.percentUsed === undefined ? undefined : `${sel.percentUsed} % full`;
  return list(`${sel.entries} in the log`, full, sel.overflow ? "some lost" : undefined);
}

/** So many of the last events, and so many with --long. */
const FEW_EVENTS = 5, MOST_EVENTS = 20;

function eventRows({ sel }: Bmc, most: number, width: number): string[] {
  const rows = (sel?.recent ?? []).slice(-most).map((event) => [
    event.time?.replace("T", " "),
    event.sensor,
    words(event.event, event.asserted === false ? "(over)" : undefined),
    event.detail,
  ]);
  return columns(["TIME", "SENSOR", "EVENT", "DETAIL"], rows, ["DETAIL"], width);
}

function fruRows({ frus = [] }: Bmc, width: number): string[] {
  const rows = frus.map(({ id, description, board, product }) => [
    String(id),
    description,
    makerAndModel(product?.manufacturer ?? board?.manufacturer, product?.productName ?? board?.productName),
    product?.partNumber ?? board?.partNumber,
    product?.serialNumber ?? board?.serialNumber,
  ]);
  return columns(["FRU", "DESCRIPTION", "PRODUCT", "PART", "SERIAL"], rows, ["PRODUCT"], width);
}

function userRows({ users = [] }: Bmc, width: number): string[] {
  const rows = users.map(({ id, name, enabled, privilege }) => [
    String(id),
    name,
    enabled === undefined ? undefined : enabled ? "yes" : "no",
    privilege,
  ]);
  return columns(["USER", "NAME", "ENABLED", "PRIVILEGE"], rows, [], width);
}

function channelRows({ channels = [] }: Bmc, width: number): string[] {
  const rows = channels.map((channel) => [
    String(channel.number),
    withPrefix(channel) ?? "none",
    channel.gateway,
    channel.mac,
    channel.vlanId === undefined ? undefined : String(channel.vlanId),
    channel.ipSource,
    channel.ipv6?.map(({ address }) => address).join(" "),
  ]);
  const headings = ["CHANNEL", "ADDRESS", "GATEWAY", "MAC", "VLAN", "SOURCE", "IPV6"];
  return columns(headings, rows, ["SOURCE"], width);
}

/** "10.20.30.40/24" */
function withPrefix({ ip, netmask }: BmcChannel): string | undefined {
  const length = netmask === undefined ? undefined : prefixLengthOf(netmask, "IPv4");
  return ip === undefined || length === undefined ? ip : `${ip}/${length}`;
}
