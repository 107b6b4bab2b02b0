/** The BMC: its addresses and its last events. */
import type { Bmc, BmcChannel, Facts } from "../../facts/mod.ts";
import { prefixLengthOf } from "../../tools/kernel/addresses.ts";
import { columns, named } from "../layout.ts";
import { list, words } from "../words.ts";
import type { View } from "./view.ts";

/** What the BMC is, and its LAN channels. */
export function bmcLines({ bmc }: Facts, { width }: View): string[] {
  if (!bmc) return [];
  const lines = named([[
    "BMC",
    list(
      words(bmc.manufacturer ?? (bmc.manufacturerId && `manufacturer ${bmc.manufacturerId}`), bmc.productName),
      bmc.firmware && `firmware ${bmc.firmware}`,
      bmc.ipmiVersion && `IPMI ${bmc.ipmiVersion}`,
    ),
  ]], width);
  return [...lines, ...channelRows(bmc, width)];
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
