/** UUIDs of machines, and those that firmware ships on thousands of boards. */
import { told } from "../placeholders.ts";
import { bytesOf, isAddressOfOneCard, isCounting, isRepeated, nibblesOf } from "./patterns.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * UUIDs that many boards share and that follow no rule below, each in one of its two byte orders. The union of what
 * FreeBSD (libexec/rc/rc.d/hostid), systemd (sd-id128), fwupd and FOG (HostManager) refuse, and of bug reports.
 */
const SHARED = new Set([
  "01234567-8910-1112-1314-151617181920",
  "07090201-0103-0301-0807-060504030201",
  "11111111-2222-3333-4444-555555555555",
  "12345678-1234-5678-90ab-cddeefaabbcc",
  "12345678-1234-5678-90ab-cdef12345678",
  "4c4c4544-0000-1010-8010-c4c04f313233",
  "890e2d14-cacd-45d1-ae66-bc80e8bfeb0f",
  "8e275844-178f-44a8-aceb-a7d7e5178c63",
  "dc698397-fa54-4cf2-82c8-b1b5307a6a7f",
  "deadbeef-dead-beef-dead-beefdeadbeef",
]);

/** `text` in lower case where it is the UUID of one machine; undefined for none, and for one that many machines share. */
export function machineUuid(text: string | undefined): string | undefined {
  const uuid = text?.trim().toLowerCase();
  return uuid === undefined || !UUID.test(uuid) || isShared(uuid) || isShared(otherByteOrder(uuid)) ? undefined : uuid;
}

/** The UUID as boards before SMBIOS 2.6 have it: the bytes of the first three groups the other way round. */
export function otherByteOrder(uuid: string): string {
  const groups = uuid.split("-");
  const reversed = groups.slice(0, 3).map((group) => group.match(/../g)!.reverse().join(""));
  return [...reversed, ...groups.slice(3)].join("-");
}

function isShared(uuid: string): boolean {
  const groups = uuid.split("-"), hex = groups.join("");
  const nibbles = nibblesOf(hex), bytes = bytesOf(hex);
  return SHARED.has(uuid) || isRepeated(nibbles) || isCounting(nibbles, 16) || isCounting(bytes, 256) ||
    // 0001-0002-0003 …, and 11 22 33 ….
    isCounting(hex.match(/..../g)!.map((word) => parseInt(word, 16)), 2 ** 16) ||
    bytes.every((byte) => byte % 0x11 === 0) && isCounting(bytes.map((byte) => byte / 0x11), 16) ||
    groups.every((group) => isCounting(nibblesOf(group), 16) || isDecimalCount(group)) ||
    isDecimalCount(hex) || isPlaceholder(bytes) || isMostlyFiller(groups) || isOfNoServiceTag(bytes);
}

/** 123456789012 */
function isDecimalCount(digits: string): boolean {
  return /^\d+$/.test(digits) && isCounting(nibblesOf(digits), 10);
}

/** The characters of a text that says nothing: "1234567890123456". */
function isPlaceholder(bytes: readonly number[]): boolean {
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) && told(String.fromCharCode(...bytes)) === undefined;
}

/** All 0 or all F, but for a version and a variant of RFC 9562, or the one digit of somebody's count. */
const FILLER = /^(0*[1-9a-f]?0*|f*[0-9a-e]?f*)$/;

/**
 * Three of the five groups or more are filler, and the last is no MAC address: Supermicro and Oracle fill up the MAC of
 * the machine ("00000000-0000-0000-0000-ac1f6b05e596"), and nobody else has that.
 */
function isMostlyFiller(groups: readonly string[]): boolean {
  return groups.filter((group) => FILLER.test(group)).length >= 3 && !isAddressOfOneCard(groups.at(-1)!);
}

/**
 * Dell writes "DELL" and the seven characters of the service tag; a board that was given none has one
 * character seven times, or blanks: 0000000 and XXXXXXX are nobody's.
 */
function isOfNoServiceTag(bytes: readonly number[]): boolean {
  if (String.fromCharCode(...bytes.slice(0, 4)) !== "LLED") return false;
  // The highest bit of the fourth character is set.
  const tag = [bytes[5]!, bytes[6]!, bytes[9]!, bytes[10]! & 0x7f, ...bytes.slice(13)];
  return new Set(tag.filter((character) => character !== 0 && character !== 0x20)).size <= 1;
}
