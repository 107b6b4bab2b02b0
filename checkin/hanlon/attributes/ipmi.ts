/** mk_ipmi_*: what the old agent read from ipmitool. `mk_ipmi_IP_Address` is what a server's power control uses. */
import type { Collection } from "../../../collectors/mod.ts";
import type { BmcChannel } from "../../../collectors/tools/ipmitool/types.ts";
import type { NamedText } from "../../../collectors/tools/parsing.ts";
import { type Attribute, fieldKey } from "./attribute.ts";
import { LAN_PRINT_NAMES, MC_INFO_NAMES } from "./names.ts";

/** All mk_ipmi_* attributes; none where there is no BMC. */
export function* ipmiAttributes({ parts }: Collection): Generator<Attribute> {
  const bmc = parts.ipmitool?.value;
  if (!bmc) return;
  yield* fields("mk_ipmi", "ipmitool mc info", bmc.fields, MC_INFO_NAMES);
  const channel = mainChannel(bmc.channels ?? []);
  if (channel) yield* fields("mk_ipmi", `ipmitool lan print ${channel.number}`, channel.fields, LAN_PRINT_NAMES);
  for (const [i, fru] of (bmc.frus ?? []).entries()) {
    const prefix = `mk_ipmi_fru_${i}`, where = `ipmitool fru print ${fru.id}`;
    // Of a FRU that is asked for by its number ipmitool does not say the description again.
    const value = `${fru.description} (ID ${fru.id})`;
    const from = { words: [{ where, lines: [`FRU Device Description : ${value}`] }], how: "in ipmitool's form" };
    yield { name: `${prefix}_FRU_Device_Description`, value, from };
    yield* fields(prefix, where, fru.fields);
  }
}

/** The channel that the BMC is reached on: the first with an address, else the first. */
function mainChannel(channels: BmcChannel[]): BmcChannel | undefined {
  return channels.find((channel) => channel.ip !== undefined) ?? channels[0];
}

function* fields(
  prefix: string,
  where: string,
  all: readonly NamedText[] = [],
  wanted?: readonly string[],
): Generator<Attribute> {
  for (const { name, value } of all) {
    // ipmitool has a letter too many in it.
    const known = name === "Gratituous ARP Intrvl" ? "Gratuitous ARP Intrvl" : name;
    if (value === "" || name === "Device not present" || (wanted && !wanted.includes(known))) continue;
    yield { name: `${prefix}_${fieldKey(known)}`, value, from: { words: [{ where, lines: [`${name} : ${value}`] }] } };
  }
}
