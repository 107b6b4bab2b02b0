/**
 * What the lines below a heading say, in lldptool's words (open-lldp's lldp_mand_clif.c, lldp_basman_clif.c,
 * lldp_8023_clif.c, lldp_orgspec_clif.c, lldp_med_clif.c). Undefined where they are not of the form that is known.
 */
import type { LldpId, LldpMed, ManagementAddress, Neighbour } from "./types.ts";
import type { NamedText } from "../parsing.ts";
import { prune } from "../../values.ts";
import { octetsOf, powerFrom, vlanFrom, withoutPadding } from "./octets.ts";

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The one trimmed line that is not empty, or undefined. */
export function oneLine(lines: string[]): string | undefined {
  const filled = lines.map((line) => line.trim()).filter((line) => line !== "");
  return filled.length === 1 ? filled[0] : undefined;
}

/** "Local: swp48" with what the tool calls an ID of that kind before the colon. */
const ID_SUBTYPES = new Set([
  "MAC",
  "IPv4",
  "IPv6",
  "Chassis Component",
  "Port Component",
  "IfAlias",
  "Interface Alias",
  "Ifname",
  "Local",
  "Agent Circuit ID",
]);

export function id(lines: string[]): LldpId | undefined {
  const text = withoutPadding(lines.join("\n"));
  const colon = text.indexOf(":");
  const subtype = text.slice(0, Math.max(colon, 0));
  if (!ID_SUBTYPES.has(subtype) && !/^Network Address Type \d+$/.test(subtype)) return undefined;
  const value = text.slice(colon + 1).trim();
  return value === "" ? undefined : { subtype, value };
}

/** "Bridge, Router" */
function listOf(text: string): string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

/** What stands behind `name` and a colon on the first line that begins so. */
function behind(name: string, lines: string[]): string | undefined {
  const line = lines.find((each) => each.trimStart().startsWith(`${name}:`));
  return line === undefined ? undefined : line.trimStart().slice(name.length + 1).trim();
}

export function capabilities(lines: string[]): Neighbour["capabilities"] | undefined {
  const available = behind("System capabilities", lines), enabled = behind("Enabled capabilities", lines);
  if (available === undefined || enabled === undefined) return undefined;
  return { available: listOf(available), enabled: listOf(enabled) };
}

const ADDRESS = /^(IPv4|IPv6|MAC|Network Address Type \d+): (\S+)$/;
const INTERFACE =
  /^(Ifindex|System port number|Unknown interface subtype|Bad interface numbering subtype): (-?\d{1,10})$/;

export function managementAddress(lines: string[]): ManagementAddress | undefined {
  const [first = "", second = "", ...rest] = lines.map((line) => line.trim());
  const address = ADDRESS.exec(first);
  if (!address) return undefined;
  const numbering = INTERFACE.exec(second);
  const oid = withoutPadding(rest.join("\n"));
  return prune<ManagementAddress>({
    family: address[1],
    address: address[2],
    interfaceSubtype: numbering?.[1],
    // Printed with a sign that it has not.
    interfaceNumber: numbering ? Number(numbering[2]) >>> 0 : undefined,
    oid: oid.startsWith("OID: ") ? oid.slice("OID: ".length) : undefined,
  } as ManagementAddress);
}

/** A number that is all there is: "120". */
export function number(lines: string[]): number | undefined {
  return decimal(oneLine(lines));
}

/** 0: the port has none. */
export function pvid(lines: string[]): number | undefined {
  return oneLine(lines) === "PVID: unsupported" ? 0 : decimal(behind("PVID", lines));
}

export function ppvid(lines: string[]): NonNullable<Neighbour["ppvids"]>[number] | undefined {
  // In hexadecimal. Of "enabled" lldptool looks at a reserved bit, so what it says of that is worth nothing.
  const words = /^PVID: ([0-9a-f]{1,4}),( not)? supported,(?: not)? enabled$/.exec(oneLine(lines) ?? "");
  return words ? { id: parseInt(words[1]!, 16), supported: words[2] === undefined } : undefined;
}

export function vlan(lines: string[]): NonNullable<Neighbour["vlans"]>[number] | undefined {
  const text = withoutPadding(lines.join("\n"));
  const named = /^VID (\d{1,5}): Name/.exec(text);
  if (named) {
    // 32 octets at most (802.1Q D.2.3); behind that many lldptool prints what else lies in its memory.
    const name = withoutPadding(text.slice(named[0].length).trimStart().slice(0, 32));
    return prune<{ id: number; name?: string }>({ id: Number(named[1]), name: name === "" ? undefined : name });
  }
  // What lldptool calls bad is a VLAN without a name, and behind it the rest of the frame.
  const bad = /^Bad VLAN Name TLV: ([0-9a-f]+)$/.exec(text);
  const octets = bad ? octetsOf(bad[1]!) : undefined;
  return octets && vlanFrom(octets);
}

export function linkAggregation(lines: string[]): Neighbour["linkAggregation"] | undefined {
  const text = lines.map((line) => line.trim()).join("\n");
  const words = /^Aggregation (not )?capable\nCurrently (not )?aggregated\nAggregated Port ID: (-?\d{1,10})$/.exec(
    text,
  );
  if (!words) return undefined;
  const portId = Number(words[3]) >>> 0;
  return prune<NonNullable<Neighbour["linkAggregation"]>>({
    capable: words[1] === undefined,
    enabled: words[2] === undefined,
    portId: portId === 0 ? undefined : portId,
  });
}

export function macPhy(lines: string[]): Neighbour["macPhy"] | undefined {
  const negotiation = lines.map((line) => /^\s*Auto-negotiation (not )?supported and (not )?enabled\s*$/.exec(line))
    .find((match) => match !== null);
  if (!negotiation) return undefined;
  return prune<NonNullable<Neighbour["macPhy"]>>({
    autoNegotiationSupported: negotiation[1] === undefined,
    autoNegotiationEnabled: negotiation[2] === undefined,
    pmd: behind("PMD auto-negotiation capabilities", lines),
    mau: behind("MAU type", lines),
  });
}

/** Each a line of its own in newer versions (with "and enabledPSE pairs" in one), all in one line in older ones. */
const POWER_WORDS = [
  "Port class",
  "PSE MDI power",
  "PSE pairs",
  "PSE Power pair",
  "Power class",
];

export function power(lines: string[]): NamedText[] | undefined {
  const text = lines.map((line) => line.trim()).join(" ");
  const bad = /^Bad Power Via MDI TLV: ([0-9a-f]+)$/.exec(text);
  if (bad) {
    const octets = octetsOf(bad[1]!);
    return octets && powerFrom(octets);
  }
  const starts = POWER_WORDS.map((word) => text.indexOf(word));
  if (starts[0] !== 0 || starts.some((start, i) => start < (starts[i - 1] ?? 0))) return undefined;
  return POWER_WORDS.map((name, i) => {
    const value = text.slice(starts[i]! + name.length, starts[i + 1]).replace(/^:/, "").replace(/,\s*$/, "");
    return { name, value: value.trim() };
  });
}

export function medCapabilities(lines: string[]): Pick<LldpMed, "deviceType" | "capabilities"> | undefined {
  const deviceType = behind("Device Type", lines), list = behind("Capabilities", lines);
  if (deviceType === undefined || list === undefined) return undefined;
  return { deviceType, capabilities: list === "none" ? [] : listOf(list) };
}
