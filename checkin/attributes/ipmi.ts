/** mk_ipmi_*: what the old agent read from ipmitool. `mk_ipmi_IP_Address` is what a server's power control uses. */
import type { BmcChannel, Facts, NamedText } from "../../collectors/facts.ts";
import { itemPath } from "../explain/path.ts";
import { type Attribute, fieldKey } from "./attribute.ts";

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
  yield* fields("mk_ipmi", "bmc", bmc.fields, MC_INFO);
  const channel = mainChannel(bmc.channels ?? []);
  if (channel) yield* fields("mk_ipmi", `bmc.channels[${channel.number}]`, channel.fields, LAN_PRINT);
  for (const [i, fru] of (bmc.frus ?? []).entries()) {
    const prefix = `mk_ipmi_fru_${i}`, path = `bmc.frus[${i}]`;
    // Of a FRU that is asked for by its number ipmitool does not say the description again.
    yield {
      name: `${prefix}_FRU_Device_Description`,
      value: `${fru.description} (ID ${fru.id})`,
      from: { facts: [`${path}.description`, `${path}.id`], how: "in ipmitool's form" },
    };
    yield* fields(prefix, path, fru.fields);
  }
}

/** The channel that the BMC is reached on: the first with an address, else the first. */
function mainChannel(channels: BmcChannel[]): BmcChannel | undefined {
  return channels.find((channel) => channel.ip !== undefined) ?? channels[0];
}

function* fields(
  prefix: string,
  path: string,
  all: NamedText[] | undefined,
  wanted?: ReadonlySet<string>,
): Generator<Attribute> {
  for (const [i, { name, value }] of (all ?? []).entries()) {
    // ipmitool has a letter too many in it.
    const known = name === "Gratituous ARP Intrvl" ? "Gratuitous ARP Intrvl" : name;
    if (value === "" || name === "Device not present" || (wanted && !wanted.has(known))) continue;
    yield {
      name: `${prefix}_${fieldKey(known)}`,
      value,
      from: {
        facts: [`${itemPath(`${path}.fields`, isFirst(all!, i) ? name : i)}.value`],
        how: "as ipmitool words it",
      },
    };
  }
}

/** Whether no row above has the same name: FRUs have several of "Board Extra". */
function isFirst(all: NamedText[], i: number): boolean {
  return all.findIndex(({ name }) => name === all[i]!.name) === i;
}
