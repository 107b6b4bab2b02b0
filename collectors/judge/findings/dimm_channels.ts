import { gibibytes, type Placed, ramDimms } from "./dimms.ts";
import type { Rule } from "./finding.ts";

/**
 * Memory channels that hold different amounts: what lies beyond the smallest is not interleaved over all of them, and
 * slower. The channel stands in what the board calls the DIMM or its bank (SMBIOS 7.18, Device and Bank Locator):
 * "P0 CHANNEL A", "ChannelB_Dimm1", "P0_D1_UMC0_CH_A1". It says nothing of boards that name no channels, and of channels
 * without a DIMM, which a smaller order may well have.
 */
export const dimmChannels: Rule = function* (facts) {
  const dimms = ramDimms(facts);
  const channels = Map.groupBy(dimms, channelOf);
  if (channels.has(undefined) || channels.size < 2) return;
  const sizes = [...channels].map(([channel, members]) => ({
    channel: channel!,
    members,
    bytes: members.reduce((total, { dimm }) => total + dimm.sizeBytes, 0),
  }));
  const [least, most] = [
    sizes.reduce((a, b) => b.bytes < a.bytes ? b : a),
    sizes.reduce((a, b) => b.bytes > a.bytes ? b : a),
  ];
  if (least.bytes === most.bytes) return;
  yield {
    id: "dimm-channels",
    level: "warning",
    path: "memory.dimms",
    message:
      `the memory channels are filled unevenly: ${least.channel} with ${gibibytes(least.bytes)}, ${most.channel} ` +
      `with ${gibibytes(most.bytes)}`,
    evidence: [...least.members, ...most.members].map(({ dimm, path }) => ({
      path: `${path}.sizeBytes`,
      value: dimm.sizeBytes,
    })),
  };
};

/** The processor's and the channel's name: all that stands before the number of the DIMM in it. */
function channelOf({ dimm: { bank, locator } }: Placed): string | undefined {
  for (const text of [bank, locator]) {
    const found = /^.*(?:^|[^a-z])ch(?:annel|an)?[ _-]*(?:[a-z](?![a-z])|\d+)/i.exec(text ?? "")?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
