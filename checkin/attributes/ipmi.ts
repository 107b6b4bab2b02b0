/** mk_ipmi_*: what the old agent read from ipmitool. `mk_ipmi_IP_Address` is what a server's power control uses. */
import type { BmcChannel, Facts, NamedText } from "../../collectors/facts.ts";
import type { Attribute } from "./attribute.ts";
import { cleanKey, fieldKey } from "./attribute.ts";

const MC_INFO = new Set([
  "Device ID",
  "Device Revision",
  "Firmware Revision",
  "IPMI Version",
  "Manufacturer ID",
  "Manufacturer Name",
  "Product ID",
  "Product Name",
  "Device Available",
  "Provides Device SDRs",
]);

const LAN_PRINT = new Set([
  "IP Address Source",
  "IP Address",
  "Subnet Mask",
  "MAC Address",
  "SNMP Community String",
  "IP Header",
  "BMC ARP Control",
  "Gratuitous ARP Intrvl",
  "Default Gateway IP",
  "Default Gateway MAC",
  "Backup Gateway IP",
  "Backup Gateway MAC",
  "802.1q VLAN ID",
  "802.1q VLAN Priority",
]);

/** All mk_ipmi_* attributes; none where there is no BMC. */
export function* ipmiAttributes({ bmc }: Facts): Generator<Attribute> {
  if (!bmc) return;
  yield* fields("mk_ipmi", "ipmitool mc info", bmc.fields, MC_INFO);
  const channel = mainChannel(bmc.channels ?? []);
  if (channel) yield* fields("mk_ipmi", `ipmitool lan print ${channel.number}`, channel.fields, LAN_PRINT);
  for (const [i, fru] of (bmc.frus ?? []).entries()) {
    const described = fru.fields?.some(({ name }) => name === "FRU Device Description");
    const heading = { name: "FRU Device Description", value: `${fru.description} (ID ${fru.id})` };
    const all = described ? fru.fields! : [heading, ...fru.fields ?? []];
    yield* fields(`mk_ipmi_fru_${i}`, `ipmitool fru print ${fru.id}`, all);
  }
}

/** The channel that the BMC is reached on: the first with an address, else the first. */
function mainChannel(channels: BmcChannel[]): BmcChannel | undefined {
  return channels.find((channel) => channel.ip !== undefined) ?? channels[0];
}

function* fields(
  prefix: string,
  source: string,
  all: NamedText[] | undefined,
  wanted?: ReadonlySet<string>,
): Generator<Attribute> {
  for (const { name, value } of all ?? []) {
    // Older ipmitool has a letter too many in it.
    const known = name === "Gratituous ARP Intrvl" ? "Gratuitous ARP Intrvl" : name;
    if (value === "" || (wanted && !wanted.has(known))) continue;
    yield {
      name: `${prefix}_${cleanKey(fieldKey(known))}`,
      value,
      from: { source, line: name, how: "as ipmitool words it" },
    };
  }
}
