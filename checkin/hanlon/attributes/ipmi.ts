/** mk_ipmi_*: what the old agent read from ipmitool. `mk_ipmi_IP_Address` is what a server's power control uses. */
import type { BmcChannel, Facts, NamedText } from "../../../collectors/facts/mod.ts";
import { itemPath } from "../../../collectors/facts/path.ts";
import { type Attribute, fieldKey } from "./attribute.ts";
import { LAN_PRINT_NAMES, MC_INFO_NAMES } from "./names.ts";

/** All mk_ipmi_* attributes; none where there is no BMC. */
export function* ipmiAttributes({ bmc }: Facts): Generator<Attribute> {
  if (!bmc) return;
  yield* fields("mk_ipmi", "bmc", bmc.fields, MC_INFO_NAMES);
  const channel = mainChannel(bmc.channels ?? []);
  if (channel) yield* fields("mk_ipmi", `bmc.channels[${channel.number}]`, channel.fields, LAN_PRINT_NAMES);
  for (const [i, fru] of (bmc.frus ?? []).entries()) {
    const prefix = `mk_ipmi_fru_${i}`, path = itemPath("bmc.frus", fru.id);
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
  wanted?: readonly string[],
): Generator<Attribute> {
  // FRUs have several of "Board Extra".
  const seen = new Set<string>();
  for (const [i, { name, value }] of (all ?? []).entries()) {
    const isFirst = !seen.has(name);
    seen.add(name);
    // ipmitool has a letter too many in it.
    const known = name === "Gratituous ARP Intrvl" ? "Gratuitous ARP Intrvl" : name;
    if (value === "" || name === "Device not present" || (wanted && !wanted.includes(known))) continue;
    yield {
      name: `${prefix}_${fieldKey(known)}`,
      value,
      from: {
        facts: [`${itemPath(`${path}.fields`, isFirst ? name : i)}.value`],
      },
    };
  }
}
