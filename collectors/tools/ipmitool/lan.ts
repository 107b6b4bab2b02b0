/** ipmitool lan print, lan6 print: a LAN channel (ipmitool's lib/ipmi_lanp.c, lib/ipmi_lanp6.c; IPMI 2.0, 23.2). */
import type { BmcChannel, BmcIpv6 } from "./types.ts";
import { type Parsed, ParseError, splitLines, type UnparsedLine } from "../parsing.ts";
import { macAddress } from "../../mac_address.ts";
import { prune } from "../../values.ts";
import { told } from "../../placeholders.ts";
import { fieldsOf, firstValues, readRows, type Row, rowOf } from "./rows.ts";

/** The part of BmcChannel that `lan print` tells; `snmpCommunity` and its row in `fields` are a secret. */
export type LanConfiguration = Omit<BmcChannel, "number" | "medium" | "ipv6">;

const LAN6_PRINT = "ipmitool lan6 print";
/** 64 addresses of either kind, with 8 lines each, and twice as much of other parameters. */
const MOST_LAN6_LINES = 5_000;
const COMMUNITY = "SNMP Community String";
const KNOWN = new Set([
  "Set in Progress",
  "Auth Type Support",
  "IP Address Source",
  "IP Address",
  "Subnet Mask",
  "MAC Address",
  "802.1q VLAN ID",
]);

/**
 * Reads `ipmitool lan print N`. An address of 0.0.0.0 and a MAC of zeros are none; all of it stands in `fields`.
 * Throws `ParseError` where none of its fields is there.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseLanPrint(`IP Address Source       : Static Address
 * IP Address              : 192.0.2.10
 * Subnet Mask             : 255.255.255.0
 * MAC Address             : 54:9F:35:00:00:02
 * Default Gateway IP      : 0.0.0.0
 * 802.1q VLAN ID          : Disabled
 * `);
 * const { fields: _, ...typed } = value;
 * deepStrictEqual(typed, {
 *   ipSource: "Static Address",
 *   ip: "192.0.2.10",
 *   netmask: "255.255.255.0",
 *   mac: "54:9f:35:00:00:02",
 * });
 * ```
 */
export function parseLanPrint(text: string): Parsed<LanConfiguration> {
  const { rows, unparsed } = readRows("ipmitool lan print", text, KNOWN);
  mendBrokenSource(rows);
  const values = firstValues(rows);
  const vlanId = smallNumber(values.get("802.1q VLAN ID"));
  const value = prune<LanConfiguration>({
    ipSource: told(values.get("IP Address Source")),
    ip: address(values.get("IP Address")),
    netmask: address(values.get("Subnet Mask")),
    mac: macAddress(values.get("MAC Address")),
    gateway: address(values.get("Default Gateway IP")),
    gatewayMac: macAddress(values.get("Default Gateway MAC")),
    backupGateway: address(values.get("Backup Gateway IP")),
    backupGatewayMac: macAddress(values.get("Backup Gateway MAC")),
    vlanId,
    vlanPriority: vlanId === undefined ? undefined : smallNumber(values.get("802.1q VLAN Priority")),
    snmpCommunity: values.get(COMMUNITY),
    fields: fieldsOf(rows),
  });
  return { value, unparsed };
}

/** Some OpenBMC versions break the line one word late: "OEM : MD5IP", "Address Source : Static Address". */
function mendBrokenSource(rows: Row[]): void {
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    if (row.name !== "Address Source" || !before?.value.endsWith("IP")) return;
    before.value = before.value.slice(0, -"IP".length).trimEnd();
    row.name = "IP Address Source";
  });
}

/** A channel without the SNMP community: neither as a field of its own nor among the tool's words. */
export function withoutCommunity({ snmpCommunity: _, ...channel }: LanConfiguration): LanConfiguration {
  const fields = channel.fields?.filter(({ name }) => name !== COMMUNITY);
  return fields ? { ...channel, fields } : channel;
}

function address(text: string | undefined): string | undefined {
  if (text === undefined || text === "0.0.0.0" || !/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(text)) return undefined;
  return text.split(".").every((part) => Number(part) <= 255) ? text : undefined;
}

function smallNumber(text: string | undefined): number | undefined {
  return /^\d{1,4}$/.test(text ?? "") ? Number(text) : undefined;
}

const SET = /^IPv6 (Static|Dynamic) Address (\d{1,3}):$/;

/**
 * Reads `ipmitool lan6 print N`: the addresses that are in use. A static one that is not enabled, and `::`, are none;
 * the other parameters are understood, and are no facts of ours. Throws `ParseError` where there is text without any
 * IPv6 parameter; an empty output is a channel without IPv6.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseLan6Print(`IPv6 Static Address 0:
 *     Enabled:        yes
 *     Address:        2001:db8::10/64
 *     Status:         active
 * `);
 * deepStrictEqual(value, [{ kind: "static", address: "2001:db8::10", prefixLength: 64, status: "active" }]);
 * ```
 */
export function parseLan6Print(text: string): Parsed<BmcIpv6[]> {
  const value: BmcIpv6[] = [];
  const unparsed: UnparsedLine[] = [];
  let set: { kind: BmcIpv6["kind"]; values: Map<string, string> } | undefined;
  let isKnown = false;
  const close = () => {
    const found = set && ipv6(set.kind, set.values);
    if (found) value.push(found);
    set = undefined;
  };
  const lines = splitLines(text, LAN6_PRINT, MOST_LAN6_LINES);
  lines.forEach((line, i) => {
    const trimmed = line.trim();
    if (trimmed === "") return;
    const row = rowOf(trimmed);
    if (/^(?:IPv6|Set In Progress)/.test(trimmed)) {
      close();
      isKnown = true;
      const kind = SET.exec(trimmed)?.[1];
      if (kind) set = { kind: kind === "Static" ? "static" : "dynamic", values: new Map() };
    } else if (row && set) set.values.set(row.name, row.value);
    // The rest of a parameter that is no address: its rows, and the octets of a DUID.
    else if (!isKnown || !(row || /^[0-9a-f ]+$/i.test(trimmed))) unparsed.push({ line: i + 1, text: line });
  });
  close();
  if (!isKnown && unparsed.length > 0) {
    const { line, text: found } = unparsed[0]!;
    throw new ParseError(LAN6_PRINT, line, found, 'a line such as "IPv6 Static Address 0:"');
  }
  return { value, unparsed };
}

function ipv6(kind: BmcIpv6["kind"], values: Map<string, string>): BmcIpv6 | undefined {
  const [address = "", prefix] = (values.get("Address") ?? "").split("/");
  if (values.get("Enabled") === "no" || address === "::" || !/^[0-9a-f:.]+$/i.test(address)) return undefined;
  return prune<BmcIpv6>({
    kind,
    address: address.toLowerCase(),
    prefixLength: smallNumber(prefix),
    source: told(values.get("Source/Type")),
    status: told(values.get("Status")),
  });
}
