/** UUIDs that are the same whenever they are made of the same words. */
import { createHash } from "node:crypto";
import type { Facts } from "../../collectors/facts/mod.ts";
import { ethernetNics } from "./machine.ts";

/** The namespace of URLs and URNs (RFC 9562, 6.6). */
const URL_NAMESPACE = Uint8Array.fromHex("6ba7b8119dad11d180b400c04fd430c8");

/** A UUID of version 5 (RFC 9562, 5.5) under the name `urn:hnl_mk:WORDS`. */
export function uuidOf(...words: string[]): string {
  const hash = createHash("sha1").update(URL_NAMESPACE).update(`urn:hnl_mk:${words.join(":")}`).digest();
  const octets = Uint8Array.from(hash.subarray(0, 16));
  octets[6] = octets[6]! & 0x0f | 0x50;
  octets[8] = octets[8]! & 0x3f | 0x80;
  return octets.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * The machine's own UUID, lower case: the one that it goes by, else the one of its firmware, else one that is made of
 * what else does not change: the serial number and the MACs, and where there are none the host name.
 */
export function machineUuid(facts: Facts): string {
  const { identity, system, os } = facts;
  const own = identity.uuid ?? system?.uuid;
  if (own !== undefined) return own;
  const lasting = [system?.serialNumber, ...ethernetNics(facts).map(({ mac }) => mac).sort()]
    .filter((word) => word !== undefined);
  return uuidOf("machine", ...lasting.length > 0 ? lasting : [os?.hostname ?? ""]);
}
